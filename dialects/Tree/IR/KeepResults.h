//===- KeepResults.h - Sweeps and reductions with fewer results -------------===//
#ifndef ESPALIER_DIALECTS_TREE_IR_KEEPRESULTS_H
#define ESPALIER_DIALECTS_TREE_IR_KEEPRESULTS_H

#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/BitVector.h"

namespace espalier::tree {

/// Replaces the sweep by one that has only the results (definitions, then accumulators) of `keep`. The others, and
/// their handles, have no uses.
SweepOp keepResults(mlir::RewriterBase &rewriter, SweepOp sweep, const llvm::BitVector &keep);

/// The same for a reduction.
ReduceOp keepResults(mlir::RewriterBase &rewriter, ReduceOp reduce, const llvm::BitVector &keep);

/// Removes what a sweep computes for nobody: definitions and accumulators without uses, also those that only feed
/// themselves through their own recursion, with the operations that served only them. Gives the smaller sweep, or null
/// where all is needed.
SweepOp dropDeadResults(mlir::RewriterBase &rewriter, SweepOp sweep);

} // namespace espalier::tree

#endif
