//===- NarrowFloat.h - float16 and bfloat16 as storage ----------------------===//
//
// Sixteen bits: a sign, `ExponentBits` of exponent, `MantissaBits` of fraction, with
// IEEE 754's zeros, subnormal numbers, infinities and NaNs. Law: widening is exact;
// narrowing takes the nearest value, of two the one with an even last bit, straight
// from the double (not by way of float, which would round twice); a NaN stays one.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TENSOR_NARROWFLOAT_H
#define ESPALIER_RUNTIME_TENSOR_NARROWFLOAT_H

#include <bit>
#include <cmath>
#include <cstdint>

namespace espalier {

template <int ExponentBits, int MantissaBits> struct NarrowFloat {
  static_assert(1 + ExponentBits + MantissaBits == 16);

  uint16_t bits = 0;

  NarrowFloat() = default;
  explicit NarrowFloat(double value) : bits(narrow(value)) {}
  static NarrowFloat fromBits(uint16_t bits) {
    NarrowFloat result;
    result.bits = bits;
    return result;
  }

  explicit operator double() const {
    int exponent = (bits & infinity) >> MantissaBits;
    int64_t fraction = bits & (hidden - 1);
    double magnitude;
    if (exponent == infinity >> MantissaBits)
      magnitude = fraction ? std::bit_cast<double>(doubleNaN | uint64_t(fraction) << (52 - MantissaBits)) : HUGE_VAL;
    else if (exponent == 0)
      magnitude = static_cast<double>(fraction) * powerOfTwo(leastExponent - MantissaBits);
    else
      magnitude = static_cast<double>(fraction + hidden) * powerOfTwo(exponent - 1 + leastExponent - MantissaBits);
    return bits & sign ? -magnitude : magnitude;
  }
  explicit operator float() const { return static_cast<float>(static_cast<double>(*this)); }

private:
  static constexpr int sign = 0x8000, hidden = 1 << MantissaBits, infinity = ((1 << ExponentBits) - 1) << MantissaBits;
  static constexpr int leastExponent = 2 - (1 << (ExponentBits - 1)); // of a number that is not subnormal
  static constexpr uint64_t doubleNaN = 0x7ff8000000000000;

  static double powerOfTwo(int exponent) { return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52); }

  static uint16_t narrow(double value) {
    uint64_t raw = std::bit_cast<uint64_t>(value);
    int signBit = raw >> 63 ? sign : 0;
    if (value != value) // quiet, with the upper bits of its payload
      return static_cast<uint16_t>(signBit | infinity | hidden >> 1 | ((raw >> (52 - MantissaBits)) & (hidden - 1)));
    double magnitude = std::fabs(value);
    if (magnitude == HUGE_VAL)
      return static_cast<uint16_t>(signBit | infinity);
    int exponent = static_cast<int>((raw >> 52) & 0x7ff) - 1023;
    if (exponent < leastExponent)
      exponent = leastExponent;
    // The value in units of the last bit at this exponent; a carry out of the fraction raises the exponent by itself.
    int64_t units = std::llrint(magnitude * powerOfTwo(MantissaBits - exponent));
    int64_t encoded = (static_cast<int64_t>(exponent - leastExponent) << MantissaBits) + units;
    return static_cast<uint16_t>(signBit | (encoded < infinity ? encoded : infinity));
  }
};

using Float16 = NarrowFloat<5, 10>;
using BFloat16 = NarrowFloat<8, 7>;

} // namespace espalier

#endif
