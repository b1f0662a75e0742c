//===- BlockOrder.cpp - Where two operations of one block may become one ----===//
#include "dialects/Tile/Transforms/BlockOrder.h"

#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace espalier::tile {

llvm::SetVector<Value> valuesUsedBy(Operation *op) {
  llvm::SetVector<Value> values(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), values);
  return values;
}

static bool isDefinedBefore(Value value, Operation *op) {
  Operation *definition = value.getDefiningOp();
  // What comes from elsewhere is there for the whole block.
  return !definition || definition->getBlock() != op->getBlock() || definition->isBeforeInBlock(op);
}

Operation *placeToMerge(Operation *first, Operation *second) {
  if (llvm::all_of(valuesUsedBy(second), [&](Value value) { return isDefinedBefore(value, first); }))
    return first;
  bool isUsedUpToSecond = llvm::any_of(first->getUsers(), [&](Operation *user) {
    Operation *inBlock = first->getBlock()->findAncestorOpInBlock(*user);
    return inBlock && (inBlock == second || inBlock->isBeforeInBlock(second));
  });
  return isUsedUpToSecond ? nullptr : second;
}

} // namespace espalier::tile
