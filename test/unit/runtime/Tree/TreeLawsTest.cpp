//===- TreeLawsTest.cpp - What holds of every tree, on many trees -----------===//
#include "runtime/Tree/Tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

using namespace espalier;

namespace {
using Parents = std::vector<int32_t>;

/// Vertices in a random numbering; each is a root with probability `rootChance`, else below a random earlier one.
Parents randomForest(int32_t numVertices, double rootChance, bool oneRoot, std::mt19937 &random) {
  Parents names(numVertices), parents(numVertices);
  std::iota(names.begin(), names.end(), 0);
  std::shuffle(names.begin(), names.end(), random);
  for (int32_t i = 0; i < numVertices; ++i) {
    bool root = i == 0 || (!oneRoot && std::uniform_real_distribution<>()(random) < rootChance);
    parents[names[i]] = root ? -1 : names[std::uniform_int_distribution<int32_t>(0, i - 1)(random)];
  }
  return parents;
}

Parents chainParents(int32_t numVertices) {
  Parents parents(numVertices);
  for (int32_t v = 0; v < numVertices; ++v)
    parents[v] = v + 1 < numVertices ? v + 1 : -1;
  return parents;
}

Parents starParents(int32_t numVertices, int32_t center) {
  Parents parents(numVertices, center);
  parents[center] = -1;
  return parents;
}

/// Checks every array against its definition in ABI.h, by the parents alone.
void expectLaws(const Parents &parents) {
  Result<Tree> made = Tree::fromParents(parents, TreeKind::forest);
  ASSERT_TRUE(made) << made.error().message;
  const espalier_tree &tree = made->abi();
  int64_t numVertices = static_cast<int64_t>(parents.size());
  ASSERT_EQ(tree.num_vertices, numVertices);
  ASSERT_EQ(tree.child_offsets[0], 0);
  ASSERT_EQ(tree.child_offsets[numVertices], numVertices - tree.num_roots);

  // children: those whose parent it is, ascending; slot: the position among them.
  int64_t roots = 0, leaves = 0;
  for (int64_t v = 0; v < numVertices; ++v) {
    ASSERT_EQ(tree.parent[v], parents[v]);
    auto children = made->children(v);
    for (size_t i = 0; i < children.size(); ++i) {
      ASSERT_EQ(parents[children[i]], v);
      ASSERT_EQ(tree.slot[children[i]], static_cast<int32_t>(i));
      ASSERT_LT(i ? children[i - 1] : -1, children[i]);
    }
    if (parents[v] < 0) {
      ASSERT_EQ(tree.roots[roots], v);
      ASSERT_EQ(tree.slot[v], roots++);
      ASSERT_EQ(tree.depth[v], 0);
    } else {
      ASSERT_EQ(tree.depth[v], tree.depth[parents[v]] + 1);
    }
    if (children.empty()) {
      ASSERT_EQ(tree.leaves[leaves], v);
      ASSERT_EQ(tree.leaf_rank[v], leaves++);
      ASSERT_EQ(tree.height[v], 0);
    } else {
      ASSERT_EQ(tree.leaf_rank[v], -1);
      int32_t tallest = -1;
      for (int32_t child : children)
        tallest = std::max(tallest, tree.height[child]);
      ASSERT_EQ(tree.height[v], tallest + 1);
    }
  }
  ASSERT_EQ(tree.num_roots, roots);
  ASSERT_EQ(tree.num_leaves, leaves);
  ASSERT_EQ(tree.max_depth, numVertices ? *std::max_element(tree.depth, tree.depth + numVertices) : -1);

  // post_order: each vertex once; a subtree ends with its vertex and is contiguous.
  std::vector<int64_t> position(numVertices, -1), subtree(numVertices, 1);
  for (int64_t i = 0; i < numVertices; ++i) {
    ASSERT_EQ(position[tree.post_order[i]], -1);
    position[tree.post_order[i]] = i;
  }
  for (int64_t i = 0; i < numVertices; ++i) {
    int32_t v = tree.post_order[i];
    int64_t next = i;
    auto children = made->children(v);
    for (size_t c = children.size(); c-- > 0;) { // the blocks of the children end where the next one begins
      ASSERT_EQ(position[children[c]], next - 1);
      next -= subtree[children[c]];
      subtree[v] += subtree[children[c]];
    }
  }

  // blocks: each vertex in one block (the last of a block may be repeated), of equal heights, children in blocks
  // before.
  const espalier_tree &blocked = made->abi(TreeTables{.blocks = true});
  ASSERT_EQ(blocked.parent, tree.parent);
  std::vector<int64_t> blockOf(numVertices, -1);
  for (int64_t block = 0; block < blocked.num_blocks; ++block) {
    const int32_t *vertices = blocked.blocks + block * ESPALIER_BLOCK_WIDTH;
    for (int lane = 0; lane < ESPALIER_BLOCK_WIDTH; ++lane) {
      int32_t v = vertices[lane];
      ASSERT_EQ(tree.height[v], tree.height[vertices[0]]);
      if (lane > 0 && v == vertices[lane - 1]) {
        ASSERT_EQ(v, vertices[ESPALIER_BLOCK_WIDTH - 1]);
        continue;
      }
      ASSERT_EQ(blockOf[v], -1);
      blockOf[v] = block;
      for (int32_t child : made->children(v)) {
        ASSERT_GE(blockOf[child], 0);
        ASSERT_LT(blockOf[child], block);
      }
    }
  }
  for (int64_t v = 0; v < numVertices; ++v)
    ASSERT_GE(blockOf[v], 0);
}
} // namespace

TEST(TreeLaws, smallAndRandomTrees) {
  std::mt19937 random(1);
  for (int32_t numVertices : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 64, 97, 1000})
    for (int repeat = 0; repeat < 8; ++repeat)
      expectLaws(randomForest(numVertices, 0, true, random));
}

TEST(TreeLaws, forests) {
  std::mt19937 random(2);
  expectLaws({});
  for (int32_t numVertices : {1, 2, 3, 8, 33, 257, 1001})
    for (double rootChance : {0.1, 0.5, 1.0})
      expectLaws(randomForest(numVertices, rootChance, false, random));
}

TEST(TreeLaws, allForestsOfFourVertices) {
  int accepted = 0;
  for (int code = 0; code < 5 * 5 * 5 * 5; ++code) {
    Parents parents = {code % 5 - 1, code / 5 % 5 - 1, code / 25 % 5 - 1, code / 125 - 1};
    bool sound = true;
    for (int32_t v = 0; v < 4; ++v) {
      int32_t above = v;
      for (int step = 0; step < 4 && above >= 0; ++step)
        above = parents[above];
      sound &= above < 0;
    }
    Result<Tree> tree = Tree::fromParents(parents, TreeKind::forest);
    EXPECT_EQ(static_cast<bool>(tree), sound);
    if (sound)
      expectLaws(parents);
    accepted += sound;
  }
  EXPECT_EQ(accepted, 125); // (n + 1)^(n - 1) rooted forests on n labelled vertices
}

TEST(TreeLaws, longChains) {
  expectLaws(chainParents(1 << 20));
  Parents reversed(1 << 20);
  for (int32_t v = 0; v < 1 << 20; ++v)
    reversed[v] = v - 1;
  expectLaws(reversed);
}

TEST(TreeLaws, wideStars) {
  expectLaws(starParents(100001, 0));
  expectLaws(starParents(100001, 100000));
  expectLaws(starParents(100001, 5000));
}
