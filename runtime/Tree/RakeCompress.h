//===- RakeCompress.h - A tree taken apart in few rounds --------------------===//
//
// Tree contraction (Miller and Reif 1985). Each round first rakes: all vertices without
// children go. Then it compresses: of each maximal run of vertices that have a parent
// and exactly one child, every second one goes, the first of the run among them; its
// child is joined to its parent. What goes in one step has no neighbour that goes in
// the same step, but for leaves below a parent, so a step can be done in parallel.
//
// Rounds: a rake takes at least as many vertices as it leaves leaves. Of what is left
// no more branch, or are roots with one child, than are leaves, and of the others half
// are compressed. So at most two thirds outlast a round, and there are at most
// log V / log 1.5 + 1 rounds, however deep the tree is.
//
// A sweep: upwards in this order, a raked vertex gives its message to its parent, a
// compressed one composes its map from child to parent with that of its child; then
// backwards, where a compressed vertex, whose neighbours are known by then, is solved.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_RAKECOMPRESS_H
#define ESPALIER_RUNTIME_TREE_RAKECOMPRESS_H

#include "runtime/Tree/Tree.h"

#include <vector>

namespace espalier {

struct RakeCompress {
  std::vector<int32_t> offsets;  // 2 rounds + 1: of round r, [offsets[2r], offsets[2r + 1]) are raked, then up to
                                 // offsets[2r + 2] compressed
  std::vector<int32_t> vertices; // in the order of their removal, each once
  std::vector<int32_t> above;    // by vertex: the parent when it is removed; -1 at a root
  std::vector<int32_t> below;    // by vertex: the only child when it is removed; -1 if it is raked

  /// Within a step the vertices ascend. O(V log V).
  static RakeCompress of(const Tree &tree);

  int64_t numRounds() const { return static_cast<int64_t>(offsets.size()) / 2; }
  std::span<const int32_t> raked(int64_t round) const { return step(2 * round); }
  std::span<const int32_t> compressed(int64_t round) const { return step(2 * round + 1); }

private:
  std::span<const int32_t> step(int64_t s) const {
    return {vertices.data() + offsets[static_cast<size_t>(s)], vertices.data() + offsets[static_cast<size_t>(s) + 1]};
  }
};

} // namespace espalier

#endif
