//===- CheckFinite.cpp - A check of every definition ------------------------===//
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/Transforms/Passes.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace espalier::tree {
#define GEN_PASS_DEF_TREECHECKFINITE
#include "dialects/Tree/Transforms/Passes.h.inc"

namespace {

/// Checks stand before the yield and bear the location of what is checked.
void checkDefinitions(SweepOp sweep) {
  YieldOp yield = sweep.getYield();
  OpBuilder builder(yield);
  llvm::SmallSetVector<Value, 4> values(yield.getValues().begin(), yield.getValues().end());
  for (Value value : values)
    if (isa<FloatType>(tile::elementOf(value.getType())))
      CheckFiniteOp::create(builder, value.getLoc(), value);
}

struct CheckFinite : impl::TreeCheckFiniteBase<CheckFinite> {
  void runOnOperation() override { getOperation()->walk(checkDefinitions); }
};

} // namespace
} // namespace espalier::tree
