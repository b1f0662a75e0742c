//===- RootingTest.cpp - Roots and centres of undirected trees --------------===//
#include "runtime/Tree/Rooting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

using namespace espalier;

namespace {
using Edges = std::vector<Edge>;
using Parents = std::vector<int32_t>;

/// Every vertex once, before its parent.
void expectChildrenFirst(const Parents &parents, const std::vector<int32_t> &order) {
  std::vector<size_t> place(order.size(), order.size());
  for (size_t i = 0; i < order.size(); ++i)
    place[static_cast<size_t>(order[i])] = i;
  for (size_t v = 0; v < order.size(); ++v) {
    ASSERT_LT(place[v], order.size());
    if (parents[v] >= 0) {
      ASSERT_LT(place[v], place[static_cast<size_t>(parents[v])]);
    }
  }
}

Result<Parents> root(const Edges &edges, int64_t numVertices, RootRule rule) {
  std::vector<int32_t> chosen(edges.size()), order(static_cast<size_t>(numVertices));
  std::vector<int64_t> scratch(static_cast<size_t>(rootingScratchBytes(numVertices)) / 8);
  std::iota(chosen.begin(), chosen.end(), 0);
  EdgeList list{numVertices, static_cast<int64_t>(edges.size()), edges.data(), false};
  Parents parents(static_cast<size_t>(numVertices), -7);
  Result<void> done = rootTree(list, chosen.data(), rule, scratch.data(), parents.data(), order.data());
  if (done)
    expectChildrenFirst(parents, order);
  return done ? Result(parents) : done.error();
}

/// Distances from a vertex, by walking from neighbour to neighbour.
std::vector<int32_t> distances(const Edges &edges, int32_t from, size_t numVertices, Parents *towards = nullptr) {
  std::vector<std::vector<int32_t>> neighbours(numVertices);
  for (Edge edge : edges) {
    neighbours[edge.lower].push_back(edge.higher);
    neighbours[edge.higher].push_back(edge.lower);
  }
  std::vector<int32_t> distance(numVertices, -1), queue = {from};
  distance[from] = 0;
  if (towards)
    towards->assign(numVertices, -1);
  for (size_t i = 0; i < queue.size(); ++i)
    for (int32_t next : neighbours[queue[i]])
      if (distance[next] < 0) {
        distance[next] = distance[queue[i]] + 1;
        if (towards)
          (*towards)[next] = queue[i];
        queue.push_back(next);
      }
  return distance;
}

/// A tree on randomly named vertices; `reach` bounds how far back a vertex is attached, so small ones give deep trees.
Edges randomTree(int32_t numVertices, int32_t reach, std::mt19937 &random) {
  std::vector<int32_t> names(numVertices);
  std::iota(names.begin(), names.end(), 0);
  std::shuffle(names.begin(), names.end(), random);
  Edges edges;
  for (int32_t i = 1; i < numVertices; ++i) {
    int32_t other = std::uniform_int_distribution<int32_t>(std::max(0, i - reach), i - 1)(random);
    edges.push_back({std::min(names[i], names[other]), std::max(names[i], names[other])});
  }
  std::shuffle(edges.begin(), edges.end(), random);
  return edges;
}

void expectRootings(const Edges &edges, int32_t numVertices) {
  int32_t center = 0, least = INT32_MAX;
  for (int32_t v = 0; v < numVertices; ++v) {
    Parents expected;
    auto distance = distances(edges, v, numVertices, &expected);
    if (int32_t farthest = *std::max_element(distance.begin(), distance.end()); farthest < least) {
      least = farthest;
      center = v;
    }
    ASSERT_EQ(*root(edges, numVertices, RootRule::at(v)), expected);
  }
  Parents expected;
  distances(edges, center, numVertices, &expected);
  ASSERT_EQ(*root(edges, numVertices, RootRule::atCenter()), expected);
}
} // namespace

TEST(Rooting, atEveryVertexAndAtTheCenter) {
  std::mt19937 random(3);
  for (int32_t numVertices : {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33})
    for (int32_t reach : {1, 2, 5, 100})
      for (int repeat = 0; repeat < 10; ++repeat)
        expectRootings(randomTree(numVertices, reach, random), numVertices);
}

TEST(Rooting, centersOfPathsAndStars) {
  for (int32_t numVertices : {1, 2, 3, 4, 5, 1000, 1001, 1 << 20}) {
    Edges path, star;
    for (int32_t v = 1; v < numVertices; ++v) {
      path.push_back({v - 1, v});
      star.push_back({v - 1, numVertices - 1});
    }
    Parents parents = *root(path, numVertices, RootRule::atCenter());
    EXPECT_EQ(parents[(numVertices - 1) / 2], -1); // of two centres the lower
    parents = *root(star, numVertices, RootRule::atCenter());
    EXPECT_EQ(parents[numVertices == 2 ? 0 : numVertices - 1], -1);
    EXPECT_EQ(std::count(parents.begin(), parents.end(), -1), 1);
  }
}

TEST(Rooting, refusesRootsThatAreNoVertices) {
  EXPECT_EQ(root({{0, 1}}, 2, RootRule::at(2)).error().message,
            "root 2 is out of range, expected a vertex from 0 to 1");
  EXPECT_EQ(root({{0, 1}}, 2, RootRule::at(-1)).error().message,
            "root -1 is out of range, expected a vertex from 0 to 1");
}
