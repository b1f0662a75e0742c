//===- PointBlock.h - Points of a sweep, evaluated together -----------------===//
//
//   for i in each(N):                                  one block of 32 points, as tiles:
//       h = gelu(W @ x[i] + b)                  ->       H = gelu(einsum("ed,Ad->Ae", W, X) + b)
//       y[i] = x[i] + V @ h                              Y = X + einsum("de,Ae->Ad", V, H)
//
// Points that do not wait for each other and lie side by side share what does not depend on them: a product with a
// shared matrix becomes a matrix product (Lift.h), and what stands before and after it stays between the same tiles.
// Their reads and results are tiles in memory as it is; what has no lifted form is evaluated point by point, into
// scratch. So is a number made of tiles that lie elsewhere for each point (the cosine of both ends of an edge): only
// what follows from such numbers is evaluated together, a point in each lane.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_POINTBLOCK_H
#define ESPALIER_COMPILER_LOWERING_POINTBLOCK_H

#include "compiler/Lowering/Lift.h"
#include "compiler/Lowering/PackedPoints.h"
#include "compiler/Lowering/Visit.h"

namespace espalier::lowering {

/// The variable of a sweep that differs within a block: its vertex, or the index on its last axis. Null if it has none.
mlir::Value pointVariable(tree::SweepOp sweep);
/// What a visit of the sweep counts points along.
Extent pointsOf(const Buffers &buffers, tree::SweepOp sweep);

/// A visit of the sweep's body stands at a point: at its vertex, or at the index on its last axis; null: at none.
void bindPoint(Visit &visit, Task &task, tree::SweepOp sweep, mlir::Value point);

class PointBlock {
public:
  /// Values of the region of `sweep` at blocks of `size` points that do not wait for each other; its indices on the
  /// axes are those of the task (without the last one where it has no tree). `given` are arguments of the region that
  /// somebody else knows at all points.
  PointBlock(Task &task, tree::SweepOp sweep, const ElementwiseGroups &groups, int64_t size, mlir::ValueRange values,
             mlir::ArrayRef<mlir::Value> given = {});

  /// At the points first .. first + size - 1, all of which exist: where the values lie. `places` says where they are to
  /// lie, points in front; where it says nothing, a tile that no point changes lies there once, without an axis for
  /// them.
  llvm::SmallVector<View> emit(mlir::Value first, llvm::ArrayRef<std::optional<View>> places,
                               llvm::ArrayRef<View> given = {});
  /// Where definitions lie at these points.
  View placeOf(mlir::Value first, mlir::Value definition, mlir::Type tile);

private:
  llvm::SmallVector<mlir::Value> indicesAt(mlir::Value point);
  /// A tile at all points, from where it is at the first.
  View stretched(View atFirst, int64_t elements) const;
  void evaluatePointwise(mlir::Value first, const Visit &shared);
  void bindGiven(Visit &visit, mlir::Value number);
  View viewOf(const Lifting::Argument &input, Visit &shared) const;

  Task &task;
  tree::SweepOp sweep;
  const ElementwiseGroups &groups; // of the sweep
  int64_t size;
  mlir::Location loc;
  block::Dependences dependences;
  llvm::DenseSet<mlir::Operation *> numbers; // made of tiles at each point alone
  Lifting lifting;
  llvm::SmallVector<mlir::Value> values, roots; // of the region, of the lifted one
  llvm::SmallVector<mlir::Value> given;
  std::unique_ptr<ElementwiseGroups> liftedGroups;
  PackedPoints packed;
  llvm::DenseMap<mlir::Value, View> computed; // what the lifted region is given at all points
};

} // namespace espalier::lowering

#endif
