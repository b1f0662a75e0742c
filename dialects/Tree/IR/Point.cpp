//===- Point.cpp - Where a read points, seen from the visited vertex --------===//
#include "dialects/Tree/IR/Point.h"

using namespace mlir;

namespace espalier::tree {

bool isChildOfVisited(SweepOp sweep, Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto reduce = argument ? dyn_cast_or_null<ReduceOp>(argument.getOwner()->getParentOp()) : ReduceOp();
  return reduce && reduce.getDomain() == DomainKind::children && sweep.getTree() &&
         reduce.getVertex() == sweep.getVertex() && reduce.getTree() == sweep.getTree();
}

bool isParentOfVisited(SweepOp sweep, Value value) {
  auto parent = value.getDefiningOp<ParentOp>();
  return parent && sweep.getTree() && parent.getVertex() == sweep.getVertex() && parent.getTree() == sweep.getTree();
}

/// The visited vertex as an index of the sweep's own results.
static bool isOwnPosition(SweepOp sweep, Value value) {
  if (!sweep.getLeaves())
    return value == sweep.getVertex();
  auto leaf = value.getDefiningOp<LeafOp>();
  return leaf && leaf.getVertex() == sweep.getVertex() && leaf.getTree() == sweep.getTree();
}

Point pointOf(SweepOp sweep, ValueRange indices) {
  size_t numAxes = sweep.getAxes().size();
  if (indices.size() != numAxes + (sweep.getTree() ? 1 : 0) ||
      !llvm::equal(indices.take_front(numAxes), sweep.getAxisIndices()))
    return Point::other;
  if (!sweep.getTree() || isOwnPosition(sweep, indices.back()))
    return Point::own;
  if (sweep.getLeaves())
    return Point::other;
  if (isChildOfVisited(sweep, indices.back()))
    return Point::child;
  return isParentOfVisited(sweep, indices.back()) ? Point::parent : Point::other;
}

} // namespace espalier::tree
