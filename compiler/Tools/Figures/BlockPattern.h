//===- BlockPattern.h - The blocks and ranks of a multi-level score ---------===//
//
// Positions i and j share n levels (dialects/Block/Math/LevelMap.h); their score contracts
// over the first r_1 + .. + r_n entries: near pairs over many, far ones over few.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_FIGURES_BLOCKPATTERN_H
#define ESPALIER_COMPILER_TOOLS_FIGURES_BLOCKPATTERN_H

#include "runtime/Picture/Drawing.h"

#include <vector>

namespace espalier::figures {

struct MultiLevelScore {
  int64_t positions = 0;
  std::vector<int64_t> ranks; // one per level, the coarsest first
  bool isCausal = false;      // j <= i only

  /// Errors: no position, more than 2^40 of them, no level, more than 62 levels, a rank that is negative, ranks that
  /// sum to more than 2^31 - 1.
  Result<void> check() const;
  /// The contraction lengths: entry n is r_1 + .. + r_n, entry 0 is 0.
  std::vector<int64_t> lengths() const;
};

/// One row per level of the table beside the picture.
struct LevelRow {
  int64_t level, block, rank, length;
  double share; // of the pairs that this level is the deepest shared one of; of those with j <= i where the score is
                // causal
};

/// The rows, the coarsest level first. `score` passes its check.
std::vector<LevelRow> levelRows(const MultiLevelScore &score);

/// The matrix of pairs (i down, j to the right), coloured by the contraction length, with the length written into
/// blocks that have room for it; at its right a table of the levels. Errors: those of check.
Result<picture::Drawing> blockPattern(const MultiLevelScore &score, bool isPlain);

} // namespace espalier::figures

#endif
