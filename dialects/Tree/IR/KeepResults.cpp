//===- KeepResults.cpp - Sweeps and reductions with fewer results -----------===//
#include "dialects/Tree/IR/KeepResults.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace espalier::tree {

template <typename Range> static auto selected(Range &&range, const llvm::BitVector &keep, unsigned first = 0) {
  SmallVector<Value> kept;
  for (auto [i, value] : llvm::enumerate(range))
    if (keep.test(first + i))
      kept.push_back(value);
  return kept;
}

/// The kept results of `from` are, in order, those of `to`.
static void replaceKept(RewriterBase &rewriter, Operation *from, Operation *to, const llvm::BitVector &keep) {
  unsigned next = 0;
  for (unsigned i : keep.set_bits())
    rewriter.replaceAllUsesWith(from->getResult(i), to->getResult(next++));
  rewriter.eraseOp(from);
}

/// The sweep with the kept results, whose yield holds the kept values already.
static SweepOp moveBody(RewriterBase &rewriter, SweepOp sweep, const llvm::BitVector &keep) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(sweep);
  SmallVector<Value> outputs = selected(sweep.getResults(), keep);
  SmallVector<Value> inits = selected(sweep.getInits(), keep, sweep.getNumDefinitions());
  auto smaller = SweepOp::create(rewriter, sweep.getLoc(), TypeRange(ValueRange(outputs)), sweep.getDirection(),
                                 sweep.getLeaves(), sweep.getBatch(), sweep.getAxes(), sweep.getTree(), inits);
  smaller->setDiscardableAttrs(sweep->getDiscardableAttrDictionary());
  Block &body = sweep.getBody().front();
  unsigned firstHandle = body.getNumArguments() - sweep.getNumResults();
  llvm::BitVector dropped(body.getNumArguments());
  for (unsigned i = 0; i < keep.size(); ++i)
    dropped[firstHandle + i] = !keep.test(i);
  body.eraseArguments(dropped);
  rewriter.inlineRegionBefore(sweep.getBody(), smaller.getBody(), smaller.getBody().end());
  replaceKept(rewriter, sweep, smaller, keep);
  return smaller;
}

static void yieldOnly(RewriterBase &rewriter, YieldOp yield, const llvm::BitVector &keep) {
  SmallVector<Value> values = selected(yield.getValues(), keep);
  rewriter.modifyOpInPlace(yield, [&] { yield.getValuesMutable().assign(values); });
}

SweepOp keepResults(RewriterBase &rewriter, SweepOp sweep, const llvm::BitVector &keep) {
  yieldOnly(rewriter, sweep.getYield(), keep);
  return moveBody(rewriter, sweep, keep);
}

ReduceOp keepResults(RewriterBase &rewriter, ReduceOp reduce, const llvm::BitVector &keep) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(reduce);
  SmallVector<Value> outputs = selected(reduce.getResults(), keep);
  SmallVector<Attribute> kinds;
  for (unsigned i : keep.set_bits())
    kinds.push_back(reduce.getKinds()[i]);
  auto smaller =
      ReduceOp::create(rewriter, reduce.getLoc(), TypeRange(ValueRange(outputs)), rewriter.getArrayAttr(kinds),
                       reduce.getDomain(), reduce.getVertex(), reduce.getLower(), reduce.getUpper(), reduce.getTree());
  smaller->setDiscardableAttrs(reduce->getDiscardableAttrDictionary());
  yieldOnly(rewriter, cast<YieldOp>(reduce.getBody().front().getTerminator()), keep);
  rewriter.inlineRegionBefore(reduce.getFilter(), smaller.getFilter(), smaller.getFilter().end());
  rewriter.inlineRegionBefore(reduce.getBody(), smaller.getBody(), smaller.getBody().end());
  replaceKept(rewriter, reduce, smaller, keep);
  return smaller;
}

namespace {
/// Which operations of a sweep's body, and which of its results, somebody needs.
class Liveness {
public:
  explicit Liveness(SweepOp sweep) : sweep(sweep), results(sweep.getNumResults()) {
    for (OpResult result : sweep->getResults())
      if (!result.use_empty())
        needResult(result.getResultNumber());
    for (Operation &op : sweep.getBody().front().without_terminator())
      if (hasLiveEffect(&op))
        needOperation(&op);
    while (!pending.empty())
      needOperandsOf(pending.pop_back_val());
  }

  const llvm::BitVector &liveResults() const { return results; }
  bool isLive(Operation *op) const { return operations.contains(op); }

private:
  void needResult(unsigned i) {
    if (results.test(i))
      return;
    results.set(i);
    if (i < sweep.getNumDefinitions())
      needValue(sweep.getYield().getValues()[i]);
  }
  void needOperation(Operation *op) {
    if (operations.insert(op).second)
      pending.push_back(op);
  }
  void needValue(Value value) {
    Block &body = sweep.getBody().front();
    if (auto argument = dyn_cast<BlockArgument>(value); argument && argument.getOwner() == &body) {
      unsigned firstHandle = body.getNumArguments() - sweep.getNumResults();
      if (argument.getArgNumber() >= firstHandle)
        needResult(argument.getArgNumber() - firstHandle);
    } else if (Operation *op = body.findAncestorOpInBlock(*value.getParentBlock()->getParentOp())) {
      needOperation(op); // an argument of a nested region
    } else if (Operation *op = value.getDefiningOp() ? body.findAncestorOpInBlock(*value.getDefiningOp()) : nullptr) {
      needOperation(op);
    }
  }
  void needOperandsOf(Operation *top) {
    top->walk([&](Operation *op) {
      for (Value operand : op->getOperands())
        needValue(operand);
    });
  }
  /// Whether it does more than compute: an accumulation counts where its accumulator is used.
  bool hasLiveEffect(Operation *top) {
    return top
        ->walk([&](Operation *op) {
          if (auto accumulate = dyn_cast<AccumulateOp>(op))
            return isUsed(accumulate) ? WalkResult::interrupt() : WalkResult::advance();
          if (op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() || isMemoryEffectFree(op))
            return WalkResult::advance();
          return WalkResult::interrupt();
        })
        .wasInterrupted();
  }
  bool isUsed(AccumulateOp accumulate) {
    auto handle = cast<BlockArgument>(accumulate.getTarget());
    unsigned firstHandle = sweep.getBody().getNumArguments() - sweep.getNumResults();
    return !sweep->getResult(handle.getArgNumber() - firstHandle).use_empty();
  }

  SweepOp sweep;
  llvm::BitVector results;
  llvm::DenseSet<Operation *> operations;
  SmallVector<Operation *> pending;
};
} // namespace

SweepOp dropDeadResults(RewriterBase &rewriter, SweepOp sweep) {
  // Accumulations into what nobody uses go first: they would keep their operations alive.
  for (auto [handle, result] : llvm::zip_equal(sweep.getAccumulatorHandles(), sweep.getAccumulated()))
    if (result.use_empty())
      for (Operation *accumulate : llvm::make_early_inc_range(handle.getUsers()))
        rewriter.eraseOp(accumulate);
  Liveness live(sweep);
  if (live.liveResults().all())
    return {};
  SmallVector<Operation *> dead;
  for (Operation &op : sweep.getBody().front().without_terminator())
    if (!live.isLive(&op))
      dead.push_back(&op);
  yieldOnly(rewriter, sweep.getYield(), live.liveResults());
  for (Operation *op : llvm::reverse(dead))
    rewriter.eraseOp(op);
  return moveBody(rewriter, sweep, live.liveResults());
}

} // namespace espalier::tree
