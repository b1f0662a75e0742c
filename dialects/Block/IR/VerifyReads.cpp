//===- VerifyReads.cpp - Constraints of reads and accumulations -------------===//
#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tile/IR/TileType.h"

using namespace mlir;

namespace espalier::block {

/// The axes of a tensor are [batch], one per index, and those of the tile.
static LogicalResult verifyPoint(Operation *op, RankedTensorType tensor, size_t numIndices, Type tile) {
  int64_t bound = int64_t(numIndices) + tile::rankOf(tile), rank = tensor.getRank();
  // read-C1, accumulate-C2: one axis more is the batch axis of the enclosing operation.
  if (rank != bound && rank != bound + 1)
    return op->emitOpError("expects ") << rank << " axes of " << tensor
                                       << " to be bound by [batch], indices and tile, got " << numIndices
                                       << " indices and a tile of rank " << tile::rankOf(tile);
  if (rank == bound + 1 && !op->getParentOfType<AttendOp>().getBatch())
    return op->emitOpError("leaves the first axis of ")
           << tensor << " unbound: the batch axis needs a block.attend with 'batch'";
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
  // read-C3: what is read exists before the rows are.
  auto attend = (*this)->getParentOfType<AttendOp>();
  if (!attend)
    return emitOpError("expects to stand in a block.attend");
  if (attend->isAncestor(getTensor().getParentRegion()->getParentOp()))
    return emitOpError("expects a tensor from outside its block.attend");
  return verifyPoint(*this, getTensor().getType(), getIndices().size(), getType());
}

LogicalResult AccumulateOp::verify() {
  // accumulate-C1
  auto attend = (*this)->getParentOfType<AttendOp>();
  if (!attend || !llvm::is_contained(attend.getAccumulatorHandles(), getTarget()))
    return emitOpError("expects an accumulator of the enclosing block.attend as its target");
  return verifyPoint(*this, getTarget().getType(), getIndices().size(), getValue().getType());
}

} // namespace espalier::block
