//===- Graph.cpp - The edges that a tree may grow on ------------------------===//
#include "runtime/Tree/Graph.h"
#include "runtime/Tree/TreeArrays.h"

#include <algorithm>
#include <cmath>

namespace espalier {

std::string_view name(GraphKind kind) {
  constexpr std::string_view names[] = {"grid", "grid8", "band", "edges"};
  return names[static_cast<size_t>(kind)];
}

/// Edges whose lower end lies in one row of a grid that is not the last: to the right, and downwards.
static int64_t edgesPerRow(GraphKind kind, int64_t width) {
  return kind == GraphKind::grid ? 2 * width - 1 : 4 * width - 3;
}

static Result<void> checkSizes(GraphKind kind, int64_t first, int64_t second) {
  if (first < 0 || second < 0)
    return Error::of("{}({}, {}), expected sizes of at least 0", name(kind), first, second);
  int64_t numVertices = first;
  if (kind != GraphKind::band && __builtin_mul_overflow(first, second, &numVertices))
    numVertices = INT64_MAX;
  if (numVertices > mostVertices)
    return Error::of("{}({}, {}) has more than {} vertices", name(kind), first, second, mostVertices);
  return {};
}

Result<Graph> Graph::implicit(GraphKind kind, int64_t first, int64_t second) {
  if (Result<void> checked = checkSizes(kind, first, second); !checked)
    return checked.error();
  const int64_t given = second;
  int64_t numVertices, numEdges;
  if (kind == GraphKind::band) {
    numVertices = first;
    second = std::clamp<int64_t>(second, 0, std::max<int64_t>(first - 1, 0));
    // The last `second` vertices have fewer than `second` after them: second - 1, .., 0.
    numEdges = (first - second) * second + second * (second - 1) / 2;
  } else {
    numVertices = first * second;
    if (numVertices == 0)
      first = second = 0; // however long the other side is
    numEdges = numVertices == 0 ? 0 : (first - 1) * edgesPerRow(kind, second) + second - 1;
  }
  if (numEdges > mostEdges)
    return Error::of("{}({}, {}) has {} edges, expected at most {}", name(kind), first, given, numEdges, mostEdges);
  return Graph(kind, first, second, numVertices, numEdges);
}

Result<Graph> Graph::grid(int64_t height, int64_t width) { return implicit(GraphKind::grid, height, width); }
Result<Graph> Graph::grid8(int64_t height, int64_t width) { return implicit(GraphKind::grid8, height, width); }
Result<Graph> Graph::band(int64_t numVertices, int64_t reach) { return implicit(GraphKind::band, numVertices, reach); }

Result<void> orderPairs(int64_t numVertices, std::span<const int32_t> pairs, Edge *ends) {
  for (size_t e = 0; e < pairs.size() / 2; ++e) {
    int32_t first = pairs[2 * e], second = pairs[2 * e + 1];
    for (int32_t end : {first, second})
      if (end < 0 || end >= numVertices)
        return Error::of("edge {} is ({}, {}), but the vertices are 0 to {}", e, first, second, numVertices - 1);
    if (first == second)
      return Error::of("edge {} is ({}, {}), expected two different vertices", e, first, second);
    ends[e] = {std::min(first, second), std::max(first, second)};
  }
  return {};
}

Result<Graph> Graph::edges(int64_t numVertices, std::span<const int32_t> pairs) {
  if (numVertices < 0 || numVertices > mostVertices)
    return Error::of("edges among {} vertices, expected 0 to {}", numVertices, mostVertices);
  int64_t numEdges = static_cast<int64_t>(pairs.size() / 2);
  if (pairs.size() % 2 || numEdges > mostEdges)
    return Error::of("{} numbers as pairs of vertices, expected an even number up to {}", pairs.size(), 2 * mostEdges);
  std::vector<Edge> ends(pairs.size() / 2);
  if (Result<void> ordered = orderPairs(numVertices, pairs, ends.data()); !ordered)
    return ordered.error();
  Graph graph(GraphKind::edges, numVertices, 0, numVertices, numEdges);
  graph.listed = std::make_shared<const std::vector<Edge>>(std::move(ends));
  return graph;
}

/// Edge `number` of a row of a grid: which pixel of the row, and the step to its other end.
static Edge inRow(GraphKind kind, int64_t number, int64_t row, int64_t height, int64_t width) {
  int64_t x = number, step = 1;
  if (row < height - 1) {
    int64_t perPixel = kind == GraphKind::grid ? 2 : 4, place = number;
    // grid8: every pixel has the places right, down-left, down, down-right; the first lacks the second of them.
    if (kind == GraphKind::grid8 && (number > 0 || width == 1))
      ++place;
    x = place / perPixel;
    place %= perPixel;
    if (x == width - 1) // the last pixel lacks the place to the right
      ++place;
    // The places 1, 2, 3 of grid8 are the steps width - 1, width, width + 1; place 1 of grid is the step width.
    step = place == 0 ? 1 : width + (kind == GraphKind::grid ? 0 : place - 2);
  }
  int64_t lower = row * width + x;
  return {static_cast<int32_t>(lower), static_cast<int32_t>(lower + step)};
}

/// Vertex v of a band has edges to v + 1 .. v + reach; the last vertices to as many as follow.
static Edge inBand(int64_t number, int64_t numVertices, int64_t reach, int64_t numEdges) {
  if (number < (numVertices - reach) * reach) {
    int64_t lower = number / reach;
    return {static_cast<int32_t>(lower), static_cast<int32_t>(lower + 1 + number % reach)};
  }
  // Counted from the last edge, the vertices have 1, 2, 3, .. edges: n(n + 1)/2 edges precede those of the n-th.
  int64_t before = numEdges - 1 - number;
  auto nth = static_cast<int64_t>((std::sqrt(8.0 * static_cast<double>(before) + 1) - 1) / 2);
  nth -= nth * (nth + 1) / 2 > before;
  nth += (nth + 1) * (nth + 2) / 2 <= before;
  return {static_cast<int32_t>(numVertices - 2 - nth),
          static_cast<int32_t>(numVertices - 1 - (before - nth * (nth + 1) / 2))};
}

Edge Graph::edge(int64_t number) const {
  if (graphKind == GraphKind::edges)
    return (*listed)[static_cast<size_t>(number)];
  if (graphKind == GraphKind::band)
    return inBand(number, rows, columns, edgeCount);
  int64_t perRow = edgesPerRow(graphKind, columns), row = std::min(number / perRow, rows - 1);
  return inRow(graphKind, number - row * perRow, row, rows, columns);
}

static Edge *listGrid(GraphKind kind, int64_t height, int64_t width, Edge *next) {
  auto add = [&](int64_t lower, int64_t higher) {
    *next++ = {static_cast<int32_t>(lower), static_cast<int32_t>(higher)};
  };
  for (int64_t y = 0, v = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x, ++v) {
      bool below = y + 1 < height, right = x + 1 < width, diagonals = kind == GraphKind::grid8 && below;
      if (right)
        add(v, v + 1);
      if (diagonals && x > 0)
        add(v, v + width - 1);
      if (below)
        add(v, v + width);
      if (diagonals && right)
        add(v, v + width + 1);
    }
  return next;
}

void Graph::list(Edge *ends) const {
  if (graphKind == GraphKind::edges) {
    std::copy(listed->begin(), listed->end(), ends);
  } else if (graphKind == GraphKind::band) {
    for (int64_t lower = 0; lower < rows; ++lower)
      for (int64_t higher = lower + 1; higher < std::min(rows, lower + columns + 1); ++higher)
        *ends++ = {static_cast<int32_t>(lower), static_cast<int32_t>(higher)};
  } else {
    listGrid(graphKind, rows, columns, ends);
  }
}

} // namespace espalier
