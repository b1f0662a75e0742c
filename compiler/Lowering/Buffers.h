//===- Buffers.h - The tensors of a kernel as memory ------------------------===//
//
// The function of the mid-level form: every tensor has one buffer, an argument of the
// function. What is returned is computed where the caller wants it; what is not, in a
// workspace that the caller provides.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_BUFFERS_H
#define ESPALIER_COMPILER_LOWERING_BUFFERS_H

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace espalier::lowering {

/// Attributes of arguments (MidLevelForm.md). Those of trees name the rows of the extents table that hold their sizes.
constexpr llvm::StringLiteral kShapeAttribute = "tile.shape", kVerticesAttribute = "tree.vertices",
                              kLeavesAttribute = "tree.leaves";

/// The size of an axis: a constant or a row of the extents table.
struct Extent {
  int64_t constant = -1;
  int64_t row = -1;

  static Extent ofShapeEntry(int64_t entry) { return entry >= 0 ? Extent{entry, -1} : Extent{-1, -1 - entry}; }
  int64_t shapeEntry() const { return row < 0 ? constant : -1 - row; }
  bool isOne() const { return row < 0 && constant == 1; }
  bool operator==(const Extent &other) const {
    return row < 0 ? other.row < 0 && constant == other.constant : row == other.row;
  }
};

/// A dense row-major tensor.
struct Buffer {
  mlir::Value memref; // an argument of the function, or scratch of a task; null for a constant
  llvm::SmallVector<Extent> extents;
  mlir::DenseElementsAttr constant;
  /// So many leading axes (batch, looped ones) are not there: the buffer holds the part of one task (OwnTensors.h).
  unsigned axesOfTask = 0;
  /// Only two vertices are there, v at v % 2: of a chain, where nobody looks further back than to the vertex before.
  bool holdsTwo = false;
  /// Only a vertex and its ancestors are there, each at its depth: what a sweep down a tree finds of its own.
  bool holdsPath = false;
  /// Only the visited vertex is there.
  bool holdsOne = false;
  /// Vertices lie in the order in which they are visited from the leaves to the roots (OwnTensors.h).
  bool liesByVisit = false;
  /// Blocks of vertices of `tree`, each as its visit has them: a tile whose innermost axis are the vertices. Vertex v
  /// is where Task::places says.
  bool inLanes = false;
  /// Tiles of all points that the task visits together: the innermost axis are these (BatchLanes.h).
  bool isAbreast = false;
  mlir::Value tree = {};
};

class Buffers {
public:
  /// Makes the function of the mid-level form beside `source`, without a body but its entry block. Fails with a
  /// diagnostic where a size is neither a constant nor an argument, or a tree that the kernel grows has no place.
  static mlir::FailureOr<Buffers> create(mlir::func::FuncOp source);

  mlir::func::FuncOp function() const { return target; }
  /// The buffer of a tensor of the source: an argument, a constant, a result of a sweep or of attention or the handle
  /// of one, edges, a view of one of these.
  const Buffer &operator[](mlir::Value tensor) const { return buffers.find(tensor)->second; }
  /// The sizes of an argument that is a buffer.
  llvm::ArrayRef<Extent> extentsOf(mlir::Value argument) const { return extentsOfArgument.find(argument)->second; }
  /// The argument for a tree or an index argument of the source; that of a tree that the kernel grows is the place it
  /// fills.
  mlir::Value argument(mlir::Value sourceArgument) const { return arguments.lookup(sourceArgument); }
  mlir::Value extentArgument(int64_t row) const { return extents[row]; }

  /// The size of a domain's axis, of the batch (1 without), of a tree.
  Extent extentOf(mlir::Value size) const;
  Extent batchOf(tree::SweepOp sweep) const { return batchOf(sweep.getBatch()); }
  Extent batchOf(mlir::Value batch) const { return batch ? extentOf(batch) : Extent{1, -1}; }
  Extent verticesOf(mlir::Value tree) const;
  Extent leavesOf(mlir::Value tree) const;

  /// Results that are no sweep's own: to be copied at the end, from the first buffer to the second.
  llvm::ArrayRef<std::pair<Buffer, Buffer>> copies() const { return toCopy; }

private:
  mlir::LogicalResult collectArguments(mlir::func::FuncOp source);
  mlir::LogicalResult checkSizes(mlir::Operation *op, mlir::Value batch, mlir::ValueRange axes) const;
  mlir::LogicalResult checkDomain(tree::SweepOp sweep) const;
  void measureResults(mlir::Operation *op);
  mlir::LogicalResult placeGrownTree(mlir::Operation *op);
  mlir::LogicalResult measure(mlir::Operation &op);
  void addResult(mlir::Value value);
  Buffer add(mlir::Location loc, mlir::RankedTensorType type, llvm::ArrayRef<Extent> extents);
  llvm::SmallVector<Extent> extentsOfResult(mlir::OpResult result) const;

  mlir::func::FuncOp target;
  llvm::DenseMap<mlir::Value, Buffer> buffers;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Extent>> extentsOfArgument;
  llvm::DenseMap<mlir::Value, mlir::Value> arguments;
  llvm::DenseMap<mlir::Value, int64_t> rowOf;                        // of index arguments
  llvm::DenseMap<mlir::Value, std::pair<int64_t, int64_t>> treeRows; // vertices, leaves
  llvm::SmallVector<mlir::Value> extents;
  llvm::SmallVector<std::pair<Buffer, Buffer>> toCopy;
};

} // namespace espalier::lowering

#endif
