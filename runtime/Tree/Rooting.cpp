//===- Rooting.cpp - An undirected tree becomes a rooted one ----------------===//
#include "runtime/Tree/Rooting.h"

#include <algorithm>

namespace espalier {

namespace {
/// What is left of a tree while leaves are taken away. Instead of lists, each vertex keeps the exclusive or of its
/// neighbours, which is the neighbour once it has only one.
class Peeling {
public:
  Peeling(const EdgeList &edges, const int32_t *chosen, void *memory, int32_t *parents, int32_t *order)
      : numVertices(static_cast<int32_t>(edges.numVertices)), left(static_cast<Left *>(memory)), parents(parents),
        order(order) {
    std::fill(left, left + numVertices, Left{0, 0});
    for (int32_t i = 0; i < numVertices - 1; ++i) {
      Edge edge = edges.ends[chosen[i]];
      left[edge.lower] = {left[edge.lower].degree + 1, left[edge.lower].neighbours ^ edge.higher};
      left[edge.higher] = {left[edge.higher].degree + 1, left[edge.higher].neighbours ^ edge.lower};
    }
  }

  void towards(int32_t root);
  void towardsCenter();

private:
  struct Left {
    int32_t degree, neighbours;
  };

  /// Takes a leaf away and returns the vertex that it hung on.
  int32_t take(int32_t leaf) {
    int32_t parent = left[leaf].neighbours;
    parents[leaf] = parent;
    left[leaf].degree = 0;
    left[parent] = {left[parent].degree - 1, left[parent].neighbours ^ leaf};
    return parent;
  }

  const int32_t numVertices;
  Left *left;
  int32_t *parents, *order;
};
} // namespace

void Peeling::towards(int32_t root) {
  int32_t numTaken = 0;
  left[root].degree += 2; // never a leaf
  for (int32_t v = 0; v < numVertices; ++v)
    for (int32_t leaf = v; left[leaf].degree == 1; leaf = take(leaf))
      order[numTaken++] = leaf;
  order[numTaken] = root;
  parents[root] = -1;
}

/// All leaves at once, again and again: what is left last, one vertex or two, is in the middle of every longest path.
void Peeling::towardsCenter() {
  // Round after round, each vertex once: it is listed when its last but one neighbour is taken.
  int32_t numLeaves = 0, numLeft = numVertices;
  for (int32_t v = 0; v < numVertices; ++v)
    if (left[v].degree <= 1)
      order[numLeaves++] = v;
  for (int32_t first = 0; numLeft > 2;) {
    int32_t last = numLeaves;
    numLeft -= last - first;
    for (; first < last; ++first)
      if (int32_t parent = take(order[first]); left[parent].degree == 1)
        order[numLeaves++] = parent;
  }
  int32_t &other = order[numVertices - numLeft], &root = order[numVertices - 1]; // the same if one is left
  if (other < root)
    std::swap(other, root);
  parents[other] = root;
  parents[root] = -1;
}

int64_t rootingScratchBytes(int64_t numVertices) { return 2 * numVertices * static_cast<int64_t>(sizeof(int32_t)); }

Result<void> rootTree(const EdgeList &edges, const int32_t *chosen, RootRule root, void *scratch, int32_t *parents,
                      int32_t *order) {
  if (root.vertex && (*root.vertex < 0 || *root.vertex >= edges.numVertices))
    return Error::of("root {} is out of range, expected a vertex from 0 to {}", *root.vertex, edges.numVertices - 1);
  Peeling peeling(edges, chosen, scratch, parents, order);
  if (root.vertex)
    peeling.towards(static_cast<int32_t>(*root.vertex));
  else
    peeling.towardsCenter();
  return {};
}

} // namespace espalier
