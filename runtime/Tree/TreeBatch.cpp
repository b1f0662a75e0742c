//===- TreeBatch.cpp - Trees of equal size for a batch ----------------------===//
#include "runtime/Tree/TreeBatch.h"

#include <algorithm>

namespace espalier {

TreeBatch TreeBatch::make(Shape shape, int64_t numVertices, std::vector<Tree> trees) {
  std::vector<espalier_tree> table;
  table.reserve(trees.size());
  for (const Tree &tree : trees)
    table.push_back(tree.abi());
  auto contents = std::make_shared<Contents>();
  contents->shape = std::move(shape);
  contents->numVertices = numVertices;
  contents->trees = std::move(trees);
  contents->table = std::move(table);
  return TreeBatch(std::move(contents));
}

std::span<const espalier_tree> TreeBatch::abi(const TreeTables &tables) const {
  if (!tables.any())
    return contents->table;
  return contents->tabled.get(tables, [&] {
    std::vector<espalier_tree> table;
    for (const Tree &tree : contents->trees)
      table.push_back(tree.abi(tables));
    return table;
  });
}

/// "5", "(1, 2)": a tree of a batch, counted along all its axes.
static std::string numberText(int64_t i, std::span<const int64_t> shape) {
  return shape.size() > 1 ? toString(coordinates(i, shape)) : fmt::format("{}", i);
}

Result<TreeBatch> TreeBatch::of(Shape shape, std::vector<Tree> trees, int64_t ifNone) {
  Result<int64_t> count = countElements(shape, 1);
  if (!count)
    return count.error();
  if (*count != static_cast<int64_t>(trees.size()))
    return Error::of("{} trees for a batch of shape {}, expected {}", trees.size(), toString(shape), *count);
  int64_t numVertices = trees.empty() ? ifNone : trees.front().numVertices();
  for (size_t i = 0; i < trees.size(); ++i)
    if (trees[i].numVertices() != numVertices)
      return Error::of("tree {} of the batch has {} vertices, but tree {} has {}",
                       numberText(static_cast<int64_t>(i), shape), trees[i].numVertices(), numberText(0, shape),
                       numVertices);
  return make(std::move(shape), numVertices, std::move(trees));
}

Result<TreeBatch> TreeBatch::fromParents(const Tensor &parents, TreeKind kind) {
  if (parents.dtype() != DType::i32 || parents.rank() < 1)
    return Error::of("parents are {}, expected i32 with one row of parents per tree", describe(parents));
  Result<Tensor> dense = parents.contiguous();
  if (!dense)
    return dense.error();
  int64_t numVertices = parents.shape().back();
  Shape shape(parents.shape().begin(), parents.shape().end() - 1);
  Result<int64_t> count = countElements(shape, 1);
  if (!count)
    return count.error();
  std::vector<Tree> trees;
  int64_t distinct = numVertices == 0 ? std::min<int64_t>(*count, 1) : *count;
  for (int64_t i = 0; i < distinct; ++i) {
    const int32_t *row = dense->data<int32_t>() + i * numVertices;
    Result<Tree> tree = Tree::fromParents({row, static_cast<size_t>(numVertices)}, kind);
    if (!tree)
      return *count == 1 ? tree.error()
                         : tree.error().within(fmt::format("tree {} of the batch", numberText(i, shape)));
    trees.push_back(std::move(*tree));
  }
  return make(std::move(shape), numVertices, std::move(trees));
}

} // namespace espalier
