//===- Levels.h - Vertices by depth or by height ----------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_LEVELS_H
#define ESPALIER_RUNTIME_TREE_LEVELS_H

#include "runtime/Tree/Tree.h"

#include <vector>

namespace espalier {

/// Groups that can be visited one after another, the vertices of each in any order: by depth from 0 on, a parent comes
/// before its children; by height from 0 on, after them. Each vertex is in one group, ascending within it. O(V).
struct Levels {
  std::vector<int32_t> offsets; // one more than levels: level l is vertices[offsets[l] .. offsets[l + 1])
  std::vector<int32_t> vertices;

  static Levels byDepth(const Tree &tree) { return by(tree.depths(), tree.maxDepth()); }
  static Levels byHeight(const Tree &tree);

  int64_t numLevels() const { return static_cast<int64_t>(offsets.size()) - 1; }
  std::span<const int32_t> level(int64_t l) const {
    return {vertices.data() + offsets[static_cast<size_t>(l)], vertices.data() + offsets[static_cast<size_t>(l) + 1]};
  }

private:
  static Levels by(std::span<const int32_t> level, int64_t greatest);
};

} // namespace espalier

#endif
