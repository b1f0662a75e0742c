//===- ChildSums.cpp - Where sums over children are made --------------------===//
#include "compiler/Schedule/ChildSums.h"

#include "compiler/Schedule/CostModel.h"
#include "compiler/Schedule/PointBlocks.h"
#include "compiler/Schedule/SharedChoices.h"
#include "dialects/Tree/IR/ChildSums.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::schedule {

bool canPush(SweepOp sweep) { return llvm::any_of(sweep.getBody().getOps<tree::ReduceOp>(), tree::isMadeByChildren); }

/// What the tensors of the group hold of a vertex: those that are read there, and those defined.
static double rowBytes(ArrayRef<SweepOp> group) {
  double bytes = 0;
  DenseSet<Value> seen;
  for (SweepOp sweep : group) {
    seen.insert(sweep.result_begin(), sweep.result_end());
    seen.insert(sweep.getHandles().begin(), sweep.getHandles().end());
    for (Value value : sweep.getYield().getValues())
      bytes += double(bytesOf(value.getType()));
    sweep.walk([&](tree::ReadOp read) {
      bool isOfVertex =
          llvm::any_of(read.getIndices(), [](Value index) { return isa<tree::VertexType>(index.getType()); });
      if (isOfVertex && seen.insert(read.getTensor()).second)
        bytes += double(bytesOf(read.getType()));
    });
  }
  return bytes;
}

bool chooseSums(ArrayRef<SweepOp> group, double share, bool inPlace, Choices &choices,
                const TargetDescription &target) {
  ChildSumBytes bytes{0, share * rowBytes(group)};
  bool canAny = false;
  for (SweepOp sweep : group)
    for (tree::ReduceOp sum : sweep.getBody().getOps<tree::ReduceOp>())
      if (tree::isMadeByChildren(sum)) {
        canAny = true;
        for (Value result : sum.getOutputs())
          bytes.sums += share * double(bytesOf(result.getType()));
      }
  if (!canAny)
    return false;
  bool pays = !inPlace && childrenAdd(bytes, target);
  return choices.choose(Key::sums, pays,
                        pays ? fmt::format("rows of {} are read once, at their own visit", bytesText(bytes.rows)) : "");
}

} // namespace espalier::schedule
