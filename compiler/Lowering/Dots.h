//===- Dots.h - Products of tiles that nobody has to store ------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_DOTS_H
#define ESPALIER_COMPILER_LOWERING_DOTS_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::lowering {

/// Dot products with a factor that is computed element by element for them alone become sums of elementwise products:
/// one loop evaluates the factors too, and no tile of them is stored.
void sumDotsElementwise(tree::SweepOp sweep);

} // namespace espalier::lowering

#endif
