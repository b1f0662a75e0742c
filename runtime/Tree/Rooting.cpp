//===- Rooting.cpp - An undirected tree becomes a rooted one ----------------===//
#include "runtime/Tree/Rooting.h"

#include <algorithm>

namespace espalier {

namespace {
/// What is left of a tree while leaves are taken away. Instead of lists, each vertex keeps the exclusive or of its
/// neighbours, which is the neighbour once it has only one.
class Peeling {
public:
  Peeling(const EdgeList &edges, const int32_t *chosen, int32_t *memory, int32_t *parents)
      : numVertices(static_cast<int32_t>(edges.numVertices)), degree(memory), neighbours(memory + edges.numVertices),
        parents(parents) {
    std::fill(memory, memory + 2 * edges.numVertices, 0);
    for (int64_t i = 0; i < edges.numVertices - 1; ++i) {
      Edge edge = edges.ends[chosen[i]];
      ++degree[edge.lower];
      ++degree[edge.higher];
      neighbours[edge.lower] ^= edge.higher;
      neighbours[edge.higher] ^= edge.lower;
    }
  }

  void towards(int32_t root);
  void towardsCenter();

private:
  /// Takes a leaf away and returns the vertex that it hung on.
  int32_t take(int32_t leaf) {
    int32_t parent = neighbours[leaf];
    parents[leaf] = parent;
    degree[leaf] = 0;
    --degree[parent];
    neighbours[parent] ^= leaf;
    return parent;
  }

  const int32_t numVertices;
  int32_t *degree, *neighbours;
  int32_t *parents;
};
} // namespace

void Peeling::towards(int32_t root) {
  for (int32_t v = 0; v < numVertices; ++v)
    for (int32_t leaf = v; degree[leaf] == 1 && leaf != root;)
      leaf = take(leaf);
  parents[root] = -1;
}

/// All leaves at once, again and again: what is left last, one vertex or two, is in the middle of every longest path.
void Peeling::towardsCenter() {
  // Round after round, each vertex once: it is listed when its last but one neighbour is taken.
  int32_t *leaves = neighbours + numVertices, numLeaves = 0, numLeft = numVertices;
  for (int32_t v = 0; v < numVertices; ++v)
    if (degree[v] <= 1)
      leaves[numLeaves++] = v;
  for (int32_t first = 0; numLeft > 2;) {
    int32_t last = numLeaves;
    numLeft -= last - first;
    for (; first < last; ++first)
      if (int32_t parent = take(leaves[first]); degree[parent] == 1)
        leaves[numLeaves++] = parent;
  }
  auto [root, other] = std::minmax(leaves[numVertices - 1], leaves[numVertices - numLeft]); // equal if one is left
  parents[other] = root;
  parents[root] = -1;
}

int64_t rootingScratchBytes(int64_t numVertices) { return 3 * numVertices * static_cast<int64_t>(sizeof(int32_t)); }

Result<void> rootTree(const EdgeList &edges, const int32_t *chosen, RootRule root, void *scratch, int32_t *parents) {
  if (root.vertex && (*root.vertex < 0 || *root.vertex >= edges.numVertices))
    return Error::of("root {} is out of range, expected a vertex from 0 to {}", *root.vertex, edges.numVertices - 1);
  Peeling peeling(edges, chosen, static_cast<int32_t *>(scratch), parents);
  if (root.vertex)
    peeling.towards(static_cast<int32_t>(*root.vertex));
  else
    peeling.towardsCenter();
  return {};
}

} // namespace espalier
