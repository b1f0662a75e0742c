//===- DoubleExp.cpp - The exponential of doubles as arithmetic -------------===//
//
// x = k ln 2 + r with a whole k and |r| <= ln 2 / 2; e^x = 2^k (1 + r + r^2 p(r)). There
// is no table and no branch, so that several may be under way at a time, and the
// exponent is taken from the bits of a sum: not every machine converts vectors of doubles.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/DoubleExp.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <bit>

using namespace mlir;

namespace espalier::cpu {

static constexpr double log2OfE = 1.4426950408889634;
/// ln 2 in a part of 32 bits, whose multiples by exponents are exact, and the rest.
static constexpr double ln2High = 6.93147180369123816490e-01, ln2Low = 1.90821492927058770002e-10;
/// A whole number added to this stands in the lowest bits of the sum, rounded to nearest.
static constexpr double wholeInBits = 0x1.8p52;
/// Beyond these the result is 0 or infinite in any case.
static constexpr double least = -746, most = 710;

/// (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2, to 1.3e-17 of r^2: interpolated at the Chebyshev nodes.
static constexpr double tail[] = {5.00000000000000111e-01, 1.66666666666666685e-01, 4.16666666666241636e-02,
                                  8.33333333333006500e-03, 1.38888889171972086e-03, 1.98412698630409217e-04,
                                  2.48015213216066469e-05, 2.75572684797240041e-06, 2.76200762425272647e-07,
                                  2.51003761113614272e-08};

namespace {
class DoubleExp {
public:
  DoubleExp(OpBuilder &builder, Location location, Type type, const CpuTarget &target)
      : b(location, builder), type(type), target(target) {}

  Value of(Value x) {
    x = clamp(x);
    Value shifted = multiplyAdd(x, number(log2OfE), number(wholeInBits));
    Value k = arith::SubFOp::create(b, shifted, number(wholeInBits));
    Value r = multiplyAdd(k, number(-ln2Low), multiplyAdd(k, number(-ln2High), x));
    Value beyond = multiplyAdd(arith::MulFOp::create(b, r, r), polynomial(r), r);
    return scale(arith::AddFOp::create(b, beyond, number(1)), shifted);
  }

private:
  Value splat(TypedAttr value) {
    auto vector = dyn_cast<VectorType>(typeOf(value.getType()));
    return arith::ConstantOp::create(b, vector ? DenseElementsAttr::get(vector, Attribute(value)) : value);
  }
  Type typeOf(Type element) {
    auto vector = dyn_cast<VectorType>(type);
    return vector ? Type(vector.clone(element)) : element;
  }
  Value number(double value) { return splat(b.getF64FloatAttr(value)); }
  Value bits(int64_t value) { return splat(b.getI64IntegerAttr(value)); }

  Value multiplyAdd(Value x, Value y, Value z) {
    return target.fusedMultiplyAdd ? Value(math::FmaOp::create(b, x, y, z))
                                   : Value(arith::AddFOp::create(b, arith::MulFOp::create(b, x, y), z));
  }

  /// A NaN stays.
  Value clamp(Value x) {
    auto isLess = [&](Value left, Value right) {
      return arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, left, right);
    };
    x = arith::SelectOp::create(b, isLess(x, number(least)), number(least), x);
    return arith::SelectOp::create(b, isLess(number(most), x), number(most), x);
  }

  /// Pairs of terms, and pairs of these: fewer steps that wait for each other.
  Value polynomial(Value r) {
    SmallVector<Value> terms;
    for (size_t i = 0; i < std::size(tail); i += 2)
      terms.push_back(multiplyAdd(r, number(tail[i + 1]), number(tail[i])));
    Value square = arith::MulFOp::create(b, r, r), fourth = arith::MulFOp::create(b, square, square);
    Value low = multiplyAdd(square, terms[1], terms[0]), middle = multiplyAdd(square, terms[3], terms[2]);
    return multiplyAdd(fourth, multiplyAdd(fourth, terms[4], middle), low);
  }

  /// x 2^k, with k in the lowest bits of `shifted`: in two steps, since 2^k itself may be no double.
  Value scale(Value x, Value shifted) {
    Value whole = arith::SubIOp::create(b, arith::BitcastOp::create(b, typeOf(b.getI64Type()), shifted),
                                        bits(std::bit_cast<int64_t>(wholeInBits)));
    Value half = arith::ShRSIOp::create(b, whole, bits(1));
    Value rest = arith::SubIOp::create(b, whole, half);
    return arith::MulFOp::create(b, arith::MulFOp::create(b, x, powerOfTwo(half)), powerOfTwo(rest));
  }
  Value powerOfTwo(Value exponent) {
    Value biased = arith::AddIOp::create(b, exponent, bits(1023));
    return arith::BitcastOp::create(b, type, arith::ShLIOp::create(b, biased, bits(52)));
  }

  ImplicitLocOpBuilder b;
  Type type;
  const CpuTarget &target;
};
} // namespace

Value expOfDoubles(OpBuilder &builder, Location location, Value x, const CpuTarget &target) {
  return DoubleExp(builder, location, x.getType(), target).of(x);
}

} // namespace espalier::cpu
