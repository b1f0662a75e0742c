//===- TreeCache.h - Trees that were made before ----------------------------===//
//
//   Result<Tree> tree = TreeCache::shared().fromParents(parents, TreeKind::rooted);
//
// The same parents, or the same recipe, give the same handle: what is known about the
// tree is computed once. Found by a hash, decided by comparing all of it. The cache
// holds at most so many bytes of trees; those not asked for longest go first. Safe to
// use from many threads; nobody waits while a tree is made.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_TREECACHE_H
#define ESPALIER_RUNTIME_TREE_TREECACHE_H

#include "runtime/Tree/Tree.h"

#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace espalier {

/// A tree that a few numbers define: chain(first), perfect(first, second), quadtree(first, second, order).
struct TreeRecipe {
  enum class Builder : uint8_t { chain, perfect, quadtree };
  Builder builder = Builder::chain;
  int64_t first = 0, second = 0;
  PixelOrder order = PixelOrder::morton;

  bool operator==(const TreeRecipe &) const = default;
  /// Errors: those of the builder.
  Result<Tree> build() const;
};

class TreeCache {
public:
  explicit TreeCache(int64_t capacityBytes) : capacity(capacityBytes) {}

  /// Errors: those of Tree::fromParents, which are not kept.
  Result<Tree> fromParents(std::span<const int32_t> parents, TreeKind kind);
  Result<Tree> build(const TreeRecipe &recipe);

  /// Of the trees it holds.
  int64_t bytes() const;

  /// That of the process: 64 MiB.
  static TreeCache &shared();

private:
  struct Entry {
    uint64_t hash;
    std::optional<TreeRecipe> recipe; // none: found by its parents
    Tree tree;
  };
  using Entries = std::list<Entry>;

  template <class Matches> std::optional<Tree> find(uint64_t hash, Matches matches);
  Tree keep(Entry entry);
  void remove(Entries::iterator entry);

  const int64_t capacity;
  mutable std::mutex mutex;
  int64_t held = 0;
  Entries entries; // the last one asked for first
  std::unordered_multimap<uint64_t, Entries::iterator> byHash;
};

} // namespace espalier

#endif
