//===- Shapes.cpp - Tiles that are put together from others -----------------===//
#include "compiler/Lowering/Visit.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::lowering {

static TypedAttr zeroOf(OpBuilder &builder, const View &view) { return builder.getZeroAttr(view.element()); }

/// A tile into a box of another.
void Visit::put(Value value, const View &box) {
  if (!isTile(value))
    return store(scalar(value), box, value.getLoc());
  if (uniformConstant(value) || uniformScalar(value))
    return assign(value, box);
  if (View view = tile(value); !(view == box))
    copy(view, box, value.getLoc());
}

void Visit::concatenate(tile::ConcatOp op, const View &target) {
  SmallVector<int64_t> offsets(target.rank(), 0);
  for (Value input : op.getInputs()) {
    ArrayRef<int64_t> sizes = cast<RankedTensorType>(input.getType()).getShape();
    put(input, target.sliced(offsets, sizes));
    offsets[op.getAxis()] += sizes[op.getAxis()];
  }
}

void Visit::pad(tile::PadOp op, const View &target) {
  fill(target, zeroOf(builder, target), op.getLoc());
  put(op.getInput(), target.sliced(op.getOffsets(), cast<RankedTensorType>(op.getInput().getType()).getShape()));
}

void Visit::place(tile::PlaceOp op, const View &target) {
  Location loc = op.getLoc();
  fill(target, zeroOf(builder, target), loc);
  Place place = placeIn(target, op.getPositions(), loc, op.getResult());
  View box = target;
  box.offset = place.linear;
  box.sizes.erase(box.sizes.begin(), box.sizes.begin() + op.getPositions().size());
  box.strides.erase(box.strides.begin(), box.strides.begin() + op.getPositions().size());
  Value input = op.getInput();
  if (!place.valid)
    return put(input, box);
  // What is put there is known before the branch.
  if (!isTile(input))
    scalar(input);
  else if (Value stretched = uniformScalar(input))
    scalar(stretched);
  else if (!uniformConstant(input))
    tile(input);
  auto branch = scf::IfOp::create(builder, loc, place.valid, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(branch.thenYield());
  put(input, box);
}

} // namespace espalier::lowering
