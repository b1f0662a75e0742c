//===- AttentionCost.cpp - The sizes of a tile of attention -----------------===//
#include "compiler/Schedule/AttentionCost.h"

#include "compiler/Schedule/SharedChoices.h"
#include "compiler/Schedule/SweepCost.h"
#include "dialects/Block/IR/Dependence.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using espalier::block::AttendOp;
using espalier::block::ScheduleAttr;
using espalier::block::TaskLevel;

namespace espalier::schedule {

/// More would save nothing and could hide an error of the estimate.
static constexpr int64_t kMostTilesPerChunk = 64;

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

namespace {
struct TaskChoice {
  TaskLevel level;
  StringRef reason;
};
} // namespace

static TaskChoice tasksOf(AttendOp attend) {
  if (attend.getInits().empty())
    return {TaskLevel::tiles, "tiles of rows are independent"};
  if (accumulatesPerBatchElement(attend))
    return {TaskLevel::batch, "accumulators of one batch element are summed in a fixed order"};
  return {TaskLevel::whole, "accumulators are summed in a fixed order"};
}

/// A tile takes at most so much of a thread's scratch, whatever is asked for.
constexpr double kMostTileBytes = 64 << 20;

static int64_t mostOf(double bytes) { return int64_t(std::max(1.0, kMostTileBytes / std::max(1.0, bytes))); }

/// As far as it is known; many otherwise.
static int64_t numRowsOf(AttendOp attend) {
  APInt length;
  if (attend.getAxes().empty())
    return 1;
  return matchPattern(attend.getAxes().back(), m_ConstantInt(&length)) ? length.getSExtValue() : INT64_MAX;
}

/// Whether rows have other keys than all.
static bool isCut(AttendOp attend) {
  ValueRange bounds = attend.getBounds().front().getTerminator()->getOperands();
  return !matchPattern(bounds[0], m_Zero()) || bounds[1] != attend.getKeys();
}

/// Rows and keys of a tile.
static PairTile chooseTile(AttendOp attend, const AttentionSizes &sizes, Choices &choices,
                           const TargetDescription &target) {
  PairTile tile = pairTile({sizes.rowBytes, sizes.keyBytes, sizes.pairBytes}, numRowsOf(attend), isCut(attend),
                           lanes(target, sizes.elementBytes), target);
  std::string reason =
      fmt::format("with {} keys; {} a row, {} a key and {} a pair stay in {}", tile.keys, bytesText(sizes.rowBytes),
                  bytesText(sizes.keyBytes), bytesText(sizes.pairBytes), bytesText(double(target.nearCacheBytes)));
  Range rows{1, mostOf(std::max(sizes.rowBytes, sizes.pairBytes)), "a tile stays below 64 MB"};
  if (attend.getAxes().empty())
    rows = {1, 1, "there is one row"};
  tile.rows = choices.choose(Key::rows, tile.rows, std::move(reason), rows);
  tile.keys = choices.choose(
      Key::keys, tile.keys, "",
      {1, mostOf(std::max(sizes.keyBytes, double(tile.rows) * sizes.pairBytes)), "a tile stays below 64 MB"});
  return tile;
}

void schedule(AttendOp attend, Choices &choices, const TargetDescription &target) {
  AttentionSizes sizes = sizesOf(attend);
  auto [tasks, reason] = tasksOf(attend);
  int64_t lanesOfTarget = lanes(target, sizes.elementBytes);
  choices.beginGroup(fmt::format("attention, tasks {}: {}", stringifyTaskLevel(tasks).str(), reason.str()));
  PairTile tile = chooseTile(attend, sizes, choices, target);
  double pairs = double(tile.rows) * double(target.visitsExpected);
  double task = nanoseconds(sizes.pair.scaled(pairs), target, sizes.elementBytes);
  int64_t tasksPerChunk = chooseGrain(choices, tasks == TaskLevel::whole, task, kMostTilesPerChunk, target);
  RegisterBlock block = chooseRegisterBlock(choices, true, /*areAbreast=*/false, target);
  attend->setAttr(ScheduleAttr::attributeName,
                  ScheduleAttr::get(attend.getContext(), tasks, choices.group(), tile.rows, tile.keys, tasksPerChunk,
                                    lanesOfTarget, block.rows, block.vectors,
                                    (reason + "; " + choices.reasons()).str()));
}

} // namespace espalier::schedule
