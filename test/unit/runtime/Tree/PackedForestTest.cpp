//===- PackedForestTest.cpp - Trees of different sizes as one forest --------===//
#include "runtime/Tree/PackedForest.h"

#include <gtest/gtest.h>

using namespace espalier;

TEST(PackedForest, treesAndBack) {
  std::vector<Tree> trees = {*Tree::chain(3), *Tree::chain(0), *Tree::perfect(2, 2), *Tree::chain(1),
                             *Tree::fromParents(std::vector<int32_t>{-1, -1, 0}, TreeKind::forest)};
  Result<PackedForest> packed = PackedForest::of(trees);
  ASSERT_TRUE(packed) << packed.error().message;
  EXPECT_EQ(packed->offsets, (std::vector<int64_t>{0, 3, 3, 10, 11, 14}));
  EXPECT_EQ(packed->numTrees(), 5);
  EXPECT_EQ(packed->forest.numVertices(), 14);
  EXPECT_EQ(packed->forest.numRoots(), 5);
  for (int64_t i = 0; i < 5; ++i) {
    Result<Tree> tree = packed->tree(i, TreeKind::forest);
    ASSERT_TRUE(tree) << tree.error().message;
    EXPECT_TRUE(std::ranges::equal(tree->parents(), trees[i].parents()));
    for (int64_t v = 0; v < tree->numVertices(); ++v) { // nothing of a tree is seen from another
      EXPECT_EQ(packed->forest.depths()[packed->offsets[i] + v], trees[i].depths()[v]);
      EXPECT_EQ(packed->forest.heights()[packed->offsets[i] + v], trees[i].heights()[v]);
    }
  }
  EXPECT_EQ(PackedForest::of({})->forest.numVertices(), 0);
}

TEST(PackedForest, refuses) {
  auto refusal = [](std::vector<int32_t> parents, std::vector<int64_t> offsets) {
    Result<PackedForest> packed = PackedForest::fromParents(parents, offsets);
    return packed ? "accepted" : packed.error().message;
  };
  EXPECT_EQ(refusal({1, -1, -1}, {0, 2, 3}), "accepted");
  EXPECT_EQ(refusal({}, {}), "offsets start with nothing, expected 0");
  EXPECT_EQ(refusal({-1}, {1, 1}), "offsets start with 1, expected 0");
  EXPECT_EQ(refusal({-1, -1}, {0, 2, 1, 2}), "offset 2 is 1, but offset 1 is 2, expected them to ascend");
  EXPECT_EQ(refusal({-1, -1}, {0, 1}), "the last offset is 1, expected the number of parents, 2");
  EXPECT_EQ(refusal({1, -1, 1}, {0, 2, 3}),
            "tree 1: vertex 0 has parent 1, expected -1 (a root) or a vertex from 0 to 0");
  EXPECT_EQ(refusal({-1, 0}, {0, 1, 2}), "in the numbering of the packed forest: vertex 1 is on a cycle: 1 -> 1 (from "
                                         "child to parent), expected a way to a root");
  EXPECT_EQ(PackedForest::of({})->tree(0).error().message, "tree 0 of 0 packed trees");
}
