//===- SpanningTree.cpp - Trees from numbers on the edges of a graph --------===//
#include "runtime/Tree/SpanningTree.h"
#include "runtime/ABI/ParallelFor.h"
#include "runtime/Memory/Scratch.h"
#include "runtime/Tree/TreeArrays.h"

#include <algorithm>

namespace espalier {

namespace {
/// The edges of a graph, listed in memory of their own unless they are those of a grid.
class ListedEdges {
public:
  explicit ListedEdges(const Graph &graph)
      : graph(graph), memory(isNeeded() ? graph.numEdges() * static_cast<int64_t>(sizeof(Edge)) : 0) {
    if (isNeeded() && memory.data())
      graph.list(static_cast<Edge *>(memory.data()));
  }
  bool hasMemory() const { return memory.data(); }
  EdgeList list() const { return EdgeList::of(graph, static_cast<const Edge *>(memory.data())); }

private:
  bool isNeeded() const { return graph.gridWidth() == 0; }
  const Graph &graph;
  Scratch memory;
};
} // namespace

static Error noMemory(const Graph &graph) {
  return Error::of("no memory for a spanning tree of {} vertices and {} edges", graph.numVertices(), graph.numEdges());
}

static Result<void> checkCount(const Graph &graph, int64_t numTrees, size_t numNumbers) {
  constexpr int64_t mostTrees = INT32_MAX;
  if (numTrees > mostTrees)
    return Error::of("a batch of {} trees, expected at most {}", numTrees, mostTrees);
  int64_t expected;
  if (__builtin_mul_overflow(graph.numEdges(), numTrees, &expected) || expected != static_cast<int64_t>(numNumbers))
    return Error::of("{} numbers for {} trees on {} edges", numNumbers, numTrees, graph.numEdges());
  return {};
}

Result<std::vector<int32_t>> minimumSpanningEdges(const Graph &graph, std::span<const double> costs) {
  if (Result<void> checked = checkCount(graph, 1, costs.size()); !checked)
    return checked.error();
  ListedEdges edges(graph);
  Scratch scratch(kruskalScratchBytes(edges.list()));
  if (!edges.hasMemory() || !scratch.data())
    return noMemory(graph);
  std::vector<int32_t> chosen(static_cast<size_t>(std::max<int64_t>(graph.numVertices() - 1, 0)));
  if (Result<void> found = kruskal(edges.list(), costs.data(), scratch.data(), chosen.data()); !found)
    return found.error();
  EdgeList list = edges.list();
  std::ranges::stable_sort(chosen, {},
                           [&](int32_t e) { return std::pair(costs[static_cast<size_t>(e)], list.edge(e)); });
  return chosen;
}

Result<RootedTree> minimumSpanningParents(const Graph &graph, std::span<const double> costs, RootRule root) {
  if (Result<void> checked = checkCount(graph, 1, costs.size()); !checked)
    return checked.error();
  ListedEdges edges(graph);
  Scratch scratch(growthScratchBytes(edges.list()));
  auto numVertices = static_cast<size_t>(graph.numVertices());
  AlignedBlock storage = allocateAligned(static_cast<int64_t>(2 * numVertices * sizeof(int32_t)));
  if (!edges.hasMemory() || !scratch.data() || !storage)
    return noMemory(graph);
  auto *parents = static_cast<int32_t *>(storage.get()), *order = parents + numVertices;
  Result<void> grown = growTree(edges.list(), costs.data(), {root, std::nullopt}, 0, scratch.data(), parents, order);
  if (!grown)
    return grown.error();
  return RootedTree{std::move(storage), {parents, numVertices}, {order, numVertices}};
}

/// Tree `index` of a batch.
static Result<Tree> grow(const EdgeList &edges, const double *numbers, const GrowthRule &rule, int64_t index,
                         void *scratch) {
  Result<TreeArrays> arrays = TreeArrays::grow(edges.numVertices, [&](int32_t *parents, int32_t *order) {
    return growTree(edges, numbers, rule, index, scratch, parents, order);
  });
  return arrays ? Result(Tree::ofArrays(std::move(*arrays))) : arrays.error();
}

static Result<std::vector<Tree>> growAll(const Graph &graph, int64_t numTrees, std::span<const double> numbers,
                                         const GrowthRule &rule) {
  if (Result<void> checked = checkCount(graph, numTrees, numbers.size()); !checked)
    return checked.error();
  ListedEdges listed(graph);
  if (!listed.hasMemory())
    return noMemory(graph);
  EdgeList edges = listed.list();
  std::vector<std::optional<Result<Tree>>> grown(static_cast<size_t>(numTrees));
  auto growRange = [&](int64_t begin, int64_t end, void *scratch) {
    for (int64_t i = begin; i < end; ++i)
      grown[static_cast<size_t>(i)] = grow(edges, numbers.data() + i * edges.numEdges, rule, i, scratch);
  };
  if (Result<void> done = parallelFor(numTrees, 1, growthScratchBytes(edges), growRange); !done)
    return noMemory(graph);
  std::vector<Tree> trees;
  for (size_t i = 0; i < grown.size(); ++i) {
    if (!*grown[i])
      return grown.size() == 1 ? grown[i]->error() : grown[i]->error().within(fmt::format("tree {} of the batch", i));
    trees.push_back(std::move(**grown[i]));
  }
  return trees;
}

static Result<Tree> growOne(const Graph &graph, std::span<const double> numbers, const GrowthRule &rule) {
  Result<std::vector<Tree>> trees = growAll(graph, 1, numbers, rule);
  return trees ? Result(trees->front()) : trees.error();
}

static Result<TreeBatch> growBatch(const Graph &graph, Shape batch, std::span<const double> numbers,
                                   const GrowthRule &rule) {
  Result<int64_t> count = countElements(batch, 1);
  if (!count)
    return count.error();
  Result<std::vector<Tree>> trees = growAll(graph, *count, numbers, rule);
  return trees ? TreeBatch::of(std::move(batch), std::move(*trees), graph.numVertices()) : trees.error();
}

Result<Tree> minimumSpanningTree(const Graph &graph, std::span<const double> costs, RootRule root) {
  return growOne(graph, costs, {root, std::nullopt});
}

Result<Tree> randomSpanningTree(const Graph &graph, std::span<const double> weights, uint64_t seed, RootRule root) {
  return growOne(graph, weights, {root, seed});
}

Result<TreeBatch> minimumSpanningTrees(const Graph &graph, Shape batch, std::span<const double> costs, RootRule root) {
  return growBatch(graph, std::move(batch), costs, {root, std::nullopt});
}

Result<TreeBatch> randomSpanningTrees(const Graph &graph, Shape batch, std::span<const double> weights, uint64_t seed,
                                      RootRule root) {
  return growBatch(graph, std::move(batch), weights, {root, seed});
}

} // namespace espalier
