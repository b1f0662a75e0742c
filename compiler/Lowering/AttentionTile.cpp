//===- AttentionTile.cpp - Attention of a tile of rows ----------------------===//
#include "compiler/Lowering/AttentionTile.h"

#include "compiler/Lowering/Grid.h"
#include "compiler/Lowering/Loops.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using arith::CmpIPredicate;

namespace espalier::lowering {

//===-- Control -------------------------------------------------------------===//

void AttentionTile::loop(Value from, Value to, llvm::function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(builder, loc, from, to, task.index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(loop.getBody()->getTerminator());
  body(loop.getInductionVar());
}

void AttentionTile::when(Value condition, llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise) {
  auto branch = scf::IfOp::create(builder, loc, condition, /*withElseRegion=*/bool(otherwise));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(branch.thenYield());
  then();
  if (!otherwise)
    return;
  builder.setInsertionPoint(branch.elseYield());
  otherwise();
}

Value AttentionTile::compare(CmpIPredicate predicate, Value a, Value b) {
  return arith::CmpIOp::create(builder, loc, predicate, a, b);
}

Value AttentionTile::plus(Value a, Value b) { return arith::AddIOp::create(builder, loc, a, b); }

Value AttentionTile::loadAt(const View &view, ArrayRef<Value> position) {
  return single.load(pointOf(builder, loc, view, position), loc);
}

void AttentionTile::storeAt(Value value, const View &view, ArrayRef<Value> position) {
  single.store(value, pointOf(builder, loc, view, position), loc);
}

//===-- Rows ----------------------------------------------------------------===//

void AttentionTile::emit(Value tile) {
  numKeysInAll = task.outer(attend.getKeys());
  numRows = task.index(1);
  if (pair.rowIndex()) {
    Value size = task.extent(task.buffers.extentOf(attend.getAxes().back()));
    firstIndex = arith::MulIOp::create(builder, loc, tile, task.index(rows));
    numRows =
        arith::MinSIOp::create(builder, loc, arith::SubIOp::create(builder, loc, size, firstIndex), task.index(rows));
  }
  for (auto [variable, index, size] : llvm::zip(pair.axes, task.axisIndices, attend.getAxes()))
    single.bind(variable, index, task.buffers.extentOf(size));
  sums->begin();
  findKeys();
  when(compare(CmpIPredicate::slt, firstKey, lastKey), [&] {
    for (Value value : pair.single())
      isTile(value) ? (void)single.tile(value) : (void)single.scalar(value);
    evaluateRows();
    auto tiles = scf::ForOp::create(builder, loc, firstKey, lastKey, task.index(keys));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(tiles.getBody()->getTerminator());
    keyStart = tiles.getInductionVar();
    emitKeys();
  });
  finishRows();
}

Value AttentionTile::flatRow(Value row) {
  Value flat;
  for (auto [number, size] : llvm::enumerate(attend.getAxes())) {
    Value index = number + 1 == pair.axes.size() ? plus(firstIndex, row) : task.axisIndices[number];
    Value extent = task.extent(task.buffers.extentOf(size));
    flat = flat ? plus(arith::MulIOp::create(builder, loc, flat, extent), index) : index;
  }
  return flat;
}

void AttentionTile::bindRow(Visit &visit, Value row) {
  for (auto [variable, index, size] : llvm::zip(pair.axes, task.axisIndices, attend.getAxes()))
    visit.bind(variable, index, task.buffers.extentOf(size));
  if (pair.rowIndex())
    visit.bind(pair.rowIndex(), plus(firstIndex, row), task.buffers.extentOf(attend.getAxes().back()));
}

void AttentionTile::standAtRow(Visit &visit, Value row) {
  if (pair.rowIndex())
    visit.standAt(flatRow(row), rowAxes);
}

void AttentionTile::standAtPair(Visit &visit, Value row, Value key) {
  Value flat = keyIndexOf(key);
  if (pair.rowIndex())
    flat = plus(arith::MulIOp::create(builder, loc, flatRow(row), numKeysInAll), flat);
  visit.standAt(flat, pairAxes);
}

/// The ranges of all rows, and of the tile: firstKey .. lastKey holds every key of a row; all keys of latestLower ..
/// earliestUpper are keys of every row as far as ranges go.
void AttentionTile::findKeys() {
  Value zero = task.index(0);
  for (const View &bound : {lowers, uppers})
    single.fill(bound, builder.getIndexAttr(0), loc);
  auto each = scf::ForOp::create(builder, loc, zero, numRows, task.index(1),
                                 ValueRange{numKeysInAll, zero, zero, numKeysInAll});
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(each.getBody());
    Value row = each.getInductionVar();
    Visit visit(task, *pair.region, *pair.groups);
    visit.evaluateParts();
    bindRow(visit, row);
    standAtRow(visit, row);
    Value lower = arith::MaxSIOp::create(builder, loc, visit.scalar(pair.lower), zero);
    Value upper = arith::MinSIOp::create(builder, loc, visit.scalar(pair.upper), numKeysInAll);
    storeAt(lower, lowers, {row});
    storeAt(upper, uppers, {row});
    Value some = compare(CmpIPredicate::slt, lower, upper);
    ValueRange so = each.getRegionIterArgs();
    Value first = arith::MinSIOp::create(builder, loc, so[0], lower);
    Value last = arith::MaxSIOp::create(builder, loc, so[1], upper);
    Value next[] = {arith::SelectOp::create(builder, loc, some, first, so[0]),
                    arith::SelectOp::create(builder, loc, some, last, so[1]),
                    arith::MaxSIOp::create(builder, loc, so[2], lower),
                    arith::MinSIOp::create(builder, loc, so[3], upper)};
    scf::YieldOp::create(builder, loc, next);
  }
  firstKey = each.getResult(0);
  lastKey = each.getResult(1);
  latestLower = each.getResult(2);
  earliestUpper = each.getResult(3);
}

/// What depends on the rows only, row by row. What could fault is left out in a row whose range is empty.
void AttentionTile::evaluateRows() {
  SmallVector<Value> sources;
  for (auto &[source, place] : packedRows.all())
    sources.push_back(source);
  packedRows.clear(sources);
  bool mayFault = pair.mayFault(sources, PairRegion::row);
  loop(task.index(0), numRows, [&](Value row) {
    auto evaluate = [&] {
      Visit visit(task, *pair.region, *pair.groups);
      visit.evaluateParts();
      visit.adopt(single);
      bindRow(visit, row);
      standAtRow(visit, row);
      for (Value source : sources)
        visit.define(source, packedRows.at(source, row));
      visit.emitDefinitions();
    };
    if (!mayFault)
      return evaluate();
    when(compare(CmpIPredicate::slt, loadAt(lowers, {row}), loadAt(uppers, {row})), evaluate);
  });
  for (Phase *phase : {&filter, &score, &values})
    for (Levels &levels : phase->products)
      for (Value block : levels.product->blocks)
        if (pair.pointsOf(block) == PairRegion::row && !rowBlocks.contains(block))
          rowBlocks[block] = rangeOf(block, packedRows, numRows);
}

void AttentionTile::finishRows() {
  bool checks = attend->hasAttr(block::AttendOp::checkFiniteName);
  Operation *yield = attend.getValues().front().getTerminator();
  loop(task.index(0), numRows, [&](Value row) {
    SmallVector<Value> indices;
    if (attend.getBatch())
      indices.push_back(task.batch);
    llvm::append_range(indices, task.axisIndices);
    if (pair.rowIndex())
      indices.push_back(plus(firstIndex, row));
    for (auto [number, sum, value] : llvm::enumerate(attend.getSums(), yield->getOperands())) {
      View target = single.partOf(task.buffers[sum], indices, value.getType(), loc);
      sums->finish(number, row, target);
      if (!checks)
        continue;
      Visit visit(task, *pair.region, *pair.groups);
      standAtRow(visit, row);
      visit.checkFinite(target, sum, loc);
    }
    if (Value statistic = attend.getStatistic())
      sums->finishStatistic(row, single.partOf(task.buffers[statistic], indices, pair.score.getType(), loc));
  });
}

} // namespace espalier::lowering
