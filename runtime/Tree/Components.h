//===- Components.h - Which vertices edges have joined so far ---------------===//
#ifndef ESPALIER_RUNTIME_TREE_COMPONENTS_H
#define ESPALIER_RUNTIME_TREE_COMPONENTS_H

#include "runtime/Tree/Graph.h"

#include <algorithm>
#include <numeric>

namespace espalier {

/// Sets of the numbers 0 .. count - 1: from each number on, `above` leads to one of its set that leads to itself.
template <typename Number> struct Sets {
  Number *above;

  /// Mostly four steps are enough: they are taken without asking, since how many there are cannot be predicted.
  Number find(Number number) {
    for (;;) {
      Number first = above[number], second = above[first], third = above[second], last = above[third];
      above[number] = above[first] = last;
      if (third == last)
        return last;
      number = last;
    }
  }
};

/// The components that the kept edges form so far.
struct Components : Sets<int32_t> {
  void separate(int64_t count) { std::iota(above, above + count, 0); }
  /// False where one component holds both ends.
  bool join(Edge edge) {
    int32_t left = find(edge.lower), right = find(edge.higher);
    above[std::max(left, right)] = std::min(left, right);
    return left != right;
  }
  void fetch(Edge edge) const {
    __builtin_prefetch(&above[edge.lower]);
    __builtin_prefetch(&above[edge.higher]);
  }
};

} // namespace espalier

#endif
