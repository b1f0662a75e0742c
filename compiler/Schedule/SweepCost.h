//===- SweepCost.h - Counts what one visit of a sweep does ------------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_SWEEPCOST_H
#define ESPALIER_COMPILER_SCHEDULE_SWEEPCOST_H

#include "compiler/Schedule/CostModel.h"
#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// Children are counted as one per vertex (there is one edge less than vertices), other reductions of unknown length as
/// `target.visitsExpected` elements.
VisitCost costOf(tree::SweepOp sweep, const TargetDescription &target);

/// Of one operation, at one point.
VisitCost costOf(mlir::Operation &op, const TargetDescription &target);

/// The bytes of the widest float that the sweep computes with; 4 if there is none.
int64_t elementBytesOf(tree::SweepOp sweep);

/// What the tensors of a group hold of a vertex, at one point of batch and axes: those that are read there, and those
/// defined, each once.
double rowBytes(llvm::ArrayRef<tree::SweepOp> group);

} // namespace espalier::schedule

#endif
