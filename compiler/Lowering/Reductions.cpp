//===- Reductions.cpp - Reductions over axes of a tile ----------------------===//
#include "compiler/Lowering/Visit.h"

#include "compiler/Lowering/Combining.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using espalier::tile::ReductionKind;

namespace espalier::lowering {

void Visit::reduce(tile::ReduceOp op, const View &target) {
  Location loc = op.getLoc();
  Type element = target.element();
  auto start = [&](const View &place, ReductionKind kind) { fill(place, initialState(kind, element).front(), loc); };
  auto over = [&](ArrayRef<View> places, ReductionKind kind) {
    combine(op.getInput(), places, op.getAxes(),
            [&](ImplicitLocOpBuilder &b, ValueRange old, Value x) { return combined(b, kind, old, x); });
  };
  start(target, op.getKind());
  if (op.getKind() != ReductionKind::logsumexp)
    return over({target}, op.getKind());

  // Two passes: the maximum, then the sum of exponents against it. The state (maximum, sum) is that of Combining.h.
  if (!uniformConstant(op.getInput()) && !uniformScalar(op.getInput()))
    tile(op.getInput());
  View sum = scratch(target.sizes, element);
  over({target}, ReductionKind::max);
  start(sum, ReductionKind::sum);
  combine(op.getInput(), {target, sum}, op.getAxes(), [&](ImplicitLocOpBuilder &b, ValueRange old, Value x) {
    Value exponential = math::ExpOp::create(b, arith::SubFOp::create(b, x, reference(b, old[0])));
    return SmallVector<Value>{old[0], arith::AddFOp::create(b, old[1], exponential)};
  });
  finishLogSumExp(target, sum, loc);
}

/// target = the result of the state (target, sum).
void Visit::finishLogSumExp(const View &target, const View &sum, Location loc) {
  combineView(
      sum, {target}, {},
      [](ImplicitLocOpBuilder &b, ValueRange old, Value s) {
        return SmallVector<Value>{finished(b, ReductionKind::logsumexp, {old[0], s})};
      },
      loc);
}

/// target = or += or -= the sum over the last axes `reduced` of a view.
void Visit::sumAxes(const View &view, const View &target, ArrayRef<int64_t> reduced, bool set, bool subtract,
                    Location loc) {
  if (set)
    fill(target, builder.getZeroAttr(target.element()), loc);
  View input = view;
  if (llvm::is_contained(view.strides, 0)) {
    input = scratch(view.sizes, view.element());
    copy(view, input, loc);
  }
  combineView(
      input, {target}, reduced,
      [&](ImplicitLocOpBuilder &b, ValueRange old, Value x) {
        if (x.getType() != old[0].getType())
          x = arith::ExtFOp::create(b, old[0].getType(), x);
        Value sum = subtract ? arith::SubFOp::create(b, old[0], x).getResult()
                             : arith::AddFOp::create(b, old[0], x).getResult();
        return SmallVector<Value>{sum};
      },
      loc);
}

} // namespace espalier::lowering
