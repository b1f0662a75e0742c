//===- Kruskal.cpp - The spanning tree of least cost ------------------------===//
#include "runtime/Tree/Kruskal.h"

#include <algorithm>
#include <cmath>

namespace espalier {

namespace {
/// The components that the kept edges form so far; a component is named by the vertex that leads to itself.
struct Components {
  int32_t *above;

  int32_t find(int32_t vertex) {
    while (above[vertex] != vertex)
      vertex = above[vertex] = above[above[vertex]];
    return vertex;
  }
  bool join(Edge edge) {
    int32_t left = find(edge.lower), right = find(edge.higher);
    above[std::max(left, right)] = std::min(left, right);
    return left != right;
  }
  void fetch(Edge edge) const {
    __builtin_prefetch(&above[edge.lower]);
    __builtin_prefetch(&above[edge.higher]);
  }
};

/// The edges of a list by their numbers.
struct ListedEnds {
  const Edge *list;
  Edge ends(uint32_t number) const { return list[number]; }
};

/// The memory of a run. Edges are numbered by slots: those of GridEdges, or as they are listed.
class Forest {
public:
  /// The fates lie in `scratch` too, unless they are given a place.
  Forest(const EdgeList &edges, void *scratch, Fate *fates = nullptr);
  static int64_t bytes(const EdgeList &edges) {
    return (slotsAbove(edges) + slotsOf(edges)) * static_cast<int64_t>(sizeof(uint64_t) + sizeof(Fate)) +
           edges.numEdges * static_cast<int64_t>(2 * sizeof(Ranked)) +
           edges.numVertices * static_cast<int64_t>(sizeof(int32_t));
  }

  /// False where a cost is NaN.
  bool readCosts(const double *costs);
  /// Decides every edge; false where they do not connect all vertices.
  bool grow();
  void listKept(int32_t *chosen) const;
  Error disconnected();

private:
  static int64_t slotsAbove(const EdgeList &edges) { return edges.grid().numSlotsAbove(); }
  static int64_t slotsOf(const EdgeList &edges) { return edges.gridWidth ? 2 * edges.numVertices : edges.numEdges; }

  void settle();
  template <typename Ends> bool joinOpen(const Ends &edges);

  const EdgeList &edges;
  const GridEdges grid;
  const int64_t numSlots;
  uint64_t *keys;
  Ranked *ranked, *other;
  Components components;
  Fate *fates;
};
} // namespace

Forest::Forest(const EdgeList &edges, void *scratch, Fate *given)
    : edges(edges), grid(edges.grid()), numSlots(slotsOf(edges)) {
  keys = static_cast<uint64_t *>(scratch) + slotsAbove(edges);
  ranked = keys + numSlots;
  other = ranked + edges.numEdges;
  components.above = reinterpret_cast<int32_t *>(other + edges.numEdges);
  fates = given ? given : reinterpret_cast<Fate *>(components.above + edges.numVertices) + slotsAbove(edges);
}

bool Forest::readCosts(const double *costs) {
  if (edges.gridWidth)
    return grid.readCosts(costs, keys);
  bool numbers = true;
  for (int64_t slot = 0; slot < numSlots; ++slot) {
    numbers &= !std::isnan(costs[slot]);
    keys[slot] = rankingKey(costs[slot]);
  }
  return numbers;
}

/// Decides what can be told from the neighbours of an edge alone.
void Forest::settle() {
  if (edges.gridWidth)
    return grid.settle(keys, fates, components.above);
  std::fill_n(fates, numSlots, Fate::open);
  for (int64_t v = 0; v < edges.numVertices; ++v)
    components.above[v] = static_cast<int32_t>(v);
}

template <typename Ends> bool Forest::joinOpen(const Ends &edges) {
  int64_t numComponents = 0, numOpen = 0;
  for (int64_t v = 0; v < this->edges.numVertices; ++v)
    numComponents += components.above[v] == v;
  for (int64_t slot = 0; slot < numSlots && numOpen < this->edges.numEdges; ++slot) {
    ranked[numOpen] = static_cast<Ranked>(slot);
    numOpen += fates[slot] == Fate::open;
  }
  const Edge *tieBreak = this->edges.inOrder ? nullptr : this->edges.ends;
  const Ranked *order = sortEdges(keys, tieBreak, ranked, other, numOpen);
  constexpr int64_t ahead = 16; // edges whose components are on their way from memory
  for (int64_t i = 0; i < numOpen && numComponents > 1; ++i) {
    if (i + ahead < numOpen)
      components.fetch(edges.ends(numberOf(order[i + ahead])));
    uint32_t slot = numberOf(order[i]);
    bool joins = components.join(edges.ends(slot));
    fates[slot] = joins ? Fate::kept : Fate::dropped;
    numComponents -= joins;
  }
  return numComponents == 1;
}

bool Forest::grow() {
  settle();
  return edges.gridWidth ? joinOpen(grid) : joinOpen(ListedEnds{edges.ends});
}

void Forest::listKept(int32_t *chosen) const {
  int32_t number = 0, numChosen = 0;
  const int32_t most = static_cast<int32_t>(edges.numVertices) - 1;
  auto list = [&](uint32_t slot) {
    if (numChosen < most)
      chosen[numChosen] = number;
    numChosen += fates[slot] == Fate::kept;
    ++number;
  };
  if (edges.gridWidth)
    return grid.forEach(list);
  for (int64_t slot = 0; slot < numSlots; ++slot)
    list(static_cast<uint32_t>(slot));
}

Error Forest::disconnected() {
  int32_t vertex = 1, first = components.find(0);
  while (components.find(vertex) == first)
    ++vertex;
  return Error::of("vertices 0 and {} are not connected by the {} edges: there is no spanning tree", vertex,
                   edges.numEdges);
}

static Error nanError(const EdgeList &edges, const double *costs) {
  int64_t e = std::find_if(costs, costs + edges.numEdges, [](double cost) { return std::isnan(cost); }) - costs;
  Edge edge = edges.edge(e);
  return Error::of("the cost of edge ({}, {}) is NaN, expected a number", edge.lower, edge.higher);
}

int64_t kruskalScratchBytes(const EdgeList &edges) { return Forest::bytes(edges); }

static Result<void> decide(const EdgeList &edges, const double *costs, Forest &forest) {
  if (edges.numVertices < 1)
    return Error::of("no vertices, expected at least one in a tree");
  if (!forest.readCosts(costs))
    return nanError(edges, costs);
  if (!forest.grow())
    return forest.disconnected();
  return {};
}

Result<void> kruskal(const EdgeList &edges, const double *costs, void *scratch, int32_t *chosen) {
  Forest forest(edges, scratch);
  Result<void> decided = decide(edges, costs, forest);
  if (decided)
    forest.listKept(chosen);
  return decided;
}

Result<void> kruskal(const EdgeList &edges, const double *costs, void *scratch, Fate *fates) {
  Forest forest(edges, scratch, fates);
  return decide(edges, costs, forest);
}

} // namespace espalier
