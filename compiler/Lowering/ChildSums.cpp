//===- ChildSums.cpp - Sums over children that these add to -----------------===//
#include "compiler/Lowering/ChildSums.h"

#include "compiler/Lowering/Combining.h"
#include "compiler/Lowering/Visit.h"
#include "dialects/Tree/IR/ChildSums.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace espalier::lowering {

bool isPushed(tree::ReduceOp op) {
  auto sweep = dyn_cast_or_null<tree::SweepOp>(op->getParentOp());
  return sweep && sweep.getSchedule().getPushed() && tree::isMadeByChildren(op);
}

SmallVector<tree::ReduceOp, 1> pushedSums(tree::SweepOp sweep) {
  SmallVector<tree::ReduceOp, 1> sums;
  if (sweep.getSchedule().getPushed())
    llvm::copy_if(sweep.getBody().getOps<tree::ReduceOp>(), std::back_inserter(sums), isPushed);
  return sums;
}

/// The place of a result at this depth.
View Visit::sumsAt(Value result, Value depth, Location loc) {
  Value all = task.sumsByDepth.lookup(result);
  ArrayRef<int64_t> sizes = cast<MemRefType>(all.getType()).getShape().drop_front();
  return View::dense(all, times(depth, llvm::product_of(sizes), loc), sizes);
}

/// A vertex without children has the neutral element: nobody wrote below it.
void Visit::takeSums(tree::ReduceOp op) {
  Location loc = op.getLoc();
  Value height = entry(tree::Table::height, op.getTree(), scalar(op.getVertex()), loc);
  Value isParent = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, height, task.index(0));
  Value below = arith::AddIOp::create(builder, loc, task.depth, task.index(1));
  for (auto [number, result] : llvm::enumerate(op.getOutputs())) {
    View sum = sumsAt(result, below, loc);
    int64_t elements = std::max<int64_t>(1, llvm::product_of(sum.sizes));
    TypedAttr start = initialState(op.getKind(number), sum.element()).front();
    auto tile = RankedTensorType::get({elements}, sum.element());
    Value neutral = op.getKind(number) == tile::ReductionKind::sum
                        ? task.zeros(sum.element(), elements)
                        : task.flat(task.constantTile(DenseElementsAttr::get(tile, Attribute(start))));
    sum.base = arith::SelectOp::create(builder, loc, isParent, task.flat(sum.base), neutral);
    sum.offset = arith::SelectOp::create(builder, loc, isParent, sum.offset, task.index(0));
    if (isTile(result))
      tiles[result] = sum;
    else
      scalars[result] = load(sum, loc);
  }
}

void Visit::addToParent(tree::ReduceOp op) {
  Location loc = op.getLoc();
  Value vertex = scalar(op.getVertex()), keep;
  bindVertex(op.getElement(), vertex);
  if (!op.getFilter().empty()) {
    bindVertex(op.getFilter().getArgument(0), vertex);
    keep = scalar(op.getFilter().front().getTerminator()->getOperand(0));
  }
  Value slot = entry(tree::Table::slot, op.getTree(), vertex, loc);
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, slot, task.index(0));
  Operation *yield = op.getBody().front().getTerminator();
  for (auto [number, result] : llvm::enumerate(op.getOutputs())) {
    tile::ReductionKind kind = op.getKind(number);
    auto add = [&](ImplicitLocOpBuilder &b, ValueRange old, Value element) {
      Value none = arith::ConstantOp::create(b, initialState(kind, element.getType()).front());
      Value before = arith::SelectOp::create(b, isFirst, none, old.front());
      SmallVector<Value> after = combined(b, kind, before, element);
      if (keep)
        after.front() = arith::SelectOp::create(b, keep, after.front(), before);
      return after;
    };
    Value element = yield->getOperand(number);
    View place = sumsAt(result, task.depth, loc);
    if (isTile(element)) {
      combine(element, {place}, {}, add);
      continue;
    }
    Value added = scalar(element), before = load(place, loc);
    ImplicitLocOpBuilder b(loc, builder);
    store(add(b, before, added).front(), place, loc);
  }
}

} // namespace espalier::lowering
