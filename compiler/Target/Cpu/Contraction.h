//===- Contraction.h - The axes of a product, as strides --------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_CONTRACTION_H
#define ESPALIER_COMPILER_TARGET_CPU_CONTRACTION_H

#include "compiler/Target/Cpu/CpuTarget.h"
#include "compiler/Target/Cpu/FlatBuffer.h"

#include "dialects/Tile/IR/TileDialect.h"

#include <array>

namespace espalier::cpu {

/// Operands of a contraction, in the order of tables below.
enum Operand : unsigned { left, right, target };

/// target[..] (=, +=, -=) sum over reduced axes of left[..] * right[..].
struct Contraction {
  struct Axis {
    int64_t extent;
    std::array<Amount, 3> strides; // 0: the operand does not vary along the axis
    bool isReduced() const { return strides[target].is(0); }
    bool varies(Operand operand) const { return !strides[operand].is(0); }
  };
  tile::ContractIntoOp op;
  std::array<FlatBuffer, 3> buffers;
  llvm::SmallVector<Axis> axes;

  /// Letters become axes. A factor whose elements lie badly for every vectorisation and are used again is first copied
  /// to scratch in another order. Failure, with an error at the op, if the subscripts do not fit the operands or a size
  /// is not known.
  static llvm::FailureOr<Contraction> of(mlir::OpBuilder &builder, tile::ContractIntoOp op, const CpuTarget &machine);

  mlir::Type accumulator() const { return buffers[target].element; }
};

/// Where the lanes, the rows and the sums of a contraction lie.
struct Blocking {
  int64_t lanes = 1;
  int64_t vectorAxis = -1;              // -1: scalars
  int64_t rowAxis = -1;                 // a parallel axis along which loaded vectors are used again; -1: none
  int64_t rows = 1, vectors = 1;        // of one register block
  int64_t columnAxis = -1, columns = 1; // of long dots: another parallel axis, along which the other factor varies
  int64_t chains = 1;                   // independent sums per accumulator, to hide the latency of a multiply-add
  llvm::SmallVector<unsigned> parallel; // axes of the outer loops
  llvm::SmallVector<unsigned> reduced;  // axes of the inner loops, without vectorAxis

  static Blocking of(Contraction &contraction, const CpuTarget &machine);
};

} // namespace espalier::cpu

#endif
