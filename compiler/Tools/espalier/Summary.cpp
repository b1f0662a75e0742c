//===- Summary.cpp - A tensor in one line -----------------------------------===//
#include "compiler/Tools/espalier/Summary.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace espalier::tool {

Result<std::string> summarise(const std::string &name, const Tensor &tensor) {
  Result<Tensor> wide = tensor.to(DType::f64);
  if (!wide)
    return wide.error();
  Result<Tensor> dense = wide->contiguous();
  if (!dense)
    return dense.error();
  std::string text = fmt::format("{}  {}", name, describe(tensor));
  double least = std::numeric_limits<double>::infinity(), greatest = -least, sum = 0, squares = 0;
  int64_t numFinite = 0;
  for (double value : dense->values<double>()) {
    if (!std::isfinite(value))
      continue;
    ++numFinite;
    least = std::min(least, value);
    greatest = std::max(greatest, value);
    sum += value;
    squares += value * value;
  }
  if (numFinite > 0)
    text += fmt::format("  min {:.6g}  max {:.6g}  mean {:.6g}  norm {:.6g}", least, greatest,
                        sum / static_cast<double>(numFinite), std::sqrt(squares));
  if (int64_t numOthers = tensor.numElements() - numFinite; numOthers > 0)
    text += fmt::format("  not finite: {}", numOthers);
  return text;
}

} // namespace espalier::tool
