//===- PathStep.cpp - What a vertex of a path adds to an effect ---------------===//
#include "compiler/Lowering/PathStep.h"

#include "compiler/Lowering/AffineParts.h"
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/KeepResults.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using espalier::tree::ReduceOp;
using espalier::tree::SweepOp;

namespace espalier::lowering {

/// The outputs that somebody uses and that are affine by elements in the state.
static llvm::BitVector affineOutputs(ReduceOp op, const tree::AffineStates &states) {
  llvm::BitVector outputs(op.getNumResults());
  for (OpResult result : op->getResults())
    outputs[result.getResultNumber()] = !result.use_empty() && states.of(result) == tree::Affinity::elementwise;
  return outputs;
}

/// The reduction with these of its outputs; another one has the rest.
static ReduceOp separated(ReduceOp op, const llvm::BitVector &outputs) {
  if (outputs.all())
    return op;
  IRRewriter rewriter(op);
  auto other = cast<ReduceOp>(rewriter.clone(*op));
  for (OpResult result : op->getResults())
    if (!outputs[result.getResultNumber()])
      result.replaceAllUsesWith(other->getResult(result.getResultNumber()));
  llvm::BitVector rest = outputs;
  tree::keepResults(rewriter, other, rest.flip());
  return tree::keepResults(rewriter, op, outputs);
}

/// What a region says of `element`, in front of `op`.
static SmallVector<Value> copyRegion(OpBuilder &builder, Region &region, Value element) {
  IRMapping mapping;
  mapping.map(region.getArgument(0), element);
  for (Operation &inner : region.front().without_terminator())
    builder.clone(inner, mapping);
  return llvm::map_to_vector(region.front().getTerminator()->getOperands(),
                             [&](Value value) { return mapping.lookupOrDefault(value); });
}

/// The sum leaves out `child`.
static void leaveOut(ReduceOp op, Value child) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  Value excluded = tree::PositionOp::create(b, b.getIndexType(), child);
  bool isNew = op.getFilter().empty();
  Block *filter =
      isNew ? b.createBlock(&op.getFilter(), {}, {child.getType()}, {op.getLoc()}) : &op.getFilter().front();
  if (isNew)
    tree::YieldOp::create(b, ValueRange());
  Operation *yield = filter->getTerminator();
  b.setInsertionPoint(yield);
  Value position = tree::PositionOp::create(b, b.getIndexType(), filter->getArgument(0));
  Value keep = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, position, excluded);
  if (!isNew)
    keep = arith::AndIOp::create(b, keep, yield->getOperand(0));
  yield->setOperands(keep);
}

/// Sums over children become what they say of `pathChild`, and the sum over the others, whose states are read from the
/// handles of `sweep`, as what does not depend on the unknown one. Other reductions that look at the state are for no
/// state, and go in the end.
void PathStep::splitSums(SweepOp sweep) {
  tree::AffineStates affine(*copy);
  SmallVector<std::pair<ReduceOp, llvm::BitVector>> sums;
  for (ReduceOp op : copy->getBody().getOps<ReduceOp>())
    if (llvm::BitVector outputs = affineOutputs(op, affine); outputs.any())
      sums.push_back({op, outputs});
  for (auto &[all, outputs] : sums) {
    ReduceOp op = separated(all, outputs);
    ImplicitLocOpBuilder b(op.getLoc(), op);
    Value keep = op.getFilter().empty() ? Value() : copyRegion(b, op.getFilter(), pathChild).front();
    SmallVector<Value> values = copyRegion(b, op.getBody(), pathChild);
    leaveOut(op, pathChild);
    op->walk([&](tree::ReadOp read) {
      for (auto [own, handle] : llvm::zip_equal(copy->getHandles(), sweep.getHandles()))
        if (read.getTensor() == own)
          read.getTensorMutable().assign(handle);
    });
    b.setInsertionPointAfter(op);
    for (auto [value, others] : llvm::zip_equal(values, op.getOutputs())) {
      if (keep)
        value = arith::SelectOp::create(b, keep, value, tile::splat(b, b.getLoc(), value.getType(), 0));
      auto sum = arith::AddFOp::create(b, value, others);
      others.replaceAllUsesExcept(sum.getResult(), sum.getOperation());
    }
  }
}

/// coefficient * factor, added to `sum`; null: 0.
static Value addProduct(ImplicitLocOpBuilder &b, Value sum, Value coefficient, Value factor) {
  if (!coefficient)
    return sum;
  Value product = matchPattern(coefficient, m_OneFloat()) ? factor : arith::MulFOp::create(b, coefficient, factor);
  return sum ? arith::AddFOp::create(b, sum, product).getResult() : product;
}

void PathStep::addEffects() {
  AffineParts parts(*copy);
  Block &body = copy->getBody().front();
  auto yielded = [&](unsigned state) { return body.getTerminator()->getOperand(parts.numbers()[state]); };
  SmallVector<Value> values;
  for (unsigned state = 0; state < parts.numbers().size(); ++state) {
    values.push_back(yielded(state));
    states.push_back({parts.numbers()[state], body.addArgument(values.back().getType(), copy->getLoc()), Value(), {}});
  }
  ImplicitLocOpBuilder b(copy->getLoc(), body.getTerminator());
  for (ArrayRef<unsigned> system : parts.connected(values)) {
    for (unsigned to : system)
      for (unsigned from : system)
        states[to].factors.push_back({from, body.addArgument(values[to].getType(), copy->getLoc()), Value()});
    for (unsigned to : system)
      for (auto [column, factor] : llvm::enumerate(states[to].factors)) {
        for (unsigned middle : system)
          factor.next =
              addProduct(b, factor.next, parts.coefficient(values[to], middle), states[middle].factors[column].old);
        if (!factor.next)
          factor.next = tile::splat(b, b.getLoc(), values[to].getType(), 0);
      }
  }
  for (const State &state : states)
    readsBecome(copy->getDefinitionHandles()[state.number], state.oldTerm);
  SmallVector<Value> all;
  for (auto [number, state] : llvm::enumerate(states)) {
    state.nextTerm = yielded(number);
    all.push_back(state.nextTerm);
    for (const Factor &factor : state.factors)
      all.push_back(factor.next);
  }
  yieldOnly(*copy, all);
}

PathStep::PathStep(SweepOp sweep, SweepOp body) : copy(cast<SweepOp>(body->clone())) {
  copy->walk([&](Operation *op) {
    for (auto [own, handle] : llvm::zip_equal(copy->getHandles(), sweep.getHandles()))
      op->replaceUsesOfWith(handle, own);
  });
  if (sweep.getDirection() == tree::Direction::up) {
    pathChild = copy->getBody().front().addArgument(sweep.getVertex().getType(), sweep.getLoc());
    splitSums(sweep);
  }
  addEffects();
}

} // namespace espalier::lowering
