//===- ChainScan.cpp - Many steps along a chain as one -----------------------===//
#include "compiler/Lowering/ChainScan.h"

#include "compiler/Lowering/Copies.h"
#include "compiler/Lowering/Loops.h"
#include "compiler/Lowering/OwnTensors.h"
#include "compiler/Lowering/RowSums.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using espalier::tree::ScheduleAttr;
using espalier::tree::SweepOp;
using espalier::tree::Traversal;

namespace espalier::lowering {

bool isScanned(SweepOp sweep) {
  ScheduleAttr schedule = sweep.getSchedule();
  return schedule.getTogether() > 1 &&
         (schedule.getTraversal() == Traversal::ascending || schedule.getTraversal() == Traversal::descending);
}

ChainScan::ChainScan(Task &task, SweepOp sweep)
    : task(task), builder(task.builder), sweep(sweep), size(sweep.getSchedule().getTogether()),
      parts(sweep.getSchedule().getParts()), partSteps(sweep.getSchedule().getPoints()), loc(sweep.getLoc()),
      isDescending(sweep.getDirection() == tree::Direction::down), recurrence(sweep),
      coefficientGroups(recurrence.coefficients->getBody()), stepGroups(recurrence.step->getBody()),
      restGroups(recurrence.rest->getBody()), coefficients(task, *recurrence.coefficients, coefficientGroups, size,
                                                           recurrence.coefficients->getYield().getValues()) {
  kept.resize(recurrence.states.size());
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
  View &all = kept[indexOf(state.number)];
  if (!all.base)
    all = task.scratch(blockOf(indexOf(state.number), size + asksForPrevious), tile::elementOf(type));
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

ChainScan::Operands ChainScan::operandsOf(const Recurrence::System &system, ArrayRef<View> &views) {
  Operands operands;
  auto next = [&] {
    View view = views.front();
    views = views.drop_front();
    return view;
  };
  for (auto [number, term] : llvm::zip_equal(system.states, system.terms)) {
    SmallVector<int64_t> sizes = blockOf(indexOf(number), size);
    View view = term ? next() : zeros(carried[indexOf(number)].element(), sizes);
    operands.terms.push_back(dense(view.rank() < int64_t(sizes.size()) ? view.broadcast(sizes) : view));
  }
  for (Value factor : system.coefficients) {
    operands.pattern.push_back(factor ? int64_t(operands.coefficients.size()) : -1);
    if (factor)
      operands.coefficients.push_back(dense(next()));
  }
  return operands;
}

SmallVector<int64_t> ChainScan::blockOf(size_t state, int64_t count) const {
  SmallVector<int64_t> sizes{count};
  llvm::append_range(sizes, carried[state].sizes);
  return sizes;
}

View ChainScan::zeros(Type element, ArrayRef<int64_t> sizes) {
  return View::dense(task.zeros(element, llvm::product_of(sizes)), Value(), sizes);
}

Value ChainScan::scan(const Operands &operands, ValueRange terms, ArrayRef<View> before, ArrayRef<View> targets) {
  auto memrefs = [&](ArrayRef<View> views) {
    return llvm::map_to_vector(views, [&](const View &view) { return view.memref(builder, loc); });
  };
  return tile::ScanIntoOp::create(builder, loc, builder.getI1Type(), isDescending, operands.pattern,
                                  operands.coefficients, terms, memrefs(before), memrefs(targets));
}

SmallVector<View> ChainScan::evaluate(Value first) {
  size_t count = recurrence.coefficients->getYield().getValues().size();
  return coefficients.emit(first, SmallVector<std::optional<View>>(count));
}

Value ChainScan::scanBlock(ArrayRef<Place> places, Value first) {
  SmallVector<View> views = evaluate(first);
  ArrayRef<View> left = views;
  Value isFinite;
  for (const Recurrence::System &system : recurrence.systems) {
    Operands operands = operandsOf(system, left);
    SmallVector<View> before, targets;
    for (unsigned number : system.states) {
      before.push_back(carried[indexOf(number)]);
      targets.push_back(places[indexOf(number)].own);
    }
    Value one = scan(operands, operands.terms, before, targets);
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

void ChainScan::fill(const View &view, double number) {
  emitLoops(builder, loc, view.sizes, {}, {view}, {}, [&](ImplicitLocOpBuilder &b, ValueRange, ValueRange) {
    return SmallVector<Value>{arith::ConstantOp::create(b, b.getFloatAttr(view.element(), number))};
  });
}

void ChainScan::clearCarried() {
  for (const View &state : carried)
    fill(state, 0);
}

Value ChainScan::vertexAt(Value step) {
  if (!isDescending)
    return step;
  Value last = arith::SubIOp::create(builder, loc, numSteps(), task.index(1));
  return arith::SubIOp::create(builder, loc, last, step);
}

Value ChainScan::firstVertex(Value step, Value count) {
  Value one = task.index(1);
  return isDescending
             ? vertexAt(arith::AddIOp::create(builder, loc, step, arith::SubIOp::create(builder, loc, count, one)))
             : step;
}

/// The state after a step of the block before this one, whose first vertex was `first`, is carried on instead of its
/// last.
void ChainScan::carryFrom(Value vertex, Value first) {
  for (auto [state, to] : llvm::zip_equal(recurrence.states, carried)) {
    Place place = placeOf(state, first);
    Value number = arith::SubIOp::create(builder, loc, vertex, first);
    copyTile(builder, loc, pointOf(builder, loc, place.own, {number}), to);
  }
}

/// Blocks of steps; what is left of fewer goes from step to step. `wasBlock` (i1): whether the last one was
/// evaluated as a block.
void ChainScan::visitBlocks(Bounds bounds, const View &wasBlock) {
  OpBuilder::InsertionGuard guard(builder);
  Value width = task.index(size);
  auto blocks = scf::ForOp::create(builder, loc, bounds.first, bounds.second, width);
  builder.setInsertionPoint(blocks.getBody()->getTerminator());
  Value before = blocks.getInductionVar();
  Value count = arith::MinUIOp::create(builder, loc, arith::SubIOp::create(builder, loc, bounds.second, before), width);
  Value first = firstVertex(before, count);
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
  memref::StoreOp::create(builder, loc, attempt.getResult(0), wasBlock.base);
  auto branch = scf::IfOp::create(builder, loc, attempt.getResult(0), /*withElseRegion=*/true);
  builder.setInsertionPoint(branch.thenYield());
  finishBlock(places, first);
  builder.setInsertionPoint(branch.elseYield());
  auto steps = scf::ForOp::create(builder, loc, task.index(0), count, task.index(1));
  builder.setInsertionPoint(steps.getBody()->getTerminator());
  step(vertexAt(arith::AddIOp::create(builder, loc, before, steps.getInductionVar())));
}

/// Whole blocks, then what is left: a block that ends there and begins among steps that get their values once more, if
/// the one before was a block. One code serves both.
void ChainScan::visit(Bounds bounds) {
  OpBuilder::InsertionGuard guard(builder);
  auto [first, end] = bounds;
  Value width = task.index(size), none = task.index(0);
  View wasBlock = task.scratch({}, builder.getI1Type());
  memref::StoreOp::create(builder, loc, task.constant(builder.getBoolAttr(false)), wasBlock.base);
  Value numLeft = arith::RemUIOp::create(builder, loc, arith::SubIOp::create(builder, loc, end, first), width);
  Value whole = arith::SubIOp::create(builder, loc, end, numLeft);
  auto passes = scf::ForOp::create(builder, loc, none, task.index(2), task.index(1));
  builder.setInsertionPoint(passes.getBody()->getTerminator());
  Value isRest = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, passes.getInductionVar(), none),
        isLeft = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, numLeft, none),
        goesBack = arith::AndIOp::create(builder, loc, isRest, isLeft);
  goesBack =
      arith::AndIOp::create(builder, loc, goesBack, memref::LoadOp::create(builder, loc, wasBlock.base).getResult());
  Value begin = arith::SelectOp::create(builder, loc, isRest, whole, first),
        earlier = arith::SubIOp::create(builder, loc, end, width);
  begin = arith::SelectOp::create(builder, loc, goesBack, earlier, begin);
  auto branch = scf::IfOp::create(builder, loc, goesBack, /*withElseRegion=*/false);
  {
    OpBuilder::InsertionGuard inside(builder);
    builder.setInsertionPoint(branch.thenYield());
    carryFrom(vertexAt(arith::SubIOp::create(builder, loc, earlier, task.index(1))),
              firstVertex(arith::SubIOp::create(builder, loc, whole, width), width));
  }
  visitBlocks({begin, arith::SelectOp::create(builder, loc, isRest, end, whole)}, wasBlock);
}

void ChainScan::emit(Share share) {
  if (share == Share::effect)
    return emitEffect();
  if (share == Share::top)
    return emitStatesBefore();
  if (share == Share::part)
    return emitPart();
  clearCarried();
  visit({task.index(0), numSteps()});
}

} // namespace espalier::lowering
