//===- ChainScan.h - Many steps along a chain as one -------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_CHAINSCAN_H
#define ESPALIER_COMPILER_LOWERING_CHAINSCAN_H

#include "compiler/Lowering/PointBlock.h"
#include "compiler/Lowering/Recurrence.h"
#include "compiler/Lowering/SubtreeGrids.h"

#include <optional>

namespace espalier::lowering {

/// Whether the schedule says so of a sweep.
bool isScanned(tree::SweepOp sweep);

/// The visits of a sweep along a chain that is affine by elements, in blocks: what does not wait for the step before is
/// evaluated at all steps of a block (PointBlock.h), the state by tile.scan_into, what needs the state at all steps
/// again. A block whose states are not all finite goes from step to step as the program says. What is left of the chain
/// is a block that ends with it, and gives some steps their values once more; with no block before it, or one that was
/// not finite, it goes from step to step too.
///
/// Parts of the chain are runs of whole blocks. Until a part is visited, its room holds what it makes of any state: in
/// the tensor of state i, the last step the state that comes of zeros, the step j + 1 before it what state j is
/// multiplied by; and its first step the states before it. Where that is not finite, one task visits the whole chain
/// before.
class ChainScan {
public:
  ChainScan(Task &task, tree::SweepOp sweep);

  void emit(Share share);

private:
  // Parts (ChainParts.cpp).
  using Bounds = std::pair<mlir::Value, mlir::Value>;
  void emitEffect();
  void emitStatesBefore();
  void emitPart();
  /// The steps of a part, counted from where the sweep begins; none if there are fewer parts.
  Bounds boundsOf(mlir::Value part);
  mlir::Value numParts();
  View tileAt(mlir::Value step, size_t state);
  /// Where a part keeps what it makes of state `from` in state `to`; without `from`: of zeros.
  View effectAt(Bounds bounds, size_t to, std::optional<size_t> from);
  /// Every state where it is 1 and the others of its system 0: [from][to].
  std::vector<std::vector<View>> unitStates();
  void advance(const Recurrence::System &system, llvm::ArrayRef<View> &views,
               llvm::ArrayRef<std::vector<View>> unitStates);
  /// What a part makes of the carried states becomes these; `check`: 0 as long as all are finite.
  void passPart(Bounds bounds, llvm::ArrayRef<View> next, const View &check);
  void visitAllFirst(mlir::Value count);

  // The chain.
  mlir::Value numSteps() { return task.extent(pointsOf(task.buffers, sweep)); }
  mlir::Value vertexAt(mlir::Value step);
  /// Of the vertices that `count` steps visit, the one with the lowest number.
  mlir::Value firstVertex(mlir::Value step, mlir::Value count);
  void visit(Bounds bounds);
  void visitBlocks(Bounds bounds, const View &wasBlock);
  void carryFrom(mlir::Value vertex, mlir::Value first);
  void fill(const View &view, double number);
  void clearCarried();
  View zeros(mlir::Type element, llvm::ArrayRef<int64_t> sizes);
  /// So many tiles of a state.
  llvm::SmallVector<int64_t> blockOf(size_t state, int64_t count) const;

  /// Where a block keeps a state.
  struct Place {
    View own, previous; // size x tile
    View before;        // the tile of `previous` that is carried into the block; empty where nobody asks for it
    View destination;   // of the definition; empty where nobody reads it
  };
  Place placeOf(const Recurrence::State &state, mlir::Value first);
  /// What the coefficients and terms are at a block.
  llvm::SmallVector<View> evaluate(mlir::Value first);
  /// Whether the states of a whole block, now in their places, are finite.
  mlir::Value scanBlock(llvm::ArrayRef<Place> places, mlir::Value first);
  /// The operands of a system's scan, from `views`: of its terms, then of its coefficients, as far as they are not
  /// zero, which are dropped there.
  struct Operands {
    llvm::SmallVector<int64_t> pattern;
    llvm::SmallVector<mlir::Value> coefficients, terms;
  };
  Operands operandsOf(const Recurrence::System &system, llvm::ArrayRef<View> &views);
  mlir::Value scan(const Operands &operands, mlir::ValueRange terms, llvm::ArrayRef<View> before,
                   llvm::ArrayRef<View> targets);
  void finishBlock(llvm::ArrayRef<Place> places, mlir::Value first);
  void step(mlir::Value vertex);
  mlir::Value dense(const View &view);
  size_t indexOf(unsigned definition) const;

  Task &task;
  mlir::OpBuilder &builder;
  tree::SweepOp sweep;
  int64_t size, parts, partSteps; // steps of a block, parts, the least steps of a part
  mlir::Location loc;
  bool isDescending;
  Recurrence recurrence;
  ElementwiseGroups coefficientGroups, stepGroups, restGroups;
  PointBlock coefficients;
  llvm::SmallVector<View> carried; // of each state
  llvm::SmallVector<View> kept;    // a block of each state, where it lies in scratch
};

} // namespace espalier::lowering

#endif
