//===- TreeBatchTest.cpp - Trees of equal size for a batch ------------------===//
#include "runtime/Tree/TreeBatch.h"

#include <gtest/gtest.h>

using namespace espalier;

TEST(TreeBatch, onePerRow) {
  Result<Tensor> parents = Tensor::of<int32_t>({2, 1, 3}, {1, 2, -1, -1, 0, 0});
  Result<TreeBatch> batch = TreeBatch::fromParents(*parents);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->shape(), (Shape{2, 1}));
  EXPECT_EQ(batch->numVertices(), 3);
  ASSERT_EQ(batch->abi().size(), 2u);
  EXPECT_TRUE(batch->trees()[0].isChain());
  EXPECT_EQ(batch->abi()[1].num_leaves, 2);
  EXPECT_EQ(batch->abi()[1].children[1], 2);
}

TEST(TreeBatch, emptyOnes) {
  Result<Tensor> none = Tensor::of<int32_t>({0, 3}, {});
  Result<TreeBatch> noTrees = TreeBatch::fromParents(*none);
  ASSERT_TRUE(noTrees);
  EXPECT_EQ(noTrees->numVertices(), 3);
  EXPECT_EQ(noTrees->abi().size(), 0u);
  // However many trees without vertices are asked for, no memory is spent on each.
  Result<Tensor> hollow = Tensor::of<int32_t>({int64_t(1) << 40, 0}, {});
  Result<TreeBatch> noVertices = TreeBatch::fromParents(*hollow, TreeKind::forest);
  ASSERT_TRUE(noVertices);
  EXPECT_EQ(noVertices->abi().size(), 1u);
}

TEST(TreeBatch, refuses) {
  auto refusal = [](const Result<TreeBatch> &batch) { return batch ? "accepted" : batch.error().message; };
  EXPECT_EQ(
      refusal(TreeBatch::fromParents(*Tensor::of<int32_t>({2, 2}, {1, -1, 1, 0}))),
      "tree 1 of the batch: vertex 0 is on a cycle: 0 -> 1 -> 0 (from child to parent), expected a way to a root; "
      "there is no root: no entry is -1");
  EXPECT_EQ(
      refusal(TreeBatch::fromParents(*Tensor::of<int32_t>({2, 2, 1}, {-1, -1, -1, 0}))),
      "tree (1, 1) of the batch: vertex 0 is on a cycle: 0 -> 0 (from child to parent), expected a way to a root; "
      "there is no root: no entry is -1");
  EXPECT_EQ(refusal(TreeBatch::fromParents(*Tensor::of<float>({2}, {1, -1}))),
            "parents are f32(2,), expected i32 with one row of parents per tree");
  EXPECT_EQ(refusal(TreeBatch::fromParents(*Tensor::of<int32_t>({}, {1}))),
            "parents are i32(), expected i32 with one row of parents per tree");
  EXPECT_EQ(refusal(TreeBatch::of({3}, {*Tree::chain(2)})), "1 trees for a batch of shape (3,), expected 3");
  EXPECT_EQ(refusal(TreeBatch::of({2}, {*Tree::chain(2), *Tree::chain(4)})),
            "tree 1 of the batch has 4 vertices, but tree 0 has 2");
}

TEST(TreeBatch, tablesOfBlocks) {
  std::vector<int32_t> parents{4, 4, 5, 5, 6, 6, -1};
  parents.insert(parents.end(), parents.begin(), parents.begin() + 7);
  auto batch = TreeBatch::fromParents(*Tensor::of<int32_t>({2, 7}, parents), TreeKind::perfect);
  ASSERT_TRUE(batch) << batch.error().message;
  EXPECT_EQ(batch->abi()[1].blocks, nullptr);
  std::span<const espalier_tree> tables = batch->abi(TreeTables{.blocks = true});
  ASSERT_EQ(tables.size(), 2u);
  for (const espalier_tree &tree : tables) {
    ASSERT_EQ(tree.num_blocks, 3); // a level each
    constexpr int32_t firsts[] = {0, 4, 6}, lasts[] = {3, 5, 6};
    for (int level = 0; level < 3; ++level) {
      const int32_t *block = tree.blocks + level * ESPALIER_BLOCK_WIDTH;
      EXPECT_EQ(block[0], firsts[level]);
      EXPECT_EQ(block[ESPALIER_BLOCK_WIDTH - 1], lasts[level]);
    }
  }
}
