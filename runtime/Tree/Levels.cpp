//===- Levels.cpp - Vertices by depth or by height --------------------------===//
#include "runtime/Tree/Levels.h"

#include <numeric>

namespace espalier {

/// A counting sort; `greatest` is -1 where there is no vertex.
Levels Levels::by(std::span<const int32_t> level, int64_t greatest) {
  Levels result{std::vector<int32_t>(static_cast<size_t>(greatest + 2)), std::vector<int32_t>(level.size())};
  for (int32_t l : level)
    ++result.offsets[static_cast<size_t>(l) + 1];
  std::partial_sum(result.offsets.begin(), result.offsets.end(), result.offsets.begin());
  std::vector<int32_t> next = result.offsets;
  for (size_t v = 0; v < level.size(); ++v)
    result.vertices[static_cast<size_t>(next[static_cast<size_t>(level[v])]++)] = static_cast<int32_t>(v);
  return result;
}

/// The greatest height is the greatest depth, that of the leaf farthest from its root.
Levels Levels::byHeight(const Tree &tree) { return by(tree.heights(), tree.maxDepth()); }

} // namespace espalier
