//===- MergeSolves.cpp - Solves with one matrix share its factorisation -----===//
#include "dialects/Tile/Transforms/BlockOrder.h"
#include "dialects/Tile/Transforms/Passes.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace espalier::tile {
#define GEN_PASS_DEF_TILEMERGESOLVES
#include "dialects/Tile/Transforms/Passes.h.inc"

namespace {

bool haveOneFactorisation(SolveOp a, SolveOp b) {
  return a.getMatrix() == b.getMatrix() && a.getMethod() == b.getMethod() && a.getTransposed() == b.getTransposed();
}

/// One solve for the right-hand sides of both; null where neither may move to the other.
SolveOp merge(RewriterBase &rewriter, SolveOp first, SolveOp second) {
  Operation *place = placeToMerge(first, second);
  if (!place)
    return {};
  rewriter.setInsertionPoint(place);
  SmallVector<Value> sides(first.getRightSides());
  llvm::append_range(sides, second.getRightSides());
  Location loc = rewriter.getFusedLoc({first.getLoc(), second.getLoc()});
  auto merged = SolveOp::create(rewriter, loc, TypeRange(ValueRange(sides)), first.getMethod(), first.getTransposed(),
                                first.getMatrix(), sides);
  rewriter.replaceOp(first, merged.getSolutions().take_front(first.getNumResults()));
  rewriter.replaceOp(second, merged.getSolutions().take_back(second.getNumResults()));
  return merged;
}

/// Merges each solve with those before it.
void mergeWithin(RewriterBase &rewriter, Block &block) {
  SmallVector<SolveOp> merged;
  for (SolveOp solve : llvm::make_early_inc_range(block.getOps<SolveOp>())) {
    bool isMerged = false;
    for (SolveOp &earlier : merged)
      if (haveOneFactorisation(earlier, solve))
        if (SolveOp both = merge(rewriter, earlier, solve)) {
          earlier = both;
          isMerged = true;
          break;
        }
    if (!isMerged)
      merged.push_back(solve);
  }
}

struct MergeSolves : impl::TileMergeSolvesBase<MergeSolves> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation()->walk([&](Block *block) { mergeWithin(rewriter, *block); });
  }
};

} // namespace
} // namespace espalier::tile
