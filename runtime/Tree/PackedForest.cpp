//===- PackedForest.cpp - Trees of different sizes as one forest ------------===//
#include "runtime/Tree/PackedForest.h"
#include "runtime/Tree/TreeArrays.h"

namespace espalier {

Result<PackedForest> PackedForest::of(std::span<const Tree> trees) {
  std::vector<int64_t> offsets = {0};
  for (const Tree &tree : trees)
    offsets.push_back(offsets.back() + tree.numVertices()); // far from 2^63: the trees are in memory
  if (offsets.back() > mostVertices)
    return Error::of("{} trees of {} vertices together, expected at most {}", trees.size(), offsets.back(),
                     mostVertices);
  std::vector<int32_t> parents;
  parents.reserve(static_cast<size_t>(offsets.back()));
  for (const Tree &tree : trees)
    parents.insert(parents.end(), tree.parents().begin(), tree.parents().end());
  return fromParents(parents, offsets);
}

static Result<void> checkOffsets(std::span<const int64_t> offsets, size_t numVertices) {
  if (offsets.empty() || offsets.front() != 0)
    return Error::of("offsets start with {}, expected 0", offsets.empty() ? "nothing" : fmt::format("{}", offsets[0]));
  for (size_t i = 1; i < offsets.size(); ++i)
    if (offsets[i] < offsets[i - 1])
      return Error::of("offset {} is {}, but offset {} is {}, expected them to ascend", i, offsets[i], i - 1,
                       offsets[i - 1]);
  if (offsets.back() != static_cast<int64_t>(numVertices))
    return Error::of("the last offset is {}, expected the number of parents, {}", offsets.back(), numVertices);
  return {};
}

Result<PackedForest> PackedForest::fromParents(std::span<const int32_t> parents, std::span<const int64_t> offsets) {
  if (Result<void> checked = checkOffsets(offsets, parents.size()); !checked)
    return checked.error();
  if (offsets.back() > mostVertices)
    return Error::of("a packed forest of {} vertices, expected at most {}", offsets.back(), mostVertices);
  std::vector<int32_t> shifted(parents.begin(), parents.end());
  for (size_t i = 0; i + 1 < offsets.size(); ++i)
    for (int64_t v = offsets[i], size = offsets[i + 1] - offsets[i]; v < offsets[i + 1]; ++v) {
      int32_t &parent = shifted[static_cast<size_t>(v)];
      if (parent < -1 || parent >= size)
        return Error::of("tree {}: vertex {} has parent {}, expected -1 (a root) or a vertex from 0 to {}", i,
                         v - offsets[i], parent, size - 1);
      if (parent >= 0)
        parent += static_cast<int32_t>(offsets[i]);
    }
  Result<Tree> forest = Tree::fromParents(shifted, TreeKind::forest);
  if (!forest)
    return forest.error().within("in the numbering of the packed forest");
  return PackedForest{std::move(*forest), {offsets.begin(), offsets.end()}};
}

Result<Tree> PackedForest::tree(int64_t i, TreeKind kind) const {
  if (i < 0 || i >= numTrees())
    return Error::of("tree {} of {} packed trees", i, numTrees());
  auto begin = offsets[static_cast<size_t>(i)], end = offsets[static_cast<size_t>(i) + 1];
  std::span<const int32_t> rows =
      forest.parents().subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
  std::vector<int32_t> own(rows.begin(), rows.end());
  for (int32_t &parent : own)
    parent -= parent < 0 ? 0 : static_cast<int32_t>(begin);
  return Tree::fromParents(own, kind);
}

} // namespace espalier
