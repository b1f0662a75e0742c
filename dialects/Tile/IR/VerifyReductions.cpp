//===- VerifyReductions.cpp - Constraints of reductions and normalisations --===//
#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tile/IR/TileType.h"

using namespace mlir;

namespace espalier::tile {

LogicalResult ReduceOp::verify() {
  Type input = getInput().getType(), element = elementOf(input);
  // reduce-C1: distinct, ascending axes in range.
  int64_t previous = -1;
  for (int64_t axis : getAxes()) {
    if (axis < 0 || axis >= rankOf(input))
      return emitOpError("expects axes in 0 .. ") << rankOf(input) - 1 << " of " << input << ", got " << axis;
    if (axis <= previous)
      return emitOpError("expects distinct ascending axes, got ") << previous << " before " << axis;
    previous = axis;
  }
  // reduce-C2: the remaining axes, the same elements.
  SmallVector<int64_t> remaining;
  for (auto [axis, size] : llvm::enumerate(shapeOf(input)))
    if (!llvm::is_contained(getAxes(), int64_t(axis)))
      remaining.push_back(size);
  if (getType() != tileType(remaining, element))
    return emitOpError("expects the result ") << tileType(remaining, element) << ", got " << getType();
  bool isInteger = element.isInteger(32) || element.isIndex();
  if (!isComputedFloat(element) && !(isInteger && getKind() != ReductionKind::logsumexp))
    return emitOpError("cannot combine elements of ") << element << " by " << stringifyReductionKind(getKind());
  return success();
}

/// The axis is one of the input's, whose elements are f32 or f64.
static LogicalResult verifyNormalisation(Operation *op, Type input, int64_t axis) {
  if (axis < 0 || axis >= rankOf(input))
    return op->emitOpError("expects an axis in 0 .. ") << rankOf(input) - 1 << " of " << input << ", got " << axis;
  if (!isComputedFloat(elementOf(input)))
    return op->emitOpError("expects elements of f32 or f64, got ") << elementOf(input);
  return success();
}

// softmax-C1
LogicalResult SoftmaxOp::verify() { return verifyNormalisation(*this, getInput().getType(), getAxis()); }

LogicalResult LayerNormOp::verify() {
  // layer_norm-C1: also, eps is a number that is not negative.
  if (double eps = getEps().convertToDouble(); !(eps >= 0))
    return emitOpError("expects eps >= 0, got ") << eps;
  return verifyNormalisation(*this, getInput().getType(), getAxis());
}

} // namespace espalier::tile
