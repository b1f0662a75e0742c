//===- Fold.cpp - Folds of the tile dialect ---------------------------------===//
#include "dialects/Tile/IR/Neutral.h"
#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tile/IR/TileType.h"

using namespace mlir;

namespace espalier::tile {

/// A constant that is the same everywhere, under another shape; null where the input is no such constant.
static OpFoldResult reshapedSplat(Attribute input, Type result) {
  Attribute scalar;
  if (auto elements = dyn_cast_if_present<SplatElementsAttr>(input))
    scalar = elements.getSplatValue<Attribute>();
  else if (isa_and_present<FloatAttr, IntegerAttr>(input))
    scalar = input;
  else
    return {};
  auto tensor = dyn_cast<RankedTensorType>(result);
  return tensor ? OpFoldResult(DenseElementsAttr::get(tensor, scalar)) : OpFoldResult(scalar);
}

OpFoldResult ReduceOp::fold(FoldAdaptor) {
  if (getAxes().empty())
    return getInput();
  for (int64_t axis : getAxes())
    if (shapeOf(getInput().getType())[axis] == 0)
      return neutralElement(getKind(), getType());
  return {};
}

/// broadcast(broadcast(x)) = broadcast(x).
OpFoldResult BroadcastOp::fold(FoldAdaptor constants) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto inner = getInput().getDefiningOp<BroadcastOp>()) {
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  return reshapedSplat(constants.getInput(), getType());
}

/// transpose(transpose(x, p), q) = transpose(x, p o q): axis i of the result is axis p[q[i]] of x.
OpFoldResult TransposeOp::fold(FoldAdaptor constants) {
  if (llvm::is_sorted(getPermutation()))
    return getInput();
  if (auto inner = getInput().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> composed;
    for (int64_t axis : getPermutation())
      composed.push_back(inner.getPermutation()[axis]);
    setPermutation(composed);
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  return reshapedSplat(constants.getInput(), getType());
}

OpFoldResult ReshapeOp::fold(FoldAdaptor constants) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto inner = getInput().getDefiningOp<ReshapeOp>()) {
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  return reshapedSplat(constants.getInput(), getType());
}

/// slice(slice(x, a), b) = slice(x, a + b).
OpFoldResult SliceOp::fold(FoldAdaptor constants) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto inner = getInput().getDefiningOp<SliceOp>()) {
    SmallVector<int64_t> offsets;
    for (auto [outer, first] : llvm::zip_equal(getOffsets(), inner.getOffsets()))
      offsets.push_back(outer + first);
    setOffsets(offsets);
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  return reshapedSplat(constants.getInput(), getType());
}

OpFoldResult PadOp::fold(FoldAdaptor) { return getInput().getType() == getType() ? getInput() : OpFoldResult(); }
OpFoldResult ConcatOp::fold(FoldAdaptor) { return getInputs().size() == 1 ? getInputs().front() : OpFoldResult(); }
OpFoldResult ElementOp::fold(FoldAdaptor) { return getPositions().empty() ? getInput() : OpFoldResult(); }
OpFoldResult PlaceOp::fold(FoldAdaptor) { return getPositions().empty() ? getInput() : OpFoldResult(); }

} // namespace espalier::tile
