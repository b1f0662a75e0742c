//===- Partition.cpp - Subtrees of a tree beside each other -----------------===//
#include "runtime/Tree/Partition.h"

#include <span>

namespace espalier {

/// Of the subtree of each vertex.
static void countSubtrees(const espalier_tree &tree, int32_t *sizes) {
  std::span<const int32_t> postOrder(tree.post_order, static_cast<size_t>(tree.num_vertices));
  std::fill_n(sizes, tree.num_vertices, 1);
  for (int32_t vertex : postOrder)
    if (int32_t parent = tree.parent[vertex]; parent >= 0)
      sizes[parent] += sizes[vertex];
}

namespace {
/// Writes the tables.
class Partition {
public:
  Partition(const espalier_tree &tree, int64_t parts, int32_t *storage, const int32_t *sizes)
      : tree(tree), numVertices(tree.num_vertices), parts(parts),
        largest(std::max<int64_t>(1, numVertices / (2 * parts))), sizes(sizes), order(storage),
        offsets(storage + numVertices), runs(offsets + parts + 1) {}

  void cutSubtrees();
  int64_t cutPaths();

  espalier_tree partitioned(int64_t numRuns) const {
    espalier_tree result = tree;
    result.part_order = order;
    result.part_offsets = offsets;
    result.num_parts = parts;
    result.runs = runs;
    result.num_runs = numRuns;
    return result;
  }

private:
  bool isOfTop(int32_t vertex) const { return sizes[vertex] > largest; }
  bool isOfPath(int32_t vertex) const;

  const espalier_tree &tree;
  const int64_t numVertices, parts, largest; // largest: the subtree of a vertex that is not of the top
  const int32_t *const sizes;
  int32_t *const order, *const offsets, *const runs;
};
} // namespace

void Partition::cutSubtrees() {
  int64_t numBelow = std::count_if(sizes, sizes + numVertices, [&](int32_t size) { return size <= largest; });
  int64_t nextBelow = 0, nextOfTop = numBelow, part = 0;
  offsets[0] = 0;
  for (int64_t i = 0; i < numVertices; ++i) {
    int32_t vertex = tree.post_order[i], parent = tree.parent[vertex];
    if (isOfTop(vertex)) {
      order[nextOfTop++] = vertex;
      continue;
    }
    order[nextBelow++] = vertex;
    if (parent >= 0 && !isOfTop(parent))
      continue;
    // A whole subtree ends here; its middle lies below numBelow, so its part below `parts`.
    int64_t size = sizes[vertex], start = nextBelow - size, own = (2 * start + size) * parts / (2 * numBelow);
    while (part < own)
      offsets[++part] = static_cast<int32_t>(start);
  }
  while (part < parts)
    offsets[++part] = static_cast<int32_t>(numBelow);
}

bool Partition::isOfPath(int32_t vertex) const {
  const int32_t *children = tree.children + tree.child_offsets[vertex];
  int64_t inTop = std::count_if(children, tree.children + tree.child_offsets[vertex + 1],
                                [&](int32_t child) { return isOfTop(child); });
  return inTop == 1 && tree.parent[vertex] >= 0;
}

/// In the post-order of the top, a vertex with one child there follows that child: a path is a stretch of such
/// vertices.
int64_t Partition::cutPaths() {
  int64_t top = offsets[parts], numRuns = 0;
  int64_t least = std::max(leastRun, (numVertices - top + runsPerPart * parts - 1) / (runsPerPart * parts));
  for (int64_t begin = top; begin < numVertices;) {
    int64_t end = begin;
    while (end < numVertices && isOfPath(order[end]))
      ++end;
    int64_t length = end - begin, pieces = length / least;
    for (int64_t piece = 0; piece < pieces; ++piece, ++numRuns) {
      runs[2 * numRuns] = static_cast<int32_t>(begin + length * piece / pieces);
      runs[2 * numRuns + 1] = static_cast<int32_t>(begin + length * (piece + 1) / pieces);
    }
    begin = end + 1;
  }
  return numRuns;
}

espalier_tree partitionTree(const espalier_tree &tree, int64_t parts, int32_t *storage, int32_t *sizes) {
  countSubtrees(tree, sizes);
  Partition partition(tree, parts, storage, sizes);
  partition.cutSubtrees();
  return partition.partitioned(partition.cutPaths());
}

} // namespace espalier
