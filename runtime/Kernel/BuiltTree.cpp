//===- BuiltTree.cpp - A tree that is built for a call ----------------------===//
#include "runtime/Kernel/BuiltTree.h"
#include "runtime/Kernel/FaultText.h"
#include "runtime/Tensor/Tensor.h"
#include "runtime/Tree/TreeArrays.h"
#include "runtime/Tree/TreeCache.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace espalier {

using Builder = TreeSpec::Builder;

bool isSpanning(const TreeSpec &spec) {
  return spec.builder == Builder::minimumSpanning || spec.builder == Builder::randomSpanning;
}

bool isGrown(const TreeSpec &spec) {
  return isSpanning(spec) || (spec.builder == Builder::fromParents && spec.parents < 0);
}

static Result<BuiltTree> prepareRecipe(BuiltTree built, const TreeRecipe &recipe) {
  Result<Tree> tree = TreeCache::shared().build(recipe);
  if (!tree)
    return tree.error();
  built.count = 1;
  built.numVertices = tree->numVertices();
  built.table = {tree->abi(built.spec->tables)};
  built.trees = {std::move(*tree)};
  return built;
}

static Result<BuiltTree> prepareSpanning(BuiltTree built, int64_t first, int64_t second) {
  GraphKind kind = built.spec->graph;
  if (kind == GraphKind::edges) {
    if (first > mostVertices || second < 0 || second > mostEdges)
      return Error::of("{} edges among {} vertices, expected at most {} and {}", second, first, mostEdges,
                       mostVertices);
    built.numVertices = first;
    built.numEdges = second;
  } else {
    Result<Graph> graph = Graph::implicit(kind, first, second);
    if (!graph)
      return graph.error();
    built.numVertices = graph->numVertices();
    built.numEdges = graph->numEdges();
    built.graph = std::move(*graph);
  }
  if (built.numVertices < 1)
    return Error::of("{}({}, {}) has no vertices, expected at least one in a tree", name(kind), first, second);
  return built;
}

static Result<BuiltTree> prepareParents(BuiltTree built, int64_t numVertices, std::span<const int64_t> batch,
                                        const Tensor *parents) {
  built.numVertices = parents ? parents->shape().back() : numVertices;
  if (built.numVertices < 0 || built.numVertices > mostVertices)
    return Error::of("{} parents, expected 0 to {}", built.numVertices, mostVertices);
  if (parents)
    if (auto refused = built.takeParents(parents->data<int32_t>()))
      return built.count == 1 ? refused->error : refused->error.within(batchText(refused->number, batch));
  return built;
}

std::optional<BuiltTree::Refusal> BuiltTree::takeParents(const int32_t *parents) {
  trees.clear();
  table.clear();
  if (numVertices == 0) // one stands for all, however many there are
    count = std::min<int64_t>(count, 1);
  for (int64_t i = 0; i < count; ++i) {
    std::span<const int32_t> row(parents + i * numVertices, static_cast<size_t>(numVertices));
    Result<Tree> tree = TreeCache::shared().fromParents(row, spec->kind);
    if (!tree)
      return Refusal{i, tree.error()};
    table.push_back(tree->abi(spec->tables));
    trees.push_back(std::move(*tree));
  }
  return {};
}

Result<BuiltTree> BuiltTree::prepare(const TreeSpec &spec, std::span<const int64_t> sizes,
                                     std::span<const int64_t> batch, const Tensor *parents) {
  auto build = [&](BuiltTree built) -> Result<BuiltTree> {
    switch (spec.builder) {
    case Builder::chain:
      return prepareRecipe(std::move(built), {TreeRecipe::Builder::chain, sizes[0]});
    case Builder::perfect:
      return prepareRecipe(std::move(built), {TreeRecipe::Builder::perfect, sizes[0], sizes[1]});
    case Builder::quadtree:
      return prepareRecipe(std::move(built), {TreeRecipe::Builder::quadtree, sizes[0], sizes[1], spec.order});
    case Builder::fromParents:
      return prepareParents(std::move(built), sizes[0], batch, parents);
    default:
      return prepareSpanning(std::move(built), sizes[0], sizes[1]);
    }
  };
  BuiltTree start;
  start.spec = &spec;
  start.count = spec.batchable ? std::accumulate(batch.begin(), batch.end(), int64_t{1}, std::multiplies<>()) : 1;
  Result<BuiltTree> built = build(std::move(start));
  if (built)
    return built;
  return built.error().within(fmt::format("{}{}tree {}", spec.position, spec.position.empty() ? "" : ": ", spec.name));
}

} // namespace espalier
