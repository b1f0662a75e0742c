//===- View.h - Where a tile lies in memory ---------------------------------===//
//
// A strided box of a buffer, as plain numbers: the axes of a transpose, a slice or a
// broadcast are those of its input with other strides, so none of them is code. A view
// becomes a memref only where an operation needs one.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_VIEW_H
#define ESPALIER_COMPILER_LOWERING_VIEW_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>

namespace espalier::lowering {

/// Element (i0, i1, ...) is `base[offset + constantOffset + sum of ik * strides[k]]`, counted from the start of the
/// buffer.
struct View {
  mlir::Value base;   // a memref whose own offset is 0
  mlir::Value offset; // index; null: 0
  int64_t constantOffset = 0;
  llvm::SmallVector<int64_t> sizes, strides; // stride 0: the axis is stretched

  /// All of a dense buffer of static shape.
  static View of(mlir::Value buffer);
  /// A dense tile somewhere in a buffer.
  static View dense(mlir::Value base, mlir::Value offset, llvm::ArrayRef<int64_t> sizes);

  int64_t rank() const { return sizes.size(); }
  mlir::Type element() const { return llvm::cast<mlir::MemRefType>(base.getType()).getElementType(); }
  bool isDense() const;
  bool operator==(const View &other) const;

  /// Axis i of the result is axis permutation[i].
  View transposed(llvm::ArrayRef<int64_t> permutation) const;
  View sliced(llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<int64_t> newSizes) const;
  /// Aligned at the last axis; sizes of 1 and missing axes are stretched.
  View broadcast(llvm::ArrayRef<int64_t> newSizes) const;
  /// The same elements in row-major order; nothing if no strides say so.
  std::optional<View> reshaped(llvm::ArrayRef<int64_t> newSizes) const;

  /// The view as a memref of its sizes and strides. No stride may be 0 unless its size is at most 1.
  mlir::Value memref(mlir::OpBuilder &builder, mlir::Location loc) const;
};

/// A view without its stretched axes, the others from the longest stride to the shortest.
struct Operand {
  mlir::Value memref;
  llvm::SmallVector<int64_t> axes; // of the view, in the order of the memref's axes

  /// From `numDims` loops, where loop dims[i] runs over axis i of the view, to the elements of the memref.
  mlir::AffineMap map(int64_t numDims, llvm::ArrayRef<int64_t> dims, mlir::MLIRContext *context) const;
};
Operand operandFor(const View &view, mlir::OpBuilder &builder, mlir::Location loc);

} // namespace espalier::lowering

#endif
