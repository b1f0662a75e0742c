//===- SweepGroups.h - Which sweeps share their tasks -----------------------===//
//
// Neighbouring sweeps run in one task, one after the other, if no task then depends on
// another: what a later sweep reads of an earlier one lies in the part of the domain that
// its own task wrote. Nothing else moves: a group is a run of neighbours.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_SWEEPGROUPS_H
#define ESPALIER_COMPILER_SCHEDULE_SWEEPGROUPS_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// The finest tasks that a sweep alone allows, and why not finer ones.
struct Tasks {
  tree::TaskLevel level;
  llvm::StringRef reason;
};
Tasks tasksOf(tree::SweepOp sweep);

/// Whether `next` may join the tasks of `group`, which are of `level`.
bool mayJoin(llvm::ArrayRef<tree::SweepOp> group, tree::TaskLevel level, tree::SweepOp next);

} // namespace espalier::schedule

#endif
