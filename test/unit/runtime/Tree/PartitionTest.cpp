//===- PartitionTest.cpp - Subtrees beside each other -----------------------===//
#include "runtime/Tree/Partition.h"
#include "runtime/Tree/Tree.h"
#include "runtime/Tree/TreeBatch.h"

#include <gtest/gtest.h>

#include <random>

using namespace espalier;

namespace {

struct NamedTree {
  std::string name;
  Tree tree;
};

NamedTree fromParents(std::string name, const std::vector<int32_t> &parents) {
  return {std::move(name), *Tree::fromParents(parents, TreeKind::forest)};
}

/// Each vertex hangs below one of the `reach` vertices before it (a path for reach 1), or is a root.
NamedTree randomForest(int32_t numVertices, int32_t reach, double rootChance) {
  std::mt19937 random(static_cast<unsigned>(numVertices * 31 + reach));
  std::vector<int32_t> parents(static_cast<size_t>(numVertices), -1);
  for (int32_t v = 1; v < numVertices; ++v)
    if (std::uniform_real_distribution<>()(random) >= rootChance)
      parents[static_cast<size_t>(v)] = std::uniform_int_distribution<int32_t>(std::max(0, v - reach), v - 1)(random);
  return fromParents(fmt::format("random {} {} {}", numVertices, reach, rootChance), parents);
}

/// A path 0, 1, 2, .. up to its root, with `legs` leaves at each of its vertices.
NamedTree caterpillar(int32_t spine, int32_t legs) {
  std::vector<int32_t> parents;
  for (int32_t v = 0; v < spine; ++v)
    parents.push_back(v + 1 < spine ? v + 1 : -1);
  for (int32_t leg = 0; leg < spine * legs; ++leg)
    parents.push_back(leg / legs);
  return fromParents(fmt::format("caterpillar {} {}", spine, legs), parents);
}

/// Paths of `length` vertices that meet in a root.
NamedTree spider(int32_t paths, int32_t length) {
  std::vector<int32_t> parents(static_cast<size_t>(paths * length + 1), -1);
  for (int32_t v = 0; v < paths * length; ++v)
    parents[static_cast<size_t>(v)] = v % length + 1 < length ? v + 1 : paths * length;
  return fromParents(fmt::format("spider {} {}", paths, length), parents);
}

std::vector<NamedTree> trees() {
  std::vector<NamedTree> all;
  for (int32_t numVertices : {0, 1, 2, 3, 4, 7, 16, 97, 1000})
    for (int32_t reach : {1, 2, 10, 1000})
      for (double rootChance : {0.0, 0.1, 1.0})
        all.push_back(randomForest(numVertices, reach, rootChance));
  for (auto [arity, height] : {std::pair(1, 40), {2, 0}, {2, 1}, {2, 9}, {3, 5}, {4, 4}, {5, 3}, {100, 1}})
    all.push_back({fmt::format("perfect {} {}", arity, height), *Tree::perfect(arity, height)});
  for (auto [spine, legs] : {std::pair(65, 0), {66, 0}, {67, 1}, {500, 2}, {4000, 1}})
    all.push_back(caterpillar(spine, legs));
  for (auto [paths, length] : {std::pair(1, 300), {2, 100}, {3, 700}, {40, 60}})
    all.push_back(spider(paths, length));
  for (int32_t numVertices : {2, 50, 1001}) {
    std::vector<int32_t> star(static_cast<size_t>(numVertices), numVertices / 2);
    star[static_cast<size_t>(numVertices / 2)] = -1;
    all.push_back(fromParents(fmt::format("star {}", numVertices), star));
  }
  return all;
}

constexpr int64_t counts[] = {1, 2, 3, 4, 7, 8, 64, 256};

/// Of each vertex: 0 .. parts-1, or `parts` for the top; -1 where a vertex is nowhere.
std::vector<int64_t> partsOf(const espalier_tree &tree) {
  std::vector<int64_t> part(static_cast<size_t>(tree.num_vertices), -1);
  for (int64_t p = 0; p <= tree.num_parts; ++p)
    for (int64_t i = tree.part_offsets[p], end = p < tree.num_parts ? tree.part_offsets[p + 1] : tree.num_vertices;
         i < end; ++i)
      part[static_cast<size_t>(tree.part_order[i])] = p;
  return part;
}

/// Runs against their definition in ABI.h; no more of them than there is room for, none of them short.
void expectRuns(const Tree &of, const espalier_tree &tree) {
  int64_t numVertices = tree.num_vertices, before = tree.part_offsets[tree.num_parts];
  ASSERT_LE(tree.num_runs, mostRuns(numVertices, tree.num_parts));
  std::vector<bool> isOfTop(static_cast<size_t>(numVertices));
  for (int64_t i = before; i < numVertices; ++i)
    isOfTop[static_cast<size_t>(tree.part_order[i])] = true;
  for (int64_t run = 0; run < tree.num_runs; ++run) {
    int64_t begin = tree.runs[2 * run], end = tree.runs[2 * run + 1];
    ASSERT_GT(begin, tree.part_offsets[tree.num_parts]); // the child below it is of the top
    ASSERT_GE(begin, before);
    ASSERT_GE(end - begin, leastRun);
    ASSERT_LE(end, numVertices);
    for (int64_t i = begin; i < end; ++i) {
      int32_t vertex = tree.part_order[i];
      ASSERT_GE(tree.parent[vertex], 0);
      ASSERT_EQ(tree.parent[tree.part_order[i - 1]], vertex);
      std::span<const int32_t> children = of.children(vertex);
      ASSERT_EQ(std::count_if(children.begin(), children.end(),
                              [&](int32_t child) { return isOfTop[static_cast<size_t>(child)]; }),
                1);
    }
    before = end;
  }
}

/// The tables against their definition in ABI.h.
void expectLaws(const NamedTree &of, int64_t parts, bool blocks) {
  SCOPED_TRACE(fmt::format("{}, {} parts{}", of.name, parts, blocks ? ", blocks" : ""));
  const espalier_tree &tree = of.tree.abi(TreeTables{blocks, parts});
  int64_t numVertices = tree.num_vertices;
  ASSERT_EQ(tree.num_parts, parts);
  ASSERT_EQ(tree.parent, of.tree.abi().parent);
  ASSERT_EQ(tree.part_offsets[0], 0);
  for (int64_t p = 0; p < parts; ++p)
    ASSERT_LE(tree.part_offsets[p], tree.part_offsets[p + 1]);
  ASSERT_LE(tree.part_offsets[parts], numVertices);

  // A permutation with children before parents; a parent is in the same part or the top, a part is not too large.
  std::vector<int64_t> part = partsOf(tree), position(static_cast<size_t>(numVertices), -1);
  for (int64_t i = 0; i < numVertices; ++i)
    position[static_cast<size_t>(tree.part_order[i])] = i;
  for (size_t v = 0; v < part.size(); ++v) {
    ASSERT_GE(part[v], 0);
    ASSERT_GE(position[v], 0);
    if (int32_t parent = tree.parent[v]; parent >= 0) {
      ASSERT_GT(position[static_cast<size_t>(parent)], position[v]);
      int64_t above = part[static_cast<size_t>(parent)];
      ASSERT_TRUE(above == part[v] || above == parts);
    }
  }
  for (int64_t p = 0; p < parts; ++p)
    ASSERT_LE(2 * parts * (tree.part_offsets[p + 1] - tree.part_offsets[p]), std::max(3 * numVertices, 4 * parts));
  expectRuns(of.tree, tree);

  ASSERT_EQ(tree.part_blocks != nullptr, blocks);
  if (!blocks)
    return;
  // The blocks of a part hold its vertices and no others.
  std::vector<bool> seen(part.size());
  for (int64_t p = 0; p <= parts; ++p)
    for (int64_t block = tree.part_blocks[p], end = p < parts ? tree.part_blocks[p + 1] : tree.num_blocks; block < end;
         ++block)
      for (int64_t lane = 0; lane < ESPALIER_BLOCK_WIDTH; ++lane) {
        auto v = static_cast<size_t>(tree.blocks[block * ESPALIER_BLOCK_WIDTH + lane]);
        ASSERT_EQ(part[v], p);
        ASSERT_EQ(tree.height[v], tree.height[tree.blocks[block * ESPALIER_BLOCK_WIDTH]]);
        seen[v] = true;
        for (int32_t child : of.tree.children(static_cast<int64_t>(v)))
          ASSERT_TRUE(seen[static_cast<size_t>(child)]);
      }
  ASSERT_EQ(std::count(seen.begin(), seen.end(), true), numVertices);
}

TEST(Partition, Laws) {
  for (const NamedTree &tree : trees())
    for (int64_t parts : counts)
      for (bool blocks : {false, true})
        expectLaws(tree, parts, blocks);
}

/// What a partition is for: of so many vertices how many are in the top, and in the largest part.
void expectShares(const Tree &tree, int64_t parts, int64_t top, int64_t largest) {
  const espalier_tree &table = tree.abi(TreeTables{false, parts});
  EXPECT_EQ(table.num_vertices - table.part_offsets[parts], top);
  int64_t most = 0;
  for (int64_t p = 0; p < parts; ++p)
    most = std::max<int64_t>(most, table.part_offsets[p + 1] - table.part_offsets[p]);
  EXPECT_EQ(most, largest);
}

TEST(Partition, Shares) {
  expectShares(*Tree::perfect(2, 9), 2, 3, 2 * 255);
  expectShares(*Tree::perfect(2, 9), 8, 15, 2 * 63);
  expectShares(*Tree::perfect(2, 9), 3, 7, 3 * 127);
  expectShares(*Tree::perfect(1, 99), 4, 88, 12); // a path: 100 vertices, one subtree of up to 100 / 8
  expectShares(fromParents("star", std::vector<int32_t>{-1, 0, 0, 0, 0, 0, 0, 0, 0}).tree, 4, 1, 2);
  expectShares(fromParents("roots", std::vector<int32_t>(12, -1)).tree, 3, 0, 4);
}

/// What runs are for: how many there are, and how many vertices of the top are in none.
void expectRunShares(const Tree &tree, int64_t parts, int64_t numRuns, int64_t outside) {
  const espalier_tree &table = tree.abi(TreeTables{false, parts});
  EXPECT_EQ(table.num_runs, numRuns);
  int64_t inside = 0;
  for (int64_t run = 0; run < table.num_runs; ++run)
    inside += table.runs[2 * run + 1] - table.runs[2 * run];
  EXPECT_EQ(table.num_vertices - table.part_offsets[parts] - inside, outside);
}

TEST(Partition, RunShares) {
  expectRunShares(*Tree::perfect(2, 9), 8, 0, 15);
  expectRunShares(*Tree::perfect(1, 99), 4, 2, 2); // 88 of the top: 86 between the lowest and the root
  expectRunShares(*Tree::perfect(1, 9999), 4, 31, 2);
  expectRunShares(caterpillar(5000, 0).tree, 1, 7, 2);    // 2500 of the top, runs from 313 on
  expectRunShares(caterpillar(5000, 3).tree, 16, 127, 2); // runs from 39 on
  expectRunShares(caterpillar(50, 1).tree, 2, 1, 2);      // 38 of the top
  expectRunShares(caterpillar(40, 1).tree, 2, 0, 30);
  expectRunShares(spider(3, 1000).tree, 8, 3 * 20, 4);
  expectRunShares(spider(1000, 3).tree, 8, 0, 1);
}

TEST(Partition, TablesAreMadeOnce) {
  Tree tree = *Tree::perfect(2, 5), copy = tree;
  EXPECT_EQ(&tree.abi(TreeTables{}), &tree.abi());
  EXPECT_EQ(tree.abi().num_parts, 0);
  EXPECT_EQ(tree.abi().part_order, nullptr);
  EXPECT_EQ(&tree.abi(TreeTables{false, 3}), &copy.abi(TreeTables{false, 3}));
  EXPECT_NE(&tree.abi(TreeTables{false, 3}), &tree.abi(TreeTables{false, 4}));
  TreeBatch batch = *TreeBatch::of({2}, {tree, copy});
  EXPECT_EQ(batch.abi(TreeTables{true, 3})[1].part_order, tree.abi(TreeTables{true, 3}).part_order);
  EXPECT_EQ(batch.abi(TreeTables{true, 3}).data(), batch.abi(TreeTables{true, 3}).data());
  EXPECT_EQ(batch.abi(TreeTables{}).data(), batch.abi().data());
}

} // namespace
