//===- PairRegion.h - What belongs to a pair of a row and a key -------------===//
//
// The regions of a block.attend as one, so that what they share is computed once, with
// levels expanded to arithmetic and weights applied to what is accumulated.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_PAIRREGION_H
#define ESPALIER_COMPILER_LOWERING_PAIRREGION_H

#include "compiler/Lowering/Evaluation.h"
#include "compiler/Lowering/Levels.h"
#include "compiler/Lowering/Lift.h"

namespace espalier::lowering {

struct PairRegion {
  static constexpr block::PointSet row = 1, key = 2;

  explicit PairRegion(block::AttendOp attend);

  block::AttendOp attend;
  mlir::OwningOpRef<mlir::ModuleOp> holder;
  mlir::Region *region;
  llvm::SmallVector<mlir::Value> axes; // indices; the last one is the row's
  mlir::Value keyIndex;
  mlir::Value lower, upper; // depend on the row
  mlir::Value filter;       // null: none
  mlir::Value score;
  llvm::SmallVector<mlir::Value> values;
  mlir::Value weight; // an argument: of a pair, where something is accumulated
  llvm::SmallVector<LevelProduct> products;
  llvm::DenseSet<mlir::Operation *> productOps;
  std::unique_ptr<block::Dependences> dependences;
  std::unique_ptr<ElementwiseGroups> groups;

  mlir::Value rowIndex() const { return axes.empty() ? mlir::Value() : axes.back(); }
  bool accumulates() { return !attend.getInits().empty(); }
  block::PointSet pointsOf(mlir::Value value) const { return dependences->of(value); }
  bool isInside(mlir::Value value) const { return value.getParentRegion() == region; }
  /// Values on no point that something on a point, or a result, needs: to be computed once.
  llvm::SetVector<mlir::Value> single() const;
  /// Whether evaluating the values at a point of these can find an index out of range, or another fault.
  bool mayFault(llvm::ArrayRef<mlir::Value> values, block::PointSet points) const;

private:
  void take(mlir::Region &from, mlir::IRMapping &mapping, llvm::SmallVectorImpl<mlir::Value> &yielded);
  void weighAccumulations();
  void dropRepetitions();
};

} // namespace espalier::lowering

#endif
