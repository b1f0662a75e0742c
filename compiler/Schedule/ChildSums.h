//===- ChildSums.h - Where sums over children are made ----------------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_CHILDSUMS_H
#define ESPALIER_COMPILER_SCHEDULE_CHILDSUMS_H

#include "compiler/Schedule/Choices.h"
#include "compiler/Schedule/TargetDescription.h"
#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// Whether a sweep has sums to which each child may add by itself (dialects/Tree/IR/ChildSums.h).
bool canPush(tree::SweepOp sweep);

/// Whether in the sweeps that can children add to them; `share` of their channels is what a task has. `inPlace`:
/// results are stored over definitions, which nobody can store past the caches then.
bool chooseSums(llvm::ArrayRef<tree::SweepOp> group, double share, bool inPlace, Choices &choices,
                const TargetDescription &target);

} // namespace espalier::schedule

#endif
