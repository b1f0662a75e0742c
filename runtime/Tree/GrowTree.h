//===- GrowTree.h - From numbers on edges to parents ------------------------===//
//
// One spanning tree, in memory of the caller. A random one is the minimum spanning
// tree under exponential races: edge e of weight w_e costs -ln(u_e) / w_e (its root is
// compared), with u_e uniform in (0, 1), a function of (seed, tree, e) alone. As waiting times without
// memory, these make each next edge of the tree one of those that still join two
// components, drawn with probability proportional to its weight. Edges of weight 0
// come last, in their order.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_GROWTREE_H
#define ESPALIER_RUNTIME_TREE_GROWTREE_H

#include "runtime/Tree/Rooting.h"

namespace espalier {

struct GrowthRule {
  RootRule root = {};
  std::optional<uint64_t> seed = {}; // the numbers are weights of a random tree; else costs of the minimum one
};

/// Memory of one growth, uninitialised, aligned to 8 bytes.
int64_t growthScratchBytes(const EdgeList &edges);

/// Writes the parents of tree `tree` of a batch and an order of its vertices in which every one stands before its
/// parent, from one number per edge. Errors: those of kruskal and rootTree; a weight that is negative, infinite or NaN
/// (names the edge).
Result<void> growTree(const EdgeList &edges, const double *numbers, const GrowthRule &rule, int64_t tree, void *scratch,
                      int32_t *parents, int32_t *order);

} // namespace espalier

#endif
