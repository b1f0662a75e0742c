//===- Combining.cpp - The arithmetic of reductions on elements -------------===//
#include "compiler/Lowering/Combining.h"

#include "dialects/Tile/IR/Neutral.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using espalier::tile::ReductionKind;

namespace espalier::lowering {

SmallVector<TypedAttr> initialState(ReductionKind kind, Type element) {
  SmallVector<TypedAttr> state{tile::neutralElement(kind, element)};
  if (kind == ReductionKind::logsumexp)
    state.push_back(tile::neutralElement(ReductionKind::sum, element));
  return state;
}

Value reference(ImplicitLocOpBuilder &b, Value maximum) {
  auto type = cast<FloatType>(maximum.getType());
  Value infinity = arith::ConstantOp::create(b, b.getFloatAttr(type, APFloat::getInf(type.getFloatSemantics())));
  Value finite = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, math::AbsFOp::create(b, maximum), infinity);
  return arith::SelectOp::create(b, finite, maximum, arith::ConstantOp::create(b, b.getFloatAttr(type, 0.0)));
}

SmallVector<Value> combined(ImplicitLocOpBuilder &b, ReductionKind kind, ValueRange state, Value element) {
  bool isFloat = isa<FloatType>(element.getType());
  switch (kind) {
  case ReductionKind::sum:
    return {isFloat ? arith::AddFOp::create(b, state[0], element).getResult()
                    : arith::AddIOp::create(b, state[0], element).getResult()};
  case ReductionKind::max:
    return {isFloat ? arith::MaximumFOp::create(b, state[0], element).getResult()
                    : arith::MaxSIOp::create(b, state[0], element).getResult()};
  case ReductionKind::min:
    return {isFloat ? arith::MinimumFOp::create(b, state[0], element).getResult()
                    : arith::MinSIOp::create(b, state[0], element).getResult()};
  case ReductionKind::logsumexp:
    break;
  }
  Value maximum = arith::MaximumFOp::create(b, state[0], element);
  Value against = reference(b, maximum);
  Value before =
      arith::MulFOp::create(b, state[1], math::ExpOp::create(b, arith::SubFOp::create(b, state[0], against)));
  Value added = math::ExpOp::create(b, arith::SubFOp::create(b, element, against));
  return {maximum, arith::AddFOp::create(b, before, added)};
}

Value finished(ImplicitLocOpBuilder &b, ReductionKind kind, ValueRange state) {
  if (kind != ReductionKind::logsumexp)
    return state[0];
  return arith::AddFOp::create(b, reference(b, state[0]), math::LogOp::create(b, state[1]));
}

} // namespace espalier::lowering
