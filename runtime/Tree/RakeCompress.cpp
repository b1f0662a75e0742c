//===- RakeCompress.cpp - A tree taken apart in few rounds ------------------===//
#include "runtime/Tree/RakeCompress.h"

#include <algorithm>

namespace espalier {

namespace {
/// What is left of a tree.
class Contraction {
public:
  explicit Contraction(const Tree &tree);
  RakeCompress run();

private:
  void rake();
  void compress();
  void endStep();
  bool isRun(int32_t vertex) const { return result.above[vertex] >= 0 && numChildren[vertex] == 1; }

  RakeCompress result;              // `above` is the parent of what is left
  std::vector<int32_t> left;        // parents before children
  std::vector<int32_t> numChildren; // -1: removed
  std::vector<int32_t> children;    // their exclusive or: the child, where there is only one
};
} // namespace

Contraction::Contraction(const Tree &tree)
    : left(tree.postOrder().rbegin(), tree.postOrder().rend()), numChildren(left.size()), children(left.size()) {
  result.offsets = {0};
  result.vertices.reserve(left.size());
  result.above.assign(tree.parents().begin(), tree.parents().end());
  result.below.assign(left.size(), -1);
  for (int32_t v : left)
    if (int32_t p = result.above[v]; p >= 0) {
      ++numChildren[p];
      children[p] ^= v;
    }
}

void Contraction::endStep() {
  auto begin = result.vertices.begin() + result.offsets.back();
  for (auto v = begin; v != result.vertices.end(); ++v)
    numChildren[*v] = -1;
  std::sort(begin, result.vertices.end());
  result.offsets.push_back(static_cast<int32_t>(result.vertices.size()));
  std::erase_if(left, [&](int32_t v) { return numChildren[v] < 0; });
}

void Contraction::rake() {
  std::copy_if(left.begin(), left.end(), std::back_inserter(result.vertices),
               [&](int32_t v) { return numChildren[v] == 0; });
  for (auto v = result.vertices.begin() + result.offsets.back(); v != result.vertices.end(); ++v)
    if (int32_t p = result.above[*v]; p >= 0) {
      --numChildren[p];
      children[p] ^= *v;
    }
  endStep();
}

/// Parents come first, so a vertex knows whether its parent goes: then it has been given a child `below`.
void Contraction::compress() {
  for (int32_t v : left)
    if (isRun(v) && result.below[result.above[v]] < 0) {
      result.below[v] = children[v];
      result.vertices.push_back(v);
    }
  for (auto v = result.vertices.begin() + result.offsets.back(); v != result.vertices.end(); ++v) {
    int32_t above = result.above[*v], below = result.below[*v];
    result.above[below] = above;
    children[above] ^= *v ^ below;
  }
  endStep();
}

RakeCompress Contraction::run() {
  while (!left.empty()) {
    rake();
    compress();
  }
  return std::move(result);
}

RakeCompress RakeCompress::of(const Tree &tree) { return Contraction(tree).run(); }

} // namespace espalier
