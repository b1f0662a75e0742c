//===- HeavyPaths.cpp - A tree as paths, few of them above any vertex -------===//
#include "runtime/Tree/HeavyPaths.h"

#include <algorithm>
#include <numeric>

namespace espalier {

using Numbers = std::vector<int32_t>;

/// The heavy child of each vertex, -1 at a leaf.
static Numbers heavyChildren(const Tree &tree) {
  std::span<const int32_t> parents = tree.parents();
  Numbers heavy(parents.size(), -1), subtree(parents.size(), 1), mostBelow(parents.size(), 0);
  for (int32_t v : tree.postOrder()) { // siblings in ascending order
    int32_t p = parents[v];
    if (p < 0)
      continue;
    subtree[p] += subtree[v];
    if (subtree[v] > mostBelow[p]) {
      mostBelow[p] = subtree[v];
      heavy[p] = v;
    }
  }
  return heavy;
}

/// The number of paths above the path of each vertex.
static Numbers ranksOf(const Tree &tree, const Numbers &heavy) {
  std::span<const int32_t> parents = tree.parents(), order = tree.postOrder();
  Numbers ranks(parents.size());
  for (size_t i = order.size(); i-- > 0;) {
    int32_t v = order[i], p = parents[v];
    ranks[v] = p < 0 ? 0 : ranks[p] + (heavy[p] != v);
  }
  return ranks;
}

HeavyPaths HeavyPaths::of(const Tree &tree) {
  std::span<const int32_t> parents = tree.parents();
  Numbers heavy = heavyChildren(tree), ranks = ranksOf(tree, heavy), heads;
  for (int32_t v = 0; v < tree.numVertices(); ++v)
    if (parents[v] < 0 || heavy[parents[v]] != v)
      heads.push_back(v);
  std::stable_sort(heads.begin(), heads.end(), [&](int32_t left, int32_t right) { return ranks[left] < ranks[right]; });
  HeavyPaths result;
  result.offsets = result.rankOffsets = {0};
  result.vertices.reserve(parents.size());
  result.pathOf.resize(parents.size());
  for (int32_t head : heads) {
    auto path = static_cast<int32_t>(result.numPaths());
    if (ranks[head] == result.numRanks())
      result.rankOffsets.push_back(path);
    for (int32_t v = head; v >= 0; v = heavy[v]) {
      result.vertices.push_back(v);
      result.pathOf[v] = path;
    }
    result.offsets.push_back(static_cast<int32_t>(result.vertices.size()));
    result.rankOffsets.back() = path + 1;
  }
  return result;
}

} // namespace espalier
