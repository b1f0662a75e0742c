//===- ChainScan.cpp - Many steps along a chain as one -----------------------===//
#include "compiler/Lowering/ChainScan.h"

#include "compiler/Lowering/Copies.h"
#include "compiler/Lowering/Loops.h"
#include "compiler/Lowering/OwnTensors.h"
#include "compiler/Lowering/RowSums.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using espalier::tree::ScheduleAttr;
using espalier::tree::SweepOp;
using espalier::tree::Traversal;

namespace espalier::lowering {

bool isScanned(SweepOp sweep) {
  auto schedule = sweep->getAttrOfType<ScheduleAttr>(ScheduleAttr::attributeName);
  return schedule.getTogether() > 1 &&
         (schedule.getTraversal() == Traversal::ascending || schedule.getTraversal() == Traversal::descending);
}

ChainScan::ChainScan(Task &task, SweepOp sweep, int64_t size)
    : task(task), builder(task.builder), sweep(sweep), size(size), loc(sweep.getLoc()),
      isDescending(sweep.getDirection() == tree::Direction::down), recurrence(sweep),
      coefficientGroups(recurrence.coefficients->getBody()), stepGroups(recurrence.step->getBody()),
      restGroups(recurrence.rest->getBody()), coefficients(task, *recurrence.coefficients, coefficientGroups, size,
                                                           recurrence.coefficients->getYield().getValues()) {
  for (const Recurrence::State &state : recurrence.states)
    carried.push_back(task.scratch(tile::shapeOf(state.previous.getType()), tile::elementOf(state.previous.getType())));
}

size_t ChainScan::indexOf(unsigned definition) const {
  return llvm::find_if(recurrence.states, [&](const auto &state) { return state.number == definition; }) -
         recurrence.states.begin();
}

//===-- Places ----------------------------------------------------------------===//

/// Rows `from` and so many more.
static View rows(const View &view, int64_t from, int64_t count) {
  SmallVector<int64_t> offsets(view.rank(), 0), sizes(view.sizes);
  offsets[0] = from;
  sizes[0] = count;
  return view.sliced(offsets, sizes);
}

/// One row of them.
static View row(const View &view, int64_t number) {
  View tile = rows(view, number, 1);
  tile.sizes.erase(tile.sizes.begin());
  tile.strides.erase(tile.strides.begin());
  return tile;
}

ChainScan::Place ChainScan::placeOf(const Recurrence::State &state, Value first) {
  Type type = state.previous.getType();
  OpResult definition = sweep.getDefinitions()[state.number];
  Place place;
  if (!isOwnTensor(definition) || !definition.use_empty())
    place.destination = coefficients.placeOf(first, definition, type);
  bool asksForPrevious = !state.restPrevious.use_empty();
  if (place.destination.base && !asksForPrevious) {
    place.own = place.destination;
    return place;
  }
  SmallVector<int64_t> sizes{size + asksForPrevious};
  llvm::append_range(sizes, tile::shapeOf(type));
  View all = task.scratch(sizes, tile::elementOf(type));
  place.own = rows(all, asksForPrevious && !isDescending, size);
  if (asksForPrevious) {
    place.previous = rows(all, isDescending, size);
    place.before = row(all, isDescending ? size : 0);
  }
  return place;
}

Value ChainScan::dense(const View &view) {
  if (view.isDense())
    return view.memref(builder, loc);
  View copy = task.scratch(view.sizes, view.element());
  copyTile(builder, loc, view, copy);
  return copy.memref(builder, loc);
}

//===-- Blocks ----------------------------------------------------------------===//

/// `views`: of the system's terms, then of its coefficients, as far as they are not zero; drops them.
Value ChainScan::scan(const Recurrence::System &system, ArrayRef<View> &views, ArrayRef<Place> places) {
  SmallVector<Value> terms, factors, states, targets;
  SmallVector<int64_t> pattern;
  auto next = [&] {
    View view = views.front();
    views = views.drop_front();
    return view;
  };
  for (auto [number, term] : llvm::zip_equal(system.states, system.terms)) {
    const View &own = places[indexOf(number)].own;
    states.push_back(carried[indexOf(number)].memref(builder, loc));
    targets.push_back(own.memref(builder, loc));
    View view = term ? next() : View::dense(task.zeros(own.element(), llvm::product_of(own.sizes)), Value(), own.sizes);
    terms.push_back(dense(view.rank() < own.rank() ? view.broadcast(own.sizes) : view));
  }
  for (Value factor : system.coefficients) {
    pattern.push_back(factor ? int64_t(factors.size()) : -1);
    if (factor)
      factors.push_back(dense(next()));
  }
  return tile::ScanIntoOp::create(builder, loc, builder.getI1Type(), isDescending, pattern, factors, terms, states,
                                  targets);
}

Value ChainScan::scanBlock(ArrayRef<Place> places, Value first) {
  SmallVector<View> views = coefficients.emit(
      first, SmallVector<std::optional<View>>(recurrence.coefficients->getYield().getValues().size()));
  ArrayRef<View> left = views;
  Value isFinite;
  for (const Recurrence::System &system : recurrence.systems) {
    Value one = scan(system, left, places);
    isFinite = isFinite ? arith::AndIOp::create(builder, loc, isFinite, one).getResult() : one;
  }
  return isFinite;
}

/// Carries the last states on, brings all where they are wanted, and evaluates what looks at them.
void ChainScan::finishBlock(ArrayRef<Place> places, Value first) {
  SmallVector<Value> given, values;
  SmallVector<View> givenViews;
  for (auto [state, place, last] : llvm::zip_equal(recurrence.states, places, carried)) {
    if (place.before.base) {
      copyTile(builder, loc, last, place.before);
      given.push_back(state.restPrevious);
      givenViews.push_back(place.previous);
    }
    given.push_back(state.restOwn);
    givenViews.push_back(place.own);
    copyTile(builder, loc, row(place.own, isDescending ? 0 : size - 1), last);
    if (place.destination.base && !(place.destination == place.own))
      copyTile(builder, loc, place.own, place.destination);
  }
  if (recurrence.others.empty())
    return;
  for (auto [number, value] : recurrence.others)
    values.push_back(value);
  PointBlock rest(task, *recurrence.rest, restGroups, size, values, given);
  SmallVector<std::optional<View>> destinations;
  for (auto [number, value] : recurrence.others)
    destinations.push_back(rest.placeOf(first, sweep.getDefinitions()[number], value.getType()));
  rest.emit(first, destinations, givenViews);
}

/// One vertex, as the program says it.
void ChainScan::step(Value vertex) {
  Visit visit(task, recurrence.step->getBody(), stepGroups);
  bindPoint(visit, task, *recurrence.step, vertex);
  SmallVector<View> next;
  for (auto [state, before] : llvm::zip_equal(recurrence.states, carried)) {
    if (isTile(state.previous))
      visit.bindTile(state.previous, before);
    else
      visit.bind(state.previous, visit.load(before, loc));
    next.push_back(task.scratch(before.sizes, before.element()));
  }
  for (auto [number, value] : llvm::enumerate(recurrence.step->getYield().getValues())) {
    OpResult definition = sweep.getDefinitions()[number];
    size_t state = indexOf(number);
    if (state < next.size())
      visit.define(value, next[state]);
    else
      visit.define(value, row(coefficients.placeOf(vertex, definition, value.getType()), 0));
  }
  visit.emit();
  for (auto [state, from, to] : llvm::zip_equal(recurrence.states, next, carried)) {
    OpResult definition = sweep.getDefinitions()[state.number];
    copyTile(builder, loc, from, to);
    if (!isOwnTensor(definition) || !definition.use_empty())
      copyTile(builder, loc, from, row(coefficients.placeOf(vertex, definition, state.previous.getType()), 0));
  }
}

//===-- The chain ---------------------------------------------------------------===//

void ChainScan::emit() {
  for (const View &state : carried)
    emitLoops(builder, loc, state.sizes, {}, {state}, {}, [&](ImplicitLocOpBuilder &b, ValueRange, ValueRange) {
      return SmallVector<Value>{arith::ConstantOp::create(b, cast<TypedAttr>(b.getZeroAttr(state.element())))};
    });
  OpBuilder::InsertionGuard guard(builder);
  Value all = task.extent(pointsOf(task.buffers, sweep)), width = task.index(size);
  auto blocks = scf::ForOp::create(builder, loc, task.index(0), all, width);
  builder.setInsertionPoint(blocks.getBody()->getTerminator());
  Value before = blocks.getInductionVar(), left = arith::SubIOp::create(builder, loc, all, before);
  Value count = arith::MinUIOp::create(builder, loc, left, width);
  Value first = isDescending ? arith::SubIOp::create(builder, loc, left, count).getResult() : before;
  std::vector<Place> places;
  for (const Recurrence::State &state : recurrence.states)
    places.push_back(placeOf(state, first));

  Value isWhole = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, count, width);
  auto attempt = scf::IfOp::create(builder, loc, builder.getI1Type(), isWhole, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard inside(builder);
    builder.setInsertionPointToStart(attempt.thenBlock());
    scf::YieldOp::create(builder, loc, scanBlock(places, first));
    builder.setInsertionPointToStart(attempt.elseBlock());
    scf::YieldOp::create(builder, loc, isWhole);
  }
  auto branch = scf::IfOp::create(builder, loc, attempt.getResult(0), /*withElseRegion=*/true);
  builder.setInsertionPoint(branch.thenYield());
  finishBlock(places, first);
  builder.setInsertionPoint(branch.elseYield());
  auto steps = scf::ForOp::create(builder, loc, task.index(0), count, task.index(1));
  builder.setInsertionPoint(steps.getBody()->getTerminator());
  Value vertex = steps.getInductionVar();
  if (isDescending) {
    Value last = arith::SubIOp::create(builder, loc, count, task.index(1));
    vertex = arith::SubIOp::create(builder, loc, last, vertex);
  }
  step(arith::AddIOp::create(builder, loc, first, vertex));
}

} // namespace espalier::lowering
