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

  Peeling(const GridEdges &grid, const Fate *fates, void *memory, int32_t *parents, int32_t *order)
      : numVertices(static_cast<int32_t>(grid.numVertices())), left(static_cast<Left *>(memory)), parents(parents),
        order(order) {
    const auto width = static_cast<int32_t>(grid.width);
    auto isKept = [&](int64_t slot) { return static_cast<int32_t>(fates[slot] == Fate::kept); };
    for (int32_t v = 0; v < numVertices; ++v) { // no edge is beside the grid, whose slots there are dropped
      const int64_t slot = 2 * int64_t(v), slotAbove = slot - 2 * int64_t(width) + 1;
      int32_t right = isKept(slot), below = isKept(slot + 1), before = isKept(slot - 2), above = isKept(slotAbove);
      left[v] = {right + below + before + above,
                 (-right & (v + 1)) ^ (-below & (v + width)) ^ (-before & (v - 1)) ^ (-above & (v - width))};
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
  // Which vertices are leaves cannot be predicted, so each is listed, and stays there if it is one. There is room for
  // one more: the root is not listed.
  int32_t numLeaves = 0;
  const int32_t last = numVertices - 1;
  left[root].degree += 2; // never a leaf
  for (int32_t v = 0; v < last; ++v) {
    order[numLeaves] = v;
    numLeaves += left[v].degree == 1;
  }
  order[numLeaves] = last;
  numLeaves += left[last].degree == 1;
  for (int32_t i = 0; i < last; ++i) {
    int32_t parent = take(order[i]);
    order[numLeaves] = parent;
    numLeaves += left[parent].degree == 1;
  }
  order[last] = root;
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

static Result<void> checkRoot(RootRule root, int64_t numVertices) {
  if (root.vertex && (*root.vertex < 0 || *root.vertex >= numVertices))
    return Error::of("root {} is out of range, expected a vertex from 0 to {}", *root.vertex, numVertices - 1);
  return {};
}

static void peel(Peeling peeling, RootRule root) {
  if (root.vertex)
    peeling.towards(static_cast<int32_t>(*root.vertex));
  else
    peeling.towardsCenter();
}

Result<void> rootTree(const EdgeList &edges, const int32_t *chosen, RootRule root, void *scratch, int32_t *parents,
                      int32_t *order) {
  Result<void> checked = checkRoot(root, edges.numVertices);
  if (checked)
    peel(Peeling(edges, chosen, scratch, parents, order), root);
  return checked;
}

Result<void> rootTree(const GridEdges &grid, const Fate *fates, RootRule root, void *scratch, int32_t *parents,
                      int32_t *order) {
  Result<void> checked = checkRoot(root, grid.numVertices());
  if (checked)
    peel(Peeling(grid, fates, scratch, parents, order), root);
  return checked;
}

} // namespace espalier
