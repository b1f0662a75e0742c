//===- Rows.cpp - A vertex in each lane -------------------------------------===//
//
// Tiles at the vertices of a block are rows of a tensor: their numbers are a table of as
// many entries as there are lanes, which tile.gather_rows and tile.scatter_rows follow.
//===----------------------------------------------------------------------===//
#include "compiler/Lowering/Visit.h"

#include "compiler/Lowering/PackedPoints.h"
#include "compiler/Lowering/Prefetch.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::lowering {

void Visit::bindVertices(Value source, const LaneBlock &block, const LaneBlock &next) {
  rows[source] = {block.rows, false};
  blocks[source] = {block, next};
  positions = block.rows;
}

bool Visit::isInLanes(Value vertex) const {
  if (rows.contains(vertex))
    return true;
  auto parent = vertex.getDefiningOp<tree::ParentOp>();
  return parent && isInLanes(parent.getVertex());
}

Visit::Rows Visit::rowsOf(Value vertex) {
  if (auto known = rows.find(vertex); known != rows.end())
    return known->second;
  auto parent = vertex.getDefiningOp<tree::ParentOp>();
  Location loc = parent.getLoc();
  Rows below = rowsOf(parent.getVertex());
  Value table = task.table(tree::Table::parent, parent.getTree());
  Value numbers = mapRows(below, loc, [&](Value v) { return memref::LoadOp::create(builder, loc, table, v); });
  return rows[vertex] = {numbers, true};
}

Value Visit::mapRows(const Rows &vertices, Location loc, llvm::function_ref<Value(Value)> entry) {
  auto type = cast<MemRefType>(vertices.numbers.getType());
  Value mapped = task.scratch(type.getShape(), type.getElementType()).base;
  auto loop = scf::ForOp::create(builder, loc, task.index(0), task.index(type.getDimSize(0)), task.index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(loop.getBody()->getTerminator());
  Value lane = loop.getInductionVar(), number = memref::LoadOp::create(builder, loc, vertices.numbers, lane);
  Value none = task.constant(builder.getI32IntegerAttr(0)), exists;
  if (vertices.mayMiss) {
    exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge, number, none);
    number = arith::MaxSIOp::create(builder, loc, number, none);
  }
  Value next = entry(arith::IndexCastOp::create(builder, loc, builder.getIndexType(), number));
  if (exists)
    next = arith::SelectOp::create(builder, loc, exists, next, task.constant(builder.getI32IntegerAttr(-1)));
  memref::StoreOp::create(builder, loc, next, mapped, lane);
  return mapped;
}

/// All vertices have as many as the first: they are of one height in a perfect tree.
Value Visit::countChildren(tree::ReduceOp op) {
  Location loc = op.getLoc();
  Value first = memref::LoadOp::create(builder, loc, rowsOf(op.getVertex()).numbers, task.index(0));
  Value vertex = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), first);
  Value next = arith::AddIOp::create(builder, loc, vertex, task.index(1));
  return arith::SubIOp::create(builder, loc, entry(tree::Table::child_offsets, op.getTree(), next, loc),
                               entry(tree::Table::child_offsets, op.getTree(), vertex, loc));
}

void Visit::bindChildren(tree::ReduceOp op, Value child, Value number) {
  Location loc = op.getLoc();
  Value children = task.table(tree::Table::children, op.getTree());
  Value numbers = mapRows(rowsOf(op.getVertex()), loc, [&](Value vertex) {
    Value first = entry(tree::Table::child_offsets, op.getTree(), vertex, loc);
    return memref::LoadOp::create(builder, loc, children,
                                  arith::AddIOp::create(builder, loc, first, number).getResult());
  });
  rows[child] = {numbers, false};
}

bool Visit::isGathered(Operation *op) const {
  auto read = dyn_cast_if_present<tree::ReadOp>(op);
  if (!read || abreast.rows)
    return read && abreast.rows->contains(op);
  return llvm::any_of(read.getIndices(), [&](Value index) { return isInLanes(index); });
}

std::optional<View> Visit::readBlock(tree::ReadOp op) {
  const Buffer &buffer = task.bufferOf(op.getTensor());
  auto known = buffer.inLanes ? blocks.find(op.getIndices().back()) : blocks.end();
  if (known == blocks.end())
    return std::nullopt;
  auto [block, next] = known->second;
  ArrayRef<int64_t> sizes = cast<RankedTensorType>(op.getType()).getShape();
  Value following = arith::MulIOp::create(builder, op.getLoc(), next.number, task.index(llvm::product_of(sizes)));
  View line = View::dense(buffer.memref, following, {llvm::product_of(sizes)});
  // Blocks come from the last to the first, each from its first line on: the hardware does not see that.
  prefetch(builder, op.getLoc(), line, /*isWritten=*/false, /*isFar=*/true, kPageBytes);
  return laneBlock(task, buffer, block.number, sizes);
}

Value Visit::placesOf(Value vertex, Value sourceTree, Location loc) {
  Value &known = places[vertex];
  if (!known)
    known = mapRows(rowsOf(vertex), loc, [&](Value number) {
      return memref::LoadOp::create(builder, loc, task.places.lookup(sourceTree), number);
    });
  return known;
}

View Visit::gather(tree::ReadOp op) {
  if (task.bufferOf(op.getTensor()).isAbreast)
    return readAbreast(op);
  if (std::optional<View> block = readBlock(op))
    return *block;
  View place = scratchFor(op);
  gather(op, place);
  return place;
}

void Visit::place(Value tile, const View &target) {
  auto read = tile.getDefiningOp<tree::ReadOp>();
  bool isInPlace = read && (task.bufferOf(read.getTensor()).inLanes || task.bufferOf(read.getTensor()).isAbreast);
  if (isGathered(read) && !isInPlace && !tiles.contains(tile) && tile.hasOneUse())
    gather(read, target);
  else
    assign(tile, target);
}

Visit::Line Visit::lineOf(tree::ReadOp op) {
  Location loc = op.getLoc();
  const Buffer &buffer = task.bufferOf(op.getTensor());
  auto type = cast<RankedTensorType>(op.getType());
  bool isBatched =
      cast<RankedTensorType>(op.getTensor().getType()).getRank() > int64_t(op.getIndices().size()) + type.getRank() - 1;
  Line line;
  line.start = isBatched && buffer.axesOfTask == 0 ? task.batch : Value();
  for (auto [axis, source] : llvm::enumerate(op.getIndices())) {
    if (axis + isBatched < buffer.axesOfTask)
      continue;
    Extent size = buffer.extents[axis + isBatched];
    for (Value *amount : {&line.start, &line.step})
      if (*amount && !size.isOne())
        *amount = arith::MulIOp::create(builder, loc, *amount, task.extent(size));
    if (isInLanes(source)) {
      line.vertex = source;
      line.step = task.index(1);
      continue;
    }
    Value index = scalar(source);
    if (auto bound = boundedBy.find(source); bound == boundedBy.end() || !(bound->second == size))
      line.valid = both(line.valid, checked(index, task.extent(size), loc, op.getTensor()), loc);
    line.start = plus(line.start, index, loc);
  }
  int64_t elements = type.getNumElements() / type.getDimSize(0);
  line.start = line.start ? times(line.start, elements, loc) : task.index(0);
  line.step = times(line.step, elements, loc);
  return line;
}

void Visit::gather(tree::ReadOp op, const View &target) {
  Location loc = op.getLoc();
  if (abreast.rows)
    return gatherPoints(op, target);
  if (const Buffer &buffer = task.bufferOf(op.getTensor()); buffer.inLanes) {
    Value vertex = op.getIndices().back(), lanes = placesOf(vertex, buffer.tree, loc);
    tile::GatherLanesOp::create(builder, loc, rowsOf(vertex).mayMiss, task.flat(buffer.memref), lanes,
                                target.memref(builder, loc));
    return;
  }
  Line line = lineOf(op);
  Rows vertices = rowsOf(line.vertex);
  if (line.valid) {
    Value numbers = vertices.numbers, none = task.constant(builder.getI32IntegerAttr(-1));
    auto lanes = cast<MemRefType>(numbers.getType()).getShape();
    vertices = {task.scratch(lanes, builder.getI32Type()).base, true};
    auto loop = scf::ForOp::create(builder, loc, task.index(0), task.index(lanes.front()), task.index(1));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(loop.getBody()->getTerminator());
    Value number = memref::LoadOp::create(builder, loc, numbers, loop.getInductionVar());
    Value kept = arith::SelectOp::create(builder, loc, line.valid, number, none);
    memref::StoreOp::create(builder, loc, kept, vertices.numbers, loop.getInductionVar());
  }
  if (auto block = blocks.find(line.vertex); block != blocks.end() && !isNear(op))
    fetch(op, line.vertex, block->second.second.rows);
  Value from = task.flat(task.memrefOf(task.bufferOf(op.getTensor())));
  tile::GatherRowsOp::create(builder, loc, vertices.mayMiss, from, line.start, line.step, vertices.numbers,
                             target.memref(builder, loc));
}

/// What the sweep at hand defines has just been written.
bool Visit::isNear(tree::ReadOp op) {
  auto handle = dyn_cast<BlockArgument>(op.getTensor());
  return handle && isa_and_present<tree::SweepOp>(handle.getOwner()->getParentOp());
}

void Visit::fetch(tree::ReadOp op, Value vertex, Value vertices) {
  if (task.bufferOf(op.getTensor()).inLanes)
    return;
  rows.try_emplace(vertex, Rows{vertices, false});
  // What is bound within loops has no line here.
  if (llvm::any_of(op.getIndices(), [&](Value index) { return !isInLanes(index) && !scalars.contains(index); }))
    return;
  Line line = lineOf(op);
  auto type = cast<RankedTensorType>(op.getType());
  Value from = task.flat(task.memrefOf(task.bufferOf(op.getTensor())));
  tile::FetchRowsOp::create(builder, op.getLoc(), /*forWriting=*/false, from, line.start, line.step, vertices,
                            type.getNumElements() / type.getDimSize(0));
}

} // namespace espalier::lowering
