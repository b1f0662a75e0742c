//===- FlatBuffer.h - A memref as a line of elements ------------------------===//
//
// Element (i0, i1, ..) of a strided memref is element sum_d i_d * strides[d] of its
// line. All vector code addresses lines: axes are then nothing but strides, a
// broadcast is a stride of 0, a transposition an exchange, a merge of axes an equation.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_FLATBUFFER_H
#define ESPALIER_COMPILER_TARGET_CPU_FLATBUFFER_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace espalier::cpu {

/// A number that is known now, or a value of the code.
struct Amount {
  mlir::Value value; // null if known
  int64_t known = 0;

  static Amount of(int64_t known) { return {{}, known}; }
  static Amount of(mlir::Value value);
  bool is(int64_t number) const { return !value && known == number; }
  bool isKnown() const { return !value; }
  mlir::Value materialise(mlir::OpBuilder &builder, mlir::Location location) const;
};

Amount add(mlir::OpBuilder &builder, mlir::Location location, Amount a, Amount b);
Amount multiply(mlir::OpBuilder &builder, mlir::Location location, Amount a, Amount b);

struct FlatBuffer {
  mlir::Value line;      // memref<?xE, strided<[1], offset: ?>>; E is the element type, i8 for i1
  mlir::Type element;    // of the memref
  llvm::SmallVector<Amount> strides, sizes;

  static FlatBuffer of(mlir::OpBuilder &builder, mlir::Location location, mlir::Value buffer);
  int64_t bytes() const; // of an element
};

/// Bytes of an element in memory.
int64_t elementBytes(mlir::Type element);

} // namespace espalier::cpu

#endif
