//===- Canonicalize.cpp - Canonical forms of sweeps and reductions ----------===//
#include "dialects/Tile/IR/Neutral.h"
#include "dialects/Tree/IR/KeepResults.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace espalier::tree {

//===-- Sweeps --------------------------------------------------------------===//

static LogicalResult dropDead(SweepOp op, PatternRewriter &rewriter) {
  return success(bool(dropDeadResults(rewriter, op)));
}

/// Two definitions that yield one value are one definition.
static LogicalResult mergeEqualDefinitions(SweepOp op, PatternRewriter &rewriter) {
  OperandRange values = op.getYield().getValues();
  bool changed = false;
  for (unsigned later = 1; later < values.size(); ++later) {
    unsigned first = llvm::find(values, values[later]) - values.begin();
    if (first == later || (op.getResult(later).use_empty() && op.getDefinitionHandles()[later].use_empty()))
      continue;
    rewriter.replaceAllUsesWith(op.getResult(later), op.getResult(first));
    rewriter.replaceAllUsesWith(op.getDefinitionHandles()[later], op.getDefinitionHandles()[first]);
    changed = true;
  }
  return success(changed);
}

void SweepOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(dropDead);
  patterns.add(mergeEqualDefinitions);
}

//===-- Reductions ----------------------------------------------------------===//

static LogicalResult dropUnusedOutputs(ReduceOp op, PatternRewriter &rewriter) {
  llvm::BitVector used(op.getNumResults());
  for (OpResult result : op->getResults())
    if (!result.use_empty())
      used.set(result.getResultNumber());
  if (used.all())
    return failure();
  keepResults(rewriter, op, used);
  return success();
}

/// Two outputs that combine one value in one way are one output.
static LogicalResult mergeEqualOutputs(ReduceOp op, PatternRewriter &rewriter) {
  OperandRange values = cast<YieldOp>(op.getBody().front().getTerminator()).getValues();
  bool changed = false;
  for (unsigned later = 1; later < values.size(); ++later)
    for (unsigned first = 0; first < later; ++first)
      if (values[first] == values[later] && op.getKind(first) == op.getKind(later) &&
          !op.getResult(later).use_empty()) {
        rewriter.replaceAllUsesWith(op.getResult(later), op.getResult(first));
        changed = true;
      }
  return success(changed);
}

/// A range that is known to be empty gives the neutral elements.
static LogicalResult foldEmptyRange(ReduceOp op, PatternRewriter &rewriter) {
  APInt lower, upper;
  if (op.getDomain() != DomainKind::range || !matchPattern(op.getLower(), m_ConstantInt(&lower)) ||
      !matchPattern(op.getUpper(), m_ConstantInt(&upper)) || lower.slt(upper))
    return failure();
  SmallVector<Value> neutral;
  for (auto [i, type] : llvm::enumerate(op.getResultTypes()))
    neutral.push_back(arith::ConstantOp::create(rewriter, op.getLoc(), tile::neutralElement(op.getKind(i), type)));
  rewriter.replaceOp(op, neutral);
  return success();
}

void ReduceOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(foldEmptyRange);
  patterns.add(mergeEqualOutputs);
  patterns.add(dropUnusedOutputs);
}

} // namespace espalier::tree
