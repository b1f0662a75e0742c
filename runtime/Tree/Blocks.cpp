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

  std::vector<int32_t> build() {
    cutHeights();
    emitted.assign(starts.size() - 1, false);
    order.reserve(emitted.size() * width);
    for (size_t block = emitted.size(); block-- > 0;)
      walk(static_cast<int32_t>(block));
    return std::move(order);
  }

private:
  /// A block on the way: which child of which of its vertices comes next.
  struct Step {
    int32_t block, vertex, child;
  };

  void cutHeights();
  void walk(int32_t block);
  bool findNext(Step &step, int32_t &next) const;
  void emit(int32_t block);

  const espalier_tree &tree;
  std::vector<int32_t> vertices, starts; // block b is vertices[starts[b] .. starts[b + 1])
  std::vector<int32_t> blockOf, order;
  std::vector<bool> emitted;
};
} // namespace

/// A counting sort of the post-order by height, cut at every height and after every `width` vertices.
void BlockBuilder::cutHeights() {
  auto numVertices = static_cast<size_t>(tree.num_vertices);
  std::span<const int32_t> heights(tree.height, numVertices), postOrder(tree.post_order, numVertices);
  std::vector<int32_t> ends(static_cast<size_t>(tree.max_depth + 2), 0);
  for (int32_t height : heights)
    ++ends[static_cast<size_t>(height) + 1];
  for (size_t height = 1; height < ends.size(); ++height)
    ends[height] += ends[height - 1];
  std::vector<int32_t> next(ends);
  vertices.resize(numVertices);
  for (int32_t vertex : postOrder)
    vertices[static_cast<size_t>(next[static_cast<size_t>(heights[static_cast<size_t>(vertex)])]++)] = vertex;
  for (size_t height = 0; height + 1 < ends.size(); ++height)
    for (int32_t start = ends[height]; start < ends[height + 1]; start += width)
      starts.push_back(start);
  starts.push_back(tree.num_vertices == 0 ? 0 : static_cast<int32_t>(numVertices));
  for (size_t block = 0; block + 1 < starts.size(); ++block)
    for (int32_t i = starts[block]; i < starts[block + 1]; ++i)
      blockOf[static_cast<size_t>(vertices[static_cast<size_t>(i)])] = static_cast<int32_t>(block);
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

std::vector<int32_t> arrangeBlocks(const espalier_tree &tree) { return BlockBuilder(tree).build(); }

} // namespace espalier
