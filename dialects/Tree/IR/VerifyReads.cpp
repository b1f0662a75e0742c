//===- VerifyReads.cpp - Constraints of reads and accumulations -------------===//
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/TreeDialect.h"

using namespace mlir;

namespace espalier::tree {

/// The axes of a tensor are [batch], one per index, and those of the tile.
static LogicalResult verifyPoint(Operation *op, RankedTensorType tensor, size_t numIndices, Type tile) {
  int64_t bound = int64_t(numIndices) + tile::rankOf(tile), rank = tensor.getRank();
  auto sweep = op->getParentOfType<SweepOp>();
  // read-C1, accumulate-C2: one axis more is the batch axis of the sweep.
  if (rank != bound && rank != bound + 1)
    return op->emitOpError("expects ") << rank << " axes of " << tensor
                                       << " to be bound by [batch], indices and tile, got " << numIndices
                                       << " indices and a tile of rank " << tile::rankOf(tile);
  if (rank == bound + 1 && !(sweep && sweep.getBatch()))
    return op->emitOpError("leaves the first axis of ")
           << tensor << " unbound: the batch axis needs a sweep with 'batch'";
  // read-C2, accumulate-C2: the trailing axes are the tile's.
  if (ArrayRef<int64_t> trailing = tensor.getShape().take_back(tile::rankOf(tile)); trailing != tile::shapeOf(tile))
    return op->emitOpError("expects the tile ")
           << tile::tileType(trailing, tensor.getElementType()) << " of " << tensor << ", got " << tile;
  if (tensor.getElementType() != tile::elementOf(tile))
    return op->emitOpError("expects equal element types, got ")
           << tensor.getElementType() << " and " << tile::elementOf(tile);
  return success();
}

LogicalResult ReadOp::verify() {
  if (failed(verifyPoint(*this, getTensor().getType(), getIndices().size(), getType())))
    return failure();
  // read-C5: what is read exists before the sweep, or is a handle of it.
  SweepOp sweep = getSweep();
  bool isHandle = sweep && llvm::is_contained(sweep.getHandles(), getTensor());
  if (sweep && !isHandle && sweep.getBody().isAncestor(getTensor().getParentRegion()))
    return emitOpError(
        "expects a tensor from outside the sweep or one of its handles; tile.element reads within a tile");
  return success();
}

LogicalResult AccumulateOp::verify() {
  // accumulate-C1
  auto sweep = (*this)->getParentOfType<SweepOp>();
  if (!sweep || !llvm::is_contained(sweep.getAccumulatorHandles(), getTarget()))
    return emitOpError("expects an accumulator of the enclosing sweep as its target");
  return verifyPoint(*this, getTarget().getType(), getIndices().size(), getValue().getType());
}

} // namespace espalier::tree
