//===- Task.h - What the visits of one grid task share ----------------------===//
//
// The body of a grid has three parts: constants and scratch at its top; the loops over
// batch and axes with what depends on them only (tables of trees); the visits. A Task
// puts each thing into its part, once.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_TASK_H
#define ESPALIER_COMPILER_LOWERING_TASK_H

#include "compiler/Lowering/Buffers.h"
#include "compiler/Lowering/Locations.h"
#include "compiler/Lowering/View.h"

namespace espalier::lowering {

class BatchLanes;

class Task {
public:
  /// Emits into `body`, the block of a grid, in front of its terminator.
  /// `productBlock`: rows x vectors of a product in registers, from the schedule.
  Task(const Buffers &buffers, Locations &locations, std::array<int64_t, 2> productBlock, mlir::Block *body,
       mlir::Location loc);
  ~Task();
  Task(const Task &) = delete;
  Task &operator=(const Task &) = delete;

  /// The position behind everything emitted so far; moves into loops and out of them.
  mlir::OpBuilder builder;
  const Buffers &buffers;
  Locations &locations;
  mlir::DenseI64ArrayAttr productBlock;

  /// Where the task stands, set by the loops of the grid.
  mlir::Value batch, numBatch;
  llvm::SmallVector<mlir::Value> axisIndices;
  /// The points of batch and axes that it visits together, if they are several: `batch` and `axisIndices` are those of
  /// the first then, or, while something is evaluated for one of them, of point `lane`.
  std::unique_ptr<BatchLanes> abreast;
  mlir::Value lane;
  /// Which of the parts of a tree it visits, where these are tasks (SubtreeGrids.h).
  mlir::Value part;
  /// Of the vertex that is visited, where scratch has a tile for each depth.
  mlir::Value depth;
  /// The number of the visit, counted from the leaves, where own buffers lie in that order.
  mlir::Value visit;
  /// Sums over children to which these add (ChildSums.h): results of reductions, and a tile for each depth.
  llvm::DenseMap<mlir::Value, mlir::Value> sumsByDepth;
  /// The first of the channels that narrow tiles are of (ChannelTile.h).
  mlir::Value channel;
  /// Buffers that the task has for itself, of definitions and their handles.
  llvm::DenseMap<mlir::Value, Buffer> ownBuffers;
  /// Of a tree: for each vertex lane + 16 * block, where own buffers hold blocks in lanes; i32.
  llvm::DenseMap<mlir::Value, mlir::Value> places;
  const Buffer &bufferOf(mlir::Value tensor) const {
    auto own = ownBuffers.find(tensor);
    return own == ownBuffers.end() ? buffers[tensor] : own->second;
  }

  /// From here on, what depends on batch and axes is put in front of this position.
  void beginVisits();

  // At the top of the body.
  mlir::Value constant(mlir::TypedAttr value);
  mlir::Value index(int64_t value);
  mlir::Value extent(Extent extent);
  /// A value of the function outside all sweeps: an argument, a constant, arithmetic on them.
  mlir::Value outer(mlir::Value value);
  View scratch(llvm::ArrayRef<int64_t> sizes, mlir::Type element);
  /// Scratch of so many tiles, as many as a call has, and `more`.
  mlir::Value scratchOf(Extent tiles, llvm::ArrayRef<int64_t> sizes, mlir::Type element, int64_t more = 0);
  /// The product of sizes.
  mlir::Value product(llvm::ArrayRef<Extent> extents);
  /// All of a buffer as memref<?xT>, so that it may meet others in a select.
  mlir::Value flat(mlir::Value buffer);
  /// At least `numElements` zeros, flat.
  mlir::Value zeros(mlir::Type element, int64_t numElements);
  /// A constant tile.
  mlir::Value constantTile(mlir::DenseElementsAttr value);
  mlir::Value memrefOf(const Buffer &buffer) { return buffer.constant ? constantTile(buffer.constant) : buffer.memref; }

  // In front of the visits.
  mlir::OpBuilder &beforeVisits() { return front; }
  mlir::Value table(tree::Table table, mlir::Value sourceTree);
  mlir::Value treeExtent(tree::Extent extent, mlir::Value sourceTree);

private:
  /// Of a buffer whose type does not tell.
  mlir::Value numElementsOf(mlir::Value buffer);
  mlir::Value global(llvm::StringRef name, mlir::MemRefType type, mlir::DenseElementsAttr value);

  mlir::Location loc;
  mlir::Value batchOfTrees; // of all points that the task visits
  mlir::OpBuilder top, front;
  llvm::SmallVector<mlir::Operation *, 2> marks; // end of the top, end of the front
  llvm::DenseMap<mlir::Attribute, mlir::Value> constants;
  llvm::DenseMap<mlir::Value, mlir::Value> outers, flats;
  llvm::DenseMap<mlir::Attribute, mlir::Value> tiles;
  llvm::DenseMap<mlir::Type, std::pair<mlir::Value, int64_t>> zeroBuffers;
  llvm::DenseMap<std::pair<mlir::Value, int>, mlir::Value> tables, treeExtents;
};

} // namespace espalier::lowering

#endif
