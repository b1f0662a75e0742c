//===- TreeCacheTest.cpp - The same content gives the same handle -----------===//
#include "runtime/Tree/TreeCache.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

using namespace espalier;

static bool isSame(const Tree &left, const Tree &right) { return &left.abi() == &right.abi(); }

TEST(TreeCache, byParents) {
  TreeCache cache(1 << 20);
  std::vector<int32_t> parents = {1, 2, -1}, copy = parents, others = {2, 2, -1}, longer = {1, 2, 3, -1};
  Tree tree = *cache.fromParents(parents, TreeKind::rooted);
  EXPECT_TRUE(isSame(tree, *cache.fromParents(copy, TreeKind::rooted)));
  EXPECT_FALSE(isSame(tree, *cache.fromParents(others, TreeKind::rooted)));
  EXPECT_FALSE(isSame(tree, *cache.fromParents(longer, TreeKind::rooted)));
  Tree forest = *cache.fromParents(parents, TreeKind::forest);
  EXPECT_EQ(forest.kind(), TreeKind::forest);
  EXPECT_EQ(tree.kind(), TreeKind::rooted);
  parents[0] = 7;
  EXPECT_FALSE(cache.fromParents(parents, TreeKind::rooted));
  EXPECT_FALSE(cache.fromParents(parents, TreeKind::rooted));
  EXPECT_EQ(cache.fromParents({}, TreeKind::forest)->numVertices(), 0);
}

TEST(TreeCache, byRecipe) {
  TreeCache cache(1 << 20);
  using Builder = TreeRecipe::Builder;
  Tree chain = *cache.build({Builder::chain, 7}), quad = *cache.build({Builder::quadtree, 3, 3, PixelOrder::snake});
  EXPECT_TRUE(chain.isChain());
  EXPECT_EQ(quad.numLeaves(), 9);
  EXPECT_TRUE(cache.build({Builder::perfect, 2, 3})->isPerfect(2));
  EXPECT_TRUE(isSame(chain, *cache.build({Builder::chain, 7})));
  EXPECT_FALSE(isSame(quad, *cache.build({Builder::quadtree, 3, 3, PixelOrder::raster})));
  EXPECT_EQ(cache.build({Builder::chain, -1}).error().message, "a tree of -1 vertices, expected 0 to 2147483646");
  EXPECT_EQ(cache.build({Builder::perfect, 0, 1}).error().message, Tree::perfect(0, 1).error().message);
}

TEST(TreeCache, isBounded) {
  constexpr int64_t capacity = 100000;
  TreeCache cache(capacity);
  auto chain = [&](int64_t n) { return *cache.build({TreeRecipe::Builder::chain, n}); };
  Tree kept = chain(500);
  for (int64_t n = 0; n < 400; ++n) {
    chain(n);
    EXPECT_TRUE(isSame(kept, chain(500))); // asked for all the time
    EXPECT_LE(cache.bytes(), capacity);
  }
  EXPECT_GT(cache.bytes(), capacity / 2);
  Tree first = chain(1);
  for (int64_t n = 1000; n < 1010; ++n)
    chain(n);
  EXPECT_FALSE(isSame(first, chain(1)));
  EXPECT_FALSE(isSame(kept, chain(500))); // forgotten, but the handle still holds
  EXPECT_EQ(kept.numVertices(), 500);
  EXPECT_EQ(chain(1000000).numVertices(), 1000000); // too large to be kept
  EXPECT_LE(cache.bytes(), capacity);
}

TEST(TreeCache, fromManyThreads) {
  TreeCache cache(20000);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&] {
      for (int64_t round = 0; round < 500; ++round) {
        std::vector<int32_t> star(static_cast<size_t>(1 + round % 60), 0);
        star[0] = -1;
        ASSERT_EQ(cache.fromParents(star, TreeKind::rooted)->numVertices(), 1 + round % 60);
        ASSERT_EQ(cache.build({TreeRecipe::Builder::chain, round % 50})->numVertices(), round % 50);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_LE(cache.bytes(), 20000);
}
