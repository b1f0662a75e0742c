//===- TileType.cpp - Tensors and scalars as one kind of type ---------------===//
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace espalier::tile {

ArrayRef<int64_t> shapeOf(Type tile) {
  auto tensor = dyn_cast<RankedTensorType>(tile);
  return tensor ? tensor.getShape() : ArrayRef<int64_t>();
}

int64_t numElements(Type tile) {
  int64_t count = 1;
  for (int64_t size : shapeOf(tile))
    count *= size;
  return count;
}

Type elementOf(Type tile) { return getElementTypeOrSelf(tile); }

Type tileType(ArrayRef<int64_t> shape, Type element) {
  return shape.empty() ? element : RankedTensorType::get(shape, element);
}

bool isComputedFloat(Type element) { return element.isF32() || element.isF64(); }

TypedAttr splatAttr(Type tile, double value) {
  Type element = elementOf(tile);
  TypedAttr scalar = isa<FloatType>(element) ? TypedAttr(FloatAttr::get(element, value))
                                             : TypedAttr(IntegerAttr::get(element, int64_t(value)));
  auto tensor = dyn_cast<RankedTensorType>(tile);
  return tensor ? TypedAttr(DenseElementsAttr::get(tensor, Attribute(scalar))) : scalar;
}

Value splat(OpBuilder &builder, Location loc, Type tile, double value) {
  return arith::ConstantOp::create(builder, loc, splatAttr(tile, value));
}

} // namespace espalier::tile
