//===- Tree.h - A rooted tree or forest, checked once -----------------------===//
//
//   Result<Tree> quad = Tree::perfect(4, 5);            // 1365 vertices, leaves first, root last
//   Result<Tree> time = Tree::chain(1000);              // vertex t has parent t + 1
//   Result<Tree> any = Tree::fromParents(parents);      // one root; TreeKind::forest for any number of them
//   for (int32_t child : any->children(v)) ...
//
// A Tree is a handle to something that never changes; copies share it. All that
// kernels read of it (runtime/ABI/ABI.h) is computed when it is made.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_TREE_H
#define ESPALIER_RUNTIME_TREE_TREE_H

#include "runtime/ABI/ABI.h"
#include "runtime/Error/Result.h"
#include "runtime/Kernel/Signature.h"

#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace espalier {

struct TreeArrays;

/// "chain", "perfect tree", "tree", "forest".
std::string_view name(TreeKind kind);

class Tree {
public:
  /// language.md L20: numbered level by level, leaves first, root last; children of vertex i of a level are
  /// arity*i .. arity*i + arity-1 of the level below. Errors: arity < 1, height < 0, more than 2^31 - 2 vertices.
  static Result<Tree> perfect(int64_t arity, int64_t height);

  /// Vertex t has parent t + 1; 0 vertices are valid. Errors: n < 0 or n > 2^31 - 2.
  static Result<Tree> chain(int64_t numVertices);

  /// parents[v] is the parent of v, -1 at a root; vertices in any order. Errors name the vertex: an index out of range,
  /// a cycle, and what `kind` does not allow: no vertex or not exactly one root (rooted), another numbering than that
  /// of `chain` or `perfect`.
  static Result<Tree> fromParents(std::span<const int32_t> parents, TreeKind kind = TreeKind::rooted);

  /// One root, as arrays that are made already (TreeArrays.h).
  static Tree ofArrays(TreeArrays &&arrays);

  /// As what the tree was made.
  TreeKind kind() const { return declaredKind; }
  /// Children of an inner vertex of a tree made as a perfect one (1 if all that is known is that there are none); else
  /// 0.
  int32_t arity() const { return declaredArity; }

  /// What the tree is, however it was made: vertex t has parent t + 1 / perfect(arity, some height) / one root.
  bool isChain() const;
  bool isPerfect(int64_t arity) const;
  bool isRooted() const { return table->num_roots == 1; }
  /// Whether it may stand where `kind` (with `arity`, for perfect) is asked for.
  bool is(TreeKind kind, int64_t arity = 0) const;

  int64_t numVertices() const { return table->num_vertices; }
  int64_t numLeaves() const { return table->num_leaves; }
  int64_t numRoots() const { return table->num_roots; }
  int64_t maxDepth() const { return table->max_depth; }

  std::span<const int32_t> parents() const { return perVertex(table->parent); }
  std::span<const int32_t> postOrder() const { return perVertex(table->post_order); }
  std::span<const int32_t> depths() const { return perVertex(table->depth); }
  std::span<const int32_t> heights() const { return perVertex(table->height); }
  std::span<const int32_t> slots() const { return perVertex(table->slot); }
  std::span<const int32_t> leafRanks() const { return perVertex(table->leaf_rank); }
  std::span<const int32_t> leaves() const { return {table->leaves, static_cast<size_t>(table->num_leaves)}; }
  std::span<const int32_t> roots() const { return {table->roots, static_cast<size_t>(table->num_roots)}; }
  std::span<const int32_t> children(int64_t vertex) const {
    return {table->children + table->child_offsets[vertex], table->children + table->child_offsets[vertex + 1]};
  }

  /// What kernels read; it lives as long as any handle. Tables that only some of them read are computed when they are
  /// first asked for.
  const espalier_tree &abi() const { return *table; }
  const espalier_tree &abi(const TreeTables &tables) const;

private:
  Tree(std::shared_ptr<const TreeArrays> arrays, TreeKind kind, int32_t arity);
  static Result<Tree> build(int64_t numVertices, const std::function<void(int32_t *)> &writeParents, TreeKind kind,
                            int32_t arity);
  std::span<const int32_t> perVertex(const int32_t *values) const {
    return {values, static_cast<size_t>(table->num_vertices)};
  }

  std::shared_ptr<const TreeArrays> arrays;
  const espalier_tree *table;
  TreeKind declaredKind;
  int32_t declaredArity;
};

/// "a forest of 3 roots and 20 vertices".
std::string describe(const Tree &tree);

} // namespace espalier

#endif
