//===- Abreast.cpp - Points of batch and axes that are visited together -----===//
#include "dialects/Tree/IR/Abreast.h"

#include "dialects/Tree/IR/Effects.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace espalier::tree {

bool isBatched(Value tree) {
  auto argument = dyn_cast<BlockArgument>(tree);
  if (Operation *grown = tree.getDefiningOp()) {
    auto row = grown->getAttrOfType<IntegerAttr>("row");
    auto function = grown->getParentOfType<FunctionOpInterface>();
    if (!row || !function || row.getInt() < 0 || row.getInt() >= function.getNumArguments())
      return true;
    argument = function.getArgument(row.getInt());
  }
  auto function = dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
  return !function || bool(function.getArgAttr(argument.getArgNumber(), kBatchedAttribute));
}

/// Whether it asks something of a tree that differs within the batch.
static bool asksBatchedTree(Operation *op) {
  return llvm::any_of(op->getOperands(),
                      [](Value operand) { return isa<TreeType>(operand.getType()) && isBatched(operand); });
}

Value batchAbreast(ArrayRef<SweepOp> group) {
  SweepOp first = group.front();
  for (SweepOp sweep : group)
    if (sweep->walk([](Operation *op) { return asksBatchedTree(op) ? WalkResult::interrupt() : WalkResult::advance(); })
            .wasInterrupted())
      return {};
  return first.getBatch();
}

StringRef whyNotAbreast(ArrayRef<SweepOp> group) {
  SweepOp first = group.front();
  for (SweepOp sweep : group)
    if (hasEffects(sweep))
      return "points with effects are visited one by one";
  if (!batchAbreast(group) && first.getAxes().empty())
    return "there is neither a looped axis nor a batch whose elements share their tree";
  return "";
}

SmallVector<Value> differsAbreast(SweepOp sweep, bool alongBatch) {
  SmallVector<Value> values(sweep.getAxisIndices());
  auto handles = sweep.getHandles();
  sweep.getBody().walk([&](ReadOp read) {
    bool isOwn = llvm::is_contained(handles, read.getTensor());
    if (isOwn || (alongBatch && read.isBatched()))
      values.push_back(read.getResult());
  });
  return values;
}

} // namespace espalier::tree
