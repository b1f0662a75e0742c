//===- BatchLanes.h - Points of batch and axes, a lane each -----------------===//
//
// Tiles of few numbers fill no vector; the same element at 16 points of batch and axes
// does, whatever tree these go through (dialects/Tree/IR/Abreast.h):
//
//   lane       0     1     2     ..
//   point    32    33    34     ..       of batch x axes, row by row
//   batch     4     4     4     5        point / 7, for one axis of 7
//   axis      4     5     6     0        point % 7
//
// A tensor's tiles of all points at one vertex are rows of it: their numbers are a table of
// the task, made once. Where fewer points are left than lanes, the last ones have the same.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_BATCHLANES_H
#define ESPALIER_COMPILER_LOWERING_BATCHLANES_H

#include "compiler/Lowering/Task.h"

#include <map>

namespace espalier::lowering {

class BatchLanes {
public:
  /// Where the batch stands among the axes of points.
  static constexpr int64_t kBatch = -1;

  /// Of points block * width .. of `axes` (behind the batch, if that is one of them), at the builder's position.
  BatchLanes(Task &task, mlir::Location loc, int64_t width, bool alongBatch, llvm::ArrayRef<Extent> axes,
             mlir::Value block);

  int64_t width() const { return numLanes; }
  bool alongBatch() const { return withBatch; }
  /// The index of each point on an axis: memref<16xindex>.
  mlir::Value indices(int64_t axis) const { return tables[axis + 1]; }
  /// Of the first point.
  mlir::Value first(int64_t axis);
  /// Of the point in this lane, at the task's position.
  mlir::Value at(int64_t axis, mlir::Value lane);

  /// Where the points are in a tensor whose leading axes are these: numbers[p] (i32) behind `first` (an index).
  struct Rows {
    mlir::Value numbers, first;
  };
  Rows rows(llvm::ArrayRef<int64_t> axes);
  /// What a fault at the first of so many vertices (1 without a tree) says of each point's position: memref<16xindex>.
  mlir::Value positions(Extent vertices);

private:
  /// In front of the visits: a table of what `entry` makes of each lane.
  mlir::Value makeTable(mlir::Type element, llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Value)> entry);
  /// The number of the point in a lane among those of some axes, row by row.
  mlir::Value numberOf(mlir::OpBuilder &builder, llvm::ArrayRef<int64_t> axes, mlir::Value lane);

  Task &task;
  mlir::Location loc;
  int64_t numLanes;
  bool withBatch;
  llvm::SmallVector<Extent> axes;
  llvm::SmallVector<mlir::Value> tables; // of the batch (null: all are of one element), then of each axis
  std::map<llvm::SmallVector<int64_t>, Rows> known;
  std::map<std::pair<int64_t, int64_t>, mlir::Value> knownPositions; // by the extent of vertices
};

} // namespace espalier::lowering

#endif
