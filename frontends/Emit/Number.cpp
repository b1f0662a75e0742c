//===- Number.cpp - Formulas that write IR ----------------------------------===//
#include "frontends/Emit/Number.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;

namespace espalier::emission {

namespace {

template <class Op> Number unary(Number x) { return {x.builder(), x.builder().createOrFold<Op>(x.value())}; }

template <class Op> Number binary(Number a, Number b) {
  return {a.builder(), a.builder().createOrFold<Op>(a.value(), b.value())};
}

template <class FloatOp, class IntegerOp> Number binary(Number a, Number b) {
  return a.isFloat() ? binary<FloatOp>(a, b) : binary<IntegerOp>(a, b);
}

Number select(Value condition, Number yes, Number no) {
  return {yes.builder(), yes.builder().createOrFold<arith::SelectOp>(condition, yes.value(), no.value())};
}

Value equals(Number a, double b) {
  return a.builder().createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, a.value(), a.constant(b).value());
}

/// floor(a / b) of integers. The division of the machine faults for 0 and for the least number over -1.
Number floorDivIntegers(Number a, Number b) {
  APInt divisor;
  if (matchPattern(b.value(), m_ConstantInt(&divisor)) && !divisor.isZero() && !divisor.isAllOnes())
    return binary<arith::FloorDivSIOp>(a, b);
  Value isZero = equals(b, 0);
  Value isMinusOne = equals(b, -1);
  Value isSpecial = b.builder().createOrFold<arith::OrIOp>(isZero, isMinusOne);
  Number quotient = binary<arith::FloorDivSIOp>(a, select(isSpecial, b.constant(1), b));
  quotient = select(isMinusOne, -a, quotient);
  return select(isZero, a.constant(0), quotient);
}

/// The nearest int64 to a literal that may lie just beyond.
int64_t wholeNumber(double number) {
  constexpr double limit = 9223372036854775808.0;
  return number >= limit ? INT64_MAX : number < -limit ? INT64_MIN : static_cast<int64_t>(number);
}

} // namespace

bool Number::isFloat() const { return mlir::isa<FloatType>(getElementTypeOrSelf(type())); }

Number Number::constant(double number) const { return {*b, makeConstant(*b, type(), number)}; }

Value makeConstant(ImplicitLocOpBuilder &builder, Type type, double number) {
  Type element = getElementTypeOrSelf(type);
  TypedAttr value = mlir::isa<FloatType>(element) ? TypedAttr(builder.getFloatAttr(element, number))
                                                  : TypedAttr(builder.getIntegerAttr(element, wholeNumber(number)));
  if (auto tile = mlir::dyn_cast<RankedTensorType>(type))
    value = DenseElementsAttr::get(tile, Attribute(value));
  return arith::ConstantOp::create(builder, value);
}

Number operator+(Number a, Number b) { return binary<arith::AddFOp, arith::AddIOp>(a, b); }
Number operator-(Number a, Number b) { return binary<arith::SubFOp, arith::SubIOp>(a, b); }
Number operator*(Number a, Number b) { return binary<arith::MulFOp, arith::MulIOp>(a, b); }
Number operator/(Number a, Number b) { return binary<arith::DivFOp>(a, b); }
Number operator-(Number x) { return x.isFloat() ? unary<arith::NegFOp>(x) : 0 - x; }

Number abs(Number x) { return x.isFloat() ? unary<math::AbsFOp>(x) : max(x, -x); }
Number max(Number a, Number b) { return binary<arith::MaximumFOp, arith::MaxSIOp>(a, b); }
Number min(Number a, Number b) { return binary<arith::MinimumFOp, arith::MinSIOp>(a, b); }

Number floorDiv(Number a, Number b) { return a.isFloat() ? unary<math::FloorOp>(a / b) : floorDivIntegers(a, b); }
Number mod(Number a, Number b) { return a - floorDiv(a, b) * b; }

Number pow(Number a, Number b) { return binary<math::PowFOp>(a, b); }

// By squaring: x ** 5 = x * (x ** 2) ** 2.
Number pow(Number a, int64_t exponent) {
  if (exponent == 0)
    return a.constant(1);
  Number half = pow(a, exponent / 2);
  if (exponent / 2 == 0)
    return a;
  return exponent % 2 ? a * (half * half) : half * half;
}

Number exp(Number x) { return unary<math::ExpOp>(x); }
Number log(Number x) { return unary<math::LogOp>(x); }
Number sqrt(Number x) { return unary<math::SqrtOp>(x); }
Number rsqrt(Number x) { return unary<math::RsqrtOp>(x); }
Number tanh(Number x) { return unary<math::TanhOp>(x); }
Number sin(Number x) { return unary<math::SinOp>(x); }
Number cos(Number x) { return unary<math::CosOp>(x); }

Number sigmoid(Number x) { return 1.0 / (1.0 + exp(-x)); }
Number silu(Number x) { return x * sigmoid(x); }
Number gelu(Number x) {
  Number normal = 1.0 + unary<math::ErfOp>(x * std::sqrt(0.5));
  return x * 0.5 * normal;
}
// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)): no exponential overflows, and small ones keep their digits.
Number softplus(Number x) {
  Number positive = max(x, x.constant(0));
  return positive + unary<math::Log1pOp>(exp(-abs(x)));
}
Number relu(Number x) { return max(x, x.constant(0)); }
Number square(Number x) { return x * x; }

} // namespace espalier::emission
