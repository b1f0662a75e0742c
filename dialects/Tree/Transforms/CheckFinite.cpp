//===- CheckFinite.cpp - A check of every definition ------------------------===//
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/Transforms/Passes.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace espalier::tree {
#define GEN_PASS_DEF_TREECHECKFINITE
#include "dialects/Tree/Transforms/Passes.h.inc"

namespace {

/// The place of what is checked, under the name of the definition where its handle has one.
Location checkedAt(Value value, Value handle) {
  auto named = handle.getLoc()->findInstanceOf<NameLoc>();
  return named ? Location(NameLoc::get(named.getName(), value.getLoc())) : value.getLoc();
}

/// Checks stand before the yield; a value that is defined twice is checked once.
void checkDefinitions(SweepOp sweep) {
  YieldOp yield = sweep.getYield();
  OpBuilder builder(yield);
  llvm::SmallDenseSet<Value> checked;
  for (auto [value, handle, result] :
       llvm::zip_equal(yield.getValues(), sweep.getDefinitionHandles(), sweep.getDefinitions()))
    if (isa<FloatType>(tile::elementOf(value.getType())) && !numbersEdges(result) && checked.insert(value).second)
      CheckFiniteOp::create(builder, checkedAt(value, handle), value);
}

struct CheckFinite : impl::TreeCheckFiniteBase<CheckFinite> {
  void runOnOperation() override { getOperation()->walk(checkDefinitions); }
};

} // namespace
} // namespace espalier::tree
