//===- Tree.cpp - A rooted tree or forest, checked once ---------------------===//
#include "runtime/Tree/Tree.h"
#include "runtime/Tree/Blocks.h"
#include "runtime/Tree/Partition.h"
#include "runtime/Tree/TreeArrays.h"

#include <algorithm>
#include <numeric>

namespace espalier {

std::string_view name(TreeKind kind) {
  switch (kind) {
  case TreeKind::chain:
    return "chain";
  case TreeKind::perfect:
    return "perfect tree";
  case TreeKind::rooted:
    return "tree";
  case TreeKind::forest:
    break;
  }
  return "forest";
}

Tree::Tree(std::shared_ptr<const TreeArrays> arrays, TreeKind kind, int32_t arity)
    : arrays(std::move(arrays)), table(&this->arrays->tree), declaredKind(kind), declaredArity(arity) {}

Result<Tree> Tree::build(int64_t numVertices, const std::function<void(int32_t *)> &writeParents, TreeKind kind,
                         int32_t arity) {
  Result<TreeArrays> arrays = TreeArrays::build(numVertices, writeParents);
  if (!arrays)
    return arrays.error();
  return Tree(std::make_shared<const TreeArrays>(std::move(*arrays)), kind, arity);
}

/// 1 + k + k^2 + .. + k^height, or something above mostVertices.
static int64_t perfectSize(int64_t arity, int64_t height) {
  if (arity == 1)
    return 1 + std::min(height, mostVertices);
  int64_t numVertices = 1;
  for (int64_t level = 1; height > 0 && numVertices <= mostVertices; --height) {
    if (arity > mostVertices / level)
      return INT64_MAX;
    level *= arity;
    numVertices += level;
  }
  return numVertices;
}

Result<Tree> Tree::perfect(int64_t arity, int64_t height) {
  if (arity < 1 || height < 0)
    return Error::of("perfect({}, {}), expected an arity of at least 1 and a height of at least 0", arity, height);
  int64_t numVertices = perfectSize(arity, height);
  if (numVertices > mostVertices)
    return Error::of("perfect({}, {}) has more than {} vertices", arity, height, mostVertices);
  auto writeParents = [&](int32_t *parents) {
    parents[numVertices - 1] = -1;
    // From the root down: `above` is the first vertex of a level of `size` vertices.
    for (int64_t above = numVertices - 1, size = 1; above > 0; above -= size) {
      size *= arity;
      for (int64_t i = 0; i < size; ++i)
        parents[above - size + i] = static_cast<int32_t>(above + i / arity);
    }
  };
  return build(numVertices, writeParents, TreeKind::perfect, static_cast<int32_t>(std::min<int64_t>(arity, INT32_MAX)));
}

Result<Tree> Tree::chain(int64_t numVertices) {
  auto writeParents = [&](int32_t *parents) {
    std::iota(parents, parents + numVertices, 1);
    if (numVertices > 0)
      parents[numVertices - 1] = -1;
  };
  return build(numVertices, writeParents, TreeKind::chain, 0);
}

/// What a structure that is sound lacks to be of the kind.
static Error kindError(const Tree &tree, TreeKind kind) {
  if (kind == TreeKind::rooted && tree.numVertices() == 0)
    return Error::of("no vertices, expected at least one in a tree");
  if (tree.numRoots() > 1)
    return Error::of("{} roots, vertices {} and {} among them, expected exactly one in a {}", tree.numRoots(),
                     tree.roots()[0], tree.roots()[1], name(kind));
  std::string_view numbering =
      kind == TreeKind::chain ? "vertex t to have parent t + 1" : "levels numbered from the leaves, all of one arity";
  return Error::of("the parents of {} vertices are not those of a {}, expected {}", tree.numVertices(), name(kind),
                   numbering);
}

Result<Tree> Tree::fromParents(std::span<const int32_t> parents, TreeKind kind) {
  auto writeParents = [&](int32_t *copy) { std::copy(parents.begin(), parents.end(), copy); };
  Result<Tree> tree = build(static_cast<int64_t>(parents.size()), writeParents, kind, 0);
  if (!tree)
    return tree;
  if (kind == TreeKind::perfect)
    tree->declaredArity = tree->numVertices() == 1 ? 1 : tree->arrays->perfectArity;
  return tree->is(kind, tree->declaredArity) ? tree : kindError(*tree, kind);
}

Tree Tree::ofArrays(TreeArrays &&arrays) {
  return Tree(std::make_shared<const TreeArrays>(std::move(arrays)), TreeKind::rooted, 0);
}

static TabledTree withTables(espalier_tree tree, const TreeTables &tables) {
  TabledTree made;
  if (tables.parts > 0) {
    made.parts.resize(static_cast<size_t>(partitionSize(tree.num_vertices, tables.parts)));
    std::vector<int32_t> sizes(static_cast<size_t>(tree.num_vertices));
    tree = partitionTree(tree, tables.parts, made.parts.data(), sizes.data());
  }
  if (tables.blocks) {
    BlockTables arranged = arrangeBlocks(tree);
    made.blocks = std::move(arranged.blocks);
    made.partBlocks = std::move(arranged.parts);
    tree.blocks = made.blocks.data();
    tree.num_blocks = static_cast<int64_t>(made.blocks.size()) / ESPALIER_BLOCK_WIDTH;
    tree.part_blocks = tables.parts > 0 ? made.partBlocks.data() : nullptr;
  }
  made.tree = tree;
  return made;
}

const espalier_tree &Tree::abi(const TreeTables &tables) const {
  if (!tables.any())
    return *table;
  return arrays->tabled->get(tables, [&] { return withTables(*table, tables); }).tree;
}

bool Tree::isChain() const { return arrays->isChain; }

bool Tree::isPerfect(int64_t arity) const {
  return arity >= 1 && (numVertices() == 1 || arrays->perfectArity == arity);
}

bool Tree::is(TreeKind kind, int64_t arity) const {
  switch (kind) {
  case TreeKind::chain:
    return isChain();
  case TreeKind::perfect:
    return isPerfect(arity);
  case TreeKind::rooted:
    return isRooted();
  case TreeKind::forest:
    break;
  }
  return true;
}

std::string describe(const Tree &tree) {
  if (tree.numRoots() == 1)
    return fmt::format("a tree of {} vertices", tree.numVertices());
  return fmt::format("a forest of {} roots and {} vertices", tree.numRoots(), tree.numVertices());
}

} // namespace espalier
