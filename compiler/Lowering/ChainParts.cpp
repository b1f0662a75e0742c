//===- ChainParts.cpp - Parts of a chain as tasks ----------------------------===//
#include "compiler/Lowering/ChainScan.h"

#include "compiler/Lowering/Copies.h"
#include "compiler/Lowering/Effect.h"
#include "compiler/Lowering/RowSums.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::lowering {

//===-- Where parts lie ---------------------------------------------------------===//

/// The schedule's parts are for all chains of the call together.
Value ChainScan::numParts() {
  SmallVector<Extent> extents{task.buffers.batchOf(sweep)};
  for (Value axis : sweep.getAxes())
    extents.push_back(task.buffers.extentOf(axis));
  Value wanted = arith::DivUIOp::create(builder, loc, task.index(parts), task.product(extents));
  Value most = arith::DivUIOp::create(builder, loc, numSteps(), task.index(partSteps));
  return arith::MaxUIOp::create(builder, loc, arith::MinUIOp::create(builder, loc, wanted, most), task.index(1));
}

ChainScan::Bounds ChainScan::boundsOf(Value part) {
  Value count = numParts(), blocks = arith::DivUIOp::create(builder, loc, numSteps(), task.index(size));
  auto bound = [&](Value number) -> Value {
    Value exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, number, count);
    Value share = arith::DivUIOp::create(builder, loc, arith::MulIOp::create(builder, loc, blocks, number), count);
    Value step = arith::MulIOp::create(builder, loc, share, task.index(size));
    return arith::SelectOp::create(builder, loc, exists, step, numSteps());
  };
  Value from = bound(part);
  return {from, bound(arith::AddIOp::create(builder, loc, part, task.index(1)))};
}

View ChainScan::tileAt(Value step, size_t state) {
  const Recurrence::State &which = recurrence.states[state];
  View tile = coefficients.placeOf(vertexAt(step), sweep.getDefinitions()[which.number], which.previous.getType());
  tile.sizes.erase(tile.sizes.begin());
  tile.strides.erase(tile.strides.begin());
  return tile;
}

View ChainScan::effectAt(Bounds bounds, size_t to, std::optional<size_t> from) {
  Value back = task.index(from ? 2 + int64_t(*from) : 1);
  return tileAt(arith::SubIOp::create(builder, loc, bounds.second, back), to);
}

//===-- What a part makes of any state --------------------------------------------===//

std::vector<std::vector<View>> ChainScan::unitStates() {
  std::vector<std::vector<View>> states(carried.size(), std::vector<View>(carried.size()));
  for (const Recurrence::System &system : recurrence.systems)
    for (unsigned from : system.states)
      for (unsigned to : system.states) {
        const View &like = carried[indexOf(to)];
        View &view = states[indexOf(from)][indexOf(to)];
        view = task.scratch(like.sizes, like.element());
        fill(view, from == to);
      }
  return states;
}

/// By one block: the carried states with its terms, the others without.
void ChainScan::advance(const Recurrence::System &system, ArrayRef<View> &views,
                        ArrayRef<std::vector<View>> unitStates) {
  Operands operands = operandsOf(system, views);
  SmallVector<View> targets;
  SmallVector<Value> nothing;
  for (unsigned number : system.states) {
    Type element = carried[indexOf(number)].element();
    targets.push_back(task.scratch(blockOf(indexOf(number), size), element));
    nothing.push_back(zeros(element, targets.back().sizes).memref(builder, loc));
  }
  auto run = [&](ValueRange terms, ArrayRef<View> all) {
    SmallVector<View> states;
    for (unsigned number : system.states)
      states.push_back(all[indexOf(number)]);
    scan(operands, terms, states, targets);
    Value last = task.index(isDescending ? 0 : size - 1);
    for (auto [target, state] : llvm::zip_equal(targets, states))
      copyTile(builder, loc, pointOf(builder, loc, target, {last}), state);
  };
  run(operands.terms, carried);
  for (unsigned from : system.states)
    run(nothing, unitStates[indexOf(from)]);
}

void ChainScan::emitEffect() {
  OpBuilder::InsertionGuard guard(builder);
  Value next = arith::AddIOp::create(builder, loc, task.part, task.index(1));
  Value isAsked = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, next, numParts());
  builder.setInsertionPoint(scf::IfOp::create(builder, loc, isAsked, /*withElseRegion=*/false).thenYield());
  Bounds bounds = boundsOf(task.part);
  std::vector<std::vector<View>> ofState = unitStates();
  clearCarried();
  auto blocks = scf::ForOp::create(builder, loc, bounds.first, bounds.second, task.index(size));
  {
    OpBuilder::InsertionGuard inside(builder);
    builder.setInsertionPoint(blocks.getBody()->getTerminator());
    SmallVector<View> views = evaluate(firstVertex(blocks.getInductionVar(), task.index(size)));
    ArrayRef<View> left = views;
    for (const Recurrence::System &system : recurrence.systems)
      advance(system, left, ofState);
  }
  for (size_t to = 0; to < carried.size(); ++to) {
    copyTile(builder, loc, carried[to], effectAt(bounds, to, std::nullopt));
    for (size_t from = 0; from < carried.size(); ++from)
      if (ofState[from][to].base)
        copyTile(builder, loc, ofState[from][to], effectAt(bounds, to, from));
  }
}

//===-- The states before each part -------------------------------------------------===//

void ChainScan::passPart(Bounds bounds, ArrayRef<View> next, const View &check) {
  for (const Recurrence::System &system : recurrence.systems)
    for (unsigned number : system.states) {
      size_t to = indexOf(number);
      std::vector<std::pair<View, View>> products;
      for (unsigned from : system.states)
        products.push_back({effectAt(bounds, to, indexOf(from)), carried[indexOf(from)]});
      applyEffect(builder, loc, effectAt(bounds, to, std::nullopt), products, next[to]);
      noteInfinite(builder, loc, next[to], check);
    }
  for (auto [from, to] : llvm::zip_equal(next, carried))
    copyTile(builder, loc, from, to);
}

/// The states before parts are then what is found there.
void ChainScan::visitAllFirst(Value count) {
  clearCarried();
  visit({task.index(0), numSteps()});
  auto each = scf::ForOp::create(builder, loc, task.index(1), count, task.index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(each.getBody()->getTerminator());
  Value from = boundsOf(each.getInductionVar()).first;
  Value before = arith::SubIOp::create(builder, loc, from, task.index(1));
  for (size_t state = 0; state < carried.size(); ++state)
    copyTile(builder, loc, tileAt(before, state), tileAt(from, state));
}

void ChainScan::emitStatesBefore() {
  OpBuilder::InsertionGuard guard(builder);
  Value count = numParts(), one = task.index(1);
  Value isCut = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ugt, count, one);
  builder.setInsertionPoint(scf::IfOp::create(builder, loc, isCut, /*withElseRegion=*/false).thenYield());
  View check = task.scratch({}, builder.getF64Type());
  fill(check, 0);
  clearCarried();
  SmallVector<View> next;
  for (const View &state : carried)
    next.push_back(task.scratch(state.sizes, state.element()));
  auto each = scf::ForOp::create(builder, loc, one, count, one);
  {
    OpBuilder::InsertionGuard inside(builder);
    builder.setInsertionPoint(each.getBody()->getTerminator());
    passPart(boundsOf(arith::SubIOp::create(builder, loc, each.getInductionVar(), one)), next, check);
    Value from = boundsOf(each.getInductionVar()).first;
    for (auto [number, state] : llvm::enumerate(carried))
      copyTile(builder, loc, state, tileAt(from, number));
  }
  Value isBad = isNoted(builder, loc, check);
  builder.setInsertionPoint(scf::IfOp::create(builder, loc, isBad, /*withElseRegion=*/false).thenYield());
  visitAllFirst(count);
}

//===-- Visits ------------------------------------------------------------------------===//

void ChainScan::emitPart() {
  OpBuilder::InsertionGuard guard(builder);
  Bounds bounds = boundsOf(task.part);
  Value isThere = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, bounds.first, bounds.second);
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, task.part, task.index(0));
  builder.setInsertionPoint(scf::IfOp::create(builder, loc, isThere, /*withElseRegion=*/false).thenYield());
  auto branch = scf::IfOp::create(builder, loc, isFirst, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard inside(builder);
    builder.setInsertionPoint(branch.thenYield());
    clearCarried();
    builder.setInsertionPoint(branch.elseYield());
    for (auto [number, state] : llvm::enumerate(carried))
      copyTile(builder, loc, tileAt(bounds.first, number), state);
  }
  visit(bounds);
}

} // namespace espalier::lowering
