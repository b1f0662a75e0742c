//===- FuseSweeps.cpp - Sweeps over one domain become one -------------------===//
#include "compiler/Fusion/JoinSweeps.h"
#include "compiler/Fusion/Passes.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace espalier::fusion {
#define GEN_PASS_DEF_TREEFUSESWEEPS
#include "compiler/Fusion/Passes.h.inc"

namespace {

/// The first pair of sweeps of the block that can become one, nearest pairs first for each later sweep.
std::optional<Joint> findJointIn(Block &block) {
  SmallVector<tree::SweepOp> earlier;
  for (tree::SweepOp second : block.getOps<tree::SweepOp>()) {
    for (tree::SweepOp first : llvm::reverse(earlier))
      if (std::optional<Joint> joint = findJoint(first, second))
        return joint;
    earlier.push_back(second);
  }
  return std::nullopt;
}

struct FuseSweeps : impl::TreeFuseSweepsBase<FuseSweeps> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation()->walk<WalkOrder::PreOrder>([&](Block *block) {
      while (std::optional<Joint> joint = findJointIn(*block))
        join(rewriter, *joint);
    });
  }
};

} // namespace
} // namespace espalier::fusion
