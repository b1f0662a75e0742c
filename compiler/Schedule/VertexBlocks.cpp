//===- VertexBlocks.cpp - Which sweeps evaluate a vertex in each lane -------===//
#include "compiler/Schedule/VertexBlocks.h"

#include "compiler/Schedule/CostModel.h"
#include "compiler/Schedule/PointBlocks.h"
#include "compiler/Schedule/SweepCost.h"
#include "dialects/Tile/IR/TileType.h"
#include "runtime/ABI/ABI.h"

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

bool gainsFromLanes(SweepOp sweep, const TargetDescription &target) {
  if (!canUseLanes(sweep) || (target.vertices > 0 && target.vertices < fewVertices))
    return false;
  int64_t lanes = schedule::lanes(target, elementBytesOf(sweep)), equations = 0, longest = 0, bytes = 0;
  bool multiplies = false;
  sweep.getBody().walk([&](Operation *op) {
    if (auto solve = dyn_cast<tile::SolveOp>(op))
      equations = std::max(equations, tile::shapeOf(solve.getMatrix().getType()).front());
    multiplies |= isa<tile::ContractOp>(op);
    for (Value result : op->getResults()) {
      if (ArrayRef<int64_t> shape = tile::shapeOf(result.getType()); !shape.empty())
        longest = std::max(longest, shape.back());
      if (isa<tree::ReadOp, tile::ContractOp, tile::SolveOp, tree::ReduceOp, tile::ReduceOp>(op))
        bytes += ESPALIER_BLOCK_WIDTH * bytesOf(result.getType());
    }
  });
  // A visit that neither multiplies tiles nor calls functions is done before its rows could become lanes.
  bool isWorthMoving = equations > 0 || multiplies || costOf(sweep, target).transcendental > 0;
  bool isNarrow = equations > 0 ? std::max(equations, longest) <= kMostEquations : longest < lanes;
  return isWorthMoving && isNarrow && bytes <= kNearCaches * target.nearCacheBytes;
}

} // namespace espalier::schedule
