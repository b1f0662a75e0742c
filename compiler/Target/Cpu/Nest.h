//===- Nest.h - The loops of a linalg.generic, as strides -------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_NEST_H
#define ESPALIER_COMPILER_TARGET_CPU_NEST_H

#include "compiler/Target/Cpu/CpuTarget.h"
#include "compiler/Target/Cpu/FlatBuffer.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace espalier::cpu {

/// An operand's line, and its stride along each axis of the nest (0: the operand does not depend on it).
struct Access {
  mlir::Value scalar; // instead of a line: an operand that is a number
  FlatBuffer buffer;
  llvm::SmallVector<Amount> strides;
};

struct Nest {
  mlir::linalg::GenericOp op;
  llvm::SmallVector<Amount> extents;
  llvm::SmallVector<bool> reduced;
  llvm::SmallVector<Access> accesses; // inputs, then outputs
  bool readsPositions = false;        // the body holds linalg.index: axes are those of the op

  /// Failure, with an error at the op, if a map is no projected permutation.
  static llvm::FailureOr<Nest> of(mlir::OpBuilder &builder, mlir::linalg::GenericOp op);

  /// Merges axes wherever one step along the outer is all of the inner, for every operand, and drops axes of one
  /// element.
  void merge();

  unsigned rank() const { return extents.size(); }
  unsigned numInputs() { return op.getNumDpsInputs(); }
  unsigned numOutputs() { return op.getNumDpsInits(); }
  Access &output(unsigned i) { return accesses[numInputs() + i]; }
  bool hasReduction() const { return llvm::is_contained(reduced, true); }
};

/// How a nest is vectorised: lanes along `axis`, or scalars if -1.
struct Direction {
  int64_t axis = -1;
  int64_t lanes = 1;
};

/// The cheapest direction by a count of instructions: a strided vector costs one instruction per lane, a horizontal sum
/// several.
Direction chooseDirection(Nest &nest, const CpuTarget &target);

/// For `out = combine(out, x)`: the operation that combines the lanes of output i, or null if the body has another
/// form.
mlir::Operation *combinerOf(Nest &nest, unsigned output);

} // namespace espalier::cpu

#endif
