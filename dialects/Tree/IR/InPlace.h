//===- InPlace.h - Definitions that lie where a later one will --------------===//
//
// What sweeps of one task define for each other alone needs no memory of its own where a
// later sweep of them reads it last, vertex by vertex, and stores a result of the same
// shape there:
//
//   for v in up(T):   xi[v] = u[v] + sum(a[c] * xi[c] for c in children(v))
//   for v in down(T): h[v] = a[v] * h[parent(v)] + xi[v]                     # over xi[v]
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_DIALECTS_TREE_IR_INPLACE_H
#define ESPALIER_DIALECTS_TREE_IR_INPLACE_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::tree {

struct InPlace {
  mlir::OpResult definition, result; // `result` is stored over `definition`
};

/// Of sweeps up and down trees, and over their vertices, that run in one task, one after the other, each once: the
/// definitions that can lie where a result will that others read. Sweeps before that of the result read them anywhere;
/// that sweep itself at its own point, and what it makes of them is nothing but the result, element by element. One
/// definition for each result, the first that can.
llvm::SmallVector<InPlace> definitionsInPlace(llvm::ArrayRef<SweepOp> group);

} // namespace espalier::tree

#endif
