//===- Reads.cpp - Tiles at positions of tensors and of tiles ---------------===//
//
// A read is a view, never a copy. Where there may be nothing to read (no parent, a
// position out of range), buffer and offset are exchanged for zeros: no branch, and
// nothing outside its axis is ever touched.
//===----------------------------------------------------------------------===//
#include "compiler/Lowering/Visit.h"

#include "compiler/Lowering/BatchLanes.h"
#include "compiler/Lowering/PackedPoints.h"
#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tile/IR/TileType.h"
#include "runtime/ABI/ABI.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace espalier::lowering {

Value Visit::plus(Value a, Value b, Location loc) {
  if (!a || !b)
    return a ? a : b;
  return arith::AddIOp::create(builder, loc, a, b);
}

Value Visit::times(Value a, int64_t factor, Location loc) {
  if (!a || factor == 1)
    return a;
  return arith::MulIOp::create(builder, loc, a, task.index(factor));
}

Value Visit::both(Value a, Value b, Location loc) {
  if (!a || !b)
    return a ? a : b;
  return arith::AndIOp::create(builder, loc, a, b);
}

Value Visit::checked(Value index, Value limit, Location loc, Value subject) {
  APInt number, size;
  if (matchPattern(index, m_ConstantInt(&number)) && matchPattern(limit, m_ConstantInt(&size)) && number.ult(size))
    return {};
  Value valid = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, index, limit);
  Value outside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::uge, index, limit);
  fault(outside, ESPALIER_FAULT_OUT_OF_RANGE, loc, subject, index, limit);
  return valid;
}

/// Where an index on an axis of a buffer lies. What lies by visit is that of the visited vertex. Of paths, the vertex
/// at hand is written and its parent read.
Value Visit::slotOf(const Buffer &buffer, size_t axis, Value index, Slot slot, Location loc) {
  if (axis != buffer.axesOfTask)
    return index;
  if (buffer.inLanes)
    return arith::IndexCastOp::create(
        builder, loc, builder.getIndexType(),
        memref::LoadOp::create(builder, loc, task.places.lookup(buffer.tree),
                               arith::MaxSIOp::create(builder, loc, index, task.index(0)).getResult()));
  if (buffer.liesByVisit)
    return task.visit;
  if (buffer.holdsOne)
    return task.index(0);
  if (buffer.holdsPath)
    return slot == Slot::written ? task.depth : arith::SubIOp::create(builder, loc, task.depth, task.index(1));
  return buffer.holdsTwo ? arith::AndIOp::create(builder, loc, index, task.index(1)).getResult() : index;
}

Visit::Place Visit::placeOf(Value tensor, bool batched, ValueRange indices, int64_t tileElements, Location loc) {
  const Buffer &buffer = task.bufferOf(tensor);
  Place place;
  if (batched && buffer.axesOfTask == 0)
    place.linear = task.batch;
  for (auto [axis, source] : llvm::enumerate(indices)) {
    if (axis + batched < buffer.axesOfTask)
      continue;
    Extent size = buffer.extents[axis + batched];
    Value index = scalar(source);
    Value valid;
    if (isa<tree::VertexType>(source.getType())) {
      if (!present.contains(source))
        valid = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge, index, task.index(0));
    } else if (auto bound = boundedBy.find(source); bound == boundedBy.end() || !(bound->second == size)) {
      valid = checked(index, task.extent(size), loc, tensor);
    }
    if (place.linear && !size.isOne())
      place.linear = arith::MulIOp::create(builder, loc, place.linear, task.extent(size));
    place.linear = plus(place.linear, slotOf(buffer, axis + batched, index, Slot::read, loc), loc);
    place.valid = both(place.valid, valid, loc);
  }
  place.linear = times(place.linear, tileElements, loc);
  return place;
}

Visit::Place Visit::placeIn(const View &view, ValueRange positions, Location loc, Value subject) {
  Place place{view.offset, {}};
  for (auto [axis, source] : llvm::enumerate(positions)) {
    Value index = scalar(source);
    place.valid = both(place.valid, checked(index, task.index(view.sizes[axis]), loc, subject), loc);
    place.linear = plus(place.linear, times(index, view.strides[axis], loc), loc);
  }
  return place;
}

View Visit::orZeros(View view, Value valid, Location loc) {
  if (!valid)
    return view;
  int64_t span = 1;
  for (int64_t axis = 0; axis < view.rank(); ++axis)
    span += std::max<int64_t>(0, view.sizes[axis] - 1) * view.strides[axis];
  Value zeros = task.zeros(view.element(), span);
  Value start = view.offset ? plus(view.offset, view.constantOffset ? task.index(view.constantOffset) : Value(), loc)
                            : task.index(view.constantOffset);
  view.base = arith::SelectOp::create(builder, loc, valid, task.flat(view.base), zeros);
  view.offset = arith::SelectOp::create(builder, loc, valid, start, task.index(0));
  view.constantOffset = 0;
  return view;
}

/// The sizes of the tiles that a buffer is made of, seen as tiles of this rank.
static SmallVector<int64_t> tileSizes(const Buffer &buffer, Type tile) {
  auto type = dyn_cast<RankedTensorType>(tile);
  SmallVector<int64_t> sizes;
  for (Extent extent : ArrayRef(buffer.extents).take_back(type ? type.getRank() : 0))
    sizes.push_back(extent.constant);
  return sizes;
}

View Visit::tileAt(const Buffer &buffer, Value start, Type tile, Location loc) {
  SmallVector<int64_t> whole = tileSizes(buffer, tile);
  View view = View::dense(task.memrefOf(buffer), start, whole);
  for (auto [axis, size] : llvm::enumerate(whole))
    if (int64_t narrow = cast<RankedTensorType>(tile).getDimSize(axis); narrow != size) {
      view.offset = plus(view.offset, times(task.channel, view.strides[axis], loc), loc);
      view.sizes[axis] = narrow;
    }
  return view;
}

View Visit::laneAt(const Buffer &buffer, Value place, ArrayRef<int64_t> sizes, Location loc) {
  Value width = task.index(ESPALIER_BLOCK_WIDTH);
  Value lane = arith::RemUIOp::create(builder, loc, place, width);
  SmallVector<int64_t> all{ESPALIER_BLOCK_WIDTH};
  llvm::append_range(all, sizes);
  View view = laneBlock(task, buffer, arith::DivUIOp::create(builder, loc, place, width), all);
  view.offset = plus(view.offset, lane, loc);
  view.sizes.erase(view.sizes.begin());
  view.strides.erase(view.strides.begin());
  return view;
}

View Visit::pointAt(const Buffer &buffer, Value tileNumber, Type tile, Location loc) {
  SmallVector<int64_t> all{task.abreast->width()};
  llvm::append_range(all, tile::shapeOf(tile));
  View view = laneBlock(task, buffer, tileNumber ? tileNumber : task.index(0), all);
  view.offset = plus(view.offset, task.lane, loc);
  view.sizes.erase(view.sizes.begin());
  view.strides.erase(view.strides.begin());
  return view;
}

View Visit::partOf(const Buffer &buffer, ValueRange indices, Type tile, Location loc) {
  Value linear;
  for (auto [axis, index] : llvm::enumerate(indices)) {
    if (axis < buffer.axesOfTask)
      continue;
    if (linear && !buffer.extents[axis].isOne())
      linear = arith::MulIOp::create(builder, loc, linear, task.extent(buffer.extents[axis]));
    linear = plus(linear, slotOf(buffer, axis, index, Slot::written, loc), loc);
  }
  if (buffer.isAbreast)
    return laneBlock(task, buffer, linear ? linear : task.index(0), cast<RankedTensorType>(tile).getShape());
  return tileAt(buffer, times(linear, llvm::product_of(tileSizes(buffer, tile)), loc), tile, loc);
}

namespace {
/// tree.read and block.read.
struct ReadAt {
  Value tensor;
  ValueRange indices;
  bool isBatched;

  static ReadAt of(Operation *op) {
    if (auto read = dyn_cast<tree::ReadOp>(op))
      return {read.getTensor(), read.getIndices(), read.isBatched()};
    auto read = cast<block::ReadOp>(op);
    return {read.getTensor(), read.getIndices(), read.isBatched()};
  }
};
} // namespace

View Visit::read(Operation *op) {
  if (isGathered(op))
    return gather(cast<tree::ReadOp>(op));
  ReadAt at = ReadAt::of(op);
  const Buffer &buffer = task.bufferOf(at.tensor);
  Type tile = op->getResultTypes().front();
  int64_t tileElements = llvm::product_of(tileSizes(buffer, tile));
  if (buffer.isAbreast) {
    Place place = placeOf(at.tensor, at.isBatched, at.indices, 1, op->getLoc());
    return orZeros(pointAt(buffer, place.linear, tile, op->getLoc()), place.valid, op->getLoc());
  }
  if (buffer.inLanes) {
    Place place = placeOf(at.tensor, at.isBatched, at.indices, 1, op->getLoc());
    return orZeros(laneAt(buffer, place.linear, tileSizes(buffer, tile), op->getLoc()), place.valid, op->getLoc());
  }
  Place place = placeOf(at.tensor, at.isBatched, at.indices, tileElements, op->getLoc());
  return orZeros(tileAt(buffer, place.linear, tile, op->getLoc()), place.valid, op->getLoc());
}

std::optional<View> Visit::readInPlace(tree::ReadOp op) {
  const Buffer &buffer = task.bufferOf(op.getTensor());
  for (auto [axis, source] : llvm::enumerate(op.getIndices())) {
    if (axis + op.isBatched() < buffer.axesOfTask)
      continue;
    auto bound = boundedBy.find(source);
    bool isOnAxis = bound != boundedBy.end() && bound->second == buffer.extents[axis + op.isBatched()];
    if (!isOnAxis && !present.contains(source))
      return std::nullopt;
  }
  return read(op);
}

View Visit::element(tile::ElementOp op) {
  View view = tile(op.getInput());
  Place place = placeIn(view, op.getPositions(), op.getLoc(), op.getInput());
  View part = view;
  part.offset = place.linear;
  part.sizes.erase(part.sizes.begin(), part.sizes.begin() + op.getPositions().size());
  part.strides.erase(part.strides.begin(), part.strides.begin() + op.getPositions().size());
  return orZeros(part, place.valid, op.getLoc());
}

Value Visit::load(const View &view, Location loc) {
  Value element = view.memref(builder, loc);
  return memref::LoadOp::create(builder, loc, element, ValueRange());
}

void Visit::store(Value value, const View &view, Location loc) {
  memref::StoreOp::create(builder, loc, value, view.memref(builder, loc), ValueRange());
}

} // namespace espalier::lowering
