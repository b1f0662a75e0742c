//===- ChainScan.h - Many steps along a chain as one -------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_CHAINSCAN_H
#define ESPALIER_COMPILER_LOWERING_CHAINSCAN_H

#include "compiler/Lowering/PointBlock.h"
#include "compiler/Lowering/Recurrence.h"

namespace espalier::lowering {

/// Whether the schedule says so of a sweep.
bool isScanned(tree::SweepOp sweep);

/// The visits of a sweep along a chain that is affine by elements, in blocks: what does not wait for the step before is
/// evaluated at all steps of a block (PointBlock.h), the state by tile.scan_into, what needs the state at all steps
/// again. A block whose states are not all finite, and the rest of the chain, go from step to step as the program says.
class ChainScan {
public:
  ChainScan(Task &task, tree::SweepOp sweep, int64_t size);

  /// All visits.
  void emit();

private:
  /// Where a block keeps a state.
  struct Place {
    View own, previous; // size x tile
    View before;        // the tile of `previous` that is carried into the block; empty where nobody asks for it
    View destination;   // of the definition; empty where nobody reads it
  };
  Place placeOf(const Recurrence::State &state, mlir::Value first);
  /// Whether the states of a whole block, now in their places, are finite.
  mlir::Value scanBlock(llvm::ArrayRef<Place> places, mlir::Value first);
  mlir::Value scan(const Recurrence::System &system, llvm::ArrayRef<View> &views, llvm::ArrayRef<Place> places);
  void finishBlock(llvm::ArrayRef<Place> places, mlir::Value first);
  void step(mlir::Value vertex);
  mlir::Value dense(const View &view);
  size_t indexOf(unsigned definition) const;

  Task &task;
  mlir::OpBuilder &builder;
  tree::SweepOp sweep;
  int64_t size;
  mlir::Location loc;
  bool isDescending;
  Recurrence recurrence;
  ElementwiseGroups coefficientGroups, stepGroups, restGroups;
  PointBlock coefficients;
  llvm::SmallVector<View> carried; // of each state
};

} // namespace espalier::lowering

#endif
