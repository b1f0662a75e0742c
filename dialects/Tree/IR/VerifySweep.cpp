//===- VerifySweep.cpp - Constraints of the sweep ---------------------------===//
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/Point.h"
#include "dialects/Tree/IR/TreeDialect.h"

using namespace mlir;

namespace espalier::tree {

//===-- The form of a sweep -------------------------------------------------===//

static LogicalResult verifyDomain(SweepOp op) {
  // sweep-C3: up and down have a tree; leaves are visited by each.
  if (op.getDirection() != Direction::each && !op.getTree())
    return op.emitOpError("expects a tree for '") << stringifyDirection(op.getDirection()) << "'";
  if (op.getLeaves() && !op.getTree())
    return op.emitOpError("expects a tree for 'leaves'");
  if (op.getLeaves() && op.getDirection() != Direction::each)
    return op.emitOpError("expects 'each' for 'leaves', got '") << stringifyDirection(op.getDirection()) << "'";
  return success();
}

static LogicalResult verifyAccumulators(SweepOp op) {
  // sweep-C4: an accumulator's result has the type of its initial value.
  if (op.getInits().size() > op.getNumResults())
    return op.emitOpError("expects a result per accumulator: ")
           << op.getInits().size() << " accumulators, got " << op.getNumResults() << " results";
  for (auto [init, result] : llvm::zip_equal(op.getInits(), op.getAccumulated()))
    if (init.getType() != result.getType())
      return op.emitOpError("expects an accumulator's result of its initial value's type ")
             << init.getType() << ", got " << result.getType();
  return success();
}

static LogicalResult verifyArguments(SweepOp op) {
  // sweep-C1: an index per axis, the vertex, a handle per result.
  SmallVector<Type> expected(op.getAxes().size(), IndexType::get(op.getContext()));
  if (op.getTree())
    expected.push_back(VertexType::get(op.getContext()));
  llvm::append_range(expected, op.getResultTypes());
  Block &body = op.getBody().front();
  if (body.getNumArguments() != expected.size())
    return op.emitOpError("expects ") << expected.size() << " region arguments (axis indices, vertex, handles), got "
                                      << body.getNumArguments();
  for (auto [i, argument, type] : llvm::enumerate(body.getArguments(), expected))
    if (argument.getType() != type)
      return op.emitOpError("expects region argument ") << i << " of type " << type << ", got " << argument.getType();
  return success();
}

LogicalResult SweepOp::verify() {
  // sweep-C6: no nesting.
  if ((*this)->getParentOfType<SweepOp>())
    return emitOpError("cannot stand within another sweep");
  return success(succeeded(verifyDomain(*this)) && succeeded(verifyAccumulators(*this)) &&
                 succeeded(verifyArguments(*this)));
}

//===-- The body of a sweep -------------------------------------------------===//

RankedTensorType SweepOp::getDefinitionType(Type tile) {
  SmallVector<int64_t> shape((getBatch() ? 1 : 0) + getAxes().size() + (getTree() ? 1 : 0), ShapedType::kDynamic);
  llvm::append_range(shape, tile::shapeOf(tile));
  return RankedTensorType::get(shape, tile::elementOf(tile));
}

static LogicalResult verifyYield(SweepOp op) {
  // sweep-C2: one tile per definition, behind the sizes of the domain.
  auto yield = dyn_cast<YieldOp>(op.getBody().front().back());
  if (!yield)
    return op.emitOpError("expects its region to end in tree.yield");
  if (yield.getValues().size() != op.getNumDefinitions())
    return op.emitOpError("expects one yielded tile per definition: ")
           << op.getNumDefinitions() << " definitions, got " << yield.getValues().size();
  for (auto [i, tile, result] : llvm::enumerate(yield.getValues(), op.getDefinitions())) {
    if (!RankedTensorType::isValidElementType(tile::elementOf(tile.getType())) ||
        op.getDefinitionType(tile.getType()) != result.getType())
      return op.emitOpError("yields ") << tile.getType() << " for definition " << i << ": expects the result "
                                       << op.getDefinitionType(tile.getType()) << ", got " << result.getType();
  }
  return success();
}

/// Where a sweep of this direction may read its own definitions.
static LogicalResult verifyOwnRead(SweepOp op, ReadOp read) {
  Point point = pointOf(op, read.getIndices());
  bool isWhole = read.isBatched() == bool(op.getBatch());
  switch (op.getDirection()) {
  case Direction::each: // sweep-C5: no reads of own definitions.
    return read.emitOpError("cannot read a definition of its own 'each' sweep");
  case Direction::up: // read-C3
    if (point == Point::child && isWhole)
      return success();
    return read.emitOpError("expects to read a definition of its own 'up' sweep with the sweep's axis indices at a "
                            "child of the sweep's vertex");
  case Direction::down: // read-C3
    if (point == Point::parent && isWhole)
      return success();
    return read.emitOpError("expects to read a definition of its own 'down' sweep with the sweep's axis indices at the "
                            "parent of the sweep's vertex");
  }
  return failure();
}

static LogicalResult verifyHandles(SweepOp op) {
  for (BlockArgument handle : op.getDefinitionHandles())
    for (OpOperand &use : handle.getUses()) {
      // sweep-C7: handles of definitions are read, and nothing else.
      auto read = dyn_cast<ReadOp>(use.getOwner());
      if (!read)
        return use.getOwner()->emitOpError("cannot use the handle of a definition; it can only be read by tree.read");
      if (failed(verifyOwnRead(op, read)))
        return failure();
    }
  for (BlockArgument handle : op.getAccumulatorHandles())
    for (OpOperand &use : handle.getUses()) {
      // read-C4, sweep-C7: handles of accumulators are accumulated into, and nothing else.
      if (isa<ReadOp>(use.getOwner()))
        return use.getOwner()->emitOpError("cannot read an accumulator of its own sweep");
      if (!isa<AccumulateOp>(use.getOwner()))
        return use.getOwner()->emitOpError("cannot use the handle of an accumulator; it is only for tree.accumulate");
    }
  return success();
}

LogicalResult SweepOp::verifyRegions() {
  return success(succeeded(verifyYield(*this)) && succeeded(verifyHandles(*this)));
}

YieldOp SweepOp::getYield() { return cast<YieldOp>(getBody().front().getTerminator()); }

LogicalResult CheckFiniteOp::verify() {
  // check_finite-C1
  if (!(*this)->getParentOfType<SweepOp>())
    return emitOpError("expects to stand in a sweep");
  return success();
}

} // namespace espalier::tree
