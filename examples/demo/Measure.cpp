//===- Measure.cpp - Checks and rates of the demo ---------------------------===//
#include "examples/demo/Measure.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace espalier::demo {

double residual(const Tensor &A, const Tensor &B, const Tensor &x, const Tensor &u) {
  int64_t copies = A.size(0), numVertices = A.size(1), n = A.size(2);
  int64_t numLeaves = (3 * numVertices + 1) / 4;
  double squaredResidual = 0, squaredNorm = 0;
  std::vector<double> row(numVertices * n); // T x - u of one copy
  for (int64_t copy = 0; copy < copies; ++copy) {
    const float *a = A.data<float>() + copy * numVertices * n * n, *b = B.data<float>() + copy * numVertices * n * n;
    const float *xs = x.data<float>() + copy * numVertices * n, *us = u.data<float>() + copy * numVertices * n;
    for (int64_t i = 0; i < numVertices * n; ++i)
      row[i] = -us[i];
    for (int64_t v = 0; v < numVertices; ++v) {
      // The level above a perfect 4-ary tree's vertices starts where they end: parent(v) = numLeaves + v / 4.
      int64_t parent = v == numVertices - 1 ? -1 : numLeaves + v / 4;
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < n; ++j) {
          row[v * n + i] += double(a[(v * n + i) * n + j]) * xs[v * n + j];
          if (parent >= 0) {
            row[v * n + i] += double(b[(v * n + i) * n + j]) * xs[parent * n + j];
            row[parent * n + j] += double(b[(v * n + i) * n + j]) * xs[v * n + i];
          }
        }
    }
    for (int64_t i = 0; i < numVertices * n; ++i) {
      squaredResidual += row[i] * row[i];
      squaredNorm += double(us[i]) * us[i];
    }
  }
  return std::sqrt(squaredResidual / squaredNorm);
}

double largestDifference(const Tensor &a, const Tensor &b) {
  double largest = 0;
  for (int64_t i = 0; i < a.numElements(); ++i) {
    double other = b.dtype() == DType::f64 ? b.data<double>()[i] : b.data<float>()[i];
    double difference = std::abs(a.data<float>()[i] - other);
    if (!(difference <= largest)) // a NaN is the largest difference
      largest = difference;
  }
  return largest;
}

} // namespace espalier::demo
