//===- CompareResults.h - How far results are from the oracle's -------------===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_COMPARERESULTS_H
#define ESPALIER_TEST_DIFFERENTIAL_COMPARERESULTS_H

#include "runtime/Tensor/Tensor.h"

#include <optional>
#include <string>
#include <vector>

namespace espalier::differential {

/// The largest |found - expected| / (1 + the largest finite |expected| of the same result). Numbers that are not finite
/// must be the same; where they are not, it is infinite.
struct Deviation {
  double largest = 0;
  std::string text; // where
};
Deviation deviationOf(const std::vector<Tensor> &found, const std::vector<Tensor> &expected);

/// Half a unit in the last place, relative.
double roundingOf(DType floatType);
/// What rounding errors of an ordinary program may add up to.
double toleranceOf(DType floatType);

/// A text where numbers of results, shapes or dtypes differ.
std::optional<std::string> differenceOfForm(const std::vector<Tensor> &found, const std::vector<Tensor> &expected);
bool sameBits(const std::vector<Tensor> &found, const std::vector<Tensor> &expected);

} // namespace espalier::differential

#endif
