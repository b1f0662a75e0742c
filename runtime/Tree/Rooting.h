//===- Rooting.h - An undirected tree becomes a rooted one ------------------===//
#ifndef ESPALIER_RUNTIME_TREE_ROOTING_H
#define ESPALIER_RUNTIME_TREE_ROOTING_H

#include "runtime/Tree/Kruskal.h"

#include <optional>

namespace espalier {

/// A vertex, or the centre of the tree: the vertex whose farthest vertex is nearest (of two such, which are neighbours,
/// the lower one).
struct RootRule {
  std::optional<int64_t> vertex = 0;

  static RootRule at(int64_t vertex) { return {vertex}; }
  static RootRule atCenter() { return {std::nullopt}; }
};

/// Memory of one rooting, uninitialised, aligned to 8 bytes.
int64_t rootingScratchBytes(int64_t numVertices);

/// Writes the parent of every vertex, -1 at the root, and an order in which every vertex stands before its parent.
/// `chosen` are the edges of a tree: numVertices - 1 of them, without a cycle. O(V), by taking leaves away until the
/// root is left. An error where the root is no vertex.
Result<void> rootTree(const EdgeList &edges, const int32_t *chosen, RootRule root, void *scratch, int32_t *parents,
                      int32_t *order);

/// The same of edges of a grid, given as a set, each at its lower end. The set is overwritten; no other memory is
/// needed.
Result<void> rootTree(const GridEdges &grid, Sides *chosen, RootRule root, int32_t *parents, int32_t *order);

} // namespace espalier

#endif
