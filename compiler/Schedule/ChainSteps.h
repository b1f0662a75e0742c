//===- ChainSteps.h - Which sweeps evaluate steps of a chain together -------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_CHAINSTEPS_H
#define ESPALIER_COMPILER_SCHEDULE_CHAINSTEPS_H

#include "compiler/Schedule/Choices.h"
#include "compiler/Schedule/CostModel.h"
#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// Whether the sweep runs along a chain and is affine by elements in its state, so that steps may be composed.
bool canScan(tree::SweepOp sweep);

/// The steps of those members of a group that can that are evaluated as one; 1: none. Decided by the tiles alone: no
/// result may depend on how long the chain of the first call was, nor on threads.
int64_t chooseSteps(llvm::ArrayRef<tree::SweepOp> group, Choices &choices, const TargetDescription &target);

} // namespace espalier::schedule

#endif
