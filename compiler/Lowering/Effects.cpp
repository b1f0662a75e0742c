//===- Effects.cpp - Accumulators, checks, faults ---------------------------===//
#include "compiler/Lowering/Visit.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "runtime/ABI/ABI.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::lowering {

void Visit::fault(Value condition, int32_t kind, Location loc, Value subject, Value value, Value limit) {
  tile::FaultOp::create(builder, loc, condition, kind, task.locations.rowOf(loc, subject, loopAxes), task.batch,
                        position, value, limit);
}

/// Of tree.accumulate and block.accumulate, which have equal operands: value, target, indices.
void Visit::accumulateAt(Operation *op) {
  Location loc = op->getLoc();
  Value value = op->getOperand(0), accumulator = op->getOperand(1);
  OperandRange indices = op->getOperands().drop_front(2);
  const Buffer &buffer = task.buffers[accumulator];
  auto type = dyn_cast<RankedTensorType>(value.getType());
  ArrayRef<int64_t> sizes = type ? type.getShape() : ArrayRef<int64_t>();
  bool batched = buffer.extents.size() > indices.size() + sizes.size();
  Place place = placeOf(accumulator, batched, indices, type ? type.getNumElements() : 1, loc);
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

/// |x| in f32 or f64.
static Value magnitude(ImplicitLocOpBuilder &b, Value x, Type element) {
  if (x.getType() != element)
    x = arith::ExtFOp::create(b, element, x);
  return math::AbsFOp::create(b, x);
}

static Type computedIn(Type element) {
  return cast<FloatType>(element).getWidth() < 32 ? Type(Float32Type::get(element.getContext())) : element;
}

void Visit::checkFinite(Value value, Location loc) {
  if (isTile(value))
    return checkFinite(tile(value), value, loc);
  Type element = computedIn(value.getType());
  ImplicitLocOpBuilder b(loc, builder);
  reportInfinite(magnitude(b, scalar(value), element), value, loc);
}

void Visit::checkFinite(const View &place, Value subject, Location loc) {
  // The maximum keeps a NaN.
  Type element = computedIn(place.element());
  View largest = task.scratch({}, element);
  fill(largest, builder.getZeroAttr(element), loc);
  SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, place.rank()));
  combineView(
      place, {largest}, all,
      [&](ImplicitLocOpBuilder &b, ValueRange old, Value x) {
        return SmallVector<Value>{arith::MaximumFOp::create(b, old[0], magnitude(b, x, element))};
      },
      loc);
  reportInfinite(load(largest, loc), subject, loc);
}

void Visit::reportInfinite(Value magnitude, Value subject, Location loc) {
  auto type = cast<FloatType>(magnitude.getType());
  Value infinity = task.constant(builder.getFloatAttr(type, APFloat::getInf(type.getFloatSemantics())));
  Value wrong = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UGE, magnitude, infinity);
  fault(wrong, ESPALIER_FAULT_NOT_FINITE, loc, subject, task.index(-1), task.index(-1));
}

} // namespace espalier::lowering
