//===- TreeBatch.h - Trees of equal size for a batch ------------------------===//
//
//   Result<TreeBatch> trees = TreeBatch::fromParents(parents);   // i32 of shape [B.., V]
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_TREEBATCH_H
#define ESPALIER_RUNTIME_TREE_TREEBATCH_H

#include "runtime/Tensor/Tensor.h"
#include "runtime/Tree/PerTables.h"
#include "runtime/Tree/Tree.h"

#include <vector>

namespace espalier {

/// One tree for each element of a batch shape, row-major. A handle: copies share the trees.
class TreeBatch {
public:
  /// Errors: those of Tree::fromParents, naming the tree; a tensor that is not i32 or has no axis.
  static Result<TreeBatch> fromParents(const Tensor &parents, TreeKind kind = TreeKind::rooted);

  /// Errors: not one tree per element, or trees of different numbers of vertices. A batch without trees has as many
  /// vertices in each as `ifNone` says.
  static Result<TreeBatch> of(Shape shape, std::vector<Tree> trees, int64_t ifNone = 0);

  const Shape &shape() const { return contents->shape; }
  /// Of each tree.
  int64_t numVertices() const { return contents->numVertices; }
  /// In the order of the batch. Where no tree has a vertex, one stands for all.
  std::span<const Tree> trees() const { return contents->trees; }

  /// What kernels read of `trees`; it lives as long as any handle. Tables that only some of them read are computed when
  /// they are first asked for.
  std::span<const espalier_tree> abi() const { return contents->table; }
  std::span<const espalier_tree> abi(const TreeTables &tables) const;

private:
  struct Contents {
    Shape shape;
    int64_t numVertices;
    std::vector<Tree> trees;
    std::vector<espalier_tree> table;
    mutable PerTables<std::vector<espalier_tree>> tabled = {};
  };
  explicit TreeBatch(std::shared_ptr<const Contents> contents) : contents(std::move(contents)) {}
  static TreeBatch make(Shape shape, int64_t numVertices, std::vector<Tree> trees);

  std::shared_ptr<const Contents> contents;
};

} // namespace espalier

#endif
