//===- Chains.cpp - Sums over children of a chain become values -------------===//
#include "compiler/Lowering/Chains.h"

#include "dialects/Tile/IR/Neutral.h"
#include "dialects/Tree/IR/Chains.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace espalier::lowering {

/// Moves the operations of a region in front of `op`, with `element` for its argument; the values that it yields.
static SmallVector<Value> inlineRegion(Region &region, Operation *op, Value element) {
  Block &block = region.front();
  block.getArgument(0).replaceAllUsesWith(element);
  SmallVector<Value> values(block.getTerminator()->getOperands());
  block.getTerminator()->erase();
  op->getBlock()->getOperations().splice(op->getIterator(), block.getOperations());
  return values;
}

static void inlineReduction(tree::ReduceOp op) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  Value before = arith::SubIOp::create(b, tree::PositionOp::create(b, b.getIndexType(), op.getVertex()),
                                       arith::ConstantIndexOp::create(b, 1));
  Value counts = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, before, zero);
  // Where there is no child, the body looks at some vertex and its answer is dropped.
  Value some = arith::MaxSIOp::create(b, before, zero);
  Value child =
      UnrealizedConversionCastOp::create(b, b.getLoc(), tree::VertexType::get(b.getContext()), some).getResult(0);
  if (!op.getFilter().empty()) {
    Value keep = inlineRegion(op.getFilter(), op, child).front();
    counts = arith::AndIOp::create(b, counts, keep);
  }
  SmallVector<Value> values = inlineRegion(op.getBody(), op, child);
  for (auto [number, value] : llvm::enumerate(values)) {
    Value neutral = arith::ConstantOp::create(b, tile::neutralElement(op.getKind(number), value.getType()));
    value = arith::SelectOp::create(b, counts, value, neutral);
  }
  op->replaceAllUsesWith(values);
  op.erase();
}

void inlineChainReductions(tree::SweepOp sweep) {
  SmallVector<tree::ReduceOp> reductions;
  sweep.walk([&](tree::ReduceOp op) {
    if (tree::isValueOfOneChild(op, sweep))
      reductions.push_back(op);
  });
  for (tree::ReduceOp op : reductions)
    inlineReduction(op);
}

bool asksForChild(Value condition) {
  auto compare = condition.getDefiningOp<arith::CmpIOp>();
  auto before =
      compare && compare.getPredicate() == arith::CmpIPredicate::sge && matchPattern(compare.getRhs(), m_Zero())
          ? compare.getLhs().getDefiningOp<arith::SubIOp>()
          : arith::SubIOp();
  return before && matchPattern(before.getRhs(), m_One()) && before.getLhs().getDefiningOp<tree::PositionOp>();
}

} // namespace espalier::lowering
