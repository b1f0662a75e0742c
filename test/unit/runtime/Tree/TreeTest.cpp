//===- TreeTest.cpp - Making trees, and what is refused ---------------------===//
#include "runtime/Tree/Tree.h"

#include <gtest/gtest.h>

#include <vector>

using namespace espalier;

static std::vector<int32_t> listOf(std::span<const int32_t> values) { return {values.begin(), values.end()}; }

static std::string refusal(const Result<Tree> &tree) { return tree ? "accepted" : tree.error().message; }

TEST(Tree, perfectIsNumberedByLevels) {
  Result<Tree> tree = Tree::perfect(2, 2);
  ASSERT_TRUE(tree);
  EXPECT_EQ(listOf(tree->parents()), (std::vector<int32_t>{4, 4, 5, 5, 6, 6, -1}));
  EXPECT_EQ(listOf(tree->leaves()), (std::vector<int32_t>{0, 1, 2, 3}));
  EXPECT_EQ(listOf(tree->postOrder()), (std::vector<int32_t>{0, 1, 4, 2, 3, 5, 6}));
  EXPECT_EQ(tree->kind(), TreeKind::perfect);
  EXPECT_EQ(tree->arity(), 2);
  EXPECT_EQ(tree->maxDepth(), 2);
}

TEST(Tree, perfectSizes) {
  for (int64_t arity = 1; arity <= 5; ++arity)
    for (int64_t height = 0; height <= 5; ++height) {
      int64_t size = 0, level = 1;
      for (int64_t h = 0; h <= height; ++h, level *= arity)
        size += level;
      Result<Tree> tree = Tree::perfect(arity, height);
      ASSERT_TRUE(tree);
      EXPECT_EQ(tree->numVertices(), size);
      EXPECT_EQ(tree->heights().back(), height);
      EXPECT_TRUE(tree->isPerfect(arity));
      EXPECT_EQ(tree->isPerfect(arity + 1), height == 0);
      EXPECT_EQ(tree->isChain(), arity == 1 || height == 0);
    }
}

TEST(Tree, chainRunsForward) {
  Result<Tree> tree = Tree::chain(4);
  ASSERT_TRUE(tree);
  EXPECT_EQ(listOf(tree->parents()), (std::vector<int32_t>{1, 2, 3, -1}));
  EXPECT_EQ(listOf(tree->postOrder()), (std::vector<int32_t>{0, 1, 2, 3}));
  EXPECT_TRUE(tree->isChain());
  EXPECT_TRUE(tree->isPerfect(1));
  Result<Tree> empty = Tree::chain(0);
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->numVertices(), 0);
  EXPECT_EQ(empty->maxDepth(), -1);
  EXPECT_TRUE(empty->isChain());
  EXPECT_FALSE(empty->isRooted());
}

TEST(Tree, structureIsRecognisedHoweverItWasMade) {
  std::vector<int32_t> binary = {4, 4, 5, 5, 6, 6, -1}, renumbered = {-1, 0, 0, 1, 1, 2, 2};
  EXPECT_TRUE(Tree::fromParents(binary)->isPerfect(2));
  EXPECT_FALSE(Tree::fromParents(binary)->isPerfect(3));
  EXPECT_FALSE(Tree::fromParents(renumbered)->isPerfect(2)); // perfect, but not in that numbering
  EXPECT_EQ(Tree::fromParents(binary, TreeKind::perfect)->arity(), 2);
  std::vector<int32_t> chain = {1, 2, -1}, lopsided = {3, 3, 4, 4, -1}, star = {3, 3, 3, -1};
  EXPECT_TRUE(Tree::fromParents(chain)->isChain());
  EXPECT_FALSE(Tree::fromParents(lopsided)->isChain());
  EXPECT_FALSE(Tree::fromParents(lopsided)->isPerfect(2));
  EXPECT_TRUE(Tree::fromParents(star)->isPerfect(3));
}

TEST(Tree, sharesItsArrays) {
  Result<Tree> tree = Tree::perfect(2, 3);
  Tree copy = *tree;
  EXPECT_EQ(&copy.abi(), &tree->abi());
}

TEST(Tree, refusesSizes) {
  EXPECT_EQ(refusal(Tree::perfect(0, 3)), "perfect(0, 3), expected an arity of at least 1 and a height of at least 0");
  EXPECT_EQ(refusal(Tree::perfect(2, -1)),
            "perfect(2, -1), expected an arity of at least 1 and a height of at least 0");
  EXPECT_EQ(refusal(Tree::perfect(2, 31)), "perfect(2, 31) has more than 2147483646 vertices");
  EXPECT_EQ(refusal(Tree::perfect(4, INT64_MAX)), "perfect(4, 9223372036854775807) has more than 2147483646 vertices");
  EXPECT_EQ(refusal(Tree::perfect(INT64_MAX, 2)), "perfect(9223372036854775807, 2) has more than 2147483646 vertices");
  EXPECT_EQ(refusal(Tree::perfect(1, INT64_MAX)), "perfect(1, 9223372036854775807) has more than 2147483646 vertices");
  EXPECT_EQ(refusal(Tree::chain(-1)), "a tree of -1 vertices, expected 0 to 2147483646");
  EXPECT_EQ(refusal(Tree::chain(int64_t(1) << 31)), "a tree of 2147483648 vertices, expected 0 to 2147483646");
  EXPECT_EQ(Tree::perfect(INT64_MAX, 0)->numVertices(), 1);
}

TEST(Tree, refusesParents) {
  struct Case {
    std::vector<int32_t> parents;
    TreeKind kind;
    std::string message;
  };
  const Case cases[] = {
      {{}, TreeKind::rooted, "no vertices, expected at least one in a tree"},
      {{},
       TreeKind::perfect,
       "the parents of 0 vertices are not those of a perfect tree, "
       "expected levels numbered from the leaves, all of one arity"},
      {{1, 9, -1}, TreeKind::rooted, "vertex 1 has parent 9, expected -1 (a root) or a vertex from 0 to 2"},
      {{1, -2, -1}, TreeKind::forest, "vertex 1 has parent -2, expected -1 (a root) or a vertex from 0 to 2"},
      {{3, 2, -1}, TreeKind::rooted, "vertex 0 has parent 3, expected -1 (a root) or a vertex from 0 to 2"},
      {{0},
       TreeKind::rooted,
       "vertex 0 is on a cycle: 0 -> 0 (from child to parent), expected a way to a root; "
       "there is no root: no entry is -1"},
      {{-1, 2, 3, 1, 1},
       TreeKind::rooted,
       "vertex 1 is on a cycle: 1 -> 2 -> 3 -> 1 (from child to parent), expected a way to a root"},
      {{-1, 4, -1}, TreeKind::rooted, "vertex 1 has parent 4, expected -1 (a root) or a vertex from 0 to 2"},
      {{-1, 0, -1}, TreeKind::rooted, "2 roots, vertices 0 and 2 among them, expected exactly one in a tree"},
      {{-1, -1}, TreeKind::chain, "2 roots, vertices 0 and 1 among them, expected exactly one in a chain"},
      {{-1, 0},
       TreeKind::chain,
       "the parents of 2 vertices are not those of a chain, expected vertex t to have parent t + 1"},
      {{-1, 0, 0},
       TreeKind::perfect,
       "the parents of 3 vertices are not those of a perfect tree, "
       "expected levels numbered from the leaves, all of one arity"},
  };
  for (const Case &c : cases)
    EXPECT_EQ(refusal(Tree::fromParents(c.parents, c.kind)), c.message);
}

TEST(Tree, refusesAnEndlessCycle) {
  std::vector<int32_t> ring(1 << 20);
  for (int32_t v = 0; v < 1 << 20; ++v)
    ring[v] = (v + 1) % (1 << 20);
  EXPECT_EQ(
      refusal(Tree::fromParents(ring, TreeKind::forest)),
      "vertex 0 is on a cycle: 0 -> 1 -> 2 -> 3 -> 4 -> 5 -> ... (from child to parent), expected a way to a root; "
      "there is no root: no entry is -1");
}
