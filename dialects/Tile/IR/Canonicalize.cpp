//===- Canonicalize.cpp - Canonical forms of products and solves ------------===//
#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tile/Math/Subscripts.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace espalier::tile {

/// contract "..., ij, ..." of transpose(x, p): axis p[i] of x bears the letter of axis i.
static LogicalResult absorbTransposedFactors(ContractOp op, PatternRewriter &rewriter) {
  Subscripts subscripts = Subscripts::of(op.getSubscripts());
  SmallVector<Value> factors(op.getFactors());
  bool changed = false;
  for (auto [letters, factor] : llvm::zip_equal(subscripts.factors, factors))
    if (auto transpose = factor.getDefiningOp<TransposeOp>()) {
      std::string permuted = letters;
      for (auto [axis, letter] : llvm::zip_equal(transpose.getPermutation(), letters))
        permuted[axis] = letter;
      letters = permuted;
      factor = transpose.getInput();
      changed = true;
    }
  if (!changed)
    return failure();
  rewriter.replaceOpWithNewOp<ContractOp>(op, op.getType(), subscripts.str(), factors);
  return success();
}

/// transpose(contract "...->ij", p), the only use of the product: axis i of the output bears letter p[i].
static LogicalResult absorbTransposedResult(ContractOp op, PatternRewriter &rewriter) {
  auto transpose = op->hasOneUse() ? dyn_cast<TransposeOp>(*op->user_begin()) : TransposeOp();
  if (!transpose)
    return failure();
  Subscripts subscripts = Subscripts::of(op.getSubscripts());
  std::string permuted;
  for (int64_t axis : transpose.getPermutation())
    permuted += subscripts.output[axis];
  subscripts.output = permuted;
  rewriter.replaceOpWithNewOp<ContractOp>(transpose, transpose.getType(), subscripts.str(), op.getFactors());
  return success();
}

void ContractOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(absorbTransposedFactors);
  patterns.add(absorbTransposedResult);
}

/// Right-hand sides whose solution nobody uses.
static LogicalResult dropUnusedSolutions(SolveOp op, PatternRewriter &rewriter) {
  SmallVector<Value> sides;
  for (auto [side, solution] : llvm::zip_equal(op.getRightSides(), op.getSolutions()))
    if (!solution.use_empty())
      sides.push_back(side);
  if (sides.size() == op.getRightSides().size())
    return failure();
  auto smaller = SolveOp::create(rewriter, op.getLoc(), TypeRange(ValueRange(sides)), op.getMethod(),
                                 op.getTransposed(), op.getMatrix(), sides);
  unsigned next = 0;
  for (Value solution : op.getSolutions())
    if (!solution.use_empty())
      rewriter.replaceAllUsesWith(solution, smaller.getSolutions()[next++]);
  rewriter.eraseOp(op);
  return success();
}

void SolveOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(dropUnusedSolutions);
}

} // namespace espalier::tile
