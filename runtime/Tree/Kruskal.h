//===- Kruskal.h - The spanning tree of least cost --------------------------===//
//
// Kruskal (1956): edges in ascending order, each kept if it joins two components.
// The order is (cost, lower end, higher end), a total one but for repeated edges, so
// the tree is unique. -0 and +0 are equal costs; infinite costs are allowed.
//
// Of a grid, most edges are decided without sorting, and the rest tile by tile
// (GridForest.h).
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_KRUSKAL_H
#define ESPALIER_RUNTIME_TREE_KRUSKAL_H

#include "runtime/Error/Result.h"
#include "runtime/Tree/GridEdges.h"

namespace espalier {

/// The edges of a graph, listed.
struct EdgeList {
  int64_t numVertices;
  int64_t numEdges;
  const Edge *ends;      // nobody asks for those of a grid
  bool inOrder;          // edges ascend by (lower, higher)
  int64_t gridWidth = 0; // they are those of Graph::grid of so many pixels in a row; 0: perhaps not

  /// `ends` are those of graph.list().
  static EdgeList of(const Graph &graph, const Edge *ends) {
    return {graph.numVertices(), graph.numEdges(), ends, graph.kind() != GraphKind::edges, graph.gridWidth()};
  }
  GridEdges grid() const { return {gridWidth ? numVertices / gridWidth : 0, gridWidth}; }
  Edge edge(int64_t number) const { return gridWidth ? grid().edge(number) : ends[number]; }
};

/// Memory of one run, uninitialised.
int64_t kruskalScratchBytes(const EdgeList &edges);

/// Writes the numbers of the numVertices - 1 edges of the tree, ascending. Errors: no vertex, a cost that is NaN (names
/// the edge), no spanning tree (names two vertices that are not connected).
Result<void> kruskal(const EdgeList &edges, const double *costs, void *scratch, int32_t *chosen);

/// The same of a grid, as the set of its edges, each at its lower end.
Result<void> kruskal(const EdgeList &edges, const double *costs, void *scratch, Sides *chosen);

} // namespace espalier

#endif
