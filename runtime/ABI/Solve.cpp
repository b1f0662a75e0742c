//===- Solve.cpp - Linear systems that a fast elimination does not trust ----===//
//
// Gaussian elimination with partial pivoting. A pivot is taken for zero when it is
// rounding error: at most n * epsilon in the matrix whose rows and columns are scaled
// to largest entries of 1. Scaling S does not change the verdict, as it would in a
// comparison with max |S|.
//===----------------------------------------------------------------------===//
#include "runtime/ABI/ABI.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace {

template <class T> struct System {
  T *work, *scales;
  int64_t n, stride, first, columns;

  T &entry(int64_t i, int64_t j) { return work[i * stride + j]; }
  T &rowScale(int64_t i) { return scales[i]; }
  T &columnScale(int64_t j) { return scales[n + j]; }
  T *rightSide(int64_t i) { return work + i * stride + first; }

  bool isFinite() {
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j)
        if (!std::isfinite(entry(i, j)))
          return false;
    return true;
  }

  void fillSolutions(T value) {
    for (int64_t i = 0; i < n; ++i)
      std::fill_n(rightSide(i), columns, value);
  }

  /// rowScale(i) = max |S(i, .)|, columnScale(j) = max |S(., j)| / rowScale.
  void computeScales() {
    std::fill_n(scales, 2 * n, T(0));
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j)
        rowScale(i) = std::max(rowScale(i), std::fabs(entry(i, j)));
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j)
        if (rowScale(i) > 0)
          columnScale(j) = std::max(columnScale(j), std::fabs(entry(i, j)) / rowScale(i));
  }

  /// Whether entry (i, k) is rounding error. False of a NaN: an overflow, not a singular matrix.
  bool isRoundoff(int64_t i, int64_t k) {
    return std::fabs(entry(i, k)) <=
           static_cast<T>(n) * std::numeric_limits<T>::epsilon() * columnScale(k) * rowScale(i);
  }

  /// Brings the largest entry of column k to row k; false if all of the column is rounding error.
  bool exchange(int64_t k) {
    int64_t pivot = k;
    bool isSingular = true;
    for (int64_t i = k; i < n; ++i) {
      if (std::fabs(entry(i, k)) > std::fabs(entry(pivot, k)))
        pivot = i;
      isSingular &= isRoundoff(i, k);
    }
    if (isSingular)
      return false;
    if (pivot != k) {
      std::swap_ranges(&entry(k, 0), &entry(k, 0) + n, &entry(pivot, 0));
      std::swap_ranges(rightSide(k), rightSide(k) + columns, rightSide(pivot));
      std::swap(rowScale(k), rowScale(pivot));
    }
    return true;
  }

  bool isPositive(int64_t k) { return !(entry(k, k) <= 0) && !isRoundoff(k, k); }

  void eliminate(int64_t k) {
    for (int64_t i = k + 1; i < n; ++i) {
      T multiplier = entry(i, k) / entry(k, k);
      for (int64_t j = k + 1; j < n; ++j)
        entry(i, j) -= multiplier * entry(k, j);
      for (int64_t j = 0; j < columns; ++j)
        rightSide(i)[j] -= multiplier * rightSide(k)[j];
    }
  }

  void substitute() {
    for (int64_t i = n - 1; i >= 0; --i) {
      T *x = rightSide(i);
      for (int64_t k = i + 1; k < n; ++k)
        for (int64_t j = 0; j < columns; ++j)
          x[j] -= entry(i, k) * rightSide(k)[j];
      for (int64_t j = 0; j < columns; ++j)
        x[j] /= entry(i, i);
    }
  }

  int32_t solve(bool positive) {
    if (!isFinite())
      return fillSolutions(std::numeric_limits<T>::quiet_NaN()), 0;
    computeScales();
    for (int64_t k = 0; k < n; ++k) {
      if (!(positive ? isPositive(k) : exchange(k)))
        return fillSolutions(0), 1;
      eliminate(k);
    }
    return substitute(), 0;
  }
};

} // namespace

extern "C" {

int32_t espalier_solve_f32(float *work, float *scales, int64_t n, int64_t stride, int64_t first, int64_t columns,
                           int32_t positive) {
  return System<float>{work, scales, n, stride, first, columns}.solve(positive != 0);
}

int32_t espalier_solve_f64(double *work, double *scales, int64_t n, int64_t stride, int64_t first, int64_t columns,
                           int32_t positive) {
  return System<double>{work, scales, n, stride, first, columns}.solve(positive != 0);
}
}
