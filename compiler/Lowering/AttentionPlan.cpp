//===- AttentionPlan.cpp - What a tile of pairs computes, and from what -----===//
#include "compiler/Lowering/AttentionTile.h"

#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tile/Math/Subscripts.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;

namespace espalier::lowering {

static SmallVector<Type> sumTypes(block::AttendOp attend) {
  SmallVector<Type> types;
  Operation *yield = attend.getValues().front().getTerminator();
  for (auto [sum, value] : llvm::zip_equal(attend.getSums(), yield->getOperands()))
    types.push_back(tile::tileType(tile::shapeOf(value.getType()), tile::elementOf(sum.getType())));
  return types;
}

AttentionTile::AttentionTile(Task &task, block::AttendOp attend, block::ScheduleAttr schedule)
    : task(task), builder(task.builder), attend(attend), loc(attend.getLoc()), rows(schedule.getRows()),
      keys(schedule.getKeys()), pair(attend), packedRows(task, loc, rows), packedKeys(task, loc, keys),
      single(task, *pair.region, *pair.groups) {
  if (pair.filter)
    filter = plan({pair.filter});
  score = plan({pair.score});
  values = planValues();
  // Keys are packed once for both.
  score.keys.insert(values.keys.begin(), values.keys.end());
  sums = std::make_unique<RowSums>(task, loc, rows, keys, pair.score.getType(),
                                   attend.getWeights() == block::Weights::softmax, sumTypes(attend));
  lowers = task.scratch({rows}, builder.getIndexType());
  uppers = task.scratch({rows}, builder.getIndexType());
  mask = task.scratch({rows, keys}, builder.getI32Type());
  if (pair.filter)
    kept = task.scratch({rows, keys}, builder.getI1Type());
  firstRow = task.scratch({keys}, builder.getI32Type());
  needsMask = decideMask();
  nameAxes();
}

/// Beside tiles that a range cuts: where something is evaluated at pairs only that are pairs.
bool AttentionTile::decideMask() {
  auto isPointwise = [](const Phase &phase) {
    return phase.lifted.lifting && !phase.lifted.lifting->pointwise().empty();
  };
  return pair.filter || pair.accumulates() || isPointwise(score) || isPointwise(values) ||
         pair.mayFault(score.keys.getArrayRef(), PairRegion::key);
}

void AttentionTile::nameAxes() {
  auto add = [](std::vector<LoopAxis> &axes, Value variable, const Twine &otherwise, Extent size) {
    std::string name = placeOf(variable.getLoc()).what;
    axes.push_back({name.empty() ? otherwise.str() : name, size.shapeEntry()});
  };
  for (auto [number, variable] : llvm::enumerate(pair.axes))
    add(rowAxes, variable, "axis " + Twine(number), task.buffers.extentOf(attend.getAxes()[number]));
  pairAxes = rowAxes;
  add(pairAxes, pair.keyIndex, "key", task.buffers.extentOf(attend.getKeys()));
}

//===-- Phases --------------------------------------------------------------===//

AttentionTile::Lifted AttentionTile::beginLifting() {
  Lifted lifted;
  lifted.lifting = std::make_unique<Lifting>(loc, *pair.dependences, ArrayRef<int64_t>{rows, keys}, pair.productOps);
  return lifted;
}

AttentionTile::Phase AttentionTile::plan(ArrayRef<Value> sources) {
  Phase phase;
  phase.lifted = beginLifting();
  for (Value source : sources)
    phase.lifted.roots.push_back(phase.lifted.lifting->whole(source));
  close(phase);
  return phase;
}

/// x where it is finite, else 0.
static Value finitePart(ImplicitLocOpBuilder &b, Value x) {
  Type type = x.getType();
  auto element = cast<FloatType>(tile::elementOf(type));
  Value magnitude = x;
  if (element.getWidth() < 32)
    magnitude = arith::ExtFOp::create(b, tile::tileType(tile::shapeOf(type), b.getF32Type()), x);
  magnitude = math::AbsFOp::create(b, magnitude);
  Value infinity = tile::splat(b, b.getLoc(), magnitude.getType(), std::numeric_limits<double>::infinity());
  Value isFinite = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, magnitude, infinity);
  return arith::SelectOp::create(b, isFinite, x, tile::splat(b, b.getLoc(), type, 0));
}

/// Weighted sums are products of the weights, [rows, keys], with the values as far as they depend on row and key. Those
/// that depend on the key are made anew for every tile, and cleaned where they lie if they have to be.
AttentionTile::Phase AttentionTile::planValues() {
  Phase phase;
  phase.lifted = beginLifting();
  Lifting &lifting = *phase.lifted.lifting;
  for (auto [value, type] : llvm::zip_equal(pair.values, sumTypes(attend))) {
    std::string letters, all = lifting.pointLetters.take_front(2).str();
    for (int64_t axis = 0; axis < tile::rankOf(type); ++axis)
      letters += char('a' + axis);
    std::string result = all.substr(0, 1) + letters;
    Value factor = lifting.compact(value, letters);
    weighted.push_back({lifting.outside(RankedTensorType::get({rows, keys}, tile::elementOf(type))), factor});
    if (!(pair.pointsOf(value) & PairRegion::key) && !factor.getDefiningOp<arith::ConstantOp>())
      factor = finitePart(lifting.builder, factor);
    SmallVector<int64_t> sizes{rows};
    llvm::append_range(sizes, tile::shapeOf(type));
    auto product = tile::ContractOp::create(lifting.builder, RankedTensorType::get(sizes, tile::elementOf(type)),
                                            tile::Subscripts{{all, letters}, result}.str(),
                                            ValueRange{weighted.back().first, factor});
    phase.lifted.roots.push_back(product);
  }
  for (block::AccumulateOp op : pair.region->front().getOps<block::AccumulateOp>())
    for (Value operand : op->getOperands())
      if (!isa<BlockArgument>(operand))
        lifting.needAt(operand);
  close(phase);
  return phase;
}

AttentionTile::Levels AttentionTile::planProduct(const LevelProduct &product) {
  Levels levels{&product, beginLifting(), {}};
  Lifting &lifting = *levels.lifted.lifting;
  tile::ContractOp op = product.product;
  auto segment = [&](int64_t from, int64_t to) -> Value {
    return lifting.product(op, product.factors, product.letter, from, to);
  };
  for (int64_t n = 0, begin = 0; n < int64_t(product.table.size()); begin = product.table[n++]) {
    if (product.table[n] == begin)
      continue;
    Value sure = segment(begin, product.table[n]), possible = segment(begin, product.table[n]);
    Value reached = lifting.reaches(product.count, n, tile::shapeOf(op.getType()));
    Value zero = tile::splat(lifting.builder, loc, possible.getType(), 0);
    levels.lifted.roots.push_back(sure);
    levels.lifted.roots.push_back(arith::SelectOp::create(lifting.builder, reached, possible, zero));
    levels.numbers.push_back(n);
  }
  for (Value block : product.blocks)
    lifting.needAt(block);
  return levels;
}

/// Everything that is packed, and the loops of elementwise operations.
void AttentionTile::close(Phase &phase) {
  auto closeLifted = [&](Lifted &lifted) {
    block::YieldOp::create(lifted.lifting->builder, lifted.roots);
    lifted.groups = std::make_unique<ElementwiseGroups>(lifted.lifting->region());
    pack(phase, *lifted.lifting);
  };
  closeLifted(phase.lifted);
  for (Operation *op : phase.lifted.lifting->givenProducts()) {
    auto product = llvm::find_if(pair.products, [&](const LevelProduct &p) { return p.product == op; });
    phase.products.push_back(planProduct(*product));
    closeLifted(phase.products.back().lifted);
  }
}

void AttentionTile::pack(Phase &phase, const Lifting &lifting) {
  for (Value source : lifting.parts()) {
    if (pair.pointsOf(source) == PairRegion::row)
      packedRows.add(source);
    if (pair.pointsOf(source) == PairRegion::key && !packedKeys.has(source)) {
      packedKeys.add(source);
      phase.keys.insert(source);
    }
  }
}

} // namespace espalier::lowering
