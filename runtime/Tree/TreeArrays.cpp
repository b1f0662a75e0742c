//===- TreeArrays.cpp - Everything known about a tree, computed once --------===//
#include "runtime/Tree/TreeArrays.h"

#include <algorithm>

namespace espalier {

namespace {
/// The arrays of an espalier_tree while they are being filled.
struct Builder {
  int32_t numVertices;
  int32_t *parent, *childOffsets, *children, *postOrder, *depth, *height, *slot, *leaves, *leafRank, *roots = nullptr;
  int32_t numRoots = 0, numLeaves = 0, maxDepth = -1;

  Builder(int64_t count, int32_t *storage) : numVertices(static_cast<int32_t>(count)) {
    auto take = [&](int64_t count) { return std::exchange(storage, storage + count); };
    parent = take(numVertices);
    childOffsets = take(int64_t(numVertices) + 1);
    postOrder = take(numVertices);
    depth = take(numVertices);
    height = take(numVertices);
    slot = take(numVertices);
    leafRank = take(numVertices);
    children = take(numVertices); // children and roots are together all vertices
    leaves = take(numVertices);
    // Until the arrays have what they are for:
    order = leaves;
    size = leafRank;
    pending = childrenSoFar = postOrder;
    placesSoFar = depth;
    place = children;
  }

  bool orderVertices();
  bool isReady(int32_t vertex) const { return pending[vertex] < 0; }
  espalier_tree arrange();

private:
  int32_t *order;                       // all vertices, each before its parent
  int32_t *pending;                     // children of v that are not ready; -1: v itself is
  int32_t *size;                        // of the subtree of v
  int32_t *childrenSoFar, *placesSoFar; // of v: how many have been numbered, and the sizes of their subtrees
  int32_t *place;                       // of the first vertex of the subtree of v in the post-order

  void measure();
  void numberChildren();
  void placeVertices();
  void listChildren();
};
} // namespace

/// Finds the order: a vertex is ready when all of its children are. False where some never are: those on a cycle.
bool Builder::orderVertices() {
  int32_t numReady = 0;
  std::fill(pending, pending + numVertices, 0);
  for (int32_t v = 0; v < numVertices; ++v)
    if (parent[v] >= 0)
      ++pending[parent[v]];
  for (int32_t v = 0; v < numVertices; ++v)
    for (int32_t ready = v; ready >= 0 && pending[ready] == 0; ready = parent[ready]) {
      pending[ready] = -1;
      order[numReady++] = ready;
      if (parent[ready] >= 0)
        --pending[parent[ready]];
    }
  return numReady == numVertices;
}

/// From the leaves up: sizes, heights, and how many children (where the next offset will be).
void Builder::measure() {
  std::fill(size, size + numVertices, 1);
  std::fill(height, height + numVertices, 0);
  std::fill(childOffsets, childOffsets + numVertices + 1, 0);
  for (int32_t i = 0; i < numVertices; ++i) {
    int32_t v = order[i], p = parent[v];
    if (p < 0)
      continue;
    size[p] += size[v];
    height[p] = std::max(height[p], height[v] + 1);
    ++childOffsets[p + 1];
  }
}

/// In ascending order, which is that of siblings: slots, and places counted from the beginning of the parent's subtree.
void Builder::numberChildren() {
  std::fill(childrenSoFar, childrenSoFar + numVertices, 0);
  std::fill(placesSoFar, placesSoFar + numVertices, 0);
  int32_t placesOfRoots = 0;
  for (int32_t v = 0; v < numVertices; ++v) {
    int32_t p = parent[v];
    int32_t &before = p < 0 ? numRoots : childrenSoFar[p], &places = p < 0 ? placesOfRoots : placesSoFar[p];
    slot[v] = before++;
    place[v] = std::exchange(places, places + size[v]);
    childOffsets[v + 1] += childOffsets[v];
  }
}

/// From the roots down: depths, and the places themselves.
void Builder::placeVertices() {
  for (int32_t i = numVertices; i-- > 0;) {
    int32_t v = order[i], p = parent[v];
    depth[v] = p < 0 ? 0 : depth[p] + 1;
    place[v] += p < 0 ? 0 : place[p];
    postOrder[place[v] + size[v] - 1] = v;
    maxDepth = std::max(maxDepth, depth[v]);
  }
}

void Builder::listChildren() {
  roots = children + childOffsets[numVertices];
  for (int32_t v = 0; v < numVertices; ++v) {
    int32_t p = parent[v];
    (p < 0 ? roots : children + childOffsets[p])[slot[v]] = v;
    bool isLeaf = childOffsets[v] == childOffsets[v + 1];
    leafRank[v] = isLeaf ? numLeaves : -1;
    leaves[numLeaves] = v; // stays if it is a leaf; a last vertex that is none is behind the last leaf
    numLeaves += isLeaf;
  }
}

/// "3 -> 5 -> 3", from the lowest vertex that is on a cycle.
static Error cycleError(const Builder &built) {
  int32_t vertex = 0;
  while (built.isReady(vertex))
    ++vertex;
  constexpr int shown = 6;
  std::string path = fmt::format("{}", vertex);
  int32_t next = built.parent[vertex];
  for (int step = 1; step < shown && next != vertex; ++step, next = built.parent[next])
    path += fmt::format(" -> {}", next);
  path += next == vertex ? fmt::format(" -> {}", vertex) : " -> ...";
  bool hasRoot = std::find(built.parent, built.parent + built.numVertices, -1) != built.parent + built.numVertices;
  return Error::of("vertex {} is on a cycle: {} (from child to parent), expected a way to a root{}", vertex, path,
                   hasRoot ? "" : "; there is no root: no entry is -1");
}

static Result<void> checkRange(const Builder &built) {
  for (int32_t v = 0; v < built.numVertices; ++v)
    if (built.parent[v] < -1 || built.parent[v] >= built.numVertices)
      return Error::of("vertex {} has parent {}, expected -1 (a root) or a vertex from 0 to {}", v, built.parent[v],
                       built.numVertices - 1);
  return {};
}

espalier_tree Builder::arrange() {
  measure();
  numberChildren();
  placeVertices();
  listChildren();
  espalier_tree tree{};
  tree.num_vertices = numVertices;
  tree.num_leaves = numLeaves;
  tree.num_roots = numRoots;
  tree.max_depth = maxDepth;
  tree.parent = parent;
  tree.child_offsets = childOffsets;
  tree.children = children;
  tree.post_order = postOrder;
  tree.depth = depth;
  tree.height = height;
  tree.slot = slot;
  tree.leaves = leaves;
  tree.leaf_rank = leafRank;
  tree.roots = roots;
  return tree;
}

Result<espalier_tree> arrangeTree(int64_t numVertices, int32_t *storage) {
  Builder built(numVertices, storage);
  if (Result<void> checked = checkRange(built); !checked)
    return checked.error();
  if (!built.orderVertices())
    return cycleError(built);
  return built.arrange();
}

espalier_tree arrangeOrdered(int64_t numVertices, int32_t *storage) { return Builder(numVertices, storage).arrange(); }

static bool chainNumbering(const espalier_tree &tree) {
  for (int64_t t = 0; t + 1 < tree.num_vertices; ++t)
    if (tree.parent[t] != t + 1)
      return false;
  return true;
}

/// The arity of a perfect tree numbered level by level, leaves first (L20); 0 if it is none.
static int32_t perfectNumbering(const espalier_tree &tree) {
  const int64_t numVertices = tree.num_vertices;
  if (numVertices < 2 || tree.num_roots != 1 || tree.parent[numVertices - 1] != -1)
    return 0;
  int64_t arity = tree.child_offsets[numVertices] - tree.child_offsets[numVertices - 1];
  if (arity == 0)
    return 0;
  for (int64_t above = numVertices - 1, size = 1; above > 0;) {
    size *= arity;
    int64_t level = above - size;
    if (level < 0)
      return 0;
    for (int64_t i = 0; i < size; ++i)
      if (tree.parent[level + i] != above + i / arity)
        return 0;
    above = level;
  }
  return static_cast<int32_t>(arity);
}

static Error noMemory(int64_t numVertices) {
  return Error::of("no memory for a tree of {} vertices: {} bytes", numVertices, treeStorageBytes(numVertices));
}

static TreeArrays describe(AlignedBlock storage, const espalier_tree &tree) {
  return {std::move(storage), tree, chainNumbering(tree), perfectNumbering(tree)};
}

Result<TreeArrays> TreeArrays::build(int64_t numVertices, const std::function<void(int32_t *)> &writeParents) {
  if (numVertices < 0 || numVertices > mostVertices)
    return Error::of("a tree of {} vertices, expected 0 to {}", numVertices, mostVertices);
  AlignedBlock storage = allocateAligned(treeStorageBytes(numVertices));
  if (!storage)
    return noMemory(numVertices);
  auto *parents = static_cast<int32_t *>(storage.get());
  writeParents(parents);
  Result<espalier_tree> tree = arrangeTree(numVertices, parents);
  return tree ? Result(describe(std::move(storage), *tree)) : tree.error();
}

Result<TreeArrays> TreeArrays::grow(int64_t numVertices,
                                    const std::function<Result<void>(int32_t *, int32_t *)> &grow) {
  AlignedBlock storage = allocateAligned(treeStorageBytes(numVertices));
  if (!storage)
    return noMemory(numVertices);
  auto *parents = static_cast<int32_t *>(storage.get());
  if (Result<void> grown = grow(parents, orderIn(parents, numVertices)); !grown)
    return grown.error();
  return describe(std::move(storage), arrangeOrdered(numVertices, parents));
}

} // namespace espalier
