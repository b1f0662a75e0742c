//===- GraphTest.cpp - Which edges graphs have, and what is refused ---------===//
#include "runtime/Tree/Graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

using namespace espalier;

namespace {
using Edges = std::vector<Edge>;

Edges listOf(const Graph &graph) {
  Edges ends(static_cast<size_t>(graph.numEdges()));
  graph.list(ends.data());
  return ends;
}

/// All pairs of vertices, ascending by (lower, higher), that `joined` accepts.
template <class Joined> Edges allPairs(int32_t numVertices, Joined joined) {
  Edges edges;
  for (int32_t lower = 0; lower < numVertices; ++lower)
    for (int32_t higher = lower + 1; higher < numVertices; ++higher)
      if (joined(lower, higher))
        edges.push_back({lower, higher});
  return edges;
}

void expectEdges(const Result<Graph> &graph, int64_t numVertices, const Edges &expected) {
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->numVertices(), numVertices);
  ASSERT_EQ(graph->numEdges(), static_cast<int64_t>(expected.size()));
  EXPECT_TRUE(listOf(*graph) == expected);
  for (size_t e = 0; e < expected.size(); ++e)
    EXPECT_EQ(graph->edge(static_cast<int64_t>(e)), expected[e]) << "edge " << e;
}

std::string refusal(const Result<Graph> &graph) { return graph ? "accepted" : graph.error().message; }
} // namespace

TEST(Graph, gridsJoinNeighbours) {
  for (int32_t height = 0; height <= 5; ++height)
    for (int32_t width = 0; width <= 6; ++width) {
      SCOPED_TRACE(fmt::format("{} x {}", height, width));
      auto apart = [&](int32_t i, int32_t j) {
        return std::pair(std::abs(i / width - j / width), std::abs(i % width - j % width));
      };
      expectEdges(Graph::grid(height, width), height * width, allPairs(height * width, [&](int32_t i, int32_t j) {
                    auto [rows, columns] = apart(i, j);
                    return rows + columns == 1;
                  }));
      expectEdges(Graph::grid8(height, width), height * width, allPairs(height * width, [&](int32_t i, int32_t j) {
                    auto [rows, columns] = apart(i, j);
                    return std::max(rows, columns) == 1;
                  }));
    }
}

TEST(Graph, bandsJoinWithThePrevious) {
  for (int32_t numVertices = 0; numVertices <= 9; ++numVertices)
    for (int32_t reach = 0; reach <= 11; ++reach) {
      SCOPED_TRACE(fmt::format("band({}, {})", numVertices, reach));
      expectEdges(Graph::band(numVertices, reach), numVertices,
                  allPairs(numVertices, [&](int32_t i, int32_t j) { return j - i <= reach; }));
    }
}

TEST(Graph, edgesOfLargeGraphsByNumber) {
  for (Result<Graph> graph :
       {Graph::grid(211, 97), Graph::grid8(61, 128), Graph::band(1009, 60), Graph::band(300, 299)}) {
    Edges listed = listOf(*graph);
    EXPECT_TRUE(std::is_sorted(listed.begin(), listed.end()));
    for (size_t e = 0; e < listed.size(); ++e)
      ASSERT_EQ(graph->edge(static_cast<int64_t>(e)), listed[e]) << "edge " << e;
  }
  // The last edges of graphs of which no list would be made.
  Result<Graph> grid = Graph::grid(30000, 30000);
  EXPECT_EQ(grid->edge(grid->numEdges() - 1), (Edge{899999998, 899999999}));
  EXPECT_EQ(grid->edge(grid->numEdges() - 30000), (Edge{899969999, 899999999}));
  Result<Graph> band = Graph::band(65536, 65535);
  EXPECT_EQ(band->numEdges(), 65536 * int64_t(65535) / 2);
  EXPECT_EQ(band->edge(band->numEdges() - 1), (Edge{65534, 65535}));
  EXPECT_EQ(band->edge(65535), (Edge{1, 2}));
}

TEST(Graph, pairsKeepTheirOrder) {
  std::vector<int32_t> pairs = {2, 0, 1, 2, 0, 2, 2, 1};
  Result<Graph> graph = Graph::edges(4, pairs);
  expectEdges(graph, 4, {{0, 2}, {1, 2}, {0, 2}, {1, 2}});
  expectEdges(Graph::edges(0, {}), 0, {});
  expectEdges(Graph::edges(5, {}), 5, {});
}

TEST(Graph, refusesPairs) {
  auto refused = [](int64_t numVertices, std::vector<int32_t> pairs) {
    return refusal(Graph::edges(numVertices, pairs));
  };
  EXPECT_EQ(refused(3, {0, 1, 1, 3}), "edge 1 is (1, 3), but the vertices are 0 to 2");
  EXPECT_EQ(refused(3, {-1, 1}), "edge 0 is (-1, 1), but the vertices are 0 to 2");
  EXPECT_EQ(refused(3, {0, 1, 2, 2}), "edge 1 is (2, 2), expected two different vertices");
  EXPECT_EQ(refused(3, {0, 1, 2}), "3 numbers as pairs of vertices, expected an even number up to 4294967294");
  EXPECT_EQ(refused(-1, {}), "edges among -1 vertices, expected 0 to 2147483646");
  EXPECT_EQ(refused(int64_t(1) << 31, {}), "edges among 2147483648 vertices, expected 0 to 2147483646");
}

TEST(Graph, refusesSizes) {
  EXPECT_EQ(refusal(Graph::grid(65536, 32768)), "grid(65536, 32768) has more than 2147483646 vertices");
  EXPECT_EQ(refusal(Graph::grid8(1, int64_t(1) << 31)), "grid8(1, 2147483648) has more than 2147483646 vertices");
  EXPECT_EQ(refusal(Graph::grid(int64_t(1) << 32, int64_t(1) << 32)),
            "grid(4294967296, 4294967296) has more than 2147483646 vertices");
  EXPECT_EQ(refusal(Graph::grid(40000, 40000)), "grid(40000, 40000) has 3199920000 edges, expected at most 2147483647");
  EXPECT_EQ(refusal(Graph::grid(-1, 4)), "grid(-1, 4), expected sizes of at least 0");
  EXPECT_EQ(refusal(Graph::grid8(4, -1)), "grid8(4, -1), expected sizes of at least 0");
  EXPECT_EQ(refusal(Graph::band(int64_t(1) << 31, 1)), "band(2147483648, 1) has more than 2147483646 vertices");
  EXPECT_EQ(refusal(Graph::band(INT32_MAX - 1, INT64_MAX)),
            "band(2147483646, 9223372036854775807) has 2305843003844984835 edges, expected at most 2147483647");
  EXPECT_EQ(refusal(Graph::band(3, -1)), "band(3, -1), expected sizes of at least 0");
  EXPECT_EQ(Graph::grid(int64_t(1) << 62, 0)->numEdges(), 0);
}
