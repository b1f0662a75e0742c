//===- SpanningTreeTest.cpp - The very tree that the ranks of edges define --===//
#include "runtime/Tree/SpanningTree.h"
#include "runtime/ABI/ParallelFor.h"
#include "runtime/Tree/GridForest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <tuple>
#include <vector>

using namespace espalier;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity(),
                 notANumber = std::numeric_limits<double>::quiet_NaN();

std::vector<Edge> listOf(const Graph &graph) {
  std::vector<Edge> ends(static_cast<size_t>(graph.numEdges()));
  graph.list(ends.data());
  return ends;
}

/// Kruskal over sorted tuples, with labels and lists of members instead of a forest of components. Empty if not
/// connected.
std::vector<int32_t> referenceEdges(const Graph &graph, const std::vector<double> &costs) {
  std::vector<std::tuple<double, int32_t, int32_t, int32_t>> order;
  std::vector<Edge> ends = listOf(graph);
  for (size_t e = 0; e < ends.size(); ++e)
    order.push_back({costs[e], ends[e].lower, ends[e].higher, static_cast<int32_t>(e)});
  std::sort(order.begin(), order.end());
  std::vector<int32_t> label(static_cast<size_t>(graph.numVertices())), chosen;
  for (size_t v = 0; v < label.size(); ++v)
    label[v] = static_cast<int32_t>(v);
  std::vector<std::vector<int32_t>> members(label.size());
  for (size_t v = 0; v < label.size(); ++v)
    members[v] = {static_cast<int32_t>(v)};
  for (auto [cost, lower, higher, e] : order)
    if (int32_t from = label[lower], to = label[higher]; from != to) {
      if (members[from].size() > members[to].size())
        std::swap(from, to);
      for (int32_t v : members[from])
        label[v] = to;
      members[to].insert(members[to].end(), members[from].begin(), members[from].end());
      chosen.push_back(e);
    }
  return chosen.size() + 1 == label.size() ? chosen : std::vector<int32_t>();
}

/// Prim's algorithm over a matrix of costs: the weight alone.
double referenceWeight(const Graph &graph, const std::vector<double> &costs) {
  auto numVertices = static_cast<size_t>(graph.numVertices());
  std::vector<std::vector<double>> matrix(numVertices, std::vector<double>(numVertices, infinity));
  std::vector<Edge> ends = listOf(graph);
  for (size_t e = 0; e < ends.size(); ++e)
    for (auto [i, j] : {std::pair(ends[e].lower, ends[e].higher), std::pair(ends[e].higher, ends[e].lower)})
      matrix[i][j] = std::min(matrix[i][j], costs[e]);
  std::vector<double> distance = matrix[0];
  std::vector<bool> reached(numVertices);
  reached[0] = true;
  double weight = 0;
  for (size_t step = 1; step < numVertices; ++step) {
    size_t next = 0;
    for (size_t v = 0; v < numVertices; ++v)
      if (!reached[v] && (reached[next] || distance[v] < distance[next]))
        next = v;
    weight += distance[next];
    reached[next] = true;
    for (size_t v = 0; v < numVertices; ++v)
      distance[v] = std::min(distance[v], matrix[next][v]);
  }
  return weight;
}

/// Costs of which many are equal, among them zeros of both signs.
std::vector<double> costsWithTies(int64_t count, int numValues, std::mt19937 &random) {
  std::vector<double> costs(static_cast<size_t>(count));
  for (double &cost : costs) {
    int value = std::uniform_int_distribution<>(-numValues / 2, numValues - numValues / 2 - 1)(random);
    cost = value == 0 && random() % 2 ? -0.0 : 0.25 * value;
  }
  return costs;
}

/// Connected: a random tree and more edges, shuffled, some of them twice.
Graph randomGraph(int32_t numVertices, int32_t numMore, std::mt19937 &random) {
  std::vector<std::pair<int32_t, int32_t>> edges;
  auto below = [&](int32_t bound) { return std::uniform_int_distribution<int32_t>(0, bound - 1)(random); };
  for (int32_t v = 1; v < numVertices; ++v)
    edges.push_back({v, below(v)});
  for (int32_t more = 0; more < numMore && numVertices > 1; ++more) {
    int32_t i = below(numVertices), j = below(numVertices - 1);
    edges.push_back({i, j + (j >= i)});
  }
  std::shuffle(edges.begin(), edges.end(), random);
  std::vector<int32_t> pairs;
  for (auto [i, j] : edges)
    pairs.insert(pairs.end(), {i, j});
  return *Graph::edges(numVertices, pairs);
}

double weightOf(const std::vector<int32_t> &edges, const std::vector<double> &costs) {
  double weight = 0;
  for (int32_t e : edges)
    weight += costs[e];
  return weight;
}

/// The edges {v, parent of v} of a tree.
std::vector<Edge> edgesOf(const Tree &tree) {
  std::vector<Edge> edges;
  for (int32_t v = 0; v < tree.numVertices(); ++v)
    if (int32_t p = tree.parents()[v]; p >= 0)
      edges.push_back({std::min(v, p), std::max(v, p)});
  std::sort(edges.begin(), edges.end());
  return edges;
}

void expectTheTree(const Graph &graph, const std::vector<double> &costs) {
  Result<std::vector<int32_t>> chosen = minimumSpanningEdges(graph, costs);
  ASSERT_TRUE(chosen) << chosen.error().message;
  std::vector<int32_t> expected = referenceEdges(graph, costs);
  ASSERT_EQ(*chosen, expected);
  std::vector<Edge> ends;
  for (int32_t e : expected)
    ends.push_back(graph.edge(e));
  std::sort(ends.begin(), ends.end());
  for (RootRule root : {RootRule::at(0), RootRule::at(graph.numVertices() - 1), RootRule::atCenter()}) {
    Result<Tree> tree = minimumSpanningTree(graph, costs, root);
    ASSERT_TRUE(tree) << tree.error().message;
    ASSERT_TRUE(edgesOf(*tree) == ends);
    ASSERT_EQ(tree->roots()[0], root.vertex.value_or(tree->roots()[0]));
    Result<RootedTree> rooted = minimumSpanningParents(graph, costs, root);
    ASSERT_TRUE(rooted) << rooted.error().message;
    ASSERT_TRUE(std::ranges::equal(rooted->parents, tree->parents()));
    ASSERT_EQ(rooted->order.back(), tree->roots()[0]);
    std::vector<size_t> place(rooted->order.size(), 0);
    for (size_t i = 0; i < place.size(); ++i)
      place[static_cast<size_t>(rooted->order[i])] = i;
    for (size_t v = 0; v < place.size(); ++v)
      ASSERT_TRUE(rooted->parents[v] < 0 || place[v] < place[static_cast<size_t>(rooted->parents[v])])
          << "vertex " << v;
  }
}

std::string refusal(const Result<Tree> &tree) { return tree ? "accepted" : tree.error().message; }
} // namespace

TEST(SpanningTree, randomGraphsWithTies) {
  std::mt19937 random(1);
  for (int round = 0; round < 1000; ++round) {
    int32_t numVertices = 1 + static_cast<int32_t>(random() % 60);
    Graph graph = randomGraph(numVertices, static_cast<int32_t>(random() % 500), random);
    std::vector<double> costs = costsWithTies(graph.numEdges(), 1 + static_cast<int>(random() % 40), random);
    expectTheTree(graph, costs);
    ASSERT_EQ(weightOf(*minimumSpanningEdges(graph, costs), costs), referenceWeight(graph, costs)); // exact: quarters
  }
}

TEST(SpanningTree, gridsAndBands) {
  std::mt19937 random(2);
  std::normal_distribution<> normal;
  for (Result<Graph> graph :
       {Graph::grid(1, 1), Graph::grid(1, 2), Graph::grid(2, 1), Graph::grid(5, 7), Graph::grid(16, 16),
        Graph::grid8(1, 1), Graph::grid8(2, 2), Graph::grid8(9, 5), Graph::grid8(17, 31), Graph::band(1, 3),
        Graph::band(2, 3), Graph::band(50, 1), Graph::band(200, 3)}) {
    std::vector<double> costs(static_cast<size_t>(graph->numEdges()));
    expectTheTree(*graph, costs); // all equal
    expectTheTree(*graph, costsWithTies(graph->numEdges(), 3, random));
    for (double &cost : costs)
      cost = normal(random);
    expectTheTree(*graph, costs);
  }
}

/// Nobody lists the edges of a grid to find one.
TEST(SpanningTree, edgesOfGridsByNumber) {
  for (int64_t height : {1, 2, 3, 8})
    for (int64_t width : {1, 2, 3, 9}) {
      Graph graph = *Graph::grid(height, width);
      EdgeList list = EdgeList::of(graph, nullptr);
      for (int64_t e = 0; e < graph.numEdges(); ++e)
        EXPECT_TRUE(list.edge(e) == graph.edge(e)) << height << " x " << width << ", edge " << e;
    }
}

/// Where the neighbours of an edge decide: every shape of border, few values (so that ties decide), infinities.
TEST(SpanningTree, gridsOfEveryShape) {
  std::mt19937 random(6);
  for (int64_t height : {1, 2, 3, 4, 7, 13, 64})
    for (int64_t width : {1, 2, 3, 5, 8, 31, 67}) {
      Graph graph = *Graph::grid(height, width);
      for (int numValues : {1, 2, 3, 10, 1000000}) {
        std::vector<double> costs = costsWithTies(graph.numEdges(), numValues, random);
        expectTheTree(graph, costs);
        for (double &cost : costs)
          cost = random() % 4 == 0 ? infinity : random() % 4 == 0 ? -infinity : cost;
        expectTheTree(graph, costs);
        std::ranges::sort(costs); // along the rows: long chains of least edges
        expectTheTree(graph, costs);
      }
    }
}

/// Tiles of every shape, some of a single pixel, find what one tile of the whole grid finds.
TEST(SpanningTree, gridsInTiles) {
  std::mt19937 random(8);
  for (auto [height, width] : {std::pair<int64_t, int64_t>{1, 1}, {1, 23}, {23, 1}, {2, 2}, {7, 8}, {13, 31}, {40, 37}})
    for (TileSize tile : {TileSize{1, 1}, {1, 5}, {5, 1}, {2, 3}, {4, 4}, {8, 9}, {13, 30}, {40, 18}})
      for (int numValues : {1, 2, 3, 10, 1000000}) {
        Graph graph = *Graph::grid(height, width);
        std::vector<double> costs = costsWithTies(graph.numEdges(), numValues, random);
        GridEdges grid{height, width};
        tile = {std::min(tile.height, height), std::min(tile.width, width)};
        std::vector<uint64_t> scratch(static_cast<size_t>(growGridBytes(grid, tile) + 7) / 8);
        std::vector<Sides> set(static_cast<size_t>(height * width), 255);
        ASSERT_TRUE(growGrid(grid, tile, costs.data(), scratch.data(), set.data()));
        std::vector<int32_t> expected = referenceEdges(graph, costs), found;
        std::ranges::sort(expected);
        int32_t number = 0;
        grid.forEach([&](int64_t v, Sides edge) {
          if (set[static_cast<size_t>(v)] & edge)
            found.push_back(number);
          ++number;
        });
        ASSERT_EQ(found, expected) << height << " x " << width << " in tiles of " << tile.height << " x " << tile.width;
      }
}

/// As many tiles as the machine's caches ask for: borders of tiles within rows, columns and both.
TEST(SpanningTree, largeGrids) {
  std::mt19937 random(9);
  for (auto [height, width] : {std::pair<int64_t, int64_t>{64, 128},
                               {65, 127},
                               {64, 129},
                               {129, 300},
                               {300, 261},
                               {1, 40000},
                               {3, 20000},
                               {20000, 2}}) {
    Graph graph = *Graph::grid(height, width);
    for (int numValues : {2, 100000}) {
      std::vector<double> costs = costsWithTies(graph.numEdges(), numValues, random);
      Result<std::vector<int32_t>> chosen = minimumSpanningEdges(graph, costs);
      ASSERT_TRUE(chosen);
      EXPECT_EQ(*chosen, referenceEdges(graph, costs)) << height << " x " << width;
      costs.back() = notANumber;
      EXPECT_FALSE(minimumSpanningEdges(graph, costs));
    }
  }
}

TEST(SpanningTree, manyEdges) {
  std::mt19937 random(7);
  std::normal_distribution<> normal;
  Graph grid = *Graph::grid(173, 181), any = randomGraph(300, 20011, random);
  for (const Graph &graph : {grid, any}) {
    std::vector<double> costs = costsWithTies(graph.numEdges(), 5000, random);
    Result<std::vector<int32_t>> chosen = minimumSpanningEdges(graph, costs);
    ASSERT_TRUE(chosen);
    EXPECT_EQ(*chosen, referenceEdges(graph, costs));
    for (double &cost : costs)
      cost = normal(random);
    chosen = minimumSpanningEdges(graph, costs);
    ASSERT_TRUE(chosen);
    EXPECT_EQ(*chosen, referenceEdges(graph, costs));
  }
}

TEST(SpanningTree, costsThatDifferInTheirLastBits) {
  std::mt19937 random(3);
  Graph graph = *Graph::grid8(20, 20);
  std::vector<double> costs(static_cast<size_t>(graph.numEdges()));
  for (double &cost : costs)
    cost = 1 + static_cast<double>(random() % 64) * 0x1p-52;
  expectTheTree(graph, costs);
  costs[7] = -1e300; // now these bits are not among the leading ones
  costs[77] = 1e300;
  expectTheTree(graph, costs);
  for (double &cost : costs)
    cost = std::ldexp(static_cast<double>(static_cast<int32_t>(random())), static_cast<int>(random() % 2000) - 1000);
  expectTheTree(graph, costs);
  for (double &cost : costs)
    cost = random() % 3 == 0 ? infinity : random() % 3 == 0 ? -infinity : 5e-324 * static_cast<double>(random() % 5);
  Result<std::vector<int32_t>> chosen = minimumSpanningEdges(graph, costs);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(*chosen, referenceEdges(graph, costs));
}

TEST(SpanningTree, largeGridHasTheWeightOfTheReference) {
  std::mt19937 random(4);
  Graph graph = *Graph::grid(56, 56);
  std::vector<double> costs(static_cast<size_t>(graph.numEdges()));
  for (double &cost : costs)
    cost = std::exp(-std::uniform_real_distribution<>(-1, 1)(random));
  expectTheTree(graph, costs);
}

TEST(SpanningTree, refusals) {
  Graph grid = *Graph::grid(2, 3);
  std::vector<double> costs(7);
  EXPECT_EQ(refusal(minimumSpanningTree(grid, std::vector<double>(6))), "6 numbers for 1 trees on 7 edges");
  costs[3] = notANumber;
  costs[5] = -notANumber;
  EXPECT_EQ(refusal(minimumSpanningTree(grid, costs)), "the cost of edge (1, 4) is NaN, expected a number");
  EXPECT_EQ(refusal(minimumSpanningTree(grid, std::vector<double>(7), RootRule::at(6))),
            "root 6 is out of range, expected a vertex from 0 to 5");
  EXPECT_EQ(refusal(minimumSpanningTree(*Graph::grid(0, 3), {})), "no vertices, expected at least one in a tree");
  EXPECT_EQ(refusal(minimumSpanningTree(*Graph::band(3, 0), {})),
            "vertices 0 and 1 are not connected by the 0 edges: there is no spanning tree");
  std::vector<int32_t> pairs = {4, 0, 1, 2, 2, 1, 3, 4};
  EXPECT_EQ(refusal(minimumSpanningTree(*Graph::edges(5, pairs), std::vector<double>(4))),
            "vertices 0 and 1 are not connected by the 4 edges: there is no spanning tree");
}

TEST(SpanningTree, batches) {
  std::mt19937 random(5);
  Graph graph = *Graph::grid(6, 5);
  std::vector<double> costs = costsWithTies(6 * graph.numEdges(), 9, random);
  for (int threads : {1, 2, 5}) {
    setNumThreads(threads);
    Result<TreeBatch> batch = minimumSpanningTrees(graph, {2, 3}, costs, RootRule::atCenter());
    ASSERT_TRUE(batch) << batch.error().message;
    EXPECT_EQ(batch->shape(), (Shape{2, 3}));
    for (int64_t i = 0; i < 6; ++i) {
      std::span<const double> own(costs.data() + i * graph.numEdges(), static_cast<size_t>(graph.numEdges()));
      Tree alone = *minimumSpanningTree(graph, own, RootRule::atCenter());
      EXPECT_TRUE(std::ranges::equal(batch->trees()[i].parents(), alone.parents()));
    }
    std::vector<double> faulty = costs;
    faulty[2 * graph.numEdges() + 1] = faulty[4 * graph.numEdges()] = notANumber;
    EXPECT_EQ(minimumSpanningTrees(graph, {2, 3}, faulty).error().message,
              "tree 2 of the batch: the cost of edge (0, 5) is NaN, expected a number");
  }
  setNumThreads(0);
  EXPECT_EQ(minimumSpanningTrees(graph, {0, 3}, {})->numVertices(), 30);
  EXPECT_EQ(minimumSpanningTrees(graph, {2}, costs).error().message, "294 numbers for 2 trees on 49 edges");
  EXPECT_EQ(minimumSpanningTrees(*Graph::grid(1, 1), {int64_t(1) << 40}, {}).error().message,
            "a batch of 1099511627776 trees, expected at most 2147483647");
}
