//===- GrowTree.cpp - From numbers on edges to parents ----------------------===//
#include "runtime/Tree/GrowTree.h"
#include "runtime/Memory/AlignedBlock.h"
#include "runtime/Tensor/CounterRandom.h"

#include <algorithm>
#include <cmath>

namespace espalier {

static Result<void> race(const EdgeList &edges, const double *weights, uint64_t seed, int64_t tree, double *costs) {
  auto counter = static_cast<uint64_t>(tree) * static_cast<uint64_t>(edges.numEdges);
  for (int64_t e = 0; e < edges.numEdges; ++e) {
    double weight = weights[e];
    if (!(weight >= 0) || std::isinf(weight))
      return Error::of("the weight of edge ({}, {}) is {}, expected a finite number of at least 0", edges.edge(e).lower,
                       edges.edge(e).higher, std::isnan(weight) ? "NaN" : fmt::format("{}", weight));
    // The root of the waiting time, which is in the same order and within the range of a double for any weight.
    costs[e] = std::sqrt(-naturalLogarithm(uniformAt(seed, counter + static_cast<uint64_t>(e)))) / std::sqrt(weight);
  }
  return {};
}

/// What Kruskal and then rooting need is never needed at the same time. A grid is rooted where its edges are.
static int64_t stepBytes(const EdgeList &edges) {
  int64_t rooting = edges.gridWidth ? 0 : rootingScratchBytes(edges.numVertices);
  return alignedSize(std::max(kruskalScratchBytes(edges), rooting));
}

int64_t growthScratchBytes(const EdgeList &edges) {
  return edges.numEdges * static_cast<int64_t>(sizeof(double)) + stepBytes(edges) +
         edges.numVertices * static_cast<int64_t>(sizeof(int32_t));
}

Result<void> growTree(const EdgeList &edges, const double *numbers, const GrowthRule &rule, int64_t tree, void *scratch,
                      int32_t *parents, int32_t *order) {
  auto *costs = static_cast<double *>(scratch);
  char *step = reinterpret_cast<char *>(costs + edges.numEdges);
  auto *chosen = reinterpret_cast<int32_t *>(step + stepBytes(edges));
  if (rule.seed) {
    if (Result<void> drawn = race(edges, numbers, *rule.seed, tree, costs); !drawn)
      return drawn;
    numbers = costs;
  }
  if (edges.gridWidth) {
    auto *set = reinterpret_cast<Sides *>(chosen);
    Result<void> found = kruskal(edges, numbers, step, set);
    return found ? rootTree(edges.grid(), set, rule.root, parents, order) : found;
  }
  if (Result<void> found = kruskal(edges, numbers, step, chosen); !found)
    return found;
  return rootTree(edges, chosen, rule.root, step, parents, order);
}

} // namespace espalier
