//===- AttentionCost.cpp - The sizes of a tile of attention -----------------===//
#include "compiler/Schedule/AttentionCost.h"

#include "compiler/Schedule/SweepCost.h"
#include "dialects/Block/IR/Dependence.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using espalier::block::AttendOp;
using espalier::block::ScheduleAttr;
using espalier::block::TaskLevel;

namespace espalier::schedule {

static constexpr block::PointSet kRow = 1, kKey = 2, kPair = 3;

static double bytesOf(Type type) {
  Type element = tile::elementOf(type);
  return double(tile::numElements(type)) *
         (element.isIntOrFloat() ? double(llvm::divideCeil(element.getIntOrFloatBitWidth(), 8)) : 8);
}

/// A prefix that only products cut is never in memory for a pair.
static bool isCutByProducts(Operation *op) {
  return isa<block::PrefixOp>(op) && llvm::is_sorted(cast<block::PrefixOp>(op).getTable()) &&
         llvm::all_of(op->getUsers(), [](Operation *user) { return isa<tile::ContractOp>(user); });
}

/// An elementwise tile with one use is computed where it is used.
static bool isFused(Operation *op) { return op->hasTrait<OpTrait::Elementwise>() && op->hasOneUse(); }

static void add(AttentionSizes &sizes, AttendOp attend, Region &region) {
  TargetDescription any; // counts do not depend on it
  if (region.empty())
    return;
  Value row = attend.getAxes().empty() ? Value() : Value(attend.getAxisIndices(region).back());
  block::Dependences dependences(region.front(), {{row, kRow}, {attend.getKey(region), kKey}});
  DenseSet<Value> counted;
  for (Operation &op : region.front()) {
    bool isYield = isa<block::YieldOp>(op);
    for (Value operand : op.getOperands()) {
      // What rows and keys bring to pairs is packed.
      block::PointSet points = dependences.of(operand);
      bool isPacked = isYield || (op.getNumResults() == 1 && dependences.of(op.getResult(0)) == kPair);
      if (!isPacked || !counted.insert(operand).second)
        continue;
      if (points == kRow)
        sizes.rowBytes += bytesOf(operand.getType());
      if (points == kKey)
        sizes.keyBytes += bytesOf(operand.getType());
    }
    for (Value result : op.getResults()) {
      if (auto element = dyn_cast<FloatType>(tile::elementOf(result.getType())))
        sizes.elementBytes = std::max<int64_t>(sizes.elementBytes, element.getWidth() / 8);
      if (dependences.of(result) != kPair || isCutByProducts(&op))
        continue;
      if (isa<RankedTensorType>(result.getType()) && !isFused(&op))
        sizes.pairBytes += bytesOf(result.getType());
      sizes.pair += costOf(op, any);
    }
  }
}

AttentionSizes sizesOf(AttendOp attend) {
  AttentionSizes sizes;
  add(sizes, attend, attend.getFilter());
  add(sizes, attend, attend.getScore());
  add(sizes, attend, attend.getValues());
  sizes.pair += {0, 1, 0, 1}; // the exponential
  sizes.pairBytes += bytesOf(attend.getScore().front().getTerminator()->getOperand(0).getType());
  for (Value value : attend.getValues().front().getTerminator()->getOperands()) {
    sizes.rowBytes += double(tile::numElements(value.getType())) * double(sizes.elementBytes);
    double elements = double(tile::numElements(value.getType()));
    sizes.pair += {elements, 0, 0, 2 * elements};
  }
  return sizes;
}

/// Every accumulation goes to the batch element of its own pair.
static bool accumulatesPerBatchElement(AttendOp attend) {
  bool own = bool(attend.getBatch());
  attend.walk([&](block::AccumulateOp op) {
    int64_t leading = op.getTarget().getType().getRank() - tile::rankOf(op.getValue().getType());
    own &= leading > int64_t(op.getIndices().size());
  });
  return own;
}

/// The largest power of two between `least` and `most` of `bytes` each that fits.
static int64_t fitting(double bytes, double room, int64_t least, int64_t most) {
  int64_t count = most;
  while (count > least && double(count) * bytes > room)
    count /= 2;
  return count;
}

void schedule(AttendOp attend, const TargetDescription &target) {
  AttentionSizes sizes = sizesOf(attend);
  // A third of the cache for keys, a third for rows, a third for pairs.
  double room = double(target.nearCacheBytes) / 3;
  int64_t lanesOfTarget = lanes(target, sizes.elementBytes);
  int64_t keys = fitting(sizes.keyBytes, room, lanesOfTarget, 64);
  int64_t rows = attend.getAxes().empty() ? 1 : fitting(sizes.rowBytes, room, 8, 64);
  while (rows > 8 && double(rows) * double(keys) * sizes.pairBytes > room)
    rows /= 2;
  while (keys > lanesOfTarget && double(rows) * double(keys) * sizes.pairBytes > room)
    keys /= 2;
  while (rows > 1 && double(rows) * double(keys) * sizes.pairBytes > room)
    rows /= 2;
  APInt length;
  if (!attend.getAxes().empty() && matchPattern(attend.getAxes().back(), m_ConstantInt(&length)))
    rows = std::clamp<int64_t>(length.getSExtValue(), 1, rows);

  TaskLevel tasks = TaskLevel::tiles;
  StringRef reason = "tiles of rows are independent";
  if (!attend.getInits().empty()) {
    bool perBatch = accumulatesPerBatchElement(attend);
    tasks = perBatch ? TaskLevel::batch : TaskLevel::whole;
    reason = perBatch ? "accumulators of one batch element are summed in a fixed order"
                      : "accumulators are summed in a fixed order";
  }
  double pairs = double(rows) * double(target.visitsExpected);
  double task = nanoseconds(sizes.pair.scaled(pairs), target, sizes.elementBytes);
  RegisterBlock block = registerBlock(target);
  attend->setAttr(ScheduleAttr::attributeName,
                  ScheduleAttr::get(attend.getContext(), tasks, rows, keys,
                                    tasks == TaskLevel::whole ? 1 : grain(task, target.nanosecondsPerChunk, 64),
                                    lanesOfTarget, block.rows, block.vectors, reason));
}

} // namespace espalier::schedule
