//===- BatchBlock.cpp - Points of batch and axes at one vertex, a lane each -===//
#include "compiler/Lowering/BatchBlock.h"

#include "compiler/Lowering/BatchLanes.h"
#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/Abreast.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace espalier::lowering {

/// What differs between points.
static SmallVector<std::pair<Value, block::PointSet>> perPoint(tree::SweepOp sweep, bool alongBatch) {
  SmallVector<std::pair<Value, block::PointSet>> values;
  for (Value value : tree::differsAbreast(sweep, alongBatch))
    values.push_back({value, 1});
  return values;
}

BatchBlock::BatchBlock(Task &task, tree::SweepOp sweep, const ElementwiseGroups &groups)
    : task(task), sweep(sweep), groups(groups), width(task.abreast->width()), loc(sweep.getLoc()),
      dependences(sweep.getBody().front(), perPoint(sweep, task.abreast->alongBatch())), rows([&] {
        DenseSet<Operation *> found;
        sweep.getBody().walk([&](tree::ReadOp read) {
          if (isRow(read))
            found.insert(read);
        });
        return found;
      }()),
      lifting(loc, dependences, {this->width}, {}, /*vertices=*/false, &rows),
      packed(task, loc, width, PackedPoints::Layout::lanes) {
  for (Value value : sweep.getYield().getValues())
    roots.push_back(lifting.whole(value));
  block::YieldOp::create(lifting.builder, roots);
  liftedGroups = std::make_unique<ElementwiseGroups>(lifting.region());
}

/// Whether the indices that differ between points are the first ones, looped over axes of the same sizes.
bool BatchBlock::isRow(tree::ReadOp read) {
  if (dependences.of(read.getResult()) == 0)
    return false;
  const Buffer &buffer = task.bufferOf(read.getTensor());
  auto axisIndices = sweep.getAxisIndices();
  bool leads = true; // so far
  for (auto [axis, index] : llvm::enumerate(read.getIndices())) {
    if (dependences.of(index) == 0) {
      leads = false;
      continue;
    }
    auto own = llvm::find(axisIndices, index);
    if (!leads || own == axisIndices.end())
      return false;
    Extent size = task.buffers.extentOf(sweep.getAxes()[own - axisIndices.begin()]);
    if (!(buffer.extents[axis + read.isBatched()] == size))
      return false;
  }
  return true;
}

void BatchBlock::bindPoint(Visit &visit, Value vertex) {
  for (auto [source, index, extent] : llvm::zip_equal(sweep.getAxisIndices(), task.axisIndices, sweep.getAxes()))
    visit.bind(source, index, task.buffers.extentOf(extent));
  if (vertex)
    visit.bindVertex(sweep.getVertex(), vertex);
  visit.standAt(sweep, task.axisIndices, vertex);
}

/// The task stands at one point after the other meanwhile.
void BatchBlock::evaluatePointwise(Value vertex, const Visit &shared) {
  Value firstBatch = task.batch;
  SmallVector<Value> firstIndices = task.axisIndices;
  packed.evaluate(lifting.pointwise(), sweep.getBody(), groups, [&](Visit &visit, Value lane) {
    task.lane = lane;
    if (task.abreast->alongBatch())
      task.batch = task.abreast->at(BatchLanes::kBatch, lane);
    for (auto [axis, index] : llvm::enumerate(task.axisIndices))
      index = task.abreast->at(int64_t(axis), lane);
    bindPoint(visit, vertex);
    visit.adopt(shared);
  });
  task.lane = Value();
  task.batch = firstBatch;
  task.axisIndices = firstIndices;
}

Visit::Abreast BatchBlock::pointsAt(Value vertex, Value next) {
  Visit::Abreast points;
  points.rows = &lifting.rowReads();
  for (auto [axis, index] : llvm::enumerate(sweep.getAxisIndices()))
    points.axes[lifting.axis(index)] = int64_t(axis);
  Extent vertices = sweep.getTree() ? task.buffers.verticesOf(sweep.getTree()) : Extent{1, -1};
  points.positions = task.abreast->positions(vertices);
  points.vertex = vertex ? vertex : task.index(0);
  points.next = next;
  for (const Lifting::Argument &input : lifting.arguments())
    if (vertex && input.source == sweep.getVertex())
      points.vertexArgument = input.argument;
  return points;
}

/// Of what other sweeps or the caller gave: a vertex that is visited soon is a child that is read soon after.
void BatchBlock::fetchAtChildren(Visit &visit, Value next) {
  if (!next)
    return;
  lifting.region().walk([&](tree::ReadOp read) {
    Value index = read.getIndices().empty() ? Value() : read.getIndices().back();
    auto child = dyn_cast_if_present<BlockArgument>(index);
    auto reduce = child ? dyn_cast_if_present<tree::ReduceOp>(child.getOwner()->getParentOp()) : tree::ReduceOp();
    if (reduce && reduce.getDomain() == tree::DomainKind::children && lifting.rowReads().contains(read))
      visit.fetchPoints(read, child, next);
  });
}

/// Lanes become the rows of a result; those of the next vertex will soon be written.
void BatchBlock::store(const View &lanes, Value result, Value point, Value next) {
  OpBuilder &builder = task.builder;
  const Buffer &buffer = task.buffers[result];
  SmallVector<int64_t> leading;
  Value start;
  if (sweep.getBatch() && task.abreast->alongBatch())
    leading.push_back(BatchLanes::kBatch);
  else if (sweep.getBatch())
    start = task.batch;
  for (size_t axis = 0; axis < sweep.getAxes().size(); ++axis) {
    leading.push_back(int64_t(axis));
    if (start)
      start = arith::MulIOp::create(builder, loc, start, task.extent(buffer.extents[axis + 1]));
  }
  BatchLanes::Rows rows = task.abreast->rows(leading);
  start = start ? arith::AddIOp::create(builder, loc, start, rows.first).getResult() : rows.first;
  int64_t elements = llvm::product_of(ArrayRef(lanes.sizes).drop_front());
  Value step = task.index(elements);
  if (point) {
    Value points = task.extent(buffer.extents[leading.size() + (sweep.getBatch() && !task.abreast->alongBatch())]);
    start = arith::MulIOp::create(builder, loc, start, points);
    step = arith::MulIOp::create(builder, loc, step, points);
  }
  Value line = task.flat(buffer.memref);
  auto startAt = [&](Value number) -> Value {
    Value row = number ? arith::AddIOp::create(builder, loc, start, number).getResult() : start;
    return arith::MulIOp::create(builder, loc, row, task.index(elements));
  };
  if (next && !sweep.getLeaves())
    tile::FetchRowsOp::create(builder, loc, /*forWriting=*/true, line, startAt(next), step, rows.numbers, elements);
  tile::ScatterRowsOp::create(builder, loc, lanes.memref(builder, loc), line, startAt(point), step, rows.numbers);
}

void BatchBlock::emit(Value point, Value vertex, Value next) {
  Visit shared(task, sweep.getBody(), groups);
  bindPoint(shared, vertex);
  shared.evaluateParts(lifting.parts());
  evaluatePointwise(vertex, shared);

  Visit visit(task, lifting.region(), *liftedGroups);
  visit.bindPoints(pointsAt(vertex, next));
  bindArguments(visit, lifting, packed, shared);
  visit.standAt(sweep, task.axisIndices, vertex);
  SmallVector<View> places;
  SmallVector<Value> indices;
  if (sweep.getBatch())
    indices.push_back(task.batch);
  llvm::append_range(indices, task.axisIndices);
  if (point)
    indices.push_back(point);
  for (auto [root, result] : llvm::zip_equal(roots, sweep.getDefinitions())) {
    const Buffer &buffer = task.bufferOf(result);
    auto type = cast<RankedTensorType>(root.getType());
    places.push_back(buffer.isAbreast ? visit.partOf(buffer, indices, type, loc)
                                      : lanesInnermost(task, type.getShape(), type.getElementType()));
    visit.define(root, places.back());
  }
  fetchAtChildren(visit, next);
  visit.emitDefinitions();
  for (auto [place, result] : llvm::zip_equal(places, sweep.getDefinitions()))
    if (task.buffers[result].memref)
      store(place, result, point, next);
}

} // namespace espalier::lowering
