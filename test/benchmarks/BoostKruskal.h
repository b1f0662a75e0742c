//===- BoostKruskal.h - A spanning tree by Boost ----------------------------===//
#ifndef ESPALIER_TEST_BENCHMARKS_BOOSTKRUSKAL_H
#define ESPALIER_TEST_BENCHMARKS_BOOSTKRUSKAL_H

#include "runtime/Tree/Graph.h"

#include <functional>
#include <span>

namespace espalier::benchmarks {

/// Builds Boost's graph; each call finds its minimum spanning tree and the parents of its vertices from vertex 0.
std::function<Result<void>()> boostKruskal(const Graph &graph, std::span<const double> costs);

} // namespace espalier::benchmarks

#endif
