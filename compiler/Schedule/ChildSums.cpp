//===- ChildSums.cpp - Where sums over children are made --------------------===//
#include "compiler/Schedule/ChildSums.h"

#include "compiler/Schedule/CostModel.h"
#include "compiler/Schedule/PointBlocks.h"
#include "compiler/Schedule/SharedChoices.h"
#include "compiler/Schedule/SweepCost.h"
#include "dialects/Tree/IR/ChildSums.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::schedule {

bool canPush(SweepOp sweep) { return llvm::any_of(sweep.getBody().getOps<tree::ReduceOp>(), tree::isMadeByChildren); }

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
