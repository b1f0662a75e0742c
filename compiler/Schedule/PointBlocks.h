//===- PointBlocks.h - Which sweeps evaluate points together ----------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_POINTBLOCKS_H
#define ESPALIER_COMPILER_SCHEDULE_POINTBLOCKS_H

#include "compiler/Schedule/TargetDescription.h"
#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// Whether points of the sweep gain by being evaluated as one: they do not wait for each other, and multiply what is
/// their own with a matrix that is the same for all. Such a product reads its matrix once for a block of points.
bool gainsFromBlocks(tree::SweepOp sweep);

/// How many points of the sweeps of a group are evaluated together: a power of two whose tiles stay in the cache; 1 for
/// none.
int64_t pointsTogether(llvm::ArrayRef<tree::SweepOp> group, const TargetDescription &target);

} // namespace espalier::schedule

#endif
