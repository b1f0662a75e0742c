//===- BuiltTree.h - A tree that is built for a call ------------------------===//
#ifndef ESPALIER_RUNTIME_KERNEL_BUILTTREE_H
#define ESPALIER_RUNTIME_KERNEL_BUILTTREE_H

#include "runtime/Kernel/Signature.h"
#include "runtime/Tree/Graph.h"
#include "runtime/Tree/Tree.h"

#include <optional>

namespace espalier {

class Tensor;

bool isSpanning(const TreeSpec &spec);
/// Whether espalier_build_trees builds it, from what the kernel computes.
bool isGrown(const TreeSpec &spec);

/// What a built row of Signature::trees is in one call, as far as it is known before the kernel runs.
struct BuiltTree {
  const TreeSpec *spec = nullptr;
  int64_t count = 1;                // trees: the elements of the batch, or one for all
  int64_t numVertices = 0;          // of each
  int64_t numEdges = 0;             // that a spanning tree may grow on
  std::optional<Graph> graph;       // unless its edges are given by pairs
  std::vector<Tree> trees;          // unless they are grown
  std::vector<espalier_tree> table; // what kernels read of `trees`

  /// `sizes` as the builder's; `batch`, the shape of the call's; `parents` of from_parents if they are a parameter.
  /// Errors: those of the builders, and a spanning tree without a vertex; they name the tree and where the program
  /// builds it.
  static Result<BuiltTree> prepare(const TreeSpec &spec, std::span<const int64_t> sizes, std::span<const int64_t> batch,
                                   const Tensor *parents);

  /// One of the trees that is none, and why: an error of Tree::fromParents.
  struct Refusal {
    int64_t number;
    Error error;
  };
  /// `count` trees of numVertices vertices from their parents; the first that is refused ends it.
  std::optional<Refusal> takeParents(const int32_t *parents);
};

} // namespace espalier

#endif
