//===- TreeArrays.cpp - Everything known about a tree, computed once --------===//
#include "runtime/Tree/TreeArrays.h"

#include <algorithm>

namespace espalier {

namespace {
/// The arrays of an espalier_tree while they are being filled.
struct Builder {
  int32_t numVertices;
  int32_t *parent, *childOffsets, *children, *postOrder, *depth, *height, *slot, *leaves, *leafRank, *roots;
  int32_t numRoots = 0, numLeaves = 0, maxDepth = -1, numReached = 0;

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
  }

  void linkChildren();
  void visit();
  void walkSubtree(int32_t root);
  int32_t descend(int32_t vertex);
  void measureHeights();
  void listLeaves();
};
} // namespace

/// A counting sort by parent: stable, so siblings are ascending.
void Builder::linkChildren() {
  std::fill(childOffsets, childOffsets + numVertices + 1, 0);
  for (int32_t v = 0; v < numVertices; ++v)
    if (parent[v] >= 0)
      ++childOffsets[parent[v] + 1];
  for (int32_t v = 0; v < numVertices; ++v)
    childOffsets[v + 1] += childOffsets[v];
  roots = children + childOffsets[numVertices];
  std::fill(height, height + numVertices, 0); // until heights are known: children seen so far
  for (int32_t v = 0; v < numVertices; ++v) {
    if (int32_t p = parent[v]; p >= 0) {
      slot[v] = height[p]++;
      children[childOffsets[p] + slot[v]] = v;
    } else {
      slot[v] = numRoots;
      roots[numRoots++] = v;
    }
  }
}

/// Goes to the first leaf below `vertex`, whose depth is known.
int32_t Builder::descend(int32_t vertex) {
  while (childOffsets[vertex] < childOffsets[vertex + 1]) {
    int32_t child = children[childOffsets[vertex]];
    depth[child] = depth[vertex] + 1;
    vertex = child;
  }
  maxDepth = std::max(maxDepth, depth[vertex]);
  return vertex;
}

/// Post-order without a stack: the next sibling is found through parent and slot.
void Builder::walkSubtree(int32_t root) {
  depth[root] = 0;
  int32_t vertex = descend(root);
  for (;;) {
    postOrder[numReached++] = vertex;
    if (vertex == root)
      return;
    int32_t above = parent[vertex], next = childOffsets[above] + slot[vertex] + 1;
    if (next == childOffsets[above + 1]) {
      vertex = above;
    } else {
      depth[children[next]] = depth[above] + 1;
      vertex = descend(children[next]);
    }
  }
}

void Builder::visit() {
  std::fill(depth, depth + numVertices, -1);
  for (int32_t r = 0; r < numRoots; ++r)
    walkSubtree(roots[r]);
}

void Builder::measureHeights() {
  std::fill(height, height + numVertices, 0);
  for (int32_t i = 0; i < numVertices; ++i)
    if (int32_t v = postOrder[i], p = parent[v]; p >= 0)
      height[p] = std::max(height[p], height[v] + 1);
}

void Builder::listLeaves() {
  for (int32_t v = 0; v < numVertices; ++v) {
    bool isLeaf = childOffsets[v] == childOffsets[v + 1];
    leafRank[v] = isLeaf ? numLeaves : -1;
    if (isLeaf)
      leaves[numLeaves++] = v;
  }
}

/// A vertex that no root reaches leads into a cycle: "3 -> 5 -> 3".
static Error cycleError(const Builder &built) {
  int32_t vertex = static_cast<int32_t>(std::find(built.depth, built.depth + built.numVertices, -1) - built.depth);
  for (int32_t step = 0; step < built.numVertices; ++step)
    vertex = built.parent[vertex];
  constexpr int shown = 6;
  std::string path = fmt::format("{}", vertex);
  int32_t next = built.parent[vertex];
  for (int step = 1; step < shown && next != vertex; ++step, next = built.parent[next])
    path += fmt::format(" -> {}", next);
  path += next == vertex ? fmt::format(" -> {}", vertex) : " -> ...";
  return Error::of("vertex {} is on a cycle: {} (from child to parent), expected a way to a root{}", vertex, path,
                   built.numRoots == 0 ? "; there is no root: no entry is -1" : "");
}

static Result<void> checkRange(const Builder &built) {
  for (int32_t v = 0; v < built.numVertices; ++v)
    if (built.parent[v] < -1 || built.parent[v] >= built.numVertices)
      return Error::of("vertex {} has parent {}, expected -1 (a root) or a vertex from 0 to {}", v, built.parent[v],
                       built.numVertices - 1);
  return {};
}

Result<espalier_tree> arrangeTree(int64_t numVertices, int32_t *storage) {
  Builder built(numVertices, storage);
  if (Result<void> checked = checkRange(built); !checked)
    return checked.error();
  built.linkChildren();
  built.visit();
  if (built.numReached < built.numVertices)
    return cycleError(built);
  built.measureHeights();
  built.listLeaves();
  return espalier_tree{built.numVertices,  built.numLeaves, built.numRoots,  built.maxDepth, built.parent,
                       built.childOffsets, built.children,  built.postOrder, built.depth,    built.height,
                       built.slot,         built.leaves,    built.leafRank,  built.roots};
}

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

Result<TreeArrays> TreeArrays::build(int64_t numVertices, const std::function<void(int32_t *)> &writeParents) {
  if (numVertices < 0 || numVertices > mostVertices)
    return Error::of("a tree of {} vertices, expected 0 to {}", numVertices, mostVertices);
  int64_t bytes = treeStorageBytes(numVertices);
  AlignedBlock storage = allocateAligned(bytes);
  if (!storage)
    return Error::of("no memory for a tree of {} vertices: {} bytes", numVertices, bytes);
  auto *parents = static_cast<int32_t *>(storage.get());
  writeParents(parents);
  Result<espalier_tree> tree = arrangeTree(numVertices, parents);
  if (!tree)
    return tree.error();
  return TreeArrays{std::move(storage), *tree, chainNumbering(*tree), perfectNumbering(*tree)};
}

} // namespace espalier
