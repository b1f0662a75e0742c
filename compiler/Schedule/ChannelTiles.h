//===- ChannelTiles.h - How many channels of a sweep a task has -------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_CHANNELTILES_H
#define ESPALIER_COMPILER_SCHEDULE_CHANNELTILES_H

#include "compiler/Schedule/Choices.h"
#include "compiler/Schedule/TargetDescription.h"
#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// The channels of one task of a group whose tasks are the points of batch and axes; 0: all. Their share of all.
struct TaskChannels {
  int64_t channels = 0;
  double share = 1;
};
/// `isCut`: subtrees are tasks for threads that would be idle, which read whole rows.
TaskChannels chooseChannels(llvm::ArrayRef<tree::SweepOp> group, bool isCut, Choices &choices,
                            const TargetDescription &target);

/// How many vertices before it is visited the rows of a vertex are asked for; 0: not at all. Only where the order of a
/// member's visits is a table.
int64_t chooseAhead(llvm::ArrayRef<tree::SweepOp> group, bool isTable, bool isFar, int64_t abreast, Choices &choices,
                    const TargetDescription &target);

} // namespace espalier::schedule

#endif
