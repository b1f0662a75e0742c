//===- Blocks.cpp - Vertices of equal height, in blocks ---------------------===//
#include "runtime/Tree/Blocks.h"

#include <algorithm>
#include <span>

namespace espalier {

namespace {
constexpr int32_t width = ESPALIER_BLOCK_WIDTH;

class BlockBuilder {
public:
  explicit BlockBuilder(const espalier_tree &tree) : tree(tree), blockOf(static_cast<size_t>(tree.num_vertices)) {}

  BlockTables build();

private:
  /// A block on the way: which child of which of its vertices comes next.
  struct Step {
    int32_t block, vertex, child;
  };

  std::span<const int32_t> verticesOf(int64_t part) const;
  void cutHeights(std::span<const int32_t> part);
  void walk(int32_t block);
  bool findNext(Step &step, int32_t &next) const;
  void emit(int32_t block);

  const espalier_tree &tree;
  std::vector<int32_t> vertices, starts{0}; // block b is vertices[starts[b] .. starts[b + 1])
  std::vector<int32_t> blockOf, order;      // order: the table
  std::vector<bool> emitted;
};
} // namespace

/// In an order that has children before parents; the top is the last part.
std::span<const int32_t> BlockBuilder::verticesOf(int64_t part) const {
  const int32_t *all = tree.num_parts > 0 ? tree.part_order : tree.post_order;
  int64_t begin = tree.num_parts > 0 ? tree.part_offsets[part] : 0;
  int64_t end = part < tree.num_parts ? tree.part_offsets[part + 1] : tree.num_vertices;
  return {all + begin, static_cast<size_t>(end - begin)};
}

/// A counting sort of the part's vertices by height, cut at every height and after every `width` vertices.
void BlockBuilder::cutHeights(std::span<const int32_t> part) {
  auto heightOf = [&](int32_t vertex) { return static_cast<size_t>(tree.height[vertex]); };
  size_t highest = 0;
  for (int32_t vertex : part)
    highest = std::max(highest, heightOf(vertex));
  auto begin = static_cast<int32_t>(vertices.size());
  std::vector<int32_t> ends(highest + 2, 0);
  for (int32_t vertex : part)
    ++ends[heightOf(vertex) + 1];
  ends[0] = begin;
  for (size_t height = 1; height < ends.size(); ++height)
    ends[height] += ends[height - 1];
  std::vector<int32_t> next(ends);
  vertices.resize(vertices.size() + part.size());
  for (int32_t vertex : part)
    vertices[static_cast<size_t>(next[heightOf(vertex)]++)] = vertex;
  for (size_t height = 0; height + 1 < ends.size(); ++height)
    for (int32_t start = ends[height]; start < ends[height + 1]; start += width) {
      auto block = static_cast<int32_t>(starts.size()) - 1;
      int32_t end = std::min(start + width, ends[height + 1]);
      for (int32_t i = start; i < end; ++i)
        blockOf[static_cast<size_t>(vertices[static_cast<size_t>(i)])] = block;
      starts.push_back(end);
    }
}

/// Part after part: what is below the top is emitted before it.
BlockTables BlockBuilder::build() {
  BlockTables tables;
  order.reserve(static_cast<size_t>(tree.num_vertices));
  for (int64_t part = 0; part <= tree.num_parts; ++part) {
    size_t first = starts.size() - 1;
    tables.parts.push_back(static_cast<int32_t>(first));
    cutHeights(verticesOf(part));
    emitted.resize(starts.size() - 1, false);
    for (size_t block = emitted.size(); block-- > first;)
      walk(static_cast<int32_t>(block));
  }
  tables.blocks = std::move(order);
  return tables;
}

/// The next block below `step` that has not been emitted.
bool BlockBuilder::findNext(Step &step, int32_t &next) const {
  for (; step.vertex < starts[static_cast<size_t>(step.block) + 1]; ++step.vertex, step.child = 0) {
    int32_t vertex = vertices[static_cast<size_t>(step.vertex)];
    int32_t first = tree.child_offsets[vertex], count = tree.child_offsets[vertex + 1] - first;
    while (step.child < count) {
      next = blockOf[static_cast<size_t>(tree.children[first + step.child++])];
      if (!emitted[static_cast<size_t>(next)])
        return true;
    }
  }
  return false;
}

void BlockBuilder::emit(int32_t block) {
  emitted[static_cast<size_t>(block)] = true;
  int32_t first = starts[static_cast<size_t>(block)], last = starts[static_cast<size_t>(block) + 1] - 1;
  for (int32_t lane = 0; lane < width; ++lane)
    order.push_back(vertices[static_cast<size_t>(std::min(first + lane, last))]);
}

/// Emits a block after those that it waits for; a chain of them may be as long as the tree is high.
void BlockBuilder::walk(int32_t block) {
  if (emitted[static_cast<size_t>(block)])
    return;
  std::vector<Step> path{{block, starts[static_cast<size_t>(block)], 0}};
  while (!path.empty()) {
    int32_t next;
    if (findNext(path.back(), next)) {
      path.push_back({next, starts[static_cast<size_t>(next)], 0});
    } else {
      emit(path.back().block);
      path.pop_back();
    }
  }
}

BlockTables arrangeBlocks(const espalier_tree &tree) { return BlockBuilder(tree).build(); }

} // namespace espalier
