//===- CallTrees.cpp - The trees that a kernel builds while it runs ---------===//
#include "runtime/Kernel/CallTrees.h"
#include "runtime/ABI/ParallelFor.h"
#include "runtime/Tree/GrowTree.h"
#include "runtime/Tree/Partition.h"
#include "runtime/Tree/TreeArrays.h"

#include <algorithm>
#include <atomic>

namespace espalier {

/// Scopes end in the order opposite to that of their beginnings, so that the next call finds the same memory.
CallTrees::~CallTrees() {
  while (!grown.empty())
    grown.pop_back();
}

bool CallTrees::refuse(int64_t location, int64_t batch, const Error &error) {
  state.record({location, batch, -1, ESPALIER_FAULT_NO_TREE, 0, 0, error.message});
  return false;
}

bool CallTrees::listEdges(int64_t row, int64_t location, const int32_t *pairs, Edge *ends) {
  const BuiltTree &tree = built[static_cast<size_t>(row)];
  if (tree.graph) {
    tree.graph->list(ends);
    return true;
  }
  bool sound = true;
  for (int64_t list = 0, lists = tree.spec->ownEdges ? tree.count : 1; list < lists; ++list) {
    std::span<const int32_t> own(pairs + 2 * list * tree.numEdges, static_cast<size_t>(2 * tree.numEdges));
    Result<void> ordered = orderPairs(tree.numVertices, own, ends + list * tree.numEdges);
    sound &= ordered || refuse(location, tree.spec->ownEdges ? list : -1, ordered.error());
  }
  return sound;
}

void *CallTrees::memoryOf(int64_t row, int64_t bytes) {
  auto before = std::find_if(grown.begin(), grown.end(), [&](const Grown &rows) { return rows.row == row; });
  return before != grown.end() ? before->memory.data() : grown.emplace_back(row, bytes).memory.data();
}

bool CallTrees::grow(int64_t row, int64_t location, const double *numbers, const Edge *ends, int64_t root,
                     uint64_t seed) {
  const BuiltTree &tree = built[static_cast<size_t>(row)];
  const TreeSpec &spec = *tree.spec;
  int64_t tableBytes = alignedSize(tree.count * static_cast<int64_t>(sizeof(espalier_tree))),
          arrayBytes = alignedSize(treeStorageBytes(tree.numVertices)), parts = spec.tables.parts,
          partBytes = parts > 0
                          ? alignedSize(partitionSize(tree.numVertices, parts) * static_cast<int64_t>(sizeof(int32_t)))
                          : 0,
          treeBytes = arrayBytes + partBytes, bytes;
  bool tooMany =
      __builtin_mul_overflow(tree.count, treeBytes, &bytes) || __builtin_add_overflow(bytes, tableBytes, &bytes);
  char *memory = tooMany ? nullptr : static_cast<char *>(memoryOf(row, bytes));
  if (!memory)
    return refuse(location, -1, Error::of("no memory for {} trees of {} vertices", tree.count, tree.numVertices));
  auto *trees = reinterpret_cast<espalier_tree *>(memory);
  GrowthRule rule;
  rule.root = spec.centered ? RootRule::atCenter() : RootRule::at(root);
  if (spec.builder == TreeSpec::Builder::randomSpanning)
    rule.seed = seed;
  std::atomic<bool> sound = true;
  auto edgesOf = [&](int64_t i) {
    const Edge *own = ends + (spec.ownEdges ? i * tree.numEdges : 0);
    return tree.graph ? EdgeList::of(*tree.graph, own) : EdgeList{tree.numVertices, tree.numEdges, own, false};
  };
  auto growOne = [&](int64_t i, void *scratch) -> Result<void> {
    EdgeList edges = edgesOf(i);
    auto *arrays = reinterpret_cast<int32_t *>(memory + tableBytes + i * treeBytes);
    Result<void> done =
        growTree(edges, numbers + i * tree.numEdges, rule, i, scratch, arrays, orderIn(arrays, tree.numVertices));
    if (done)
      trees[i] = arrangeOrdered(tree.numVertices, arrays);
    if (done && parts > 0)
      trees[i] =
          partitionTree(trees[i], parts, reinterpret_cast<int32_t *>(memory + tableBytes + i * treeBytes + arrayBytes),
                        static_cast<int32_t *>(scratch));
    return done;
  };
  auto growRange = [&](int64_t begin, int64_t end, void *scratch) {
    for (int64_t i = begin; i < end; ++i)
      if (Result<void> done = growOne(i, scratch); !done)
        sound = refuse(location, spec.batchable ? i : -1, done.error());
  };
  int64_t scratchBytes =
      std::max(growthScratchBytes(edgesOf(0)), tree.numVertices * static_cast<int64_t>(sizeof(int32_t)));
  Result<void> ran = parallelFor(tree.count, 1, scratchBytes, growRange);
  if (!ran)
    return refuse(location, -1, ran.error());
  if (tree.count > 0)
    table[static_cast<size_t>(row)] = {trees, tree.count};
  return sound;
}

bool CallTrees::takeParents(BuiltTree &tree, int64_t location, const int32_t *parents) {
  std::optional<BuiltTree::Refusal> refused = tree.takeParents(parents);
  return !refused || refuse(location, tree.spec->batchable ? refused->number : -1, refused->error);
}

bool CallTrees::build(int64_t row, int64_t location, const void *data, const Edge *ends, int64_t root, int64_t seed) {
  BuiltTree &tree = built[static_cast<size_t>(row)];
  if (isSpanning(*tree.spec))
    return grow(row, location, static_cast<const double *>(data), ends, root, static_cast<uint64_t>(seed));
  if (!takeParents(tree, location, static_cast<const int32_t *>(data)))
    return false;
  if (!tree.table.empty())
    table[static_cast<size_t>(row)] = {tree.table.data(), tree.count};
  return true;
}

} // namespace espalier

int32_t espalier_list_edges(const espalier_call *call, int64_t row, int64_t location, const int32_t *pairs,
                            int32_t *ends) {
  auto *state = static_cast<espalier::CallState *>(call->host);
  return state->trees->listEdges(row, location, pairs, reinterpret_cast<espalier::Edge *>(ends));
}

int32_t espalier_build_trees(const espalier_call *call, int64_t row, int64_t location, const void *data,
                             const int32_t *ends, int64_t root, int64_t seed) {
  auto *state = static_cast<espalier::CallState *>(call->host);
  return state->trees->build(row, location, data, reinterpret_cast<const espalier::Edge *>(ends), root, seed);
}
