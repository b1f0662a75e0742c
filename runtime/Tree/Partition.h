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
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_PARTITION_H
#define ESPALIER_RUNTIME_TREE_PARTITION_H

#include "runtime/ABI/ABI.h"

namespace espalier {

/// Numbers of 32 bits in the tables of a partition.
constexpr int64_t partitionSize(int64_t numVertices, int64_t parts) { return numVertices + parts + 1; }

/// Writes the tables `part_order` and `part_offsets` of a tree to `storage` (partitionSize numbers) and returns the
/// tree with them. `sizes` is scratch of a number per vertex. parts is at least 1. O(V + parts) in time; a function of
/// the tree and the number of parts alone.
espalier_tree partitionTree(const espalier_tree &tree, int64_t parts, int32_t *storage, int32_t *sizes);

} // namespace espalier

#endif
