//===- Dots.cpp - Products of tiles that nobody has to store ----------------===//
#include "compiler/Lowering/Dots.h"

#include "compiler/Lowering/Evaluation.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace espalier::lowering {

/// "ab,ab->": every element of one factor times the same of the other.
static bool isDot(tile::ContractOp op) {
  auto [factors, output] = op.getSubscripts().split("->");
  auto [left, right] = factors.split(',');
  return output.empty() && op.getFactors().size() == 2 && !left.empty() && left == right;
}

/// What the loop over the product's elements would evaluate on its way.
static bool isForThisAlone(Value factor, tile::ContractOp op) {
  return factor.getDefiningOp() && factor.hasOneUse() && factor.getParentBlock() == op->getBlock() &&
         mannerOf(factor) == Manner::elementwise && !factor.getDefiningOp<tile::ContractOp>();
}

/// Whether a sum reads what the factor is made of: one loop can do both.
static bool isSummedToo(Value factor, tile::ContractOp op) {
  llvm::SetVector<Value> tiles = tilesReadBy(factor);
  return llvm::any_of(op->getBlock()->getOps<tile::ReduceOp>(), [&](tile::ReduceOp sum) {
    return isWholeSum(sum) && tile::shapeOf(sum.getInput().getType()) == tile::shapeOf(factor.getType()) &&
           llvm::any_of(tilesReadBy(sum.getInput()), [&](Value tile) { return tiles.contains(tile); });
  });
}

void sumDotsElementwise(tree::SweepOp sweep) {
  SmallVector<tile::ContractOp> dots;
  sweep.getBody().walk([&](tile::ContractOp op) {
    bool sameElements = llvm::all_of(op.getFactors(), [&](Value factor) {
      return getElementTypeOrSelf(factor.getType()) == op.getType() && isTile(factor);
    });
    if (isDot(op) && sameElements && llvm::any_of(op.getFactors(), [&](Value factor) {
          return isForThisAlone(factor, op) || isSummedToo(factor, op);
        }))
      dots.push_back(op);
  });
  for (tile::ContractOp op : dots) {
    OpBuilder builder(op);
    Value product = arith::MulFOp::create(builder, op.getLoc(), op.getFactors()[0], op.getFactors()[1]);
    SmallVector<int64_t> axes =
        llvm::to_vector(llvm::seq<int64_t>(0, cast<RankedTensorType>(product.getType()).getRank()));
    Value sum = tile::ReduceOp::create(builder, op.getLoc(), op.getType(), tile::ReductionKind::sum, product, axes);
    op.getResult().replaceAllUsesWith(sum);
    op.erase();
  }
}

} // namespace espalier::lowering
