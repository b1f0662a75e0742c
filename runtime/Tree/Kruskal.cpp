//===- Kruskal.cpp - The spanning tree of least cost ------------------------===//
#include "runtime/Tree/Kruskal.h"
#include "runtime/Memory/AlignedBlock.h"
#include "runtime/Tree/Components.h"
#include "runtime/Tree/EdgeOrder.h"
#include "runtime/Tree/GridForest.h"

#include <cmath>

namespace espalier {

static Error nanError(const EdgeList &edges, const double *costs) {
  int64_t e = std::find_if(costs, costs + edges.numEdges, [](double cost) { return std::isnan(cost); }) - costs;
  Edge edge = edges.edge(e);
  return Error::of("the cost of edge ({}, {}) is NaN, expected a number", edge.lower, edge.higher);
}

static Error disconnectedError(const EdgeList &edges, Components components) {
  int32_t vertex = 1, first = components.find(0);
  while (components.find(vertex) == first)
    ++vertex;
  return Error::of("vertices 0 and {} are not connected by the {} edges: there is no spanning tree", vertex,
                   edges.numEdges);
}

static Result<void> checkVertices(const EdgeList &edges) {
  if (edges.numVertices < 1)
    return Error::of("no vertices, expected at least one in a tree");
  return {};
}

namespace {
/// The memory of a run over a list of edges.
struct ListRun {
  ListRun(const EdgeList &edges, void *scratch) : keys(static_cast<uint64_t *>(scratch)) {
    one = keys + edges.numEdges;
    other = one + edges.numEdges;
    components.above = reinterpret_cast<int32_t *>(other + edges.numEdges);
    isKept = reinterpret_cast<uint8_t *>(components.above + edges.numVertices);
  }
  static int64_t bytes(const EdgeList &edges) {
    return edges.numEdges * static_cast<int64_t>(sizeof(*keys) + 2 * sizeof(Ranked) + sizeof(*isKept)) +
           edges.numVertices * static_cast<int64_t>(sizeof(int32_t));
  }

  /// False where a cost is NaN.
  bool readCosts(const double *costs, int64_t count) {
    bool numbers = true;
    for (int64_t e = 0; e < count; ++e) {
      numbers &= !std::isnan(costs[e]);
      keys[e] = rankingKey(costs[e]);
    }
    return numbers;
  }

  uint64_t *keys;
  Ranked *one, *other;
  Components components;
  uint8_t *isKept;
};
} // namespace

static Result<void> kruskalOfList(const EdgeList &edges, const double *costs, void *scratch, int32_t *chosen) {
  ListRun run(edges, scratch);
  if (!run.readCosts(costs, edges.numEdges))
    return nanError(edges, costs);
  run.components.separate(edges.numVertices);
  std::fill_n(run.isKept, edges.numEdges, 0);
  const Ranked *order = sortEdges(run.keys, edges.inOrder ? nullptr : edges.ends, run.one, run.other, edges.numEdges);
  constexpr int64_t ahead = 16; // edges whose components are on their way from memory
  int64_t numChosen = 0;
  for (int64_t i = 0; i < edges.numEdges && numChosen + 1 < edges.numVertices; ++i) {
    if (i + ahead < edges.numEdges)
      run.components.fetch(edges.ends[numberOf(order[i + ahead])]);
    uint32_t number = numberOf(order[i]);
    run.isKept[number] = run.components.join(edges.ends[number]);
    numChosen += run.isKept[number];
  }
  if (numChosen + 1 < edges.numVertices)
    return disconnectedError(edges, run.components);
  for (int64_t e = 0; e < edges.numEdges; ++e)
    if (run.isKept[e])
      *chosen++ = static_cast<int32_t>(e);
  return {};
}

/// The set of edges that a run over a grid finds, in its memory.
static int64_t setBytes(const EdgeList &edges) { return alignedSize(edges.numVertices); }

int64_t kruskalScratchBytes(const EdgeList &edges) {
  return edges.gridWidth ? setBytes(edges) + growGridBytes(edges.grid()) : ListRun::bytes(edges);
}

Result<void> kruskal(const EdgeList &edges, const double *costs, void *scratch, Sides *chosen) {
  if (Result<void> checked = checkVertices(edges); !checked)
    return checked;
  bool grown = growGrid(edges.grid(), costs, scratch, chosen);
  return grown ? Result<void>() : nanError(edges, costs);
}

Result<void> kruskal(const EdgeList &edges, const double *costs, void *scratch, int32_t *chosen) {
  if (Result<void> checked = checkVertices(edges); !checked)
    return checked;
  if (!edges.gridWidth)
    return kruskalOfList(edges, costs, scratch, chosen);
  auto *set = static_cast<Sides *>(scratch);
  if (Result<void> found = kruskal(edges, costs, set + setBytes(edges), set); !found)
    return found;
  int32_t number = 0;
  edges.grid().forEach([&](int64_t v, Sides edge) {
    if (set[v] & edge)
      *chosen++ = number;
    ++number;
  });
  return {};
}

} // namespace espalier
