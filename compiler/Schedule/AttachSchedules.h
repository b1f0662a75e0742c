//===- AttachSchedules.h - Decide how every sweep runs ----------------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_ATTACHSCHEDULES_H
#define ESPALIER_COMPILER_SCHEDULE_ATTACHSCHEDULES_H

#include "compiler/Schedule/TargetDescription.h"

#include "mlir/Pass/Pass.h"

#include <string>

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace espalier::schedule {

/// Puts a #tree.schedule on every sweep, a #block.schedule on every block.attend. No later pass chooses a size.
std::unique_ptr<mlir::Pass> createAttachSchedules(const TargetDescription &target = {});

/// One line per sweep or attention: its place, its definitions' number, its schedule.
std::string describeSchedules(mlir::ModuleOp module);

void registerSchedulePasses();

} // namespace espalier::schedule

#endif
