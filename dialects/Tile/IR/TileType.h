//===- TileType.h - Tensors and scalars as one kind of type -----------------===//
//
// A tile of rank 0 is a scalar, never a tensor of rank 0.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_DIALECTS_TILE_IR_TILETYPE_H
#define ESPALIER_DIALECTS_TILE_IR_TILETYPE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace espalier::tile {

/// The sizes of a tile; none for a scalar.
llvm::ArrayRef<int64_t> shapeOf(mlir::Type tile);
inline int64_t rankOf(mlir::Type tile) { return shapeOf(tile).size(); }
int64_t numElements(mlir::Type tile);
mlir::Type elementOf(mlir::Type tile);

/// The tile of these sizes: a tensor, or the element type itself without sizes.
mlir::Type tileType(llvm::ArrayRef<int64_t> shape, mlir::Type element);

/// f32 and f64: what is computed in. 16-bit floats are storage.
bool isComputedFloat(mlir::Type element);

/// The attribute of a tile (or scalar) that holds `value` everywhere; for integers and index, the truncated value.
mlir::TypedAttr splatAttr(mlir::Type tile, double value);

/// An arith.constant that holds `value` everywhere.
mlir::Value splat(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type tile, double value);

} // namespace espalier::tile

#endif
