//===- Partition.h - Subtrees of a tree beside each other -------------------===//
//
// A vertex waits for its neighbours, but subtrees beside each other do not wait for one
// another. A partition is `parts` sets of whole subtrees, which may be visited at the
// same time, and the top: all other vertices, the parents of its vertices among them.
//
//            top              up:   all parts at once, then the top
//          /     \            down: the top, then all parts at once
//      part 0 .. part P-1
//
// A vertex is of the top if its subtree has more than 1/(2 P) of all vertices. What is
// left of the post-order without the top is cut into P runs of subtrees, a subtree being
// of the run in which its middle lies. So a part has at most V/P + V/(2 P) vertices, and
// a tree whose subtrees have few vertices or nearly all (a star, a path) falls into even
// parts or into the top as a whole.
//
// Of a deep tree, the top is most. But it has less than 2 P leaves, so it consists of less
// than 4 P paths on which every vertex has one child in the top, and of the vertices where
// these meet or begin. Long paths are cut into *runs*; what a run makes of any state at
// its end can be known before that state is (compiler/Lowering/PathRuns.h).
//
//        o                       path vertices: one child in the top, and a parent
//        |  run 1                runs of a path: as many as it has times the least length,
//        |                       which is 32, or an eighth of the P-th part of the top
//        |  run 0
//       / \  .. legs in parts
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_PARTITION_H
#define ESPALIER_RUNTIME_TREE_PARTITION_H

#include "runtime/ABI/ABI.h"

#include <algorithm>

namespace espalier {

/// A run has at least so many vertices: what is known of it costs little beside them, and finds room in their places.
constexpr int64_t leastRun = 32;
/// Runs for each part, at most: enough that what is not in runs is at most about half of the top.
constexpr int64_t runsPerPart = 8;
constexpr int64_t mostRuns(int64_t numVertices, int64_t parts) {
  return std::min(runsPerPart * parts, numVertices / leastRun);
}

/// Numbers of 32 bits in the tables of a partition.
constexpr int64_t partitionSize(int64_t numVertices, int64_t parts) {
  return numVertices + parts + 1 + 2 * mostRuns(numVertices, parts);
}

/// Writes the tables `part_order`, `part_offsets` and `runs` of a tree to `storage` (partitionSize numbers) and returns
/// the tree with them. `sizes` is scratch of a number per vertex. parts is at least 1. O(V + parts) in time; a function
/// of the tree and the number of parts alone.
espalier_tree partitionTree(const espalier_tree &tree, int64_t parts, int32_t *storage, int32_t *sizes);

} // namespace espalier

#endif
