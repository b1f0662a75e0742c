//===- CounterRandom.cpp - Random numbers that are functions of a counter ---===//
#include "runtime/Tensor/CounterRandom.h"

#include <cmath>

namespace espalier {

/// The mixing step of SplitMix64 (Steele, Lea, Flood 2014): a bijection of 64 bits.
static uint64_t mix(uint64_t bits) {
  bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
  return bits ^ bits >> 31;
}

double uniformAt(uint64_t seed, uint64_t counter) {
  constexpr uint64_t golden = 0x9e3779b97f4a7c15;
  uint64_t bits = mix(mix(seed * golden + golden) + counter * golden);
  return static_cast<double>(bits >> 12 << 1 | 1) * 0x1p-53;
}

/// ln x = e ln 2 + 2 artanh((m - 1) / (m + 1)) for x = m 2^e with m in [sqrt(1/2), sqrt(2)).
double naturalLogarithm(double x) {
  int exponent;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < 0.70710678118654752) {
    mantissa *= 2;
    --exponent;
  }
  double z = (mantissa - 1) / (mantissa + 1), square = z * z, sum = 0;
  for (int power = 23; power >= 1; power -= 2) // |z| < 0.172: the next term is below 2^-64
    sum = sum * square + 1.0 / power;
  return exponent * 0.69314718055994531 + 2 * z * sum;
}

} // namespace espalier
