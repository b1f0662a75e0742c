//===- LevelMap.h - Nested blocks of positions ------------------------------===//
//
// L levels cut N positions into nested blocks: a block of the finest level L has
//
//   f = max(1, ceil(N / 2^(L-1)))
//
// positions, one of level l has f * 2^(L-l): each coarser block holds two of the next
// finer level, and level 1 is one block of everything. Positions i and j share a block
// of level l iff floor(i / (f 2^(L-l))) equals floor(j / (f 2^(L-l))); since blocks are nested,
// they share one at the levels 1 .. n and at no finer one. With a = floor(i / f),
// b = floor(j / f):
//
//   n(i, j) = max(0, L - bitlength(a xor b))
//
// Laws: n(i, j) = n(j, i); n(i, i) = L; n is 1 .. L for positions of 0 .. N-1;
// n(i, k) >= min(n(i, j), n(j, k)); for N = 2^p and L <= p + 1,
// n(i, j) = min(L, p - bitlength(i xor j) + 1) (papers.md 3.4). Positions outside 0 .. N-1 continue the grid.
//
// A tile of pairs [i0, i1) x [j0, j1) meets a range of values of n: where it is one value,
// what depends on n is constant over the tile.
//
//   N = 6, L = 2: f = 3     n = 2 2 2 1 1 1     the tile [0, 2) x [0, 3) has n = 2 .. 2,
//                               ...             [2, 4) x [0, 3) has n = 1 .. 2
//                               1 1 1 2 2 2
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_DIALECTS_BLOCK_MATH_LEVELMAP_H
#define ESPALIER_DIALECTS_BLOCK_MATH_LEVELMAP_H

#include <cstdint>
#include <vector>

namespace espalier::block {

/// Least and greatest number of shared levels.
struct LevelRange {
  int64_t least = 0, greatest = 0;
  bool operator==(const LevelRange &) const = default;
};

class LevelMap {
public:
  static constexpr int64_t maxLevels = 62;

  /// Of `levels` (0 to maxLevels) and `positions` (>= 0). Without levels, no level is ever shared.
  LevelMap(int64_t levels, int64_t positions);

  int64_t levels() const { return numLevels; }
  /// The positions in a block of the finest level.
  int64_t finestBlock() const { return finest; }
  /// The positions in a block of level 1 .. levels(); those that do not fit 63 bits are INT64_MAX.
  int64_t blockLength(int64_t level) const;

  /// n(i, j).
  int64_t shared(int64_t i, int64_t j) const;
  /// The values of n over the pairs [rowBegin, rowEnd) x [keyBegin, keyEnd), neither empty: exact bounds.
  LevelRange sharedByTile(int64_t rowBegin, int64_t rowEnd, int64_t keyBegin, int64_t keyEnd) const;
  /// The same for all tiles of rowTile x keyTile pairs of positions x positions, row-major; the last ones may be cut
  /// off.
  std::vector<LevelRange> tileTable(int64_t rowTile, int64_t keyTile) const;

private:
  int64_t blockOf(int64_t position) const;

  int64_t numLevels, numPositions, finest;
};

} // namespace espalier::block

#endif
