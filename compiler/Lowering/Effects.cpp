//===- Effects.cpp - Accumulators, checks, faults ---------------------------===//
#include "compiler/Lowering/Visit.h"

#include "runtime/ABI/ABI.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::lowering {

void Visit::fault(Value condition, int32_t kind, Location loc, Value subject, Value value, Value limit) {
  tile::FaultOp::create(builder, loc, condition, kind, task.locations.rowOf(loc, subject), task.batch, position, value,
                        limit);
}

void Visit::accumulateAt(tree::AccumulateOp op) {
  Location loc = op.getLoc();
  Value value = op.getValue();
  const Buffer &buffer = task.buffers[op.getTarget()];
  auto type = dyn_cast<RankedTensorType>(value.getType());
  ArrayRef<int64_t> sizes = type ? type.getShape() : ArrayRef<int64_t>();
  bool batched = buffer.extents.size() > op.getIndices().size() + sizes.size();
  Place place = placeOf(op.getTarget(), batched, op.getIndices(), type ? type.getNumElements() : 1, loc);
  View target = View::dense(buffer.memref, place.linear, sizes);
  auto add = [&] {
    if (type)
      return accumulate(value, target, false);
    Value sum = arith::AddFOp::create(builder, loc, load(target, loc), scalar(value));
    store(sum, target, loc);
  };
  if (!place.valid)
    return add();
  // What is added is known before the branch.
  if (!type)
    scalar(value);
  else if (Value stretched = uniformScalar(value))
    scalar(stretched);
  else if (!uniformConstant(value))
    tile(value);
  auto branch = scf::IfOp::create(builder, loc, place.valid, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(branch.thenYield());
  add();
}

void Visit::checkFinite(tree::CheckFiniteOp op) {
  Location loc = op.getLoc();
  Value value = op.getValue();
  Type element = getElementTypeOrSelf(value);
  if (cast<FloatType>(element).getWidth() < 32)
    element = builder.getF32Type();
  auto magnitude = [&](ImplicitLocOpBuilder &b, Value x) -> Value {
    if (x.getType() != element)
      x = arith::ExtFOp::create(b, element, x);
    return math::AbsFOp::create(b, x);
  };
  Value largest;
  if (auto type = dyn_cast<RankedTensorType>(value.getType())) {
    // The maximum keeps a NaN.
    View place = task.scratch({}, element);
    fill(place, builder.getZeroAttr(element), loc);
    SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
    combine(value, {place}, all, [&](ImplicitLocOpBuilder &b, ValueRange old, Value x) {
      return SmallVector<Value>{arith::MaximumFOp::create(b, old[0], magnitude(b, x))};
    });
    largest = load(place, loc);
  } else {
    ImplicitLocOpBuilder b(loc, builder);
    largest = magnitude(b, scalar(value));
  }
  Value infinity =
      task.constant(builder.getFloatAttr(element, APFloat::getInf(cast<FloatType>(element).getFloatSemantics())));
  Value wrong = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UGE, largest, infinity);
  fault(wrong, ESPALIER_FAULT_NOT_FINITE, loc, value, task.index(-1), task.index(-1));
}

} // namespace espalier::lowering
