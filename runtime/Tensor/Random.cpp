//===- Random.cpp - Tensors of standard normal numbers ----------------------===//
#include "runtime/Tensor/Random.h"
#include "runtime/Tensor/CounterRandom.h"

#include <charconv>
#include <cmath>

namespace espalier {

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
  double radius = std::sqrt(-2 * naturalLogarithm(uniformAt(seed, 2 * element)));
  return radius * cosineOfTurn(uniformAt(seed, 2 * element + 1));
}

/// The whole of `text` as a number of the type.
template <class T> static bool parseNumber(std::string_view text, T &number) {
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size();
}

/// "seed=7", "scale=0.1", "diagonal=2"; false where it is none of them.
static bool parseOption(std::string_view option, RandomSpec &spec) {
  if (option.starts_with("seed="))
    return parseNumber(option.substr(5), spec.seed);
  if (option.starts_with("scale="))
    return parseNumber(option.substr(6), spec.scale) && std::isfinite(spec.scale);
  return option.starts_with("diagonal=") && parseNumber(option.substr(9), spec.diagonal) &&
         std::isfinite(spec.diagonal);
}

Result<RandomSpec> parseRandomSpec(std::string_view text) {
  RandomSpec spec;
  std::string_view sizes = text.substr(0, text.find(';')), options = text.substr(sizes.size());
  while (!options.empty()) {
    std::string_view option = options.substr(1, options.find(';', 1) - 1);
    if (!parseOption(option, spec))
      return Error::of("found `;{}` in `random:{}`, expected `;seed=` and a number from 0 to 2^64 - 1, `;scale=` or "
                       "`;diagonal=` and a number",
                       option, text);
    options.remove_prefix(std::min(option.size() + 1, options.size()));
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
  if (spec.diagonal != 0 && spec.shape.size() < 2)
    return Error::of("a diagonal in a tensor of shape {}, which has fewer than two axes", toString(spec.shape));
  Result<Tensor> result = Tensor::allocate(dtype, spec.shape);
  if (!result)
    return result;
  bool hasDiagonal = spec.diagonal != 0;
  int64_t columns = hasDiagonal ? spec.shape.back() : 1, rows = hasDiagonal ? spec.shape[spec.shape.size() - 2] : 1;
  auto number = [&](int64_t i) {
    double value = spec.scale * standardNormal(spec.seed, static_cast<uint64_t>(i));
    return hasDiagonal && i % columns == i / columns % rows ? value + spec.diagonal : value;
  };
  visitElement(dtype, [&]<class T>(T) {
    if constexpr (isFloat(dtypeOf<T>))
      for (int64_t i = 0; i < result->numElements(); ++i)
        result->data<T>()[i] = static_cast<T>(number(i));
  });
  return result;
}

} // namespace espalier
