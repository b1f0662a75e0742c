//===- TreeRows.cpp - The rows of Signature::trees --------------------------===//
#include "frontends/Emit/TreeRows.h"

#include <algorithm>
#include <iterator>

namespace espalier::emission {

using Builder = TreeSpec::Builder;

/// The word of a program at the place of an enumerator's number.
template <class Enumerator, size_t count>
static Enumerator wordOf(const std::string &word, const char *const (&words)[count]) {
  return static_cast<Enumerator>(std::find(std::begin(words), std::end(words), word) - std::begin(words));
}

static constexpr const char *builderWords[] = {
    "", "chain", "perfect", "quadtree", "from_parents", "minimum_spanning_tree", "random_spanning_tree"};
static constexpr const char *graphWords[] = {"grid", "grid8", "band", "edges"};
static constexpr const char *orderWords[] = {"morton", "hilbert", "snake", "raster"};
static_assert(static_cast<size_t>(Builder::randomSpanning) + 1 == std::size(builderWords));
static_assert(static_cast<size_t>(GraphKind::edges) + 1 == std::size(graphWords));
static_assert(static_cast<size_t>(PixelOrder::raster) + 1 == std::size(orderWords));

int32_t baseOf(const sema::Kernel &kernel, int32_t tensor) {
  while (kernel.tensors[tensor].viewOf >= 0)
    tensor = kernel.tensors[tensor].viewOf;
  return tensor;
}

/// The parameter i32[V] that from_parents reads; -1 where it reads something else.
static int32_t parentsParameter(const sema::Kernel &kernel, const sema::Tree &tree) {
  const sema::Tensor &parents = kernel.tensors[baseOf(kernel, tree.args[0]->id)];
  return parents.axes.size() == 1 ? parents.parameter : -1;
}

bool isGrown(const sema::Kernel &kernel, const sema::Tree &tree) {
  if (tree.builder == "from_parents")
    return parentsParameter(kernel, tree) < 0;
  return !tree.graph.empty();
}

std::vector<int32_t> treeRows(const sema::Kernel &kernel) {
  std::vector<int32_t> rows(kernel.trees.size());
  int32_t next = 0;
  for (size_t i = 0; i < rows.size(); ++i)
    if (kernel.trees[i].parameter >= 0) {
      rows[i] = kernel.trees[i].parameter;
      ++next;
    }
  for (bool grown : {false, true})
    for (size_t i = 0; i < rows.size(); ++i)
      if (kernel.trees[i].parameter < 0 && isGrown(kernel, kernel.trees[i]) == grown)
        rows[i] = next++;
  return rows;
}

TreeSpec treeSpec(const sema::Kernel &kernel, const sema::Tree &tree, ExtentTable &extents, std::string position) {
  TreeSpec spec;
  spec.name = tree.name;
  spec.kind = tree.kind;
  spec.arity = tree.arity;
  spec.batchable = tree.batched;
  spec.builder = wordOf<Builder>(tree.builder, builderWords);
  if (spec.builder == Builder::parameter)
    return spec;
  spec.position = std::move(position);
  spec.centered = tree.centered;
  if (!tree.graph.empty())
    spec.graph = wordOf<GraphKind>(tree.graph, graphWords);
  if (!tree.order.empty())
    spec.order = wordOf<PixelOrder>(tree.order, orderWords);
  std::vector<sema::Dim> sizes = tree.dims;
  if (spec.builder == Builder::fromParents) {
    spec.parents = parentsParameter(kernel, tree);
    sizes = {tree.numVertices};
  }
  if (tree.graph == "edges") {
    const sema::Tensor &pairs = kernel.tensors[tree.args[2]->id];
    spec.ownEdges = pairs.batched;
    sizes = {tree.numVertices, pairs.axes[0].size};
  }
  for (const sema::Dim &size : sizes)
    spec.sizes.push_back(extents.axisSize(size));
  return spec;
}

} // namespace espalier::emission
