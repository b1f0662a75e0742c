//===- ChildSums.h - Sums over children that these add to -------------------===//
//
// Of a sweep up a tree whose schedule is `pushed`, a sum over children to which each child
// adds by itself (dialects/Tree/IR/ChildSums.h) lies in scratch, a tile for each depth. A
// vertex finds the sum of its children one below its own depth, and adds what it has for
// its parent at its own: in post-order all vertices that are as deep, and stand between
// two siblings or before the first, belong to other parents that are done, or are none.
// The first child begins the sum.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_CHILDSUMS_H
#define ESPALIER_COMPILER_LOWERING_CHILDSUMS_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::lowering {

/// Whether children add to the results of a reduction in a scheduled sweep.
bool isPushed(tree::ReduceOp op);
/// All of them in a scheduled sweep.
llvm::SmallVector<tree::ReduceOp, 1> pushedSums(tree::SweepOp sweep);

} // namespace espalier::lowering

#endif
