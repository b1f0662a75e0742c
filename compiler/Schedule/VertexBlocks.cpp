//===- VertexBlocks.cpp - Which sweeps evaluate a vertex in each lane -------===//
#include "compiler/Schedule/VertexBlocks.h"

#include "compiler/Schedule/ChainSteps.h"
#include "compiler/Schedule/CostModel.h"
#include "compiler/Schedule/PointBlocks.h"
#include "compiler/Schedule/SweepCost.h"
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/Abreast.h"
#include "runtime/ABI/ABI.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::schedule {

bool canUseLanes(SweepOp sweep) {
  return sweep.getTree() && sweep.getDirection() != tree::Direction::each && !sweep.getLeaves() &&
         isa<BlockArgument>(sweep.getTree()) &&
         cast<tree::TreeType>(sweep.getTree().getType()).getKind() == tree::Kind::perfect && !hasEffects(sweep);
}

/// Rows in registers serve larger systems better (measured: a tie at 12); so do lanes along an axis that fills them.
constexpr int64_t kMostEquations = 11;
/// The tiles of a block may take a good part of the second-level cache: each is written once and read a few times.
constexpr int64_t kNearCaches = 4;

namespace {
/// Of a visit of one vertex.
struct Tiles {
  int64_t equations = 0; // of the largest system
  int64_t longest = 0;   // last axis
  int64_t bytes = 0;     // of those that lie in scratch where several are evaluated as one
  double functions = 0;  // of numbers, divisions among them
  bool multiplies = false, reduces = false;

  /// A visit that does none of these is done before its rows could become lanes.
  bool isWorthMoving() const { return equations > 0 || multiplies || functions > 0; }

  static Tiles of(SweepOp sweep, const TargetDescription &target);
};
} // namespace

Tiles Tiles::of(SweepOp sweep, const TargetDescription &target) {
  Tiles tiles;
  tiles.functions = costOf(sweep, target).transcendental;
  sweep.getBody().walk([&](Operation *op) {
    if (auto solve = dyn_cast<tile::SolveOp>(op))
      tiles.equations = std::max(tiles.equations, tile::shapeOf(solve.getMatrix().getType()).front());
    tiles.multiplies |= isa<tile::ContractOp>(op);
    tiles.reduces |= isa<tile::ReduceOp>(op);
    for (Value result : op->getResults()) {
      if (ArrayRef<int64_t> shape = tile::shapeOf(result.getType()); !shape.empty())
        tiles.longest = std::max(tiles.longest, shape.back());
      if (isa<tree::ReadOp, tile::ContractOp, tile::SolveOp, tree::ReduceOp, tile::ReduceOp>(op))
        tiles.bytes += ESPALIER_BLOCK_WIDTH * bytesOf(result.getType());
    }
  });
  return tiles;
}

bool gainsFromLanes(SweepOp sweep, const TargetDescription &target) {
  if (!canUseLanes(sweep) || (target.vertices > 0 && target.vertices < fewVertices))
    return false;
  Tiles tiles = Tiles::of(sweep, target);
  bool isNarrow = tiles.equations > 0 ? std::max(tiles.equations, tiles.longest) <= kMostEquations
                                      : tiles.longest < lanes(target, elementBytesOf(sweep));
  return tiles.isWorthMoving() && isNarrow && tiles.bytes <= kNearCaches * target.nearCacheBytes;
}

//===-- Points of batch and axes ----------------------------------------------===//

/// Whether it multiplies what is each point's own with a matrix that is the same for all of them, which is then read
/// once for a block.
static bool sharesMatrix(SweepOp sweep, bool alongBatch) {
  SmallVector<std::pair<Value, block::PointSet>> own;
  for (Value value : tree::differsAbreast(sweep, alongBatch))
    own.push_back({value, 1});
  block::Dependences dependences(sweep.getBody().front(), own);
  bool shares = false;
  sweep.getBody().walk([&](tile::ContractOp op) {
    shares |= dependences.of(op.getResult()) != 0 &&
              llvm::any_of(op.getFactors(), [&](Value factor) { return isSharedMatrix(factor, dependences); });
  });
  return shares;
}

/// Larger systems are a tie even where a block of points stays in the cache (measured).
constexpr int64_t kMostEquationsAbreast = 15;
/// Wider rows of no whole number of lanes are moved as fast as they are computed.
constexpr int64_t kMostOddElements = 12;

/// Whether its tiles leave lanes of vectors empty, or are combined across lanes, for longer than it takes to move them
/// (measured). Visits that wait for each other have fewer instructions under way: they gain more.
static bool leavesLanesEmpty(const Tiles &tiles, bool waits, int64_t lanes) {
  int64_t length = std::max<int64_t>(tiles.longest, 1);
  bool isOdd = !llvm::isPowerOf2_64(length), hasFunctions = tiles.functions >= double(length);
  if (tiles.equations > 0)
    return true;
  if (tiles.multiplies)
    return length < (isOdd ? lanes : lanes / 2);
  if (hasFunctions && tiles.reduces)
    return length <= (waits ? 2 * lanes : lanes);
  if (hasFunctions && waits)
    return length < lanes;
  return isOdd && length <= kMostOddElements && (waits || tiles.reduces);
}

static PointsAbreast pointsOf(ArrayRef<SweepOp> group, const TargetDescription &target) {
  PointsAbreast points;
  points.count = tree::batchAbreast(group) ? target.tasks : 1;
  SweepOp first = group.front();
  // Axes beside a tree are few heads; else they are what the sweep is about.
  for (Value size : first.getAxes())
    points.count *= getConstantIntValue(size).value_or(first.getTree() ? 1 : target.visitsExpected);
  for (SweepOp sweep : group) {
    int64_t vertices = sweep.getTree() ? target.vertices > 0 ? target.vertices : target.visitsExpected : 1;
    for (Value value : sweep.getYield().getValues())
      points.bytes += double(vertices * ESPALIER_BLOCK_WIDTH * bytesOf(value.getType()));
  }
  return points;
}

bool gainsAbreast(ArrayRef<SweepOp> group, bool haveLanes, const TargetDescription &target) {
  PointsAbreast points = pointsOf(group, target);
  if (!tree::whyNotAbreast(group).empty() || !fillsLanes(points, haveLanes, target) || llvm::any_of(group, canScan))
    return false;
  bool alongBatch = bool(tree::batchAbreast(group)), isNear = points.bytes <= double(target.secondCacheBytes);
  bool gains = false;
  for (SweepOp sweep : group) {
    Tiles tiles = Tiles::of(sweep, target);
    int64_t widest = std::max(tiles.equations, tiles.longest);
    if (tiles.equations > 0 && widest > (isNear ? kMostEquationsAbreast : kMostEquations))
      return false;
    gains |= leavesLanesEmpty(tiles, bool(sweep.getTree()), lanes(target, elementBytesOf(sweep))) ||
             sharesMatrix(sweep, alongBatch);
  }
  return gains;
}

} // namespace espalier::schedule
