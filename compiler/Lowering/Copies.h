//===- Copies.h - Copies of tiles and of whole tensors ----------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_COPIES_H
#define ESPALIER_COMPILER_LOWERING_COPIES_H

#include "compiler/Lowering/Buffers.h"
#include "compiler/Lowering/View.h"

namespace espalier::lowering {

/// A tensor as rows of static size, one after the other in memory: `leading` are its axes up to the last whose size is
/// not a constant.
struct Rows {
  llvm::ArrayRef<Extent> leading;
  llvm::SmallVector<int64_t> sizes; // of a row
  int64_t numElements;              // of a row

  static Rows of(const Buffer &buffer);
  /// Row `number` of a memref of this shape.
  View view(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value memref, mlir::Value number) const;
};

/// On memref.copy: the copy is stored past the caches (MidLevelForm.md).
constexpr llvm::StringLiteral kPastCaches = "tile.past_caches";

/// to = from, of equal sizes and elements; to a tile that nobody reads soon.
void streamTile(mlir::OpBuilder &builder, mlir::Location loc, const View &from, const View &to);
/// The same to one that somebody may.
void copyTile(mlir::OpBuilder &builder, mlir::Location loc, const View &from, const View &to);

} // namespace espalier::lowering

#endif
