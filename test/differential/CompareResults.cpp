//===- CompareResults.cpp - How far results are from the oracle's -----------===//
#include "test/differential/CompareResults.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace espalier::differential {

static std::string placeOf(int64_t flat, const Shape &shape) {
  Shape index(shape.size());
  for (size_t k = shape.size(); k-- > 0; flat /= shape[k])
    index[k] = flat % shape[k];
  return toString(index);
}

Deviation deviationOf(const std::vector<Tensor> &found, const std::vector<Tensor> &expected) {
  Deviation deviation;
  for (size_t result = 0; result < expected.size(); ++result) {
    auto left = found[result].to(DType::f64), right = expected[result].to(DType::f64);
    double scale = 1;
    for (double value : right->values<double>())
      scale = std::max(scale, std::isfinite(value) ? std::abs(value) : 0);
    for (int64_t k = 0; k < right->numElements(); ++k) {
      double a = left->values<double>()[static_cast<size_t>(k)], b = right->values<double>()[static_cast<size_t>(k)];
      bool isSame = a == b || (std::isnan(a) && std::isnan(b)), isFinite = std::isfinite(a) && std::isfinite(b);
      double error = isSame ? 0 : isFinite ? std::abs(a - b) / scale : std::numeric_limits<double>::infinity();
      if (error <= deviation.largest)
        continue;
      deviation.largest = error;
      deviation.text =
          fmt::format("result {} at {}: {:.9g}, expected {:.9g}", result, placeOf(k, right->shape()), a, b);
    }
  }
  return deviation;
}

double roundingOf(DType floatType) {
  switch (floatType) {
  case DType::f64:
    return 0x1p-53;
  case DType::f32:
    return 0x1p-24;
  case DType::f16:
    return 0x1p-11;
  default:
    return 0x1p-8;
  }
}

double toleranceOf(DType floatType) {
  switch (floatType) {
  case DType::f64:
    return 1e-10;
  case DType::f32:
    return 5e-5;
  case DType::f16:
    return 2e-2;
  default:
    return 1e-1;
  }
}

std::optional<std::string> differenceOfForm(const std::vector<Tensor> &found, const std::vector<Tensor> &expected) {
  if (found.size() != expected.size())
    return fmt::format("{} results, expected {}", found.size(), expected.size());
  for (size_t k = 0; k < expected.size(); ++k)
    if (found[k].shape() != expected[k].shape() || found[k].dtype() != expected[k].dtype())
      return fmt::format("result {} is {}, expected {}", k, describe(found[k]), describe(expected[k]));
  return std::nullopt;
}

bool sameBits(const std::vector<Tensor> &found, const std::vector<Tensor> &expected) {
  if (differenceOfForm(found, expected))
    return false;
  for (size_t k = 0; k < expected.size(); ++k)
    if (expected[k].numBytes() > 0 &&
        std::memcmp(found[k].data(), expected[k].data(), static_cast<size_t>(expected[k].numBytes())) != 0)
      return false;
  return true;
}

} // namespace espalier::differential
