//===- MergeReductions.cpp - Reductions over one domain become one ----------===//
#include "dialects/Tile/Transforms/BlockOrder.h"
#include "dialects/Tree/Transforms/Passes.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"

using namespace mlir;

namespace espalier::tree {
#define GEN_PASS_DEF_TREEMERGEREDUCTIONS
#include "dialects/Tree/Transforms/Passes.h.inc"

namespace {

bool haveOneDomain(ReduceOp a, ReduceOp b) {
  return a.getDomain() == b.getDomain() && a.getOperands() == b.getOperands() &&
         a.getFilter().empty() == b.getFilter().empty() &&
         OperationEquivalence::isRegionEquivalentTo(&a.getFilter(), &b.getFilter(),
                                                    OperationEquivalence::IgnoreLocations);
}

YieldOp yieldOf(ReduceOp reduce) { return cast<YieldOp>(reduce.getBody().front().getTerminator()); }

/// Moves the body of `from` behind that of `to`, whose yield then has the values of both.
void appendBody(RewriterBase &rewriter, ReduceOp from, ReduceOp to) {
  YieldOp yield = yieldOf(to), tail = yieldOf(from);
  SmallVector<Value> values(yield.getValues());
  rewriter.inlineBlockBefore(&from.getBody().front(), yield, to.getElement());
  llvm::append_range(values, tail.getValues());
  rewriter.eraseOp(tail);
  rewriter.modifyOpInPlace(yield, [&] { yield.getValuesMutable().assign(values); });
}

/// One reduction of the values of both; null where neither may move to the other.
ReduceOp merge(RewriterBase &rewriter, ReduceOp first, ReduceOp second) {
  Operation *place = tile::placeToMerge(first, second);
  if (!place)
    return {};
  rewriter.setInsertionPoint(place);
  SmallVector<Attribute> kinds(first.getKinds().getValue());
  llvm::append_range(kinds, second.getKinds());
  SmallVector<Type> types(first.getResultTypes());
  llvm::append_range(types, second.getResultTypes());
  auto merged = ReduceOp::create(rewriter, rewriter.getFusedLoc({first.getLoc(), second.getLoc()}), types,
                                 rewriter.getArrayAttr(kinds), first.getDomain(), first.getVertex(), first.getLower(),
                                 first.getUpper(), first.getTree());
  rewriter.inlineRegionBefore(first.getFilter(), merged.getFilter(), merged.getFilter().end());
  rewriter.inlineRegionBefore(first.getBody(), merged.getBody(), merged.getBody().end());
  appendBody(rewriter, second, merged);
  rewriter.replaceOp(first, merged->getResults().take_front(first.getNumResults()));
  rewriter.replaceOp(second, merged->getResults().take_back(second.getNumResults()));
  return merged;
}

/// Merges each reduction with those before it.
void mergeWithin(RewriterBase &rewriter, Block &block) {
  SmallVector<ReduceOp> merged;
  llvm::SmallPtrSet<Operation *, 4> grown;
  for (ReduceOp reduce : llvm::make_early_inc_range(block.getOps<ReduceOp>())) {
    bool isMerged = false;
    for (ReduceOp &earlier : merged)
      if (haveOneDomain(earlier, reduce))
        if (ReduceOp both = merge(rewriter, earlier, reduce)) {
          grown.erase(earlier);
          grown.insert(both);
          earlier = both;
          isMerged = true;
          break;
        }
    if (!isMerged)
      merged.push_back(reduce);
  }
  for (ReduceOp reduce : merged)
    if (grown.contains(reduce)) {
      DominanceInfo dominance;
      eliminateCommonSubExpressions(rewriter, dominance, reduce);
    }
}

struct MergeReductions : impl::TreeMergeReductionsBase<MergeReductions> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // Outer blocks first: merging them brings inner reductions together.
    getOperation()->walk<WalkOrder::PreOrder>([&](Block *block) { mergeWithin(rewriter, *block); });
  }
};

} // namespace
} // namespace espalier::tree
