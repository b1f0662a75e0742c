//===- SpanningTree.h - Trees from numbers on the edges of a graph ----------===//
//
//   Result<Graph> pixels = Graph::grid(56, 56);
//   Result<Tree> tree = minimumSpanningTree(*pixels, costs);                     // rooted at vertex 0
//   Result<Tree> middle = minimumSpanningTree(*pixels, costs, RootRule::atCenter());
//   Result<TreeBatch> trees = minimumSpanningTrees(*pixels, {16}, costs);        // [16, E], in parallel
//
// language.md L21: edges are ranked by (cost, lower vertex, higher vertex), so the tree
// is a function of the costs. What a random tree is: GrowTree.h.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_SPANNINGTREE_H
#define ESPALIER_RUNTIME_TREE_SPANNINGTREE_H

#include "runtime/Memory/AlignedBlock.h"
#include "runtime/Tree/GrowTree.h"
#include "runtime/Tree/TreeBatch.h"

namespace espalier {

/// The numbers of the edges of the minimum spanning tree, in the order of their ranks. One cost per edge. Errors:
/// another number of costs, a graph without vertices, a NaN (names the edge), a graph that is not connected (names two
/// vertices), no memory.
Result<std::vector<int32_t>> minimumSpanningEdges(const Graph &graph, std::span<const double> costs);

struct RootedTree {
  AlignedBlock storage;
  std::span<const int32_t> parents; // -1 at the root
  std::span<const int32_t> order;   // every vertex before its parent; the root is the last
};

/// What of a minimum spanning tree is known before the tables that a Tree has. Errors: those of minimumSpanningEdges; a
/// root that is no vertex.
Result<RootedTree> minimumSpanningParents(const Graph &graph, std::span<const double> costs, RootRule root = {});

/// Errors: those of minimumSpanningParents.
Result<Tree> minimumSpanningTree(const Graph &graph, std::span<const double> costs, RootRule root = {});

/// Errors: those of minimumSpanningTree; a weight that is negative, infinite or NaN (names the edge).
Result<Tree> randomSpanningTree(const Graph &graph, std::span<const double> weights, uint64_t seed, RootRule root = {});

/// One tree per element of the batch, from numbers [batch.., E]; the trees of any number of threads are the same. A
/// random tree depends on its place in the batch. Errors name the tree.
Result<TreeBatch> minimumSpanningTrees(const Graph &graph, Shape batch, std::span<const double> costs,
                                       RootRule root = {});
Result<TreeBatch> randomSpanningTrees(const Graph &graph, Shape batch, std::span<const double> weights, uint64_t seed,
                                      RootRule root = {});

} // namespace espalier

#endif
