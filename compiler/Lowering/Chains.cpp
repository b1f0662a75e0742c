//===- Chains.cpp - Sums over children of a chain become values -------------===//
#include "compiler/Lowering/Chains.h"

#include "dialects/Tile/IR/Neutral.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace espalier::lowering {

/// Whether evaluating the operation for a vertex that does not count is cheap and without effect.
static bool isHarmless(Operation *op, tree::SweepOp sweep) {
  if (isa<tile::SolveOp, tile::ContractOp, tile::ElementOp, tile::PlaceOp, tree::ReduceOp>(op))
    return false;
  auto read = dyn_cast<tree::ReadOp>(op);
  return !read || llvm::all_of(read.getIndices(), [&](Value index) {
    return isa<tree::VertexType>(index.getType()) || llvm::is_contained(sweep.getAxisIndices(), index);
  });
}

static bool isInlinable(tree::ReduceOp op, tree::SweepOp sweep) {
  if (op.getDomain() != tree::DomainKind::children ||
      cast<tree::TreeType>(op.getTree().getType()).getKind() != tree::Kind::chain ||
      op.getVertex() != sweep.getVertex())
    return false;
  bool harmless = true;
  op->walk([&](Operation *inner) { harmless &= inner == op || isHarmless(inner, sweep); });
  return harmless;
}

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
    if (isInlinable(op, sweep))
      reductions.push_back(op);
  });
  for (tree::ReduceOp op : reductions)
    inlineReduction(op);
}

} // namespace espalier::lowering
