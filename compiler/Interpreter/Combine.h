//===- Combine.h - Sum, maximum, minimum and log-sum-exp, one by one --------===//
#ifndef ESPALIER_COMPILER_INTERPRETER_COMBINE_H
#define ESPALIER_COMPILER_INTERPRETER_COMBINE_H

#include "dialects/Tile/IR/TileDialect.h"

#include <cmath>
#include <cstdint>
#include <limits>

namespace espalier::interpreter {

/// The combination of the numbers added so far; of none, the neutral element. A NaN stays.
/// logsumexp keeps the greatest number m and the sum of exp(x - m).
class Combination {
public:
  explicit Combination(tile::ReductionKind kind) : kind(kind), value(neutral(kind)) {}

  void add(double x) {
    switch (kind) {
    case tile::ReductionKind::sum:
      value += x;
      return;
    case tile::ReductionKind::max:
      value = std::isnan(x) || x > value ? x : value;
      return;
    case tile::ReductionKind::min:
      value = std::isnan(x) || x < value ? x : value;
      return;
    case tile::ReductionKind::logsumexp:
      addExponential(x);
      return;
    }
  }

  double result() const {
    return kind == tile::ReductionKind::logsumexp && scaledSum != 0 ? value + std::log(scaledSum) : value;
  }

private:
  static double neutral(tile::ReductionKind kind) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return kind == tile::ReductionKind::sum ? 0 : kind == tile::ReductionKind::min ? infinity : -infinity;
  }

  void addExponential(double x) {
    if (x > value) {
      scaledSum = scaledSum == 0 ? 1 : scaledSum * std::exp(value - x) + 1;
      value = x;
    } else if (x != -std::numeric_limits<double>::infinity()) {
      scaledSum += x == value ? 1 : std::exp(x - value);
    }
  }

  tile::ReductionKind kind;
  double value;
  double scaledSum = 0;
};

/// The same for i32 and index: sum (which wraps around), max and min; the neutral elements are the type's own limits.
class IntegerCombination {
public:
  IntegerCombination(tile::ReductionKind kind, bool isI32) : kind(kind), isI32(isI32) {
    if (kind == tile::ReductionKind::max)
      value = isI32 ? INT32_MIN : INT64_MIN;
    else if (kind == tile::ReductionKind::min)
      value = isI32 ? INT32_MAX : INT64_MAX;
  }

  void add(int64_t x) {
    if (kind == tile::ReductionKind::max)
      value = x > value ? x : value;
    else if (kind == tile::ReductionKind::min)
      value = x < value ? x : value;
    else
      value = static_cast<int64_t>(uint64_t(value) + uint64_t(x));
  }

  int64_t result() const { return isI32 ? static_cast<int32_t>(value) : value; }

private:
  tile::ReductionKind kind;
  bool isI32;
  int64_t value = 0;
};

} // namespace espalier::interpreter

#endif
