//===- Point.h - Where a read points, seen from the visited vertex ----------===//
//
// Tensors over a sweep's domain are read at the visited point itself, at a child
// of its vertex, at its parent, or elsewhere. Which of them follows from where
// the indices come from; verifiers, fusion and lowering ask here.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_DIALECTS_TREE_IR_POINT_H
#define ESPALIER_DIALECTS_TREE_IR_POINT_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::tree {

enum class Point {
  own,    // the sweep's axis indices and its vertex (in `each leaves`: that leaf's rank)
  child,  // the sweep's axis indices and the element of a reduction over the children of its vertex
  parent, // the sweep's axis indices and tree.parent of its vertex
  other,
};

/// Where the indices of a tensor over the domain of `sweep` point.
Point pointOf(SweepOp sweep, mlir::ValueRange indices);

/// Whether `value` is the element of a reduction (in its body or filter) over the children of the vertex that `sweep`
/// visits.
bool isChildOfVisited(SweepOp sweep, mlir::Value value);

/// Whether `value` is the parent of the vertex that `sweep` visits.
bool isParentOfVisited(SweepOp sweep, mlir::Value value);

} // namespace espalier::tree

#endif
