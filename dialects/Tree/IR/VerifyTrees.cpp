//===- VerifyTrees.cpp - Constraints of trees, graphs and views -------------===//
#include "dialects/Tree/IR/TreeDialect.h"

using namespace mlir;

namespace espalier::tree {

LogicalResult TreeType::verify(function_ref<InFlightDiagnostic()> emitError, Kind kind, int64_t arity) {
  // tree-C1: perfect trees, and only they, have an arity.
  if (kind == Kind::perfect ? arity < 1 : arity != 0)
    return emitError() << "expects " << (kind == Kind::perfect ? "an arity of at least 1" : "no arity") << " of a "
                       << stringifyKind(kind) << " tree, got " << arity;
  return success();
}

static LogicalResult verifyKind(Operation *op, TreeType type, ArrayRef<Kind> allowed, StringRef expected) {
  if (llvm::is_contained(allowed, type.getKind()))
    return success();
  return op->emitOpError("expects ") << expected << ", got " << type;
}

LogicalResult FromParentsOp::verify() {
  // from_parents-C1: [V] or [B, V]; what is known is rooted or forest.
  if (int64_t rank = getParents().getType().getRank(); rank != 1 && rank != 2)
    return emitOpError("expects parents of rank 1 or 2, got rank ") << rank;
  return verifyKind(*this, getType(), {Kind::rooted, Kind::forest}, "a rooted tree or a forest");
}

LogicalResult EdgesOp::verify() {
  // edges-C1: what sizes do not define is listed.
  if (bool(getPairs()) != (getGraph() == Graph::edges))
    return emitOpError(getPairs() ? "expects no pairs of '" : "expects pairs of '")
           << stringifyGraph(getGraph()) << "'";
  int64_t expected = 2;
  if (getPairs()) {
    expected = getPairs().getType().getRank();
    if (expected != 2 && expected != 3)
      return emitOpError("expects pairs of rank 2 or 3, got rank ") << expected;
  }
  // edges-C2: two ends of each edge.
  RankedTensorType ends = getType();
  if (ends.getRank() != expected || ends.getShape().back() != 2)
    return emitOpError("expects ends of rank ") << expected << " with a last axis of 2, got " << ends;
  return success();
}

LogicalResult SpanningTreeOp::verify() {
  // spanning_tree-C1: one number per edge.
  int64_t numbers = getNumbers().getType().getRank(), ends = getEnds().getType().getRank();
  if (numbers != 1 && numbers != 2)
    return emitOpError("expects numbers of rank 1 or 2, got rank ") << numbers;
  if ((ends != 2 && ends != 3) || ends > numbers + 1)
    return emitOpError("expects ends of rank 2")
           << (numbers == 2 ? " or 3" : "") << " for numbers of rank " << numbers << ", got rank " << ends;
  if (getEnds().getType().getShape().back() != 2)
    return emitOpError("expects two ends of each edge, got ") << getEnds().getType();
  // spanning_tree-C2
  return verifyKind(*this, getType(), Kind::rooted, "a rooted tree");
}

LogicalResult ViewOp::verify() {
  auto from = cast<RankedTensorType>(getTensor().getType()), to = cast<RankedTensorType>(getType());
  // view-C1
  if (size_t(to.getNumDynamicDims()) != getSizes().size())
    return emitOpError("expects one size per dynamic axis of ") << to << ", got " << getSizes().size();
  // view-C2
  if (from.getElementType() != to.getElementType())
    return emitOpError("expects equal element types, got ") << from.getElementType() << " and " << to.getElementType();
  if (from.hasStaticShape() && to.hasStaticShape() && from.getNumElements() != to.getNumElements())
    return emitOpError("expects ") << from.getNumElements() << " elements, got " << to.getNumElements();
  return success();
}

Value ViewOp::baseOf(Value tensor) {
  while (auto view = tensor.getDefiningOp<ViewOp>())
    tensor = view.getTensor();
  return tensor;
}

/// A view of a view is one of what lies beneath.
OpFoldResult ViewOp::fold(FoldAdaptor) {
  auto inner = getTensor().getDefiningOp<ViewOp>();
  if (!inner)
    return {};
  getTensorMutable().assign(inner.getTensor());
  return getResult();
}

} // namespace espalier::tree
