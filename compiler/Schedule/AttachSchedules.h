//===- AttachSchedules.h - Decide how every sweep runs ----------------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_ATTACHSCHEDULES_H
#define ESPALIER_COMPILER_SCHEDULE_ATTACHSCHEDULES_H

#include "compiler/Schedule/Choices.h"
#include "compiler/Schedule/TargetDescription.h"

#include "mlir/Pass/Pass.h"

#include <memory>

namespace espalier::schedule {

/// Puts a #tree.schedule on every sweep, a #block.schedule on every block.attend. No later pass chooses a size. It
/// fails where an override fits no group. `report` gets what was chosen; it outlives the pass.
std::unique_ptr<mlir::Pass> createAttachSchedules(const TargetDescription &target = {}, Overrides overrides = {},
                                                  std::vector<Group> *report = nullptr);

void registerSchedulePasses();

} // namespace espalier::schedule

#endif
