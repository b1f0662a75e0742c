//===- PackedForest.h - Trees of different sizes as one forest --------------===//
//
//   Result<PackedForest> sentences = PackedForest::fromParents(parents, offsets);
//   kernel.call({sentences->forest, x});                       // x: one row per vertex of all trees
//   x[sentences->offsets[i] .. sentences->offsets[i + 1])      // the rows of tree i
//
// A batch of variable length without padding: the vertices of one tree after those of
// another. A kernel for a forest sees no difference to any other forest.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_PACKEDFOREST_H
#define ESPALIER_RUNTIME_TREE_PACKEDFOREST_H

#include "runtime/Tree/Tree.h"

#include <vector>

namespace espalier {

struct PackedForest {
  Tree forest;
  std::vector<int64_t> offsets; // one more than trees: vertex v of tree i is vertex offsets[i] + v of the forest

  /// Errors: more vertices together than a tree may have.
  static Result<PackedForest> of(std::span<const Tree> trees);

  /// parents[offsets[i] + v] is the parent of vertex v of tree i, in the numbering of tree i, or -1; each may be a
  /// forest itself. Errors: offsets that do not ascend from 0 to the number of parents; a parent out of range, a cycle.
  static Result<PackedForest> fromParents(std::span<const int32_t> parents, std::span<const int64_t> offsets);

  int64_t numTrees() const { return static_cast<int64_t>(offsets.size()) - 1; }
  /// Tree i, in its own numbering. Errors: those of Tree::fromParents.
  Result<Tree> tree(int64_t i, TreeKind kind = TreeKind::rooted) const;
};

} // namespace espalier

#endif
