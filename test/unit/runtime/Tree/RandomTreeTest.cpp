//===- RandomTreeTest.cpp - How random spanning trees are distributed -------===//
#include "runtime/Tree/SpanningTree.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <vector>

using namespace espalier;

namespace {
/// The probability of each spanning tree, as a set of edges, when each next edge is drawn among those that join two
/// components with probability proportional to its weight: all sequences of draws are summed.
void sumOverDraws(const Graph &graph, const std::vector<double> &weights, std::vector<int32_t> label, uint32_t chosen,
                  double probability, std::map<uint32_t, double> &trees) {
  double total = 0;
  for (int64_t e = 0; e < graph.numEdges(); ++e)
    if (label[graph.edge(e).lower] != label[graph.edge(e).higher])
      total += weights[e];
  if (total == 0) {
    trees[chosen] += probability;
    return;
  }
  for (int64_t e = 0; e < graph.numEdges(); ++e) {
    int32_t from = label[graph.edge(e).lower], to = label[graph.edge(e).higher];
    if (from == to)
      continue;
    std::vector<int32_t> joined = label;
    for (int32_t &l : joined)
      l = l == from ? to : l;
    sumOverDraws(graph, weights, joined, chosen | 1u << e, probability * weights[e] / total, trees);
  }
}

uint32_t edgesOf(const Graph &graph, const Tree &tree) {
  uint32_t edges = 0;
  for (int64_t e = 0; e < graph.numEdges(); ++e) {
    auto [i, j] = graph.edge(e);
    if (tree.parents()[i] == j || tree.parents()[j] == i)
      edges |= 1u << e;
  }
  return edges;
}
} // namespace

TEST(RandomTree, drawnInProportionToWeights) {
  Graph graph = *Graph::grid8(2, 3);
  std::vector<double> weights = {1, 2, 0.5, 3, 1, 1, 4, 0.25, 1, 2, 1};
  ASSERT_EQ(graph.numEdges(), 11);
  std::map<uint32_t, double> expected, counted;
  sumOverDraws(graph, weights, {0, 1, 2, 3, 4, 5}, 0, 1, expected);
  constexpr int64_t numTrees = 60000;
  std::vector<double> all;
  for (int64_t i = 0; i < numTrees; ++i)
    all.insert(all.end(), weights.begin(), weights.end());
  Result<TreeBatch> batch = randomSpanningTrees(graph, {numTrees}, all, 11);
  ASSERT_TRUE(batch) << batch.error().message;
  for (const Tree &tree : batch->trees())
    counted[edgesOf(graph, tree)] += 1;
  double chiSquare = 0;
  int64_t freedom = -1;
  double rareExpected = 0, rareCounted = 0;
  for (auto [tree, probability] : expected) {
    double mean = probability * numTrees, count = counted.contains(tree) ? counted[tree] : 0;
    if (mean < 10) {
      rareExpected += mean;
      rareCounted += count;
      continue;
    }
    chiSquare += (count - mean) * (count - mean) / mean;
    ++freedom;
  }
  if (rareExpected > 0) {
    chiSquare += (rareCounted - rareExpected) * (rareCounted - rareExpected) / rareExpected;
    ++freedom;
  }
  for (auto [tree, count] : counted)
    EXPECT_TRUE(expected.contains(tree));
  double mean = static_cast<double>(freedom);
  EXPECT_GT(freedom, 100);
  EXPECT_LT(std::abs(chiSquare - mean), 4 * std::sqrt(2 * mean)); // its standard deviation is the root of 2 k
}

TEST(RandomTree, aFunctionOfTheSeedAndThePlaceInTheBatch) {
  Graph graph = *Graph::grid(4, 5);
  std::vector<double> weights(static_cast<size_t>(graph.numEdges()), 1.0), twice(2 * weights.size(), 1.0);
  Tree tree = *randomSpanningTree(graph, weights, 1), same = *randomSpanningTree(graph, weights, 1),
       other = *randomSpanningTree(graph, weights, 2, RootRule::at(7));
  EXPECT_TRUE(std::ranges::equal(tree.parents(), same.parents()));
  EXPECT_NE(edgesOf(graph, tree), edgesOf(graph, other));
  EXPECT_EQ(other.roots()[0], 7);
  TreeBatch batch = *randomSpanningTrees(graph, {2}, twice, 1);
  EXPECT_TRUE(std::ranges::equal(tree.parents(), batch.trees()[0].parents()));
  EXPECT_NE(edgesOf(graph, batch.trees()[0]), edgesOf(graph, batch.trees()[1]));
  // The same on every machine.
  std::vector<int32_t> parents(tree.parents().begin(), tree.parents().end());
  EXPECT_EQ(parents, (std::vector<int32_t>{-1, 0, 7, 8, 3, 6, 1, 6, 13, 14, 11, 6, 7, 18, 19, 10, 11, 12, 17, 18}));
}

TEST(RandomTree, edgesWithoutWeightComeLast) {
  Graph graph = *Graph::grid(2, 2); // edges (0,1), (0,2), (1,3), (2,3)
  for (uint64_t seed = 0; seed < 50; ++seed) {
    std::vector<double> path = {1, 0, 1, 1}, few = {0, 0, 0, 2};
    EXPECT_EQ(edgesOf(graph, *randomSpanningTree(graph, path, seed)), 0b1101u);
    EXPECT_EQ(edgesOf(graph, *randomSpanningTree(graph, few, seed)), 0b1011u); // then (0,1), (0,2)
  }
}

/// Powers of two, even ones, so that the weights and the roots of them are exact: down to denormal weights, up to the
/// greatest.
TEST(RandomTree, theUnitOfTheWeightsDoesNotMatter) {
  Graph graph = *Graph::grid8(2, 2);
  const std::vector<double> weights = {2, 6, 3, 1, 5, 4};
  ASSERT_EQ(graph.numEdges(), 6);
  for (int exponent : {-1074, -1070, -1022, 1020}) {
    std::vector<double> scaled = weights;
    for (double &weight : scaled)
      weight = std::ldexp(weight, exponent);
    for (uint64_t seed = 0; seed < 200; ++seed)
      EXPECT_EQ(edgesOf(graph, *randomSpanningTree(graph, scaled, seed)),
                edgesOf(graph, *randomSpanningTree(graph, weights, seed)))
          << exponent << ' ' << seed;
  }
}

TEST(RandomTree, refusesWeights) {
  Graph graph = *Graph::grid(1, 3);
  auto refusal = [&](double weight) { return randomSpanningTree(graph, std::vector{1.0, weight}, 0).error().message; };
  EXPECT_EQ(refusal(-0.5), "the weight of edge (1, 2) is -0.5, expected a finite number of at least 0");
  EXPECT_EQ(refusal(std::numeric_limits<double>::infinity()),
            "the weight of edge (1, 2) is inf, expected a finite number of at least 0");
  for (double sign : {1.0, -1.0})
    EXPECT_EQ(refusal(std::copysign(std::numeric_limits<double>::quiet_NaN(), sign)),
              "the weight of edge (1, 2) is NaN, expected a finite number of at least 0");
}
