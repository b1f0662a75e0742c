//===- Graph.h - The edges that a tree may grow on --------------------------===//
//
//   Result<Graph> pixels = Graph::grid(56, 56);        // pixel (y, x) is vertex y * 56 + x
//   for (int64_t e = 0; e < pixels->numEdges(); ++e)
//     cost[e] = distance(pixels->edge(e).lower, pixels->edge(e).higher);
//
// An undirected graph whose edges are numbered. Each edge has a lower and a higher
// end; the edges of grid, grid8 and band are numbered by (lower, higher), so that the
// number of an edge is its place among edges of equal cost.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_GRAPH_H
#define ESPALIER_RUNTIME_TREE_GRAPH_H

#include "runtime/Error/Result.h"
#include "runtime/Kernel/Signature.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace espalier {

/// "grid", "grid8", "band", "edges".
std::string_view name(GraphKind kind);

/// Edges are numbered by int32.
constexpr int64_t mostEdges = INT32_MAX;

struct Edge {
  int32_t lower, higher;
  auto operator<=>(const Edge &) const = default;
};

class Graph {
public:
  /// Pixel (y, x) of height x width pixels is vertex y * width + x, joined with those beside and below it. Edges by
  /// (lower, higher): right before down. Errors: a negative size, too many vertices or edges for int32.
  static Result<Graph> grid(int64_t height, int64_t width);
  /// The same, diagonals too: right, down-left, down, down-right.
  static Result<Graph> grid8(int64_t height, int64_t width);
  /// Each vertex is joined with the `reach` vertices before it, or as many as there are.
  static Result<Graph> band(int64_t numVertices, int64_t reach);
  /// Edge e is the e-th pair, in whatever order it names its ends; an edge may occur several times. Errors name the
  /// pair: an end that is no vertex, an edge from a vertex to itself.
  static Result<Graph> edges(int64_t numVertices, std::span<const int32_t> pairs);

  /// One that its sizes define: (H, W) of grid and grid8, (N, m) of band.
  static Result<Graph> implicit(GraphKind kind, int64_t first, int64_t second);

  GraphKind kind() const { return graphKind; }
  int64_t numVertices() const { return vertexCount; }
  int64_t numEdges() const { return edgeCount; }
  Edge edge(int64_t number) const;
  /// Pixels in a row of grid; 0 of others, and of a grid without pixels.
  int64_t gridWidth() const { return graphKind == GraphKind::grid ? columns : 0; }

  /// Writes (lower, higher) of every edge, in their order.
  void list(Edge *ends) const;

private:
  Graph(GraphKind kind, int64_t rows, int64_t columns, int64_t numVertices, int64_t numEdges)
      : graphKind(kind), rows(rows), columns(columns), vertexCount(numVertices), edgeCount(numEdges) {}

  GraphKind graphKind;
  int64_t rows, columns; // H, W; of band: N and the reach, at most N - 1
  int64_t vertexCount, edgeCount;
  std::shared_ptr<const std::vector<Edge>> listed; // edges
};

/// Writes each pair with its lower end first. Errors: as Graph::edges.
Result<void> orderPairs(int64_t numVertices, std::span<const int32_t> pairs, Edge *ends);

} // namespace espalier

#endif
