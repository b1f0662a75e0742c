//===- TileDialect.cpp - Registration of the tile dialect -------------------===//
#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialects/Tile/IR/TileDialect.cpp.inc"
#include "dialects/Tile/IR/TileEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Tile/IR/TileAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Tile/IR/TileOps.cpp.inc"

int64_t espalier::tile::LevelAttr::getMappingId() const { return getDimension(); }
bool espalier::tile::LevelAttr::isLinearMapping() const { return false; }
int64_t espalier::tile::LevelAttr::getRelativeIndex() const { return getDimension(); }

void espalier::tile::TileDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Tile/IR/TileOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Tile/IR/TileAttributes.cpp.inc"
      >();
}

mlir::Operation *espalier::tile::TileDialect::materializeConstant(mlir::OpBuilder &builder, mlir::Attribute value,
                                                                  mlir::Type type, mlir::Location loc) {
  return mlir::arith::ConstantOp::materialize(builder, value, type, loc);
}
