//===- PointBlocks.cpp - Which sweeps evaluate points together --------------===//
#include "compiler/Schedule/PointBlocks.h"

#include "compiler/Schedule/CostModel.h"
#include "dialects/Block/IR/Dependence.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

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

bool isSharedMatrix(Value factor, const block::Dependences &dependences) {
  return !dependences.of(factor) && tile::rankOf(factor.getType()) >= 2 &&
         tile::numElements(factor.getType()) >= kLeastShared;
}

/// The shared matrices of a sweep's products.
static llvm::DenseSet<Value> sharedFactors(SweepOp sweep) {
  block::Dependences dependences(sweep.getBody().front(), {{pointOf(sweep), block::PointSet(1)}});
  llvm::DenseSet<Value> shared;
  for (auto product : sweep.getBody().getOps<tile::ContractOp>())
    if (dependences.of(product.getResult()))
      for (Value factor : product.getFactors())
        if (isSharedMatrix(factor, dependences))
          shared.insert(factor);
  return shared;
}

static bool mayShare(SweepOp sweep) {
  return sweep.getDirection() == tree::Direction::each && pointOf(sweep) && !hasEffects(sweep);
}

/// A division or a function of the points' own numbers: what a vector does in the time of one.
static bool isFunctionOfNumbers(Operation &op, const block::Dependences &dependences) {
  return op.getNumResults() == 1 && isa<FloatType>(op.getResult(0).getType()) &&
         (isa<arith::DivFOp>(op) || (isa<math::MathDialect>(op.getDialect()) && !isa<math::AbsFOp, math::FmaOp>(op))) &&
         dependences.of(op.getResult(0));
}

/// Tiles that are defined would have to be stored on the way.
static bool definesNumbers(SweepOp sweep) {
  return llvm::all_of(sweep.getYield().getValues(), [](Value value) { return tile::rankOf(value.getType()) == 0; });
}

/// Each is written out for the lanes of a block: more make code that takes long to compile, and runs no faster.
constexpr int64_t kMostFunctions = 16;

/// Of a point, of those that depend on it.
static int64_t numOperations(SweepOp sweep, const block::Dependences &dependences) {
  return llvm::count_if(sweep.getBody().front(), [&](Operation &op) {
    return llvm::any_of(op.getResults(), [&](Value result) { return bool(dependences.of(result)); });
  });
}

bool gainsAsNumbers(SweepOp sweep) {
  if (!mayShare(sweep) || !definesNumbers(sweep) || !sharedFactors(sweep).empty())
    return false;
  block::Dependences dependences(sweep.getBody().front(), {{pointOf(sweep), block::PointSet(1)}});
  int64_t functions =
      llvm::count_if(sweep.getBody().front(), [&](Operation &op) { return isFunctionOfNumbers(op, dependences); });
  return functions > 0 && functions <= kMostFunctions && numOperations(sweep, dependences) <= kMostWrittenOut;
}

bool gainsFromBlocks(SweepOp sweep) {
  return mayShare(sweep) && (!sharedFactors(sweep).empty() || gainsAsNumbers(sweep));
}

int64_t bytesOf(Type tile) {
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
    blocks.areNumbers &= !gainsFromBlocks(sweep) || gainsAsNumbers(sweep);
    blocks.bytes.own += double(bytesPerPoint(sweep));
    block::Dependences dependences(sweep.getBody().front(), {{pointOf(sweep), block::PointSet(1)}});
    blocks.operations += numOperations(sweep, dependences);
    for (Value factor : sharedFactors(sweep))
      blocks.bytes.shared += double(bytesOf(factor.getType()));
  }
  return blocks;
}

} // namespace espalier::schedule
