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

/// value + known: an index of which a part may be a value of the code. The known part costs no instruction: it is an
/// offset of an address.
struct Amount {
  mlir::Value value; // null: 0
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
  mlir::Value line;   // !llvm.ptr to element 0
  mlir::Type element; // of the memref
  llvm::SmallVector<Amount> strides, sizes;

  static FlatBuffer of(mlir::OpBuilder &builder, mlir::Location location, mlir::Value buffer);
  int64_t bytes() const; // of an element
  /// What an element is in memory: i8 for i1, i64 for index.
  mlir::Type stored() const;
  /// The address of an element.
  mlir::Value address(mlir::OpBuilder &builder, mlir::Location location, Amount index) const;
};

/// Bytes of an element in memory.
int64_t elementBytes(mlir::Type element);

} // namespace espalier::cpu

#endif
