//===- LevelMap.cpp - Nested blocks of positions ----------------------------===//
#include "dialects/Block/Math/LevelMap.h"

#include <algorithm>
#include <bit>

namespace espalier::block {

LevelMap::LevelMap(int64_t levels, int64_t positions) : numLevels(levels), numPositions(positions), finest(1) {
  if (levels >= 1 && positions > 0) {
    int64_t numBlocks = int64_t(1) << (levels - 1);
    finest = (positions - 1) / numBlocks + 1;
  }
}

int64_t LevelMap::blockLength(int64_t level) const {
  int64_t halvings = numLevels - level;
  return finest > (INT64_MAX >> halvings) ? INT64_MAX : finest << halvings;
}

/// The block of the finest level: floor(position / finest).
int64_t LevelMap::blockOf(int64_t position) const { return position / finest - (position % finest < 0 ? 1 : 0); }

int64_t LevelMap::shared(int64_t i, int64_t j) const {
  uint64_t differing = uint64_t(blockOf(i)) ^ uint64_t(blockOf(j));
  return std::max<int64_t>(0, numLevels - std::bit_width(differing));
}

LevelRange LevelMap::sharedByTile(int64_t rowBegin, int64_t rowEnd, int64_t keyBegin, int64_t keyEnd) const {
  // A block that holds i and j holds all between them: n falls as a pair is drawn apart, and rises as it closes.
  int64_t firstRow = rowBegin, lastRow = rowEnd - 1, firstKey = keyBegin, lastKey = keyEnd - 1;
  LevelRange range;
  range.least = std::min(shared(firstRow, lastKey), shared(lastRow, firstKey));
  bool overlap = firstRow <= lastKey && firstKey <= lastRow;
  range.greatest = overlap ? numLevels : firstRow > lastKey ? shared(firstRow, lastKey) : shared(lastRow, firstKey);
  return range;
}

std::vector<LevelRange> LevelMap::tileTable(int64_t rowTile, int64_t keyTile) const {
  std::vector<LevelRange> table;
  for (int64_t row = 0; row < numPositions; row += rowTile)
    for (int64_t key = 0; key < numPositions; key += keyTile)
      table.push_back(
          sharedByTile(row, std::min(row + rowTile, numPositions), key, std::min(key + keyTile, numPositions)));
  return table;
}

} // namespace espalier::block
