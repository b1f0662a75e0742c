//===- VertexOrder.h - The visits of one task, in order ---------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_VERTEXORDER_H
#define ESPALIER_COMPILER_LOWERING_VERTEXORDER_H

#include "compiler/Lowering/SubtreeGrids.h"
#include "compiler/Lowering/Task.h"

namespace espalier::lowering {

/// What a task visits of a sweep over a tree: points (vertices; ranks with `leaves`), or blocks of vertices where its
/// traversal goes by them. Visits are numbered from lower() to upper() - 1, as a traversal from the leaves to the roots
/// would meet them; one from the roots to the leaves meets them the other way round.
class VertexOrder {
public:
  /// Of one part: the one that the task stands at (Task::part).
  VertexOrder(Task &task, tree::SweepOp sweep, Share share);
  /// Of part_order[from .. to).
  VertexOrder(Task &task, tree::SweepOp sweep, mlir::Value from, mlir::Value to);

  bool isByBlocks() const;
  mlir::Value lower() const { return from; }
  mlir::Value upper() const { return to; }

  /// What the `visit`-th visit is of: a point, or the number of a block.
  mlir::Value at(mlir::Value visit);
  /// Its number, counted from the leaves to the roots either way.
  mlir::Value number(mlir::Value visit);
  /// The visit that comes `count` after this one, or the last.
  mlir::Value later(mlir::Value visit, int64_t count);

private:
  void findRange();
  mlir::Value entry(tree::Table table, mlir::Value number);

  Task &task;
  tree::SweepOp sweep;
  mlir::Location loc;
  Share share;
  tree::Traversal traversal;
  mlir::Value from, to;
};

} // namespace espalier::lowering

#endif
