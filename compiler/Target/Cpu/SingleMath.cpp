//===- SingleMath.cpp - Functions of vectors of f32 as polynomials ----------===//
#include "compiler/Target/Cpu/SingleMath.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

using namespace mlir;

namespace espalier::cpu {

static constexpr double log2OfE = 1.4426950408889634, ln2 = 0.6931471805599453;
/// The part of a constant that a float holds, and the rest.
static constexpr double high(double value) { return static_cast<float>(value); }
static constexpr double low(double value) { return value - high(value); }
/// ln 2 in a part of 15 bits, whose multiples by exponents are exact, and the rest.
static constexpr double ln2High = 0.693145751953125, ln2Low = ln2 - ln2High;

//===-- Arithmetic ----------------------------------------------------------===//

Value SingleMath::number(double value) {
  return arith::ConstantOp::create(builder, location,
                                   DenseElementsAttr::get(type, builder.getF32FloatAttr(static_cast<float>(value))));
}
Value SingleMath::bits(int64_t value) {
  return arith::ConstantOp::create(
      builder, location,
      DenseElementsAttr::get(type.clone(builder.getI32Type()), builder.getI32IntegerAttr(static_cast<int32_t>(value))));
}
Value SingleMath::add(Value a, Value b) { return arith::AddFOp::create(builder, location, a, b); }
Value SingleMath::subtract(Value a, Value b) { return arith::SubFOp::create(builder, location, a, b); }
Value SingleMath::multiply(Value a, Value b) { return arith::MulFOp::create(builder, location, a, b); }
Value SingleMath::divide(Value a, Value b) { return arith::DivFOp::create(builder, location, a, b); }
Value SingleMath::multiplyAdd(Value a, Value b, Value c) {
  return target.fusedMultiplyAdd ? Value(vector::FMAOp::create(builder, location, a, b, c)) : add(multiply(a, b), c);
}
Value SingleMath::absolute(Value x) { return math::AbsFOp::create(builder, location, x); }
Value SingleMath::withSignOf(Value magnitude, Value sign) {
  return math::CopySignOp::create(builder, location, magnitude, sign);
}
Value SingleMath::isLess(Value a, Value b) {
  return arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OLT, a, b);
}
Value SingleMath::select(Value condition, Value a, Value b) {
  return arith::SelectOp::create(builder, location, condition, a, b);
}
Value SingleMath::roundEven(Value x) { return math::RoundEvenOp::create(builder, location, x); }
Value SingleMath::toBits(Value x) {
  return arith::BitcastOp::create(builder, location, type.clone(builder.getI32Type()), x);
}
Value SingleMath::fromBits(Value x) { return arith::BitcastOp::create(builder, location, type, x); }

Value SingleMath::clamp(Value x, double least, double most) {
  Value lower = number(least), upper = number(most);
  x = select(isLess(x, lower), lower, x);
  return select(isLess(upper, x), upper, x);
}

Value SingleMath::polynomial(Value x, ArrayRef<double> coefficients) {
  Value sum = number(coefficients.back());
  for (double coefficient : llvm::reverse(coefficients.drop_back()))
    sum = multiplyAdd(sum, x, number(coefficient));
  return sum;
}

/// 2^k as a float, for k in [-126, 127].
Value SingleMath::powerOfTwo(Value exponentBits) {
  Value biased = arith::AddIOp::create(builder, location, exponentBits, bits(127));
  return fromBits(arith::ShLIOp::create(builder, location, biased, bits(23)));
}

Value SingleMath::scale(Value x, Value k) {
  if (target.vectorScale && type.getNumElements() == 16) {
    Type i16 = builder.getI16Type(), i32 = builder.getI32Type();
    Value all = LLVM::ConstantOp::create(builder, location, i16, builder.getI16IntegerAttr(-1));
    Value currentRounding = LLVM::ConstantOp::create(builder, location, i32, builder.getI32IntegerAttr(4));
    return LLVM::CallIntrinsicOp::create(builder, location, type,
                                         builder.getStringAttr("llvm.x86.avx512.mask.scalef.ps.512"),
                                         ValueRange{x, k, x, all, currentRounding})
        .getResult(0);
  }
  // In two steps: 2^k itself may be no float.
  Value whole = arith::FPToSIOp::create(builder, location, type.clone(builder.getI32Type()), k);
  Value half = arith::ShRSIOp::create(builder, location, whole, bits(1));
  Value rest = arith::SubIOp::create(builder, location, whole, half);
  return multiply(multiply(x, powerOfTwo(half)), powerOfTwo(rest));
}

//===-- Exponentials --------------------------------------------------------===//

/// (2^f - 1) / f for |f| <= 1/2, to 2e-9 of 2^f.
static constexpr double exp2Tail[] = {6.9314720286e-01, 2.4022647913e-01, 5.5503324697e-02,
                                      9.6184373664e-03, 1.3398874867e-03, 1.5353360637e-04};

/// Beyond these exponents the result is 0 or infinite in any case.
static constexpr double leastExponent = -152, mostExponent = 129;

Value SingleMath::exp2(Value x) {
  x = clamp(x, leastExponent, mostExponent);
  Value k = roundEven(x), f = subtract(x, k);
  return scale(multiplyAdd(f, polynomial(f, exp2Tail), number(1)), k);
}

/// (e^f - 1 - f) / f^2 for |f| <= ln 2 / 2, to 3e-10 of f.
static constexpr double expm1Tail[] = {5.0000000493e-01, 1.6666666821e-01, 4.1666341884e-02,
                                       8.3332717185e-03, 1.3942059814e-03, 1.9915032803e-04};

/// x - k ln 2.
Value SingleMath::reduceByLn2(Value x, Value k) {
  Value negated = subtract(number(0), k);
  return multiplyAdd(negated, number(ln2Low), multiplyAdd(negated, number(ln2High), x));
}

/// 2^(x log2 e): the product's rounding error is added back. Where nothing is fused that error is not to be had, and
/// the multiple of ln 2 is taken off x.
Value SingleMath::exp(Value x) {
  x = clamp(x, leastExponent * ln2, mostExponent * ln2);
  Value k = roundEven(multiply(x, number(log2OfE)));
  if (!target.fusedMultiplyAdd) {
    Value f = reduceByLn2(x, k);
    return scale(add(number(1), multiplyAdd(multiply(f, f), polynomial(f, expm1Tail), f)), k);
  }
  Value f = multiplyAdd(x, number(low(log2OfE)), multiplyAdd(x, number(high(log2OfE)), subtract(number(0), k)));
  return scale(multiplyAdd(f, polynomial(f, exp2Tail), number(1)), k);
}

/// With x = k ln 2 + f: 2^k (e^f - 1) + (2^k - 1). Doubled at the end, so that 2^128 is never formed.
Value SingleMath::expm1(Value x) {
  Value clamped = clamp(x, -30, 128.4 * ln2); // e^-30 - 1 rounds to -1; 2^128.4 is infinite
  Value k = roundEven(multiply(clamped, number(log2OfE)));
  Value f = reduceByLn2(clamped, k);
  Value part = multiplyAdd(multiply(f, f), polynomial(f, expm1Tail), f);
  Value isZero = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OEQ, k, number(0));
  Value half = scale(number(0.5), k);
  Value result = multiplyAdd(half, part, subtract(half, number(0.5)));
  // A small x must not pass through 1 + x.
  return select(isZero, part, multiply(result, number(2)));
}

/// With e = e^(2|x|) - 1: e / (e + 2), with the sign of x.
Value SingleMath::tanh(Value x) {
  Value e = expm1(clamp(multiply(absolute(x), number(2)), 0, 20)); // tanh 10 rounds to 1
  return withSignOf(divide(e, add(e, number(2))), x);
}

//===-- Logarithms ----------------------------------------------------------===//

/// (log(1 + f) - f + f^2 / 2) / f^3 for 1 + f in [sqrt(1/2), sqrt(2)], to 6e-9 of log(1 + f).
static constexpr double logTail[] = {3.3333331710e-01, -2.5000821056e-01, 2.0001226667e-01, -1.6623356479e-01,
                                     1.4201762467e-01, -1.3160195054e-01, 1.2761550360e-01, -7.6344299060e-02};

std::pair<Value, Value> SingleMath::split(Value x) {
  // A denormal is made normal first.
  Value isSmall = isLess(x, number(std::numeric_limits<float>::min()));
  Value normal = select(isSmall, multiply(x, number(8388608)), x); // 2^23
  // The exponent counts from sqrt(1/2), so that the mantissa is around 1.
  int32_t rootOfHalf = 0x3f3504f3;
  Value offset = arith::SubIOp::create(builder, location, toBits(normal), bits(rootOfHalf));
  Value exponent = arith::ShRSIOp::create(builder, location, offset, bits(23));
  Value mantissa = fromBits(arith::SubIOp::create(builder, location, toBits(normal),
                                                  arith::ShLIOp::create(builder, location, exponent, bits(23))));
  Value k = arith::SIToFPOp::create(builder, location, type, exponent);
  return {mantissa, select(isSmall, subtract(k, number(23)), k)};
}

std::pair<Value, Value> SingleMath::splitLog(Value x) {
  auto [mantissa, k] = split(x);
  Value f = subtract(mantissa, number(1)), square = multiply(f, f);
  Value tail = multiply(multiply(square, f), polynomial(f, logTail));
  return {k, add(f, multiplyAdd(number(-0.5), square, tail))};
}

/// 0, negative numbers, infinity and NaN.
Value SingleMath::withLogLimits(Value x, Value result) {
  Value infinity = number(std::numeric_limits<float>::infinity()), zero = number(0);
  Value isOrdinary = isLess(x, infinity); // false of a NaN, which the last line lets through
  result = select(isOrdinary, result, x);
  result = select(isLess(x, zero), number(std::numeric_limits<float>::quiet_NaN()), result);
  Value isZero = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OEQ, x, zero);
  return select(isZero, number(-std::numeric_limits<float>::infinity()), result);
}

Value SingleMath::log(Value x) {
  auto [k, part] = splitLog(x);
  return withLogLimits(x, multiplyAdd(k, number(ln2High), multiplyAdd(k, number(ln2Low), part)));
}

Value SingleMath::log2(Value x) {
  auto [k, part] = splitLog(x);
  return withLogLimits(x, multiplyAdd(part, number(log2OfE), k));
}

/// With u the rounded 1 + x: log(u) + (what rounding took) / u.
Value SingleMath::log1p(Value x) {
  Value u = add(x, number(1));
  Value lost = divide(subtract(x, subtract(u, number(1))), u);
  // At 0 and infinity the quotient is a NaN that has nothing to say.
  Value isOrdinary = arith::AndIOp::create(builder, location, isLess(number(0), u),
                                           isLess(u, number(std::numeric_limits<float>::infinity())));
  return add(log(u), select(isOrdinary, lost, number(0)));
}

//===-- The error function --------------------------------------------------===//

/// erf(x) / x in x^2, for |x| <= 1.
static constexpr double erfSmall[] = {1.1283791657e+00, -3.7612625824e-01, 1.1283585147e-01, -2.6853811862e-02,
                                      5.1883275460e-03, -8.0101923966e-04, 7.8538572939e-05};
/// log(1 - erf(x)) for 1 <= x <= 4; beyond, 1 - erf(x) rounds to 0 against 1.
static constexpr double erfLarge[] = {-3.5370893026e-04, -1.1270400800e+00, -6.3822560238e-01, -1.0303743551e-01,
                                      2.1805351152e-02,  -2.9396157348e-03, 1.8557489314e-04};

Value SingleMath::erf(Value x) {
  Value size = absolute(x);
  Value small = multiply(x, polynomial(multiply(x, x), erfSmall));
  Value large = withSignOf(subtract(number(1), exp(polynomial(clamp(size, 1, 4), erfLarge))), x);
  return select(isLess(size, number(1)), small, large);
}

} // namespace espalier::cpu
