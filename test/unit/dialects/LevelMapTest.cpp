//===- LevelMapTest.cpp - Laws of nested blocks -----------------------------===//
#include "dialects/Block/Math/LevelMap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

using espalier::block::LevelMap;
using espalier::block::LevelRange;

namespace {

/// The definition: levels are counted one by one.
int64_t countShared(int64_t levels, int64_t positions, int64_t i, int64_t j) {
  int64_t finest = 1;
  while (levels >= 1 && finest * (int64_t(1) << (levels - 1)) < positions)
    ++finest;
  int64_t count = 0;
  for (int64_t level = 1; level <= levels; ++level) {
    int64_t length = finest << (levels - level);
    count += i / length == j / length;
  }
  return count;
}

TEST(LevelMap, CountsTheLevelsWhoseBlocksHoldBoth) {
  for (int64_t levels = 0; levels <= 6; ++levels)
    for (int64_t positions : {1, 2, 3, 5, 7, 8, 13, 16, 31, 32, 33, 50}) {
      LevelMap map(levels, positions);
      for (int64_t i = 0; i < positions; ++i)
        for (int64_t j = 0; j < positions; ++j) {
          int64_t n = map.shared(i, j);
          ASSERT_EQ(n, countShared(levels, positions, i, j))
              << levels << " levels of " << positions << " at " << i << ", " << j;
          ASSERT_EQ(n, map.shared(j, i));
          ASSERT_GE(n, std::min<int64_t>(1, levels));
          ASSERT_LE(n, levels);
        }
      for (int64_t i = 0; i < positions; ++i)
        ASSERT_EQ(map.shared(i, i), levels);
    }
}

TEST(LevelMap, SharingIsAnUltrametric) {
  LevelMap map(4, 21);
  for (int64_t i = 0; i < 21; ++i)
    for (int64_t j = 0; j < 21; ++j)
      for (int64_t k = 0; k < 21; ++k)
        ASSERT_GE(map.shared(i, k), std::min(map.shared(i, j), map.shared(j, k)));
}

TEST(LevelMap, IsTheBitFormulaForPowersOfTwo) {
  for (int64_t p = 0; p <= 6; ++p)
    for (int64_t levels = 1; levels <= p + 1; ++levels)
      for (int64_t i = 0; i < int64_t(1) << p; ++i)
        for (int64_t j = 0; j < int64_t(1) << p; ++j)
          ASSERT_EQ(LevelMap(levels, int64_t(1) << p).shared(i, j),
                    std::min<int64_t>(levels, p - std::bit_width(uint64_t(i ^ j)) + 1));
}

TEST(LevelMap, BlocksAreTwiceAsLongAtEachCoarserLevel) {
  LevelMap map(4, 50); // ceil(50 / 8) = 7
  EXPECT_EQ(map.finestBlock(), 7);
  EXPECT_EQ(map.blockLength(4), 7);
  EXPECT_EQ(map.blockLength(3), 14);
  EXPECT_EQ(map.blockLength(1), 56);
}

TEST(LevelMap, ManyLevelsAndManyPositions) {
  LevelMap deep(LevelMap::maxLevels, 10); // blocks of one position
  EXPECT_EQ(deep.finestBlock(), 1);
  EXPECT_EQ(deep.shared(4, 5), 61);
  EXPECT_EQ(deep.shared(0, 9), 58);
  LevelMap wide(3, INT64_MAX);
  EXPECT_EQ(wide.blockLength(1), INT64_MAX);
  EXPECT_EQ(wide.shared(0, INT64_MAX - 1), 1);
  LevelMap empty(3, 0);
  EXPECT_EQ(empty.finestBlock(), 1);
  EXPECT_TRUE(empty.tileTable(4, 4).empty());
}

TEST(LevelMap, PositionsOutsideContinueTheGrid) {
  LevelMap map(3, 8); // blocks of 2, 4, 8
  EXPECT_EQ(map.shared(-1, -2), 3);
  EXPECT_EQ(map.shared(-1, 0), 0);
  EXPECT_EQ(map.shared(8, 9), 3);
  EXPECT_EQ(map.shared(7, 8), 0);
}

TEST(LevelMap, TilesHaveTheLeastAndTheGreatestOfTheirPairs) {
  for (int64_t levels : {0, 1, 2, 3, 5})
    for (int64_t positions : {1, 6, 8, 17, 30}) {
      LevelMap map(levels, positions);
      for (int64_t rowTile : {1, 2, 3, 8, 64})
        for (int64_t keyTile : {1, 4, 5, 16}) {
          std::vector<LevelRange> table = map.tileTable(rowTile, keyTile);
          size_t at = 0;
          for (int64_t row = 0; row < positions; row += rowTile)
            for (int64_t key = 0; key < positions; key += keyTile, ++at) {
              LevelRange range{INT64_MAX, 0};
              for (int64_t i = row; i < std::min(row + rowTile, positions); ++i)
                for (int64_t j = key; j < std::min(key + keyTile, positions); ++j) {
                  range.least = std::min(range.least, map.shared(i, j));
                  range.greatest = std::max(range.greatest, map.shared(i, j));
                }
              ASSERT_LT(at, table.size());
              ASSERT_EQ(table[at], range) << levels << " levels of " << positions << ", tile at " << row << ", " << key;
            }
          ASSERT_EQ(at, table.size());
        }
    }
}

} // namespace
