//===- Kruskal.cpp - The spanning tree of least cost ------------------------===//
#include "runtime/Tree/Kruskal.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace espalier {

namespace {
/// An edge in the upper bits' order: 32 leading bits of its key, then its number.
using Ranked = uint64_t;

constexpr int digitBits = 11, numDigits = 3, numBuckets = 1 << digitBits;

/// Sorts edges; the arrays have one entry per edge.
class EdgeOrder {
public:
  EdgeOrder(const EdgeList &edges, uint64_t *keys, Ranked *ranked, Ranked *other)
      : edges(edges), keys(keys), ranked(ranked), other(other) {}

  /// The edges in their order, or null where a cost is NaN.
  const Ranked *sort(const double *costs);

private:
  bool readKeys(const double *costs);
  void sortByDigits();
  void sortTies();
  bool precedes(Ranked left, Ranked right) const;

  const EdgeList &edges;
  uint64_t *keys;
  Ranked *ranked, *other;
  uint64_t least = ~uint64_t(0), greatest = 0;
  int shift = 0; // of the keys, so that their differences fit into 32 bits
};

/// The components that the kept edges form so far; a component is named by its least vertex.
struct Components {
  int32_t *above;

  Components(int32_t *memory, int64_t numVertices) : above(memory) {
    for (int64_t v = 0; v < numVertices; ++v)
      above[v] = static_cast<int32_t>(v);
  }
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
};
} // namespace

/// Unsigned numbers in the order of the doubles; adding zero makes -0 a +0.
static uint64_t keyOf(double cost) {
  auto bits = std::bit_cast<uint64_t>(cost + 0.0);
  return bits ^ (static_cast<uint64_t>(static_cast<int64_t>(bits) >> 63) | uint64_t(1) << 63);
}

bool EdgeOrder::readKeys(const double *costs) {
  bool numbers = true;
  for (int64_t e = 0; e < edges.numEdges; ++e) {
    uint64_t key = keyOf(costs[e]);
    numbers &= !std::isnan(costs[e]);
    keys[e] = key;
    least = std::min(least, key);
    greatest = std::max(greatest, key);
  }
  return numbers;
}

/// Least significant digit first; each pass is stable.
void EdgeOrder::sortByDigits() {
  uint32_t starts[numDigits][numBuckets] = {};
  auto digit = [](Ranked edge, int d) { return edge >> (32 + d * digitBits) & (numBuckets - 1); };
  for (int64_t e = 0; e < edges.numEdges; ++e) {
    ranked[e] = ((keys[e] - least) >> shift) << 32 | static_cast<uint64_t>(e);
    for (int d = 0; d < numDigits; ++d)
      ++starts[d][digit(ranked[e], d)];
  }
  uint64_t mostLeading = (greatest - least) >> shift;
  for (int d = 0; d < numDigits && mostLeading >> (d * digitBits) != 0; ++d) {
    uint32_t next = 0;
    for (uint32_t &start : starts[d])
      next += std::exchange(start, next);
    for (int64_t i = 0; i < edges.numEdges; ++i)
      other[starts[d][digit(ranked[i], d)]++] = ranked[i];
    std::swap(ranked, other);
  }
}

bool EdgeOrder::precedes(Ranked left, Ranked right) const {
  auto l = static_cast<uint32_t>(left), r = static_cast<uint32_t>(right);
  if (keys[l] != keys[r])
    return keys[l] < keys[r];
  return edges.ends[l] != edges.ends[r] ? edges.ends[l] < edges.ends[r] : l < r;
}

void EdgeOrder::sortTies() {
  Ranked *end = ranked + edges.numEdges;
  for (Ranked *first = ranked; first < end;) {
    Ranked *last = first + 1;
    while (last < end && *last >> 32 == *first >> 32)
      ++last;
    if (last - first > 1)
      std::sort(first, last, [&](Ranked left, Ranked right) { return precedes(left, right); });
    first = last;
  }
}

const Ranked *EdgeOrder::sort(const double *costs) {
  if (!readKeys(costs))
    return nullptr;
  constexpr int64_t fewEdges = 256; // the buckets cost more than they save
  if (edges.numEdges < fewEdges) {
    for (int64_t e = 0; e < edges.numEdges; ++e)
      ranked[e] = static_cast<uint64_t>(e);
    std::sort(ranked, ranked + edges.numEdges, [&](Ranked left, Ranked right) { return precedes(left, right); });
    return ranked;
  }
  shift = std::max(0, static_cast<int>(std::bit_width(greatest - least)) - 32);
  sortByDigits();
  if (shift > 0 || !edges.inOrder)
    sortTies();
  return ranked;
}

int64_t kruskalScratchBytes(int64_t numVertices, int64_t numEdges) {
  return numEdges * static_cast<int64_t>(sizeof(uint64_t) + 2 * sizeof(Ranked)) +
         numVertices * static_cast<int64_t>(sizeof(int32_t));
}

static Error nanError(const EdgeList &edges, const double *costs) {
  int64_t e = std::find_if(costs, costs + edges.numEdges, [](double cost) { return std::isnan(cost); }) - costs;
  return Error::of("the cost of edge ({}, {}) is NaN, expected a number", edges.ends[e].lower, edges.ends[e].higher);
}

static Error disconnectedError(const EdgeList &edges, Components &components) {
  int32_t vertex = 0;
  while (components.find(vertex) == 0)
    ++vertex;
  return Error::of("vertices 0 and {} are not connected by the {} edges: there is no spanning tree", vertex,
                   edges.numEdges);
}

Result<void> kruskal(const EdgeList &edges, const double *costs, void *scratch, int32_t *chosen) {
  if (edges.numVertices < 1)
    return Error::of("no vertices, expected at least one in a tree");
  auto *keys = static_cast<uint64_t *>(scratch);
  const Ranked *order = EdgeOrder(edges, keys, keys + edges.numEdges, keys + 2 * edges.numEdges).sort(costs);
  if (!order)
    return nanError(edges, costs);
  Components components(reinterpret_cast<int32_t *>(keys + 3 * edges.numEdges), edges.numVertices);
  int64_t numChosen = 0;
  for (int64_t i = 0; i < edges.numEdges && numChosen < edges.numVertices - 1; ++i) {
    auto e = static_cast<uint32_t>(order[i]);
    if (components.join(edges.ends[e]))
      chosen[numChosen++] = static_cast<int32_t>(e);
  }
  return numChosen == edges.numVertices - 1 ? Result<void>() : disconnectedError(edges, components);
}

} // namespace espalier
