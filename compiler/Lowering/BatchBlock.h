//===- BatchBlock.h - Points of batch and axes at one vertex, a lane each ---===//
//
//   for v in up(T):                                     16 points b_p of the batch, as lanes:
//       S = A[v] - sum(C[c] @ W[c]                ->        S_p = A[b_p, v] - sum over c in children(v) of
//                      for c in children(v))                      C[b_p, c] @ W[c]_p
//       W[v] = solve(S, B[v])                               W[v]_p = solve(S_p, B[b_p, v])
//
// The region of a visit is lifted to the points of a task (BatchLanes.h), with these
// innermost. What sweeps of the group read of each other stays in lanes; rows of other
// tensors are transposed into lanes when they are read, and back when they are defined.
// What has no lifted form is evaluated point by point, into lanes.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_BATCHBLOCK_H
#define ESPALIER_COMPILER_LOWERING_BATCHBLOCK_H

#include "compiler/Lowering/Lift.h"
#include "compiler/Lowering/PackedPoints.h"
#include "compiler/Lowering/Visit.h"

namespace espalier::lowering {

class BatchBlock {
public:
  /// A sweep of the task's group.
  BatchBlock(Task &task, tree::SweepOp sweep, const ElementwiseGroups &groups);

  /// The points of the task at `vertex`, whose definitions have the number `point` (the vertex, or the rank of a leaf);
  /// both null without a tree. `next`: the vertex that will be visited soon; null if nobody knows.
  void emit(mlir::Value point, mlir::Value vertex, mlir::Value next);

private:
  bool isRow(tree::ReadOp read);
  void bindPoint(Visit &visit, mlir::Value vertex);
  void evaluatePointwise(mlir::Value vertex, const Visit &shared);
  Visit::Abreast pointsAt(mlir::Value vertex, mlir::Value next);
  void fetchAtChildren(Visit &visit, mlir::Value next);
  void store(const View &lanes, mlir::Value result, mlir::Value point, mlir::Value next);

  Task &task;
  tree::SweepOp sweep;
  const ElementwiseGroups &groups; // of the sweep
  int64_t width;
  mlir::Location loc;
  block::Dependences dependences;
  llvm::DenseSet<mlir::Operation *> rows; // reads of a tile of each point
  Lifting lifting;
  llvm::SmallVector<mlir::Value> roots; // of the definitions
  std::unique_ptr<ElementwiseGroups> liftedGroups;
  PackedPoints packed;
};

} // namespace espalier::lowering

#endif
