//===- PlainTreeScan.h - A tree scan as one would write it in C++ -----------===//
#ifndef ESPALIER_TEST_BENCHMARKS_PLAINTREESCAN_H
#define ESPALIER_TEST_BENCHMARKS_PLAINTREESCAN_H

#include "runtime/Tensor/Tensor.h"
#include "runtime/Tree/Tree.h"

#include <functional>
#include <vector>

namespace espalier::benchmarks {

/// Where the channels are in memory. First, [channels, vertices]: one channel after the other, each number where the
/// tree says, as host codes of tree filters have it. Last, [vertices, channels]: the compiler makes vectors of them.
enum class ChannelAxis { first, last };

/// xi[p] += a[v] xi[v] towards the root, h[v] = (1 - a[v]^2) xi[v] + a[v] h[p] back; `order`: parents before children.
/// u and a are f32 [vertices, channels]; they are transposed beforehand where the channels come first.
std::function<Result<void>()> plainTreeScan(const Tree &tree, const std::vector<int32_t> &order, ChannelAxis channels,
                                            const Tensor &u, const Tensor &a);

} // namespace espalier::benchmarks

#endif
