//===- VertexBlock.cpp - Vertices of one height, a lane each ----------------===//
#include "compiler/Lowering/VertexBlock.h"

#include "compiler/Lowering/Prefetch.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tile/IR/TileType.h"
#include "runtime/ABI/ABI.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::lowering {

VertexBlock::VertexBlock(Task &task, tree::SweepOp sweep, const ElementwiseGroups &groups)
    : task(task), sweep(sweep), groups(groups), width(ESPALIER_BLOCK_WIDTH), loc(sweep.getLoc()),
      dependences(sweep.getBody().front(), {{sweep.getVertex(), block::PointSet(1)}}),
      lifting(loc, dependences, {this->width}, {}, /*vertices=*/true),
      packed(task, loc, width, PackedPoints::Layout::lanes) {
  for (Value value : sweep.getYield().getValues())
    roots.push_back(lifting.whole(value));
  block::YieldOp::create(lifting.builder, roots);
  liftedGroups = std::make_unique<ElementwiseGroups>(lifting.region());
}

Value VertexBlock::verticesOf(Value block) {
  OpBuilder &builder = task.builder;
  Value first = arith::MulIOp::create(builder, loc, block, task.index(width));
  return View::dense(task.table(tree::Table::blocks, sweep.getTree()), first, {width}).memref(builder, loc);
}

void VertexBlock::bindAxes(Visit &visit) {
  for (auto [source, index, extent] : llvm::zip_equal(sweep.getAxisIndices(), task.axisIndices, sweep.getAxes()))
    visit.bind(source, index, task.buffers.extentOf(extent));
}

void VertexBlock::evaluatePointwise(Value vertices, const Visit &shared) {
  packed.evaluate(lifting.pointwise(), sweep.getBody(), groups, [&](Visit &visit, Value lane) {
    OpBuilder &builder = task.builder;
    Value number = memref::LoadOp::create(builder, loc, vertices, lane);
    Value vertex = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), number);
    visit.adopt(shared);
    visit.bindVertex(sweep.getVertex(), vertex);
    visit.standAt(sweep, task.axisIndices, vertex);
  });
}

/// Where each vertex of a block has its lane; where there are fewer than lanes, the last one has several that are
/// alike.
void VertexBlock::notePlaces(const Visit::LaneBlock &block) {
  OpBuilder &builder = task.builder;
  Value first = arith::MulIOp::create(builder, loc, block.number, task.index(width));
  auto each = scf::ForOp::create(builder, loc, task.index(0), task.index(width), task.index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(each.getBody()->getTerminator());
  Value lane = each.getInductionVar(), vertex = memref::LoadOp::create(builder, loc, block.rows, lane);
  Value place = arith::IndexCastOp::create(builder, loc, builder.getI32Type(),
                                           arith::AddIOp::create(builder, loc, first, lane).getResult());
  memref::StoreOp::create(builder, loc, place, task.places.lookup(sweep.getTree()),
                          arith::IndexCastOp::create(builder, loc, builder.getIndexType(), vertex).getResult());
}

/// Lanes become the rows of a result; those of the next block will soon be written.
void VertexBlock::store(const View &lanes, Value result, Value vertices, Value next) {
  OpBuilder &builder = task.builder;
  const Buffer &buffer = task.bufferOf(result);
  SmallVector<Value> indices;
  if (sweep.getBatch())
    indices.push_back(task.batch);
  llvm::append_range(indices, task.axisIndices);
  Value start;
  for (auto [axis, index] : llvm::enumerate(indices)) {
    if (axis < buffer.axesOfTask)
      continue;
    if (start)
      start = arith::MulIOp::create(builder, loc, start, task.extent(buffer.extents[axis]));
    start = start ? arith::AddIOp::create(builder, loc, start, index).getResult() : index;
  }
  int64_t elements = 1;
  for (int64_t size : ArrayRef(lanes.sizes).drop_front())
    elements *= size;
  Value step = task.index(elements);
  if (start) {
    Value vertices = task.extent(buffer.extents[indices.size()]);
    start = arith::MulIOp::create(builder, loc, arith::MulIOp::create(builder, loc, start, vertices), step);
  }
  Value line = task.flat(buffer.memref), first = start ? start : task.index(0);
  tile::FetchRowsOp::create(builder, loc, /*forWriting=*/true, line, first, step, next, elements);
  tile::ScatterRowsOp::create(builder, loc, lanes.memref(builder, loc), line, first, step, vertices);
}

/// Reads at children of what the sweep does not define itself: parents of the vertices at hand will soon want it there.
SmallVector<std::pair<tree::ReadOp, Value>> VertexBlock::readsAtChildren() {
  SmallVector<std::pair<tree::ReadOp, Value>> reads;
  lifting.region().walk([&](tree::ReadOp read) {
    for (Value index : read.getIndices()) {
      auto child = dyn_cast<BlockArgument>(index);
      if (child && isa<tree::VertexType>(child.getType()) && !Visit::isNear(read) &&
          isa_and_present<tree::ReduceOp>(child.getOwner()->getParentOp()))
        reads.push_back({read, child});
    }
  });
  return reads;
}

void VertexBlock::emit(Value number, Value nextNumber) {
  Visit::LaneBlock block{verticesOf(number), number}, next{verticesOf(nextNumber), nextNumber};
  Visit shared(task, sweep.getBody(), groups);
  bindAxes(shared);
  shared.evaluateParts(lifting.parts());
  evaluatePointwise(block.rows, shared);

  Visit visit(task, lifting.region(), *liftedGroups);
  bindArguments(visit, lifting, packed, shared);
  // Also where nothing asks for the point itself: a fault of a solve names it, counted from the first vertex.
  visit.bindVertices(lifting.vertex(sweep.getVertex()), block, next);
  visit.standAt(sweep, task.axisIndices, task.index(0));
  SmallVector<View> places;
  SmallVector<size_t> stored; // definitions that become rows
  for (auto [index, root] : llvm::enumerate(roots)) {
    auto type = cast<RankedTensorType>(root.getType());
    const Buffer &buffer = task.bufferOf(sweep.getDefinitions()[index]);
    places.push_back(buffer.inLanes ? laneBlock(task, buffer, number, type.getShape())
                                    : lanesInnermost(task, type.getShape(), type.getElementType()));
    visit.define(root, places.back());
    if (buffer.inLanes)
      prefetch(task.builder, loc, laneBlock(task, buffer, nextNumber, type.getShape()), /*isWritten=*/true,
               /*isFar=*/true, kPageBytes);
    else
      stored.push_back(index);
  }
  SmallVector<std::pair<tree::ReadOp, Value>> atChildren = readsAtChildren();
  ArrayRef<std::pair<tree::ReadOp, Value>> reads = atChildren;
  auto fetchSome = [&](size_t count) {
    for (auto [at, child] : reads.take_front(count))
      visit.fetch(at, child, block.rows);
    reads = reads.drop_front(std::min(count, reads.size()));
  };
  if (stored.empty())
    fetchSome(reads.size());
  visit.emitDefinitions();
  if (stored.size() < roots.size())
    notePlaces(block);
  for (size_t index : stored) {
    // A fetch for each store, the rest for the last.
    fetchSome(index == stored.back() ? reads.size() : 1);
    store(places[index], sweep.getDefinitions()[index], block.rows, next.rows);
  }
}

} // namespace espalier::lowering
