//===- PathRuns.cpp - Runs of a tree's long paths as tasks --------------------===//
#include "compiler/Lowering/PathRuns.h"

#include "compiler/Lowering/Copies.h"
#include "compiler/Lowering/Effect.h"
#include "compiler/Lowering/Loops.h"
#include "compiler/Lowering/PointBlock.h"
#include "compiler/Lowering/RowSums.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::lowering {

PathRuns::PathRuns(Task &task, tree::SweepOp sweep, tree::SweepOp body, VisitRange visit)
    : task(task), builder(task.builder), sweep(sweep), visit(visit), loc(sweep.getLoc()),
      isUp(sweep.getDirection() == tree::Direction::up), path(sweep, body), groups(path.copy->getBody()) {}

//===-- Where runs lie ------------------------------------------------------------===//

Value PathRuns::plus(Value a, int64_t b) {
  return b < 0 ? arith::SubIOp::create(builder, loc, a, task.index(-b)).getResult()
               : arith::AddIOp::create(builder, loc, a, task.index(b)).getResult();
}

Value PathRuns::entry(tree::Table table, Value number) {
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                    memref::LoadOp::create(builder, loc, task.table(table, sweep.getTree()), number));
}

Value PathRuns::either(Value condition, llvm::function_ref<Value()> one, llvm::function_ref<Value()> other) {
  auto branch = scf::IfOp::create(builder, loc, TypeRange{builder.getIndexType()}, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(branch.thenBlock());
  scf::YieldOp::create(builder, loc, one());
  builder.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(builder, loc, other());
  return branch.getResult(0);
}

Value PathRuns::numRuns() {
  SmallVector<Extent> extents{task.buffers.batchOf(sweep)};
  for (Value axis : sweep.getAxes())
    extents.push_back(task.buffers.extentOf(axis));
  Value areFew = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule, task.product(extents),
                                       task.index(sweep.getSchedule().getPaths()));
  return arith::SelectOp::create(builder, loc, areFew, task.treeExtent(tree::Extent::num_runs, sweep.getTree()),
                                 task.index(0));
}

PathRuns::Bounds PathRuns::boundsOf(Value run) {
  Value first = arith::MulIOp::create(builder, loc, run, task.index(2));
  return {entry(tree::Table::runs, first), entry(tree::Table::runs, plus(first, 1))};
}

void PathRuns::overRuns(llvm::function_ref<void(Bounds)> emitOne) {
  Value count = numRuns(), tasks = task.index(sweep.getSchedule().getParts());
  auto bound = [&](Value number) -> Value {
    return arith::DivUIOp::create(builder, loc, arith::MulIOp::create(builder, loc, number, count), tasks);
  };
  auto runs = scf::ForOp::create(builder, loc, bound(task.part), bound(plus(task.part, 1)), task.index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(runs.getBody()->getTerminator());
  emitOne(boundsOf(runs.getInductionVar()));
}

View PathRuns::tileAt(Value vertex, size_t state) {
  SmallVector<Value> indices;
  if (sweep.getBatch())
    indices.push_back(task.batch);
  llvm::append_range(indices, task.axisIndices);
  indices.push_back(vertex);
  const PathStep::State &which = path.states[state];
  return Visit(task, path.copy->getBody(), groups)
      .partOf(task.bufferOf(sweep.getDefinitions()[which.number]), indices, which.oldTerm.getType(), loc);
}

View PathRuns::effectAt(Bounds run, size_t to, std::optional<size_t> from) {
  return tileAt(entry(tree::Table::part_order, plus(run.first, from ? 1 + int64_t(*from) : 0)), to);
}

//===-- What a run makes of any state ---------------------------------------------===//

std::vector<PathRuns::Effect> PathRuns::effectScratch() {
  std::vector<Effect> effects;
  for (const PathStep::State &state : path.states) {
    SmallVector<int64_t> sizes{2};
    llvm::append_range(sizes, tile::shapeOf(state.oldTerm.getType()));
    Type element = tile::elementOf(state.oldTerm.getType());
    Effect &effect = effects.emplace_back();
    effect.term = task.scratch(sizes, element);
    for (size_t k = 0; k < state.factors.size(); ++k)
      effect.factors.push_back(task.scratch(sizes, element));
  }
  return effects;
}

void PathRuns::fill(const View &view, double number) {
  emitLoops(builder, loc, view.sizes, {}, {view}, {}, [&](ImplicitLocOpBuilder &b, ValueRange, ValueRange) {
    return SmallVector<Value>{arith::ConstantOp::create(b, b.getFloatAttr(view.element(), number))};
  });
}

/// By one vertex: the effect of the run up to the vertex before, in the places `turn`, gives that in the others.
void PathRuns::step(ArrayRef<Effect> effects, Value position, Value turn) {
  Visit step(task, path.copy->getBody(), groups);
  bindPoint(step, task, *path.copy, entry(tree::Table::part_order, position));
  if (isUp)
    step.bindVertex(path.pathChild, entry(tree::Table::part_order, plus(position, -1)));
  Value other = arith::SubIOp::create(builder, loc, task.index(1), turn);
  auto pass = [&](const View &view, Value old, Value next) {
    View before = pointOf(builder, loc, view, {turn});
    if (isTile(old))
      step.bindTile(old, before);
    else
      step.bind(old, step.load(before, loc));
    step.define(next, pointOf(builder, loc, view, {other}));
  };
  for (auto [state, effect] : llvm::zip_equal(path.states, effects)) {
    pass(effect.term, state.oldTerm, state.nextTerm);
    for (auto [factor, view] : llvm::zip_equal(state.factors, effect.factors))
      pass(view, factor.old, factor.next);
  }
  step.emitDefinitions();
}

void PathRuns::emitEffects() {
  std::vector<Effect> effects = effectScratch();
  overRuns([&](Bounds run) {
    Value zero = task.index(0), one = task.index(1);
    for (auto [to, effect] : llvm::enumerate(effects)) {
      fill(pointOf(builder, loc, effect.term, {zero}), 0);
      for (auto [factor, view] : llvm::zip_equal(path.states[to].factors, effect.factors))
        fill(pointOf(builder, loc, view, {zero}), factor.from == to);
    }
    // All vertices but the last, as the sweep goes.
    Value count = plus(arith::SubIOp::create(builder, loc, run.second, run.first), -1);
    auto steps = scf::ForOp::create(builder, loc, zero, count, one);
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPoint(steps.getBody()->getTerminator());
      Value number = steps.getInductionVar();
      Value position = isUp ? arith::AddIOp::create(builder, loc, run.first, number).getResult()
                            : arith::SubIOp::create(builder, loc, plus(run.second, -1), number).getResult();
      step(effects, position, arith::AndIOp::create(builder, loc, number, one));
    }
    Value last = arith::AndIOp::create(builder, loc, count, one);
    for (auto [to, effect] : llvm::enumerate(effects)) {
      copyTile(builder, loc, pointOf(builder, loc, effect.term, {last}), effectAt(run, to, std::nullopt));
      for (auto [factor, view] : llvm::zip_equal(path.states[to].factors, effect.factors))
        copyTile(builder, loc, pointOf(builder, loc, view, {last}), effectAt(run, to, factor.from));
    }
  });
}

//===-- The top -------------------------------------------------------------------===//

Value PathRuns::pass(Bounds run) {
  // A run's vertices have parents, and a child of the top below them.
  Value before = isUp ? entry(tree::Table::part_order, plus(run.first, -1))
                      : entry(tree::Table::parent, entry(tree::Table::part_order, plus(run.second, -1)));
  Value target = entry(tree::Table::part_order, isUp ? plus(run.second, -2) : plus(run.first, 1));
  View check = task.scratch({}, builder.getF64Type());
  fill(check, 0);
  SmallVector<View> states;
  for (auto [to, state] : llvm::enumerate(path.states)) {
    std::vector<std::pair<View, View>> products;
    for (const PathStep::Factor &factor : state.factors)
      products.push_back({effectAt(run, to, factor.from), tileAt(before, factor.from)});
    states.push_back(task.scratch(tile::shapeOf(state.oldTerm.getType()), tile::elementOf(state.oldTerm.getType())));
    applyEffect(builder, loc, effectAt(run, to, std::nullopt), products, states.back());
    noteInfinite(builder, loc, states.back(), check);
  }
  for (auto [to, state] : llvm::enumerate(states))
    copyTile(builder, loc, state, tileAt(target, to));
  return isNoted(builder, loc, check);
}

/// What lies between runs, with the last vertex (as the sweep goes) of the run before it, or all of that if its states
/// are not finite.
void PathRuns::emitTop() {
  Value count = numRuns(), zero = task.index(0);
  Value begin = entry(tree::Table::part_offsets, task.treeExtent(tree::Extent::num_parts, sweep.getTree()));
  Value end = task.extent(task.buffers.verticesOf(sweep.getTree()));
  auto stretches = scf::ForOp::create(builder, loc, zero, plus(count, 1), task.index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(stretches.getBody()->getTerminator());
  Value number = stretches.getInductionVar();
  Value stretch = isUp ? number : arith::SubIOp::create(builder, loc, count, number).getResult();
  Value followsRun = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ugt, stretch, zero);
  Value precedesRun = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, stretch, count);
  auto passed = [&](Bounds run) -> Value {
    Value isBad = pass(run);
    return isUp ? arith::SelectOp::create(builder, loc, isBad, run.first, plus(run.second, -1)).getResult()
                : arith::SelectOp::create(builder, loc, isBad, run.second, plus(run.first, 1)).getResult();
  };
  Value from = either(
      followsRun,
      [&] {
        Bounds below = boundsOf(plus(stretch, -1));
        return isUp ? passed(below) : below.second;
      },
      [&] { return begin; });
  Value to = either(
      precedesRun,
      [&] {
        Bounds above = boundsOf(stretch);
        return isUp ? above.first : passed(above);
      },
      [&] { return end; });
  visit(from, to);
}

void PathRuns::emitRuns() {
  overRuns([&](Bounds run) {
    if (isUp)
      visit(run.first, plus(run.second, -1));
    else
      visit(plus(run.first, 1), run.second);
  });
}

void PathRuns::emit(Share share) {
  if (share == Share::effect)
    return emitEffects();
  if (share == Share::top)
    return emitTop();
  emitRuns();
}

} // namespace espalier::lowering
