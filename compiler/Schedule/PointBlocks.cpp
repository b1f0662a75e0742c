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
    return !dependences.of(factor) && tile::rankOf(factor.getType()) >= 2 &&
           tile::numElements(factor.getType()) >= kLeastShared;
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
  block::Dependences dependences(sweep.getBody().front(), {{point, block::PointSet(1)}});
  return llvm::any_of(sweep.getBody().getOps<tile::ContractOp>(),
                      [&](tile::ContractOp op) { return isSharedProduct(op, dependences); });
}

static int64_t bytesOf(Type tile) {
  Type element = tile::elementOf(tile);
  return tile::numElements(tile) * (element.isIntOrFloat() ? llvm::divideCeil(element.getIntOrFloatBitWidth(), 8) : 8);
}

/// Bytes of one point that lie in memory: what is read and defined, and both sides of products. Elementwise operations
/// between them do not.
static int64_t bytesPerPoint(SweepOp sweep) {
  block::Dependences dependences(sweep.getBody().front(), {{pointOf(sweep), block::PointSet(1)}});
  llvm::DenseSet<Value> inMemory;
  for (Operation &op : sweep.getBody().front()) {
    if (isa<tree::ReadOp, tile::ContractOp, tile::SolveOp, tile::ReduceOp>(op))
      inMemory.insert(op.result_begin(), op.result_end());
    if (isa<tile::ContractOp, tile::SolveOp, tree::YieldOp>(op))
      inMemory.insert(op.operand_begin(), op.operand_end());
  }
  int64_t bytes = 0;
  for (Value value : inMemory)
    bytes += dependences.of(value) ? bytesOf(value.getType()) : 0;
  return bytes;
}

PointBlocks pointBlocksOf(ArrayRef<SweepOp> group) {
  PointBlocks blocks;
  for (SweepOp sweep : group) {
    if (hasEffects(sweep) || !pointOf(sweep)) {
      blocks.isPossible = false;
      continue;
    }
    blocks.gains |= gainsFromBlocks(sweep);
    blocks.bytesPerPoint += bytesPerPoint(sweep);
  }
  return blocks;
}

} // namespace espalier::schedule
