//===- ScalarTreeScan.cpp - A tree scan as one would write it ---------------===//
#include "test/benchmarks/ScalarTreeScan.h"

#include <algorithm>

namespace espalier::benchmarks {

void scalarTreeScan(std::span<const int32_t> order, std::span<const int32_t> parents, int64_t channels, const float *u,
                    const float *a, float *xi, float *h) {
  std::copy(u, u + static_cast<int64_t>(parents.size()) * channels, xi);
  for (size_t i = order.size(); i-- > 1;) {
    int64_t v = order[i], p = parents[static_cast<size_t>(v)];
    for (int64_t k = 0; k < channels; ++k)
      xi[p * channels + k] += a[v * channels + k] * xi[v * channels + k];
  }
  std::copy(xi + order[0] * channels, xi + (order[0] + 1) * channels, h + order[0] * channels);
  for (size_t i = 1; i < order.size(); ++i) {
    int64_t v = order[i], p = parents[static_cast<size_t>(v)];
    for (int64_t k = 0; k < channels; ++k) {
      float decay = a[v * channels + k];
      h[v * channels + k] = (1 - decay * decay) * xi[v * channels + k] + decay * h[p * channels + k];
    }
  }
}

} // namespace espalier::benchmarks
