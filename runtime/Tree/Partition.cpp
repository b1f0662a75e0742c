//===- Partition.cpp - Subtrees of a tree beside each other -----------------===//
#include "runtime/Tree/Partition.h"

#include <algorithm>
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

espalier_tree partitionTree(const espalier_tree &tree, int64_t parts, int32_t *storage, int32_t *sizes) {
  countSubtrees(tree, sizes);
  int64_t numVertices = tree.num_vertices;
  int64_t largest = std::max<int64_t>(1, numVertices / (2 * parts)); // subtree of a vertex that is not of the top
  int64_t numBelow = std::count_if(sizes, sizes + numVertices, [&](int32_t size) { return size <= largest; });

  int32_t *order = storage, *offsets = storage + numVertices;
  int64_t nextBelow = 0, nextOfTop = numBelow, part = 0;
  offsets[0] = 0;
  for (int64_t i = 0; i < numVertices; ++i) {
    int32_t vertex = tree.post_order[i], parent = tree.parent[vertex];
    int64_t size = sizes[vertex];
    if (size > largest) {
      order[nextOfTop++] = vertex;
      continue;
    }
    order[nextBelow++] = vertex;
    if (parent >= 0 && sizes[parent] <= largest)
      continue;
    // A whole subtree ends here; its middle lies below numBelow, so its part below `parts`.
    int64_t start = nextBelow - size, own = (2 * start + size) * parts / (2 * numBelow);
    while (part < own)
      offsets[++part] = static_cast<int32_t>(start);
  }
  while (part < parts)
    offsets[++part] = static_cast<int32_t>(numBelow);

  espalier_tree partitioned = tree;
  partitioned.part_order = order;
  partitioned.part_offsets = offsets;
  partitioned.num_parts = parts;
  return partitioned;
}

} // namespace espalier
