//===- BlockDialect.cpp - Registration of the block dialect -----------------===//
#include "dialects/Block/IR/BlockDialect.h"

#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialects/Block/IR/BlockDialect.cpp.inc"
#include "dialects/Block/IR/BlockEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Block/IR/BlockAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Block/IR/BlockOps.cpp.inc"

using namespace mlir;

namespace espalier::block {

void BlockDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Block/IR/BlockOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Block/IR/BlockAttributes.cpp.inc"
      >();
}

Operation *BlockDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

RankedTensorType AttendOp::getRowType(Type tile) {
  SmallVector<int64_t> shape((getBatch() ? 1 : 0) + getAxes().size(), ShapedType::kDynamic);
  llvm::append_range(shape, tile::shapeOf(tile));
  return RankedTensorType::get(shape, tile::elementOf(tile));
}

bool ReadOp::isBatched() {
  return getTensor().getType().getRank() > tile::rankOf(getType()) + int64_t(getIndices().size());
}

} // namespace espalier::block
