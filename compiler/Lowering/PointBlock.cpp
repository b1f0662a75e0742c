//===- PointBlock.cpp - Points of a sweep, evaluated together ---------------===//
#include "compiler/Lowering/PointBlock.h"

#include "compiler/Lowering/RowSums.h"
#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::lowering {

Value pointVariable(tree::SweepOp sweep) {
  if (sweep.getTree())
    return sweep.getVertex();
  return sweep.getAxes().empty() ? Value() : Value(sweep.getAxisIndices().back());
}

Extent pointsOf(const Buffers &buffers, tree::SweepOp sweep) {
  if (!sweep.getTree())
    return buffers.extentOf(sweep.getAxes().back());
  return sweep.getLeaves() ? buffers.leavesOf(sweep.getTree()) : buffers.verticesOf(sweep.getTree());
}

/// Whether a tile follows from rows that lie elsewhere for each point by elementwise steps, reductions and new shapes.
static bool isOfScatteredRows(Value tile, Value point, Block &body) {
  Operation *op = tile.getDefiningOp();
  if (!op || op->getBlock() != &body)
    return false;
  if (auto read = dyn_cast<tree::ReadOp>(op))
    return !read.getIndices().empty() && read.getIndices().back() != point;
  if (isa<tile::ContractOp, tile::SolveOp>(op) || op->getNumRegions() > 0)
    return false;
  return llvm::any_of(op->getOperands(),
                      [&](Value operand) { return isTile(operand) && isOfScatteredRows(operand, point, body); });
}

/// The operations that make numbers of such tiles.
static DenseSet<Operation *> numbersOfScatteredRows(tree::SweepOp sweep) {
  Block &body = sweep.getBody().front();
  DenseSet<Operation *> numbers;
  for (Operation &op : body)
    if (isa<tile::ReduceOp, tile::ContractOp>(op) && !isTile(op.getResult(0)) &&
        llvm::any_of(op.getOperands(), [&](Value tile) { return isOfScatteredRows(tile, pointVariable(sweep), body); }))
      numbers.insert(&op);
  return numbers;
}

void bindPoint(Visit &visit, Task &task, tree::SweepOp sweep, Value point) {
  for (auto [source, index, extent] : llvm::zip(sweep.getAxisIndices(), task.axisIndices, sweep.getAxes()))
    visit.bind(source, index, task.buffers.extentOf(extent));
  if (!point)
    return;
  if (sweep.getTree())
    visit.bindVertex(sweep.getVertex(), point);
  else
    visit.bind(pointVariable(sweep), point, pointsOf(task.buffers, sweep));
  SmallVector<Value> axisIndices(task.axisIndices);
  if (!sweep.getTree())
    axisIndices.push_back(point);
  visit.standAt(sweep, axisIndices, point);
}

static SmallVector<std::pair<Value, block::PointSet>> perPoint(tree::SweepOp sweep, ArrayRef<Value> given) {
  SmallVector<std::pair<Value, block::PointSet>> values{{pointVariable(sweep), 1}};
  for (Value value : given)
    values.push_back({value, 1});
  return values;
}

PointBlock::PointBlock(Task &task, tree::SweepOp sweep, const ElementwiseGroups &groups, int64_t size,
                       ValueRange values, ArrayRef<Value> given)
    : task(task), sweep(sweep), groups(groups), size(size), loc(sweep.getLoc()),
      dependences(sweep.getBody().front(), perPoint(sweep, given)), numbers(numbersOfScatteredRows(sweep)),
      lifting(loc, dependences, {this->size}, numbers), values(values), given(given), packed(task, loc, size) {
  for (Value value : values)
    roots.push_back(lifting.whole(value));
  block::YieldOp::create(lifting.builder, roots);
  liftedGroups = std::make_unique<ElementwiseGroups>(lifting.region());
}

//===-- Points --------------------------------------------------------------===//

SmallVector<Value> PointBlock::indicesAt(Value point) {
  SmallVector<Value> indices;
  if (sweep.getBatch())
    indices.push_back(task.batch);
  llvm::append_range(indices, task.axisIndices);
  indices.push_back(point);
  return indices;
}

View PointBlock::stretched(View atFirst, int64_t elements) const {
  atFirst.sizes.insert(atFirst.sizes.begin(), size);
  atFirst.strides.insert(atFirst.strides.begin(), elements);
  return atFirst;
}

//===-- What the lifted region is given -------------------------------------===//

/// Reads at the points themselves are tiles in memory. The rest is evaluated at each point.
void PointBlock::evaluatePointwise(Value first, const Visit &shared) {
  Visit atFirst(task, sweep.getBody(), groups);
  atFirst.adopt(shared);
  bindPoint(atFirst, task, sweep, first);
  SmallVector<Value> others, sources = llvm::to_vector(lifting.pointwise());
  for (Operation *number : lifting.givenProducts())
    sources.push_back(number->getResult(0));
  for (Value source : sources) {
    if (llvm::is_contained(given, source))
      continue;
    auto read = source.getDefiningOp<tree::ReadOp>();
    if (read && !read.getIndices().empty() && read.getIndices().back() == pointVariable(sweep))
      if (std::optional<View> place = atFirst.readInPlace(read)) {
        computed[source] = stretched(*place, tile::numElements(source.getType()));
        continue;
      }
    packed.add(source);
    computed[source] = packed.of(source);
    others.push_back(source);
  }
  if (others.empty())
    return;
  OpBuilder &builder = task.builder;
  auto each = scf::ForOp::create(builder, loc, task.index(0), task.index(size), task.index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(each.getBody()->getTerminator());
  Value number = each.getInductionVar();
  Visit visit(task, sweep.getBody(), groups);
  visit.adopt(shared);
  bindPoint(visit, task, sweep, arith::AddIOp::create(builder, loc, first, number));
  bindGiven(visit, number);
  for (Value source : others)
    visit.define(source, packed.at(source, number));
  visit.emitDefinitions();
}

/// What is given, at one of the points.
void PointBlock::bindGiven(Visit &visit, Value number) {
  for (Value source : given) {
    View row = pointOf(task.builder, loc, computed.find(source)->second, {number});
    if (isTile(source))
      visit.bindTile(source, row);
    else
      visit.bind(source, visit.load(row, loc));
  }
}

/// What does not depend on the points is the same at all of them.
View PointBlock::viewOf(const Lifting::Argument &input, Visit &shared) const {
  if (auto known = computed.find(input.source); known != computed.end())
    return known->second;
  View view = shared.tile(input.source);
  if (!input.isWhole)
    return view;
  ArrayRef<int64_t> sizes = tile::shapeOf(input.argument.getType());
  return stretched(view.broadcast(sizes.drop_front()), 0);
}

//===-- Emission ------------------------------------------------------------===//

View PointBlock::placeOf(Value first, Value definition, Type tile) {
  View atFirst = Visit(task, sweep.getBody(), groups).partOf(task.bufferOf(definition), indicesAt(first), tile, loc);
  return stretched(atFirst, tile::numElements(tile));
}

SmallVector<View> PointBlock::emit(Value first, ArrayRef<std::optional<View>> places, ArrayRef<View> givenViews) {
  computed.clear();
  for (auto [source, view] : llvm::zip_equal(given, givenViews))
    computed[source] = view;
  Visit shared(task, sweep.getBody(), groups);
  bindPoint(shared, task, sweep, Value());
  shared.evaluateParts(lifting.parts());
  evaluatePointwise(first, shared);

  Visit visit(task, lifting.region(), *liftedGroups);
  for (const Lifting::Argument &input : lifting.arguments()) {
    if (isTile(input.argument))
      visit.bindTile(input.argument, viewOf(input, shared));
    else
      visit.bind(input.argument, shared.scalar(input.source));
  }
  for (auto [root, place] : llvm::zip_equal(roots, places))
    if (place)
      visit.define(root, *place);
  visit.emitDefinitions();
  SmallVector<View> views;
  for (auto [value, root, place] : llvm::zip_equal(values, roots, places)) {
    bool isShared = !place && isTile(value) && !dependences.of(value);
    views.push_back(place ? *place : isShared ? shared.tile(value) : visit.tile(root));
  }
  return views;
}

} // namespace espalier::lowering
