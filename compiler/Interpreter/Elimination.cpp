//===- Elimination.cpp - Dense systems in double precision ------------------===//
#include "compiler/Interpreter/Elimination.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace espalier::interpreter {

static constexpr double roundoff = std::numeric_limits<double>::epsilon() / 2;

std::optional<Elimination> Elimination::of(std::vector<double> matrix, int64_t n) {
  Elimination result;
  result.n = n;
  result.factors = std::move(matrix);
  result.rowOrder.resize(n);
  std::iota(result.rowOrder.begin(), result.rowOrder.end(), 0);
  std::vector<double> &a = result.factors;
  if (!std::ranges::all_of(a, [](double entry) { return std::isfinite(entry); })) {
    std::ranges::fill(a, std::numeric_limits<double>::quiet_NaN());
    return result;
  }
  // rowScale[i] = max |S[i, .]|, columnScale[j] = max |S[., j]| / rowScale: the rounding error of an entry is a small
  // multiple of their product.
  std::vector<double> rowScale(n), columnScale(n);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j)
      rowScale[i] = std::max(rowScale[i], std::fabs(a[i * n + j]));
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n && rowScale[i] > 0; ++j)
      columnScale[j] = std::max(columnScale[j], std::fabs(a[i * n + j]) / rowScale[i]);

  for (int64_t k = 0; k < n; ++k) {
    int64_t pivotRow = k;
    bool isSingular = true;
    for (int64_t i = k; i < n; ++i) {
      double candidate = std::fabs(a[i * n + k]);
      if (candidate > std::fabs(a[pivotRow * n + k]))
        pivotRow = i;
      // False of a NaN, which is not singular.
      isSingular &= candidate <= double(n) * roundoff * columnScale[k] * rowScale[i];
    }
    if (isSingular)
      return std::nullopt;
    if (pivotRow != k) {
      std::swap(result.rowOrder[k], result.rowOrder[pivotRow]);
      std::swap(rowScale[k], rowScale[pivotRow]);
      for (int64_t j = 0; j < n; ++j)
        std::swap(a[k * n + j], a[pivotRow * n + j]);
    }
    for (int64_t i = k + 1; i < n; ++i) {
      double multiplier = a[i * n + k] /= a[k * n + k];
      for (int64_t j = k + 1; j < n; ++j)
        a[i * n + j] -= multiplier * a[k * n + j];
    }
  }
  return result;
}

void Elimination::solve(double *b, int64_t m) const {
  std::vector<double> x(n * m);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < m; ++j) {
      double sum = b[rowOrder[i] * m + j];
      for (int64_t k = 0; k < i; ++k)
        sum -= factors[i * n + k] * x[k * m + j];
      x[i * m + j] = sum;
    }
  for (int64_t i = n; i-- > 0;)
    for (int64_t j = 0; j < m; ++j) {
      for (int64_t k = i + 1; k < n; ++k)
        x[i * m + j] -= factors[i * n + k] * x[k * m + j];
      x[i * m + j] /= factors[i * n + i];
    }
  std::copy(x.begin(), x.end(), b);
}

std::optional<Cholesky> Cholesky::of(std::vector<double> matrix, int64_t n) {
  Cholesky result;
  result.n = n;
  result.factor = std::move(matrix);
  std::vector<double> &l = result.factor;
  auto isFinite = [&](int64_t i) {
    return std::all_of(&l[i * n], &l[i * n] + i + 1, [](double s) { return std::isfinite(s); });
  };
  for (int64_t i = 0; i < n; ++i)
    if (!isFinite(i)) {
      std::ranges::fill(l, std::numeric_limits<double>::quiet_NaN());
      return result;
    }
  for (int64_t j = 0; j < n; ++j) {
    double diagonal = l[j * n + j], squared = diagonal;
    for (int64_t k = 0; k < j; ++k)
      squared -= l[j * n + k] * l[j * n + k];
    if (squared <= double(n) * roundoff * std::fabs(diagonal)) // false of a NaN
      return std::nullopt;
    l[j * n + j] = std::sqrt(squared);
    for (int64_t i = j + 1; i < n; ++i) {
      double sum = l[i * n + j];
      for (int64_t k = 0; k < j; ++k)
        sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = sum / l[j * n + j];
    }
  }
  return result;
}

void Cholesky::solve(double *b, int64_t m) const {
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < m; ++j) {
      for (int64_t k = 0; k < i; ++k)
        b[i * m + j] -= factor[i * n + k] * b[k * m + j];
      b[i * m + j] /= factor[i * n + i];
    }
  for (int64_t i = n; i-- > 0;)
    for (int64_t j = 0; j < m; ++j) {
      for (int64_t k = i + 1; k < n; ++k)
        b[i * m + j] -= factor[k * n + i] * b[k * m + j];
      b[i * m + j] /= factor[i * n + i];
    }
}

} // namespace espalier::interpreter
