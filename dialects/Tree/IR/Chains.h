//===- Chains.h - Sums over children of a chain -----------------------------===//
#ifndef ESPALIER_DIALECTS_TREE_IR_CHAINS_H
#define ESPALIER_DIALECTS_TREE_IR_CHAINS_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::tree {

bool isChain(mlir::Value tree);

/// Whether evaluating the operation for a vertex that does not count is cheap and without effect.
bool isHarmless(mlir::Operation *op, SweepOp sweep);

/// Whether a reduction over the children of the vertex that `sweep` visits may become what its body says of the one
/// child that a vertex of a chain can have, evaluated also where there is none: that costs no product and is no fault.
bool isValueOfOneChild(ReduceOp op, SweepOp sweep);

} // namespace espalier::tree

#endif
