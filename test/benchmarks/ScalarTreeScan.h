//===- ScalarTreeScan.h - A tree scan as one would write it -----------------===//
#ifndef ESPALIER_TEST_BENCHMARKS_SCALARTREESCAN_H
#define ESPALIER_TEST_BENCHMARKS_SCALARTREESCAN_H

#include <cstdint>
#include <span>

namespace espalier::benchmarks {

/// xi[p] += a[v] xi[v] towards the root, h[v] = (1 - a[v]^2) xi[v] + a[v] h[p] back; `order`: parents before children.
/// u, a, xi, h: [vertices, channels].
void scalarTreeScan(std::span<const int32_t> order, std::span<const int32_t> parents, int64_t channels, const float *u,
                    const float *a, float *xi, float *h);

} // namespace espalier::benchmarks

#endif
