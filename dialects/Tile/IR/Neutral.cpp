//===- Neutral.cpp - The neutral elements of reductions ---------------------===//
#include "dialects/Tile/IR/Neutral.h"
#include "dialects/Tile/IR/TileType.h"

using namespace mlir;

namespace espalier::tile {

static TypedAttr leastOrGreatest(Type element, bool least) {
  if (isa<FloatType>(element)) {
    const llvm::fltSemantics &semantics = cast<FloatType>(element).getFloatSemantics();
    return FloatAttr::get(element, APFloat::getInf(semantics, /*Negative=*/least));
  }
  unsigned width = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  return IntegerAttr::get(element, least ? APInt::getSignedMinValue(width) : APInt::getSignedMaxValue(width));
}

TypedAttr neutralElement(ReductionKind kind, Type tile) {
  if (kind == ReductionKind::sum)
    return splatAttr(tile, 0);
  TypedAttr scalar = leastOrGreatest(elementOf(tile), kind != ReductionKind::min);
  auto tensor = dyn_cast<RankedTensorType>(tile);
  return tensor ? TypedAttr(DenseElementsAttr::get(tensor, Attribute(scalar))) : scalar;
}

} // namespace espalier::tile
