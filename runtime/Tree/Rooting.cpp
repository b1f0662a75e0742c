//===- Rooting.cpp - An undirected tree becomes a rooted one ----------------===//
#include "runtime/Tree/Rooting.h"

#include <algorithm>

namespace espalier {

namespace {
/// What is left of a tree while leaves are taken away. Instead of lists, each vertex keeps the exclusive or of its
/// neighbours, which is the neighbour once it has only one.
class ListedNeighbours {
public:
  ListedNeighbours(const EdgeList &edges, const int32_t *chosen, void *memory, int32_t *parents)
      : numVertices(static_cast<int32_t>(edges.numVertices)), left(static_cast<Left *>(memory)), parents(parents) {
    std::fill(left, left + numVertices, Left{0, 0});
    for (int32_t i = 0; i < numVertices - 1; ++i) {
      Edge edge = edges.ends[chosen[i]];
      left[edge.lower] = {left[edge.lower].degree + 1, left[edge.lower].neighbours ^ edge.higher};
      left[edge.higher] = {left[edge.higher].degree + 1, left[edge.higher].neighbours ^ edge.lower};
    }
  }

  const int32_t numVertices;

  bool isLeaf(int32_t vertex) const { return left[vertex].degree == 1; }
  void keep(int32_t root) { left[root].degree += 2; } // never a leaf

  /// Takes a leaf away and returns the vertex that it hung on.
  int32_t take(int32_t leaf) {
    int32_t parent = left[leaf].neighbours;
    parents[leaf] = parent;
    left[parent] = {left[parent].degree - 1, left[parent].neighbours ^ leaf};
    return parent;
  }
  void finish(int32_t root, int32_t next) {
    if (next != root)
      parents[next] = root;
    parents[root] = -1;
  }

private:
  struct Left {
    int32_t degree, neighbours;
  };
  Left *left;
  int32_t *parents;
};

/// The same of pixels, whose neighbours are bits. What is left of a pixel that has been taken is the way to its parent.
class PixelNeighbours {
public:
  PixelNeighbours(const GridEdges &grid, Sides *sides, int32_t *parents)
      : numVertices(static_cast<int32_t>(grid.numVertices())), sides(sides), parents(parents) {
    const auto width = static_cast<int32_t>(grid.width);
    for (Sides edge : {side::right, side::below, side::left, side::above})
      steps[edge] = edge == side::right ? 1 : edge == side::below ? width : edge == side::left ? -1 : -width;
    for (int64_t row = 0; row < numVertices; row += width)
      addOtherEnds(sides + row, row > 0 ? sides + row - width : nullptr, width);
  }

  const int32_t numVertices;

  bool isLeaf(int32_t vertex) const { return single >> sides[vertex] & 1; }
  void keep(int32_t root) { sides[root] |= kept; }

  int32_t take(int32_t leaf) {
    int32_t parent = leaf + steps[sides[leaf]];
    sides[parent] ^= side::opposite(sides[leaf]);
    return parent;
  }
  void finish(int32_t root, int32_t) {
    for (int32_t v = 0; v < numVertices; ++v)
      parents[v] = v + steps[sides[v] & 15];
    parents[root] = -1;
  }

private:
  static constexpr Sides kept = 32;
  /// Of the sets of sides, those that have one element.
  static constexpr uint64_t single = 1 << side::right | 1 << side::below | 1 << side::left | 1 << side::above;

  /// The edges of a row of pixels to the left and upwards.
  static void addOtherEnds(Sides *row, const Sides *above, int32_t width) {
    for (int32_t x = 0; above && x < width; ++x)
      row[x] |= static_cast<Sides>((above[x] & side::below) << 2);
    for (int32_t x = width - 1; x > 0; --x)
      row[x] |= static_cast<Sides>((row[x - 1] & side::right) << 2);
  }

  int32_t steps[16] = {};
  Sides *sides;
  int32_t *parents;
};
} // namespace

template <typename Neighbours> static void peelTowards(Neighbours tree, int32_t root, int32_t *order) {
  // Which vertices are leaves cannot be predicted, so each is listed, and stays there if it is one. There is room for
  // one more: the root is not listed.
  int32_t numLeaves = 0;
  const int32_t last = tree.numVertices - 1;
  tree.keep(root);
  for (int32_t v = 0; v < last; ++v) {
    order[numLeaves] = v;
    numLeaves += tree.isLeaf(v);
  }
  order[numLeaves] = last;
  numLeaves += tree.isLeaf(last);
  for (int32_t i = 0; i < last; ++i) {
    int32_t parent = tree.take(order[i]);
    order[numLeaves] = parent;
    numLeaves += tree.isLeaf(parent);
  }
  order[last] = root;
  tree.finish(root, root);
}

/// All leaves at once, again and again: what is left last, one vertex or two, is in the middle of every longest path.
template <typename Neighbours> static void peelTowardsCenter(Neighbours tree, int32_t *order) {
  // Round after round, each vertex once: it is listed when its last but one neighbour is taken.
  const int32_t numVertices = tree.numVertices;
  int32_t numLeaves = 0, numLeft = numVertices;
  order[0] = 0; // where it is alone
  for (int32_t v = 0; v < numVertices; ++v)
    if (tree.isLeaf(v))
      order[numLeaves++] = v;
  for (int32_t first = 0; numLeft > 2;) {
    int32_t last = numLeaves;
    numLeft -= last - first;
    for (; first < last; ++first)
      if (int32_t parent = tree.take(order[first]); tree.isLeaf(parent))
        order[numLeaves++] = parent;
  }
  int32_t &other = order[numVertices - numLeft], &root = order[numVertices - 1]; // the same if one is left
  if (other < root)
    std::swap(other, root);
  tree.finish(root, other);
}

int64_t rootingScratchBytes(int64_t numVertices) { return 2 * numVertices * static_cast<int64_t>(sizeof(int32_t)); }

static Result<void> checkRoot(RootRule root, int64_t numVertices) {
  if (root.vertex && (*root.vertex < 0 || *root.vertex >= numVertices))
    return Error::of("root {} is out of range, expected a vertex from 0 to {}", *root.vertex, numVertices - 1);
  return {};
}

template <typename Neighbours> static void peel(Neighbours tree, RootRule root, int32_t *order) {
  if (root.vertex)
    peelTowards(tree, static_cast<int32_t>(*root.vertex), order);
  else
    peelTowardsCenter(tree, order);
}

Result<void> rootTree(const EdgeList &edges, const int32_t *chosen, RootRule root, void *scratch, int32_t *parents,
                      int32_t *order) {
  Result<void> checked = checkRoot(root, edges.numVertices);
  if (checked)
    peel(ListedNeighbours(edges, chosen, scratch, parents), root, order);
  return checked;
}

Result<void> rootTree(const GridEdges &grid, Sides *chosen, RootRule root, int32_t *parents, int32_t *order) {
  Result<void> checked = checkRoot(root, grid.numVertices());
  if (checked)
    peel(PixelNeighbours(grid, chosen, parents), root, order);
  return checked;
}

} // namespace espalier
