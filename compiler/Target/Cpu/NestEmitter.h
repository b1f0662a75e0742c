//===- NestEmitter.h - A nest as loops over vectors -------------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_NESTEMITTER_H
#define ESPALIER_COMPILER_TARGET_CPU_NESTEMITTER_H

#include "compiler/Target/Cpu/Lanes.h"
#include "compiler/Target/Cpu/Nest.h"

#include <functional>

namespace espalier::cpu {

/// Emits a nest at the builder's position in one of four forms:
///   map                no reduction: loops, the innermost over vectors
///   reduction across   lanes along a parallel axis: vectors of accumulators down the reduced axes
///   reduction along    lanes along a reduced axis: accumulators of partial results, combined at the end
///   in memory          outputs that vary with a reduced axis, or a body that no vector can hold: one element at a time
class NestEmitter {
public:
  NestEmitter(mlir::OpBuilder &builder, Nest &nest, const CpuTarget &target);
  void emit();

private:
  using Values = llvm::SmallVector<mlir::Value>;
  using LoopBody = std::function<Values(mlir::ValueRange)>;
  using GroupBody = std::function<Values(llvm::ArrayRef<Piece>, mlir::ValueRange)>;

  void emitMap();
  void emitAcross();
  void emitAlong();
  void emitInMemory();

  /// Loops over `axes` in order, carrying values; few iterations are unrolled. Sets `positions`.
  Values loop(llvm::ArrayRef<unsigned> axes, mlir::ValueRange carried, const LoopBody &body);
  Values loopAxis(unsigned axis, mlir::ValueRange carried, const LoopBody &body);
  /// Covers the vectorised axis with groups of up to `group` pieces. Offsets of pieces count from positions[axis].
  Values loopPieces(int64_t group, mlir::ValueRange carried, const GroupBody &body);
  /// A last piece for what whole vectors leave over, by a mask computed at run time.
  Piece dynamicTail(Amount covered);

  Amount index(Access &access, const Piece &piece);
  Amount stride(Access &access) const { return direction.axis < 0 ? Amount::of(0) : access.strides[direction.axis]; }
  Values loadInputs(const Piece &piece);
  mlir::Value loadOutput(unsigned output, const Piece &piece);
  void storeOutput(unsigned output, mlir::Value value, const Piece &piece);
  /// The body's results, widened to the piece.
  Values evaluate(const Piece &piece, llvm::ArrayRef<mlir::Value> inputs, llvm::ArrayRef<mlir::Value> outputs);
  mlir::Value position(unsigned axis, const Piece &piece);
  mlir::Value combine(mlir::Operation *combiner, mlir::Value a, mlir::Value b);
  mlir::Value combineLanes(mlir::Operation *combiner, mlir::Value vector);

  llvm::SmallVector<unsigned> axesWhere(bool reduced) const;
  int64_t groupSize() const;

  mlir::OpBuilder &builder;
  mlir::Location location;
  Nest &nest;
  const CpuTarget &target;
  LaneBuilder lanes;
  Direction direction;
  llvm::SmallVector<Amount> positions; // of each axis, where the code being emitted stands
  int64_t unrollBudget;                // copies of the body that may still be made
};

} // namespace espalier::cpu

#endif
