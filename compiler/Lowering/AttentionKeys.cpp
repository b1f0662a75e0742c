//===- AttentionKeys.cpp - A tile of keys for a tile of rows ----------------===//
#include "compiler/Lowering/AttentionTile.h"

#include "compiler/Lowering/Loops.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <limits>

using namespace mlir;
using arith::CmpIPredicate;

namespace espalier::lowering {

using Values = SmallVector<Value>;

/// A view of one number per row, or per key, as one of all pairs.
static View overPairs(const View &view, int64_t rows, int64_t keys, bool perRow) {
  return {view.base, view.offset, view.constantOffset, {rows, keys}, {perRow ? 1 : 0, perRow ? 0 : 1}};
}

Value AttentionTile::keyIndexOf(Value key) { return plus(keyStart, key); }

Value AttentionTile::isPair(Value row, Value key) {
  Value one = arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(1));
  return compare(CmpIPredicate::eq, loadAt(mask, {row, key}), one);
}

void AttentionTile::forPairs(llvm::function_ref<void(Value, Value)> body) {
  loop(task.index(0), numRows, [&](Value row) {
    loop(task.index(0), numKeys, [&](Value key) { when(isPair(row, key), [&] { body(row, key); }); });
  });
}

/// The mask's elements combined, from `start`.
template <class Op> Value AttentionTile::reducedMask(int32_t start) {
  View result = task.scratch({}, builder.getI32Type());
  single.fill(result, builder.getI32IntegerAttr(start), loc);
  emitLoops(
      builder, loc, {rows, keys}, {mask}, {result}, {0, 1},
      [](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) { return Values{Op::create(b, old[0], read[0])}; });
  return single.load(result, loc);
}

void AttentionTile::emitKeys() {
  Value end = plus(keyStart, task.index(keys));
  numKeys =
      arith::MinSIOp::create(builder, loc, arith::SubIOp::create(builder, loc, lastKey, keyStart), task.index(keys));
  isFull = arith::AndIOp::create(builder, loc, compare(CmpIPredicate::sle, latestLower, keyStart),
                                 compare(CmpIPredicate::sle, end, earliestUpper));
  if (needsMask)
    findPairs();
  if (!pair.filter)
    return addPairs();
  filterPairs();
  // What the filter leaves of the tile: all, some, or nothing that is worth a look.
  isFull = compare(CmpIPredicate::eq, reducedMask<arith::MinSIOp>(1), task.constant(builder.getI32IntegerAttr(1)));
  Value some = compare(CmpIPredicate::eq, reducedMask<arith::MaxSIOp>(0), task.constant(builder.getI32IntegerAttr(1)));
  when(some, [&] { addPairs(); });
}

void AttentionTile::addPairs() {
  packKeys(score);
  evaluateScores();
  maskScores();
  sums->weigh();
  if (pair.accumulates()) // before values are cleaned
    accumulatePairs();
  addValues();
}

//===-- Which pairs ---------------------------------------------------------===//

void AttentionTile::findPairs() {
  emitLoops(builder, loc, {rows, keys}, {overPairs(lowers, rows, keys, true), overPairs(uppers, rows, keys, true)},
            {mask}, {}, [&](ImplicitLocOpBuilder &b, ValueRange read, ValueRange) {
              Value key = arith::AddIOp::create(b, linalg::IndexOp::create(b, 1), keyStart);
              Value within = arith::AndIOp::create(b, arith::CmpIOp::create(b, CmpIPredicate::sge, key, read[0]),
                                                   arith::CmpIOp::create(b, CmpIPredicate::slt, key, read[1]));
              return Values{arith::ExtUIOp::create(b, b.getI32Type(), within)};
            });
}

void AttentionTile::filterPairs() {
  packKeys(filter);
  prepare(filter);
  Visit visit(task, filter.lifted.lifting->region(), *filter.lifted.groups);
  bind(visit, *filter.lifted.lifting, filter);
  visit.define(filter.lifted.roots.front(), kept);
  visit.emitDefinitions();
  emitLoops(builder, loc, {rows, keys}, {kept}, {mask}, {},
            [](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
              return Values{arith::AndIOp::create(b, old[0], arith::ExtUIOp::create(b, b.getI32Type(), read[0]))};
            });
}

/// For faults: a key is evaluated for the first row that has it, and not at all if none has.
void AttentionTile::findFirstRows() {
  single.fill(firstRow, builder.getI32IntegerAttr(rows), loc);
  emitLoops(builder, loc, {rows, keys}, {mask}, {firstRow}, {0},
            [&](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
              Value none = arith::ConstantOp::create(b, b.getI32IntegerAttr(rows));
              Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
              Value row = arith::IndexCastOp::create(b, b.getI32Type(), linalg::IndexOp::create(b, 0));
              Value isPair = arith::CmpIOp::create(b, CmpIPredicate::ne, read[0], zero);
              return Values{arith::MinSIOp::create(b, old[0], arith::SelectOp::create(b, isPair, row, none))};
            });
}

//===-- What depends on the keys only ---------------------------------------===//

void AttentionTile::packKeys(Phase &phase) {
  ArrayRef<Value> sources = phase.keys.getArrayRef();
  if (sources.empty())
    return;
  bool mayFault = pair.mayFault(sources, PairRegion::key);
  if (mayFault) {
    findFirstRows();
    packedKeys.clear(sources);
  } else {
    when(compare(CmpIPredicate::slt, numKeys, task.index(keys)), [&] { packedKeys.clear(sources); });
  }
  loop(task.index(0), numKeys, [&](Value key) {
    auto evaluate = [&](Value row) {
      Visit visit(task, *pair.region, *pair.groups);
      visit.evaluateParts();
      visit.adopt(single);
      visit.bind(pair.keyIndex, keyIndexOf(key), task.buffers.extentOf(attend.getKeys()));
      if (row)
        standAtPair(visit, row, key);
      for (Value source : sources)
        visit.define(source, packedKeys.at(source, key));
      visit.emitDefinitions();
    };
    if (!mayFault)
      return evaluate(Value());
    Value row = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), loadAt(firstRow, {key}));
    when(compare(CmpIPredicate::slt, row, task.index(rows)), [&] { evaluate(row); });
  });
}

//===-- Scores --------------------------------------------------------------===//

void AttentionTile::evaluateScores() {
  prepare(score);
  Visit visit(task, score.lifted.lifting->region(), *score.lifted.groups);
  bind(visit, *score.lifted.lifting, score);
  visit.define(score.lifted.roots.front(), sums->scores());
  visit.emitDefinitions();
}

void AttentionTile::maskScores() {
  auto cut = [&] {
    if (!needsMask)
      findPairs();
    emitLoops(builder, loc, {rows, keys}, {mask}, {sums->scores()}, {},
              [](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
                Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
                Value none = arith::ConstantOp::create(
                    b, b.getFloatAttr(old[0].getType(), -std::numeric_limits<double>::infinity()));
                Value isPair = arith::CmpIOp::create(b, CmpIPredicate::ne, read[0], zero);
                return Values{arith::SelectOp::create(b, isPair, old[0], none)};
              });
  };
  when(isFull, [] {}, cut);
}

//===-- Values --------------------------------------------------------------===//

/// The view without its stretched axes.
static View distinctElements(View view) {
  for (int64_t axis = view.rank(); axis-- > 0;)
    if (view.strides[axis] == 0) {
      view.sizes.erase(view.sizes.begin() + axis);
      view.strides.erase(view.strides.begin() + axis);
    }
  return view;
}

/// Whether all values of the tile are finite: x - x is 0 then, else NaN.
Value AttentionTile::areFinite(Visit &visit) {
  Type f32 = builder.getF32Type();
  View differences = task.scratch({}, f32);
  visit.fill(differences, builder.getZeroAttr(f32), loc);
  auto add = [&](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
    Value difference = arith::SubFOp::create(b, read[0], read[0]);
    int64_t width = difference.getType().getIntOrFloatBitWidth();
    if (width != 32)
      difference = width < 32 ? arith::ExtFOp::create(b, b.getF32Type(), difference).getResult()
                              : arith::TruncFOp::create(b, b.getF32Type(), difference).getResult();
    return Values{arith::AddFOp::create(b, old[0], difference)};
  };
  for (auto &[weights, value] : weighted) {
    if (uniformConstant(value))
      continue;
    View place;
    if (isTile(value)) {
      place = distinctElements(visit.tile(value));
    } else {
      place = task.scratch({}, value.getType());
      visit.store(visit.scalar(value), place, loc);
    }
    emitLoops(builder, loc, place.sizes, {place}, {differences}, llvm::to_vector(llvm::seq<int64_t>(0, place.rank())),
              add);
  }
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(f32));
  return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, visit.load(differences, loc), zero);
}

void AttentionTile::addValues() {
  if (weighted.empty())
    return;
  prepare(values);
  Visit visit(task, values.lifted.lifting->region(), *values.lifted.groups);
  bind(visit, *values.lifted.lifting, values);
  for (auto &[weights, value] : weighted) {
    visit.bindTile(weights, sums->weightsIn(getElementTypeOrSelf(weights)));
    // In front of all branches.
    if (isTile(value) && !uniformConstant(value))
      visit.tile(value);
  }
  auto check = scf::IfOp::create(builder, loc, TypeRange{builder.getI1Type()}, isFull, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(check.thenBlock());
    scf::YieldOp::create(builder, loc, isFull);
    builder.setInsertionPointToEnd(check.elseBlock());
    scf::YieldOp::create(builder, loc, areFinite(visit));
  }
  when(check.getResult(0), [] {}, [&] { addInfinite(visit); });
  for (auto [number, root] : llvm::enumerate(values.lifted.roots))
    visit.accumulate(root, sums->sum(number), /*subtract=*/false);
}

static Value isFinite(ImplicitLocOpBuilder &b, Value x) {
  if (x.getType().getIntOrFloatBitWidth() < 32)
    x = arith::ExtFOp::create(b, b.getF32Type(), x);
  auto type = cast<FloatType>(x.getType());
  Value infinity = arith::ConstantOp::create(b, b.getFloatAttr(type, APFloat::getInf(type.getFloatSemantics())));
  return arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, math::AbsFOp::create(b, x), infinity);
}

/// Adds weights times values that are not finite, to the rows whose pairs they are; then sets the values to zero.
void AttentionTile::addInfinite(Visit &visit) {
  forPairs([&](Value row, Value key) {
    for (auto [number, entry] : llvm::enumerate(weighted)) {
      auto [weights, value] = entry;
      if (uniformConstant(value))
        continue;
      Value weight = loadAt(visit.tile(weights), {row, key});
      View target = pointOf(builder, loc, sums->sum(number), {row});
      block::PointSet points = pair.pointsOf(pair.values[number]);
      SmallVector<Value> position;
      if (points & PairRegion::row)
        position.push_back(row);
      if (points & PairRegion::key)
        position.push_back(key);
      SmallVector<View> read;
      if (isTile(value))
        read.push_back(pointOf(builder, loc, visit.tile(value), position));
      Value scalar = isTile(value) ? Value() : visit.scalar(value);
      emitLoops(builder, loc, target.sizes, read, {target}, {},
                [&](ImplicitLocOpBuilder &b, ValueRange elements, ValueRange old) {
                  Value element = scalar ? scalar : Value(elements[0]);
                  Value skipped = isFinite(b, element);
                  if (element.getType() != old[0].getType())
                    element = arith::ExtFOp::create(b, old[0].getType(), element);
                  Value sum = arith::AddFOp::create(b, old[0], arith::MulFOp::create(b, weight, element));
                  return Values{arith::SelectOp::create(b, skipped, old[0], sum)};
                });
    }
  });
  for (auto [number, entry] : llvm::enumerate(weighted)) {
    if (!(pair.pointsOf(pair.values[number]) & PairRegion::key))
      continue;
    View place = distinctElements(visit.tile(entry.second));
    emitLoops(builder, loc, place.sizes, {}, {place}, {}, [&](ImplicitLocOpBuilder &b, ValueRange, ValueRange old) {
      Value zero = arith::ConstantOp::create(b, cast<TypedAttr>(b.getZeroAttr(old[0].getType())));
      return Values{arith::SelectOp::create(b, isFinite(b, old[0]), old[0], zero)};
    });
  }
}

void AttentionTile::accumulatePairs() {
  forPairs([&](Value row, Value key) {
    Visit visit(task, *pair.region, *pair.groups);
    bindPair(visit, values, row, key);
    visit.bind(pair.weight, loadAt(sums->scores(), {row, key}));
    visit.emit();
  });
}

} // namespace espalier::lowering
