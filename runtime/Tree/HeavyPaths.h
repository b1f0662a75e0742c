//===- HeavyPaths.h - A tree as paths, few of them above any vertex ---------===//
//
// The heavy child of a vertex is the one with the most vertices below it (of several
// the first). Paths run from a head down heavy children to a leaf; every vertex is on
// one path. Whoever walks up from a vertex changes paths at most log2 V times, since
// each change at least doubles the subtree (Sleator and Tarjan 1983).
//
// A sweep over paths: those of one rank are independent of each other. Upwards the
// ranks descend, downwards they ascend; within a path a sweep is a scan.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_HEAVYPATHS_H
#define ESPALIER_RUNTIME_TREE_HEAVYPATHS_H

#include "runtime/Tree/Tree.h"

#include <vector>

namespace espalier {

struct HeavyPaths {
  std::vector<int32_t> offsets;     // path p is vertices[offsets[p] .. offsets[p + 1]), its head first
  std::vector<int32_t> vertices;    // all vertices
  std::vector<int32_t> pathOf;      // by vertex
  std::vector<int32_t> rankOffsets; // paths rankOffsets[r] .. rankOffsets[r + 1] have r paths above them

  /// Paths ascend by rank, then by their heads. O(V).
  static HeavyPaths of(const Tree &tree);

  int64_t numPaths() const { return static_cast<int64_t>(offsets.size()) - 1; }
  int64_t numRanks() const { return static_cast<int64_t>(rankOffsets.size()) - 1; }
  std::span<const int32_t> path(int64_t p) const {
    return {vertices.data() + offsets[static_cast<size_t>(p)], vertices.data() + offsets[static_cast<size_t>(p) + 1]};
  }
};

} // namespace espalier

#endif
