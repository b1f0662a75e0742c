//===- TreeCache.cpp - Trees that were made before --------------------------===//
#include "runtime/Tree/TreeCache.h"
#include "runtime/Tree/Quadtree.h"
#include "runtime/Tree/TreeArrays.h"

#include <algorithm>
#include <cstring>

namespace espalier {

Result<Tree> TreeRecipe::build() const {
  switch (builder) {
  case Builder::chain:
    return Tree::chain(first);
  case Builder::perfect:
    return Tree::perfect(first, second);
  case Builder::quadtree:
    break;
  }
  return quadtree(first, second, order);
}

static uint64_t mixInto(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15;
  return hash ^ hash >> 29;
}

static uint64_t hashOf(std::span<const int32_t> parents, TreeKind kind) {
  uint64_t hash = mixInto(static_cast<uint64_t>(kind), parents.size());
  size_t pairs = parents.size() / 2;
  for (size_t i = 0; i < pairs; ++i) {
    uint64_t word;
    std::memcpy(&word, parents.data() + 2 * i, sizeof word);
    hash = mixInto(hash, word);
  }
  return parents.size() % 2 ? mixInto(hash, static_cast<uint64_t>(parents.back())) : hash;
}

static uint64_t hashOf(const TreeRecipe &recipe) {
  uint64_t hash =
      mixInto(~uint64_t(0), static_cast<uint64_t>(recipe.builder) << 8 | static_cast<uint64_t>(recipe.order));
  return mixInto(mixInto(hash, static_cast<uint64_t>(recipe.first)), static_cast<uint64_t>(recipe.second));
}

/// With what an entry costs, so that many small trees are bounded too.
static int64_t bytesOf(const Tree &tree) {
  constexpr int64_t entryBytes = 512;
  return treeStorageBytes(tree.numVertices()) + entryBytes;
}

template <class Matches> std::optional<Tree> TreeCache::find(uint64_t hash, Matches matches) {
  std::lock_guard lock(mutex);
  auto [begin, end] = byHash.equal_range(hash);
  for (auto row = begin; row != end; ++row)
    if (matches(*row->second)) {
      entries.splice(entries.begin(), entries, row->second);
      return row->second->tree;
    }
  return std::nullopt;
}

void TreeCache::remove(Entries::iterator entry) {
  auto [begin, end] = byHash.equal_range(entry->hash);
  byHash.erase(std::find_if(begin, end, [&](auto &row) { return row.second == entry; }));
  held -= bytesOf(entry->tree);
  entries.erase(entry);
}

/// Of two threads that made the same tree at once, both keep theirs; the older one is forgotten in time.
Tree TreeCache::keep(Entry entry) {
  Tree tree = entry.tree;
  int64_t bytes = bytesOf(tree);
  if (bytes > capacity)
    return tree;
  std::lock_guard lock(mutex);
  while (held + bytes > capacity)
    remove(std::prev(entries.end()));
  entries.push_front(std::move(entry));
  byHash.emplace(entries.front().hash, entries.begin());
  held += bytes;
  return tree;
}

Result<Tree> TreeCache::fromParents(std::span<const int32_t> parents, TreeKind kind) {
  uint64_t hash = hashOf(parents, kind);
  auto same = [&](const Entry &entry) {
    return !entry.recipe && entry.tree.kind() == kind && std::ranges::equal(entry.tree.parents(), parents);
  };
  if (std::optional<Tree> tree = find(hash, same))
    return *tree;
  Result<Tree> tree = Tree::fromParents(parents, kind);
  return tree ? keep({hash, std::nullopt, *tree}) : tree;
}

Result<Tree> TreeCache::build(const TreeRecipe &recipe) {
  uint64_t hash = hashOf(recipe);
  if (std::optional<Tree> tree = find(hash, [&](const Entry &entry) { return entry.recipe == recipe; }))
    return *tree;
  Result<Tree> tree = recipe.build();
  return tree ? keep({hash, recipe, *tree}) : tree;
}

int64_t TreeCache::bytes() const {
  std::lock_guard lock(mutex);
  return held;
}

TreeCache &TreeCache::shared() {
  static TreeCache cache(int64_t(64) << 20);
  return cache;
}

} // namespace espalier
