//===- VerifyShapes.cpp - Constraints of the operations that move elements --===//
#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tile/IR/TileType.h"

using namespace mlir;

namespace espalier::tile {

static LogicalResult verifySameElement(Operation *op, Type found, Type expected) {
  if (elementOf(found) == elementOf(expected))
    return success();
  return op->emitOpError("expects equal element types, got ") << elementOf(expected) << " and " << elementOf(found);
}

LogicalResult BroadcastOp::verify() {
  ArrayRef<int64_t> from = shapeOf(getInput().getType()), to = shapeOf(getType());
  // broadcast-C1: aligned at the last axis, equal or 1.
  if (from.size() > to.size())
    return emitOpError("expects at most as many axes as the result: ") << to.size() << ", got " << from.size();
  for (auto [i, size] : llvm::enumerate(from))
    if (int64_t target = to[to.size() - from.size() + i]; size != target && size != 1)
      return emitOpError("cannot stretch axis ") << i << " of size " << size << " to size " << target;
  // broadcast-C2: equal element types.
  return verifySameElement(*this, getInput().getType(), getType());
}

LogicalResult TransposeOp::verify() {
  ArrayRef<int64_t> from = shapeOf(getInput().getType());
  // transpose-C1: a permutation of the input's axes.
  if (getPermutation().size() != from.size())
    return emitOpError("expects a permutation of ")
           << from.size() << " axes, got " << getPermutation().size() << " entries";
  SmallVector<bool> seen(from.size(), false);
  SmallVector<int64_t> permuted;
  for (int64_t axis : getPermutation()) {
    if (axis < 0 || axis >= int64_t(from.size()))
      return emitOpError("expects axes in 0 .. ") << int64_t(from.size()) - 1 << ", got " << axis;
    if (std::exchange(seen[axis], true))
      return emitOpError("names axis ") << axis << " twice";
    permuted.push_back(from[axis]);
  }
  // transpose-C2: the permuted shape.
  if (Type expected = tileType(permuted, elementOf(getInput().getType())); getType() != expected)
    return emitOpError("expects the result ") << expected << ", got " << getType();
  return success();
}

LogicalResult ReshapeOp::verify() {
  // reshape-C1: the same elements.
  if (int64_t before = numElements(getInput().getType()), after = numElements(getType()); before != after)
    return emitOpError("expects equally many elements, got ") << before << " and " << after;
  return verifySameElement(*this, getInput().getType(), getType());
}

/// One offset per axis, and `part` at those offsets lies within `whole`.
static LogicalResult verifyBox(Operation *op, ArrayRef<int64_t> offsets, Type part, Type whole) {
  if (rankOf(part) != rankOf(whole))
    return op->emitOpError("expects equal ranks, got ") << rankOf(part) << " and " << rankOf(whole);
  if (int64_t(offsets.size()) != rankOf(whole))
    return op->emitOpError("expects one offset per axis: ")
           << rankOf(whole) << " axes, got " << offsets.size() << " offsets";
  for (auto [axis, offset, size, extent] : llvm::enumerate(offsets, shapeOf(part), shapeOf(whole)))
    if (offset < 0 || offset > extent - size)
      return op->emitOpError("reaches outside axis ")
             << axis << " of size " << extent << ": offset " << offset << ", size " << size;
  return verifySameElement(op, part, whole);
}

// slice-C1
LogicalResult SliceOp::verify() { return verifyBox(*this, getOffsets(), getType(), getInput().getType()); }
// pad-C1
LogicalResult PadOp::verify() { return verifyBox(*this, getOffsets(), getInput().getType(), getType()); }

LogicalResult ConcatOp::verify() {
  // concat-C1
  if (getInputs().empty())
    return emitOpError("expects at least one input");
  ArrayRef<int64_t> shape = shapeOf(getType());
  int64_t axis = getAxis(), sum = 0;
  if (axis < 0 || axis >= int64_t(shape.size()))
    return emitOpError("expects an axis in 0 .. ") << int64_t(shape.size()) - 1 << ", got " << axis;
  for (auto [i, input] : llvm::enumerate(getInputs())) {
    ArrayRef<int64_t> sizes = shapeOf(input.getType());
    if (sizes.size() != shape.size())
      return emitOpError("expects inputs of rank ")
             << shape.size() << ", got rank " << sizes.size() << " for input " << i;
    for (auto [k, found, expected] : llvm::enumerate(sizes, shape))
      if (int64_t(k) != axis && found != expected)
        return emitOpError("expects size ") << expected << " of axis " << k << ", got " << found << " for input " << i;
    if (failed(verifySameElement(*this, input.getType(), getType())))
      return failure();
    sum += sizes[axis];
  }
  if (sum != shape[axis])
    return emitOpError("expects the summed size ") << sum << " of axis " << axis << ", got " << shape[axis];
  return success();
}

LogicalResult EyeOp::verify() {
  // eye-C1: square.
  if (ArrayRef<int64_t> shape = shapeOf(getType()); shape.size() != 2 || shape[0] != shape[1])
    return emitOpError("expects a square matrix, got ") << getType();
  return success();
}

/// `part` is what positions of so many leading axes leave of `whole`.
static LogicalResult verifyElement(Operation *op, size_t positions, Type part, Type whole) {
  if (int64_t(positions) > rankOf(whole))
    return op->emitOpError("expects at most ") << rankOf(whole) << " positions for " << whole << ", got " << positions;
  if (Type expected = tileType(shapeOf(whole).drop_front(positions), elementOf(whole)); part != expected)
    return op->emitOpError("expects the part ") << expected << " of " << whole << ", got " << part;
  return success();
}

// element-C1
LogicalResult ElementOp::verify() {
  return verifyElement(*this, getPositions().size(), getType(), getInput().getType());
}
// place-C1
LogicalResult PlaceOp::verify() { return verifyElement(*this, getPositions().size(), getInput().getType(), getType()); }

} // namespace espalier::tile
