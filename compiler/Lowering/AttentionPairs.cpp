//===- AttentionPairs.cpp - What a lifted region is given at all pairs ------===//
#include "compiler/Lowering/AttentionTile.h"

#include "compiler/Lowering/Loops.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using arith::CmpIPredicate;

namespace espalier::lowering {

//===-- Binding -------------------------------------------------------------===//

/// Where a value lies: all of it, or seen from all pairs and stretched along what it does not depend on.
View AttentionTile::lookAt(Value source, Type type, bool isWhole, Phase &phase) {
  if (auto found = phase.computed.find(source); found != phase.computed.end())
    return found->second;
  block::PointSet points = pair.pointsOf(source);
  View view = points == PairRegion::row   ? packedRows.of(source)
              : points == PairRegion::key ? packedKeys.of(source)
                                          : single.tile(source);
  if (!isWhole)
    return view;
  View wide{view.base, view.offset, view.constantOffset, SmallVector<int64_t>(tile::shapeOf(type)), {0, 0}};
  wide.strides.resize(wide.sizes.size(), 0);
  unsigned axis = 0;
  for (unsigned kind : {0, 1})
    if (points >> kind & 1)
      wide.strides[kind] = view.strides[axis++];
  if (view.rank() - int64_t(axis) == wide.rank() - 2)
    std::copy(view.strides.begin() + axis, view.strides.end(), wide.strides.begin() + 2);
  return wide;
}

void AttentionTile::bind(Visit &visit, const Lifting &lifting, Phase &phase) {
  for (const Lifting::Argument &input : lifting.arguments()) {
    if (isTile(input.argument))
      visit.bindTile(input.argument, lookAt(input.source, input.argument.getType(), input.isWhole, phase));
    else
      visit.bind(input.argument, single.scalar(input.source));
  }
}

void AttentionTile::bindPair(Visit &visit, Phase &phase, Value row, Value key) {
  visit.adopt(single);
  for (Value source : phase.lifted.lifting->parts()) {
    block::PointSet points = pair.pointsOf(source);
    if (points == 0 || isa<BlockArgument>(source))
      continue;
    View place = points == PairRegion::row ? packedRows.at(source, row) : packedKeys.at(source, key);
    if (isTile(source))
      visit.bindTile(source, place);
    else
      visit.bind(source, visit.load(place, loc));
  }
  bindRow(visit, row);
  visit.bind(pair.keyIndex, keyIndexOf(key), task.buffers.extentOf(attend.getKeys()));
  standAtPair(visit, row, key);
}

//===-- Pair by pair --------------------------------------------------------===//

void AttentionTile::prepare(Phase &phase) {
  evaluatePointwise(phase);
  for (Levels &levels : phase.products)
    multiplyLevels(phase, levels);
}

void AttentionTile::evaluatePointwise(Phase &phase) {
  ArrayRef<Value> sources = phase.lifted.lifting->pointwise();
  if (sources.empty())
    return;
  for (Value source : sources) {
    SmallVector<int64_t> sizes{rows, keys};
    llvm::append_range(sizes, tile::shapeOf(source.getType()));
    View place = task.scratch(sizes, tile::elementOf(source.getType()));
    single.fill(place, cast<TypedAttr>(builder.getZeroAttr(place.element())), loc);
    phase.computed[source] = place;
  }
  forPairs([&](Value row, Value key) {
    Visit visit(task, *pair.region, *pair.groups);
    bindPair(visit, phase, row, key);
    for (Value source : sources)
      visit.define(source, pointOf(builder, loc, phase.computed[source], {row, key}));
    visit.emitDefinitions();
  });
}

//===-- Products of prefixes ------------------------------------------------===//

std::pair<Value, Value> AttentionTile::rangeOf(Value block, const PackedPoints &points, Value count) {
  Value first = loadAt(points.of(block), {task.index(0)});
  auto each = scf::ForOp::create(builder, loc, task.index(1), count, task.index(1), ValueRange{first, first});
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(each.getBody());
  Value next = loadAt(points.of(block), {each.getInductionVar()});
  Value least = arith::MinSIOp::create(builder, loc, each.getRegionIterArg(0), next);
  Value greatest = arith::MaxSIOp::create(builder, loc, each.getRegionIterArg(1), next);
  scf::YieldOp::create(builder, loc, ValueRange{least, greatest});
  return {each.getResult(0), each.getResult(1)};
}

std::pair<Value, Value> AttentionTile::blockRange(Value block) {
  switch (pair.pointsOf(block)) {
  case PairRegion::row:
    return rowBlocks.lookup(block);
  case PairRegion::key:
    return rangeOf(block, packedKeys, numKeys);
  default:
    Value only = single.scalar(block);
    return {only, only};
  }
}

/// max(0, levels - bitlength(a xor b))
Value AttentionTile::sharedLevels(int64_t levels, Value a, Value b) {
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(value));
  };
  Value zeros = math::CountLeadingZerosOp::create(builder, loc, arith::XOrIOp::create(builder, loc, a, b));
  return arith::MaxSIOp::create(builder, loc, arith::SubIOp::create(builder, loc, zeros, number(64 - levels)),
                                number(0));
}

/// Level by level: what all pairs of the tile share is added as one product, what some may share pair by pair, what
/// none shares not at all. The bounds are those of Math/LevelMap.h, from the blocks that rows and keys meet.
void AttentionTile::multiplyLevels(Phase &phase, Levels &levels) {
  tile::ContractOp op = levels.product->product;
  Value product = op.getResult();
  SmallVector<int64_t> sizes{rows, keys};
  llvm::append_range(sizes, tile::shapeOf(product.getType()));
  View target = task.scratch(sizes, tile::elementOf(product.getType()));
  single.fill(target, cast<TypedAttr>(builder.getZeroAttr(target.element())), loc);
  phase.computed[product] = target;

  auto [leastRow, greatestRow] = blockRange(levels.product->blocks[0]);
  auto [leastKey, greatestKey] = blockRange(levels.product->blocks[1]);
  int64_t numLevels = int64_t(levels.product->table.size()) - 1;
  Value down = sharedLevels(numLevels, leastRow, greatestKey), up = sharedLevels(numLevels, greatestRow, leastKey);
  Value least = arith::MinSIOp::create(builder, loc, down, up);
  // Apart, the nearest two decide; where the blocks overlap, all levels may be shared.
  Value isAbove = compare(CmpIPredicate::sgt, leastRow, greatestKey);
  Value isBelow = compare(CmpIPredicate::sgt, leastKey, greatestRow);
  Value all = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(numLevels));
  Value greatest =
      arith::SelectOp::create(builder, loc, isAbove, down, arith::SelectOp::create(builder, loc, isBelow, up, all));

  for (auto [number, level] : llvm::enumerate(levels.numbers)) {
    Value limit = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(level));
    auto add = [&, number = number](unsigned form) {
      Visit visit(task, levels.lifted.lifting->region(), *levels.lifted.groups);
      bind(visit, *levels.lifted.lifting, phase);
      visit.accumulate(levels.lifted.roots[2 * number + form], target, /*subtract=*/false);
    };
    when(compare(CmpIPredicate::sle, limit, greatest),
         [&] { when(compare(CmpIPredicate::sle, limit, least), [&] { add(0); }, [&] { add(1); }); });
  }
}

} // namespace espalier::lowering
