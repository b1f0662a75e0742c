//===- DecompositionTest.cpp - Laws of levels, paths, rake and compress -----===//
#include "runtime/Tree/HeavyPaths.h"
#include "runtime/Tree/Levels.h"
#include "runtime/Tree/RakeCompress.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

using namespace espalier;

namespace {
using Parents = std::vector<int32_t>;

/// Vertices in a random numbering, each below one of the `reach` named before it: a small reach gives deep trees.
Tree randomForest(int32_t numVertices, int32_t reach, double rootChance, std::mt19937 &random) {
  Parents names(numVertices), parents(numVertices);
  std::iota(names.begin(), names.end(), 0);
  std::shuffle(names.begin(), names.end(), random);
  for (int32_t i = 0; i < numVertices; ++i) {
    bool root = i == 0 || std::uniform_real_distribution<>()(random) < rootChance;
    int32_t above = root ? 0 : std::uniform_int_distribution<int32_t>(std::max(0, i - reach), i - 1)(random);
    parents[names[i]] = root ? -1 : names[above];
  }
  return *Tree::fromParents(parents, TreeKind::forest);
}

/// A chain with a leaf at each vertex.
Tree caterpillar(int32_t length) {
  Parents parents(2 * length);
  for (int32_t i = 0; i < length; ++i) {
    parents[i] = i - 1;
    parents[length + i] = i;
  }
  return *Tree::fromParents(parents);
}

std::vector<Tree> manyTrees() {
  std::vector<Tree> trees = {*Tree::chain(0),      *Tree::chain(1),       *Tree::chain(2),      *Tree::chain(3),
                             *Tree::chain(100000), *Tree::perfect(2, 10), *Tree::perfect(3, 6), *Tree::perfect(1000, 1),
                             caterpillar(1),       caterpillar(2),        caterpillar(5000)};
  std::mt19937 random(1);
  for (int32_t numVertices : {1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 97, 1000})
    for (int32_t reach : {1, 2, 4, 1000})
      for (double rootChance : {0.0, 0.2})
        trees.push_back(randomForest(numVertices, reach, rootChance, random));
  return trees;
}

void expectPermutation(std::vector<int32_t> vertices, int64_t numVertices) {
  std::sort(vertices.begin(), vertices.end());
  ASSERT_EQ(static_cast<int64_t>(vertices.size()), numVertices);
  for (int64_t v = 0; v < numVertices; ++v)
    ASSERT_EQ(vertices[v], v);
}

void expectLevels(const Tree &tree, const Levels &levels, std::span<const int32_t> measure) {
  ASSERT_EQ(levels.numLevels(), tree.maxDepth() + 1);
  expectPermutation(levels.vertices, tree.numVertices());
  for (int64_t l = 0; l < levels.numLevels(); ++l) {
    ASSERT_FALSE(levels.level(l).empty());
    ASSERT_TRUE(std::ranges::is_sorted(levels.level(l)));
    for (int32_t v : levels.level(l))
      ASSERT_EQ(measure[v], l);
  }
}

void expectPathLaws(const Tree &tree) {
  HeavyPaths paths = HeavyPaths::of(tree);
  std::span<const int32_t> parents = tree.parents();
  expectPermutation(paths.vertices, tree.numVertices());
  std::vector<int64_t> rankOf(static_cast<size_t>(paths.numPaths()), -1);
  for (int64_t r = 0; r < paths.numRanks(); ++r)
    for (int32_t p = paths.rankOffsets[r]; p < paths.rankOffsets[r + 1]; ++p)
      rankOf[p] = r;
  for (int64_t p = 0; p < paths.numPaths(); ++p) {
    auto path = paths.path(p);
    ASSERT_FALSE(path.empty());
    ASSERT_TRUE(tree.children(path.back()).empty());
    int32_t above = parents[path[0]];
    ASSERT_EQ(rankOf[p], above < 0 ? 0 : rankOf[paths.pathOf[above]] + 1);
    for (size_t i = 0; i < path.size(); ++i) {
      ASSERT_EQ(paths.pathOf[path[i]], p);
      ASSERT_EQ(parents[path[i]], i > 0 ? path[i - 1] : above);
    }
  }
  ASSERT_LE(paths.numRanks(), tree.numVertices() ? std::log2(tree.numVertices()) + 1 : 0);
}

/// Takes the tree apart as told and checks at each step that this is allowed.
void expectRakeCompressLaws(const Tree &tree) {
  RakeCompress order = RakeCompress::of(tree);
  expectPermutation(order.vertices, tree.numVertices());
  int64_t numVertices = tree.numVertices();
  Parents parents(tree.parents().begin(), tree.parents().end());
  std::vector<std::set<int32_t>> children(static_cast<size_t>(numVertices));
  for (int32_t v = 0; v < numVertices; ++v)
    if (parents[v] >= 0)
      children[parents[v]].insert(v);
  ASSERT_EQ(order.offsets.size() % 2, 1u);
  for (int64_t round = 0; round < order.numRounds(); ++round) {
    ASSERT_FALSE(order.raked(round).empty());
    for (int32_t v : order.raked(round)) {
      ASSERT_TRUE(children[v].empty());
      ASSERT_EQ(order.above[v], parents[v]);
      ASSERT_EQ(order.below[v], -1);
    }
    for (int32_t v : order.raked(round))
      if (parents[v] >= 0)
        children[parents[v]].erase(v);
    std::set<int32_t> going(order.compressed(round).begin(), order.compressed(round).end());
    for (int32_t v : order.compressed(round)) { // two neighbours at most, and they stay
      ASSERT_EQ(children[v].size(), 1u);
      ASSERT_GE(parents[v], 0);
      ASSERT_EQ(order.above[v], parents[v]);
      ASSERT_EQ(order.below[v], *children[v].begin());
      ASSERT_FALSE(going.contains(order.above[v]) || going.contains(order.below[v]));
    }
    for (int32_t v : order.compressed(round)) {
      parents[order.below[v]] = order.above[v];
      children[order.above[v]].erase(v);
      children[order.above[v]].insert(order.below[v]);
    }
  }
  ASSERT_LE(order.numRounds(), numVertices ? std::log(numVertices) / std::log(1.5) + 1 : 0);
}
} // namespace

TEST(Decomposition, levels) {
  for (const Tree &tree : manyTrees()) {
    expectLevels(tree, Levels::byDepth(tree), tree.depths());
    expectLevels(tree, Levels::byHeight(tree), tree.heights());
  }
}

TEST(Decomposition, heavyPaths) {
  for (const Tree &tree : manyTrees())
    expectPathLaws(tree);
  EXPECT_EQ(HeavyPaths::of(*Tree::chain(1000)).numPaths(), 1);
  EXPECT_EQ(HeavyPaths::of(*Tree::perfect(2, 6)).numRanks(), 7); // the bound is reached
  // The heavy child has more vertices below it, though it is the higher one.
  HeavyPaths paths = HeavyPaths::of(*Tree::fromParents(std::vector<int32_t>{-1, 0, 0, 2}));
  EXPECT_EQ(paths.vertices, (std::vector<int32_t>{0, 2, 3, 1}));
}

TEST(Decomposition, rakeAndCompress) {
  for (const Tree &tree : manyTrees())
    expectRakeCompressLaws(tree);
  EXPECT_LE(RakeCompress::of(*Tree::chain(1 << 20)).numRounds(), 21);
  EXPECT_EQ(RakeCompress::of(*Tree::perfect(1000, 1)).numRounds(), 2);
  RakeCompress chain = RakeCompress::of(*Tree::chain(6)); // 5 is the root; 0 is raked, then 4, 2 of the run 4 .. 1
  EXPECT_EQ(std::vector<int32_t>(chain.compressed(0).begin(), chain.compressed(0).end()), (std::vector<int32_t>{2, 4}));
}
