//===- VertexBlock.h - Vertices of one height, a lane each ------------------===//
//
//   for v in up(G):                                     one block of 16 vertices v_p, as lanes:
//       S = A[v] - sum(C[c] @ W[c]                ->        S_p = A[v_p] - sum over k of
//                      for c in children(v))                      C[c_pk] @ W[c_pk],  c_pk the k-th child of v_p
//       W[v] = solve(S, B[v])                               W_p = solve(S_p, B[v_p])
//
// Tiles of a few numbers fill no vector; the same element of 16 tiles does. A block of
// the tree's table (runtime/Tree/Blocks.h) is evaluated as one region (Lift.h) with the
// points innermost: rows of tensors are transposed into lanes when they are read, and back
// when they are defined. What has no lifted form is evaluated vertex by vertex, into lanes.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_VERTEXBLOCK_H
#define ESPALIER_COMPILER_LOWERING_VERTEXBLOCK_H

#include "compiler/Lowering/Lift.h"
#include "compiler/Lowering/PackedPoints.h"
#include "compiler/Lowering/Visit.h"

namespace espalier::lowering {

class VertexBlock {
public:
  /// Of a sweep over a tree whose indices on the axes are those of the task.
  VertexBlock(Task &task, tree::SweepOp sweep, const ElementwiseGroups &groups);

  /// The vertices of block number `block` of the tree; those of `next` follow.
  void emit(mlir::Value block, mlir::Value next);

private:
  mlir::Value verticesOf(mlir::Value block);
  void bindAxes(Visit &visit);
  void evaluatePointwise(mlir::Value vertices, const Visit &shared);
  llvm::SmallVector<std::pair<tree::ReadOp, mlir::Value>> readsAtChildren();
  void notePlaces(const Visit::LaneBlock &block);
  void store(const View &lanes, mlir::Value result, mlir::Value vertices, mlir::Value next);

  Task &task;
  tree::SweepOp sweep;
  const ElementwiseGroups &groups; // of the sweep
  int64_t width;
  mlir::Location loc;
  block::Dependences dependences;
  Lifting lifting;
  llvm::SmallVector<mlir::Value> roots; // of the definitions
  std::unique_ptr<ElementwiseGroups> liftedGroups;
  PackedPoints packed;
};

} // namespace espalier::lowering

#endif
