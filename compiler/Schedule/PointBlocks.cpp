//===- PointBlocks.cpp - Which sweeps evaluate points together --------------===//
#include "compiler/Schedule/PointBlocks.h"

#include "dialects/Block/IR/Dependence.h"
#include "dialects/Tile/IR/TileType.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::schedule {

/// The vertex, or the index on the last axis.
static Value pointOf(SweepOp sweep) {
  if (sweep.getTree())
    return sweep.getLeaves() ? Value() : Value(sweep.getVertex());
  return sweep.getAxes().empty() ? Value() : Value(sweep.getAxisIndices().back());
}

/// Below so many elements a shared factor stays in registers anyway.
constexpr int64_t kLeastShared = 64;

static bool isSharedProduct(tile::ContractOp op, const block::Dependences &dependences) {
  if (!dependences.of(op.getResult()))
    return false;
  return llvm::any_of(op.getFactors(), [&](Value factor) {
    return !dependences.of(factor) && tile::rankOf(factor.getType()) >= 2 && tile::numElements(factor.getType()) >= kLeastShared;
  });
}

/// What has effects runs point by point.
static bool hasEffects(SweepOp sweep) {
  return !sweep.getInits().empty() || !sweep.getBody().getOps<tree::CheckFiniteOp>().empty();
}

bool gainsFromBlocks(SweepOp sweep) {
  Value point = pointOf(sweep);
  if (sweep.getDirection() != tree::Direction::each || !point || hasEffects(sweep))
    return false;
  block::Dependences dependences(sweep.getBody().front(), {{point, 1}});
  return llvm::any_of(sweep.getBody().getOps<tile::ContractOp>(),
                      [&](tile::ContractOp op) { return isSharedProduct(op, dependences); });
}

int64_t pointsTogether(ArrayRef<SweepOp> group, const TargetDescription &target) {
  int64_t bytes = 1; // of everything that belongs to one point
  bool gains = false;
  for (SweepOp sweep : group) {
    if (hasEffects(sweep))
      return 1;
    gains |= gainsFromBlocks(sweep);
    block::Dependences dependences(sweep.getBody().front(), {{pointOf(sweep), 1}});
    for (Operation &op : sweep.getBody().front())
      for (Value result : op.getResults())
        if (Type element = tile::elementOf(result.getType()); dependences.of(result) && element.isIntOrIndexOrFloat())
          bytes += tile::numElements(result.getType()) * (element.isIndex() ? 8 : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8));
  }
  int64_t together = gains ? 64 : 1;
  while (together > 1 && together * bytes > target.nearCacheBytes)
    together /= 2;
  return together < 8 ? 1 : together;
}

} // namespace espalier::schedule
