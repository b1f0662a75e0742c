//===- TreeArrays.h - Everything known about a tree, computed once ----------===//
//
// From the parents alone: children in compressed rows, a post-order, depths, heights,
// slots, leaves. All steps are loops over the vertices (a chain is as deep as it is
// long), O(V) in time, in one block of 9 V + 1 numbers of 32 bits.
//
// An order in which every vertex stands before its parent is all that heights and sizes
// of subtrees need; the reverse of it gives depths and the places in the post-order,
// where the subtree of v takes as many places as it has vertices, v the last of them.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_TREEARRAYS_H
#define ESPALIER_RUNTIME_TREE_TREEARRAYS_H

#include "runtime/ABI/ABI.h"
#include "runtime/Error/Result.h"
#include "runtime/Memory/AlignedBlock.h"
#include "runtime/Tree/PerTables.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace espalier {

/// Vertices are numbered by int32, and so are the numbers one past them.
constexpr int64_t mostVertices = INT32_MAX - 1;

/// Bytes that hold all arrays of a tree.
constexpr int64_t treeStorageBytes(int64_t numVertices) {
  return (9 * numVertices + 1) * static_cast<int64_t>(sizeof(int32_t));
}

/// Where `storage` of treeStorageBytes holds the order that arrangeOrdered reads.
constexpr int32_t *orderIn(int32_t *storage, int64_t numVertices) { return storage + 8 * numVertices + 1; }

/// Computes the arrays in `storage` (treeStorageBytes of it), which begins with the parents; they stay there, and what
/// is returned points into it. Errors: a parent out of range, a cycle.
Result<espalier_tree> arrangeTree(int64_t numVertices, int32_t *storage);

/// The same of parents that are known to be sound, with an order in which every vertex stands before its parent at
/// orderIn(storage, numVertices).
espalier_tree arrangeOrdered(int64_t numVertices, int32_t *storage);

/// A tree with tables that only some kernels read.
struct TabledTree {
  espalier_tree tree;
  std::vector<int32_t> parts, blocks, partBlocks;
};

struct TreeArrays {
  AlignedBlock storage;
  espalier_tree tree;
  bool isChain = false;     // vertex t has parent t + 1
  int32_t perfectArity = 0; // of a perfect tree of two or more vertices, numbered by levels; else 0
  std::unique_ptr<PerTables<TabledTree>> tabled = std::make_unique<PerTables<TabledTree>>();

  /// `writeParents` fills an array of numVertices parents. Errors: a parent out of range, a cycle, more than
  /// mostVertices vertices, no memory.
  static Result<TreeArrays> build(int64_t numVertices, const std::function<void(int32_t *parents)> &writeParents);
  /// `grow` fills the parents of a tree that is sound and an order of numVertices vertices, each before its parent.
  /// Errors: those of `grow`, no memory. numVertices is at most mostVertices.
  static Result<TreeArrays> grow(int64_t numVertices,
                                 const std::function<Result<void>(int32_t *parents, int32_t *order)> &grow);
};

} // namespace espalier

#endif
