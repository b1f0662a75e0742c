//===- Chains.h - Sums over children of a chain become values ---------------===//
#ifndef ESPALIER_COMPILER_LOWERING_CHAINS_H
#define ESPALIER_COMPILER_LOWERING_CHAINS_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::lowering {

/// A vertex of a chain has at most one child, the vertex before it. A reduction over its children is what the body says
/// of that child, or the neutral element where there is none: no loop, and the body joins the elementwise groups around
/// it. Reductions stay as they are where evaluating the body for nothing would cost a product, or could be a fault.
void inlineChainReductions(tree::SweepOp sweep);

/// Whether the condition is that of such a value: the vertex has a child.
bool asksForChild(mlir::Value condition);

} // namespace espalier::lowering

#endif
