//===- Canonicalize.cpp - Attention without what nobody uses ----------------===//
#include "dialects/Block/IR/BlockDialect.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace espalier::block {

/// Two sums of one value are one sum.
static LogicalResult mergeEqualValues(AttendOp op, PatternRewriter &rewriter) {
  OperandRange values = cast<YieldOp>(op.getValues().front().back()).getValues();
  bool changed = false;
  for (unsigned later = 1; later < values.size(); ++later) {
    unsigned first = llvm::find(values, values[later]) - values.begin();
    if (first == later || op.getResult(later).use_empty())
      continue;
    rewriter.replaceAllUsesWith(op.getResult(later), op.getResult(first));
    changed = true;
  }
  return success(changed);
}

/// Values and statistics without uses are not computed.
static LogicalResult dropUnused(AttendOp op, PatternRewriter &rewriter) {
  SmallVector<unsigned> kept;
  for (unsigned i = 0; i < op.getNumValues(); ++i)
    if (!op.getResult(i).use_empty())
      kept.push_back(i);
  bool keepsStatistic = op.getStatistics() && !op.getStatistic().use_empty();
  if (kept.size() == op.getNumValues() && keepsStatistic == op.getStatistics())
    return failure();

  SmallVector<Value> replaced, yielded;
  SmallVector<Type> types;
  auto yield = cast<YieldOp>(op.getValues().front().back());
  for (unsigned i : kept) {
    replaced.push_back(op.getResult(i));
    yielded.push_back(yield.getValues()[i]);
  }
  if (keepsStatistic)
    replaced.push_back(op.getStatistic());
  llvm::append_range(replaced, op.getAccumulated());
  for (Value result : replaced)
    types.push_back(result.getType());

  rewriter.modifyOpInPlace(yield, [&] { yield.getValuesMutable().assign(yielded); });
  auto smaller = AttendOp::create(rewriter, op.getLoc(), types, op.getWeights(), keepsStatistic, op.getBatch(),
                                  op.getAxes(), op.getKeys(), op.getInits());
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), smaller->getRegions()))
    rewriter.inlineRegionBefore(from, to, to.end());
  for (auto [from, to] : llvm::zip_equal(replaced, smaller.getResults()))
    rewriter.replaceAllUsesWith(from, to);
  rewriter.eraseOp(op);
  return success();
}

void AttendOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(mergeEqualValues);
  patterns.add(dropUnused);
}

} // namespace espalier::block
