//===- Random.cpp - Tensors of standard normal numbers ----------------------===//
#include "runtime/Tensor/Random.h"

#include <charconv>
#include <cmath>

namespace espalier {

/// The mixing step of SplitMix64 (Steele, Lea, Flood 2014): a bijection of 64 bits.
static uint64_t mix(uint64_t bits) {
  bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
  return bits ^ bits >> 31;
}

/// Uniform in (0, 1): an odd multiple of 2^-53.
static double uniform(uint64_t seed, uint64_t counter) {
  constexpr uint64_t golden = 0x9e3779b97f4a7c15;
  uint64_t bits = mix(mix(seed * golden + golden) + counter * golden);
  return static_cast<double>(bits >> 12 << 1 | 1) * 0x1p-53;
}

/// ln x = e ln 2 + 2 artanh((m - 1) / (m + 1)) for x = m 2^e with m in [sqrt(1/2), sqrt(2)).
static double naturalLogarithm(double x) {
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

/// cos(2 pi x) for x in (0, 1), by the series of cos or sin on an eighth of the circle.
static double cosineOfTurn(double x) {
  x = x > 0.5 ? 1 - x : x; // cos is even
  double sign = x > 0.25 ? -1 : 1;
  x = x > 0.25 ? 0.5 - x : x; // cos(pi - a) = -cos(a)
  bool bySine = x > 0.125;
  double angle = (bySine ? 0.25 - x : x) * 6.2831853071795865, square = angle * angle, sum = 1;
  for (int order = bySine ? 19 : 18; order >= 2; order -= 2)
    sum = 1 - sum * square / (order * (order - 1));
  return sign * (bySine ? sum * angle : sum);
}

/// Box and Muller (1958).
static double standardNormal(uint64_t seed, uint64_t element) {
  double radius = std::sqrt(-2 * naturalLogarithm(uniform(seed, 2 * element)));
  return radius * cosineOfTurn(uniform(seed, 2 * element + 1));
}

/// The whole of `text` as a number of the type.
template <class T> static bool parseNumber(std::string_view text, T &number) {
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size();
}

Result<RandomSpec> parseRandomSpec(std::string_view text) {
  RandomSpec spec;
  std::string_view sizes = text.substr(0, text.find(';'));
  if (sizes.size() < text.size()) {
    std::string_view option = text.substr(sizes.size() + 1);
    if (!option.starts_with("seed=") || !parseNumber(option.substr(5), spec.seed))
      return Error::of("found `;{}` in `random:{}`, expected `;seed=` and a number from 0 to 2^64 - 1", option, text);
  }
  while (!sizes.empty()) {
    std::string_view size = sizes.substr(0, sizes.find(','));
    int64_t number;
    if (!parseNumber(size, number) || number < 0)
      return Error::of("found `{}` in `random:{}`, expected sizes such as `random:2,64,16`", size, text);
    spec.shape.push_back(number);
    if (size.size() + 1 == sizes.size())
      return Error::of("`random:{}` ends in a comma, expected another size", text);
    sizes.remove_prefix(std::min(size.size() + 1, sizes.size()));
  }
  return spec;
}

Result<Tensor> randomTensor(DType dtype, const RandomSpec &spec) {
  if (!isFloat(dtype))
    return Error::of("random numbers of dtype {}, expected one of f64, f32, f16, bf16", name(dtype));
  Result<Tensor> result = Tensor::allocate(dtype, spec.shape);
  if (!result)
    return result;
  visitElement(dtype, [&]<class T>(T) {
    if constexpr (isFloat(dtypeOf<T>))
      for (int64_t i = 0; i < result->numElements(); ++i)
        result->data<T>()[i] = static_cast<T>(standardNormal(spec.seed, static_cast<uint64_t>(i)));
  });
  return result;
}

} // namespace espalier
