//===- GridEdges.h - The edges of a grid of pixels, and sets of them --------===//
#ifndef ESPALIER_RUNTIME_TREE_GRIDEDGES_H
#define ESPALIER_RUNTIME_TREE_GRIDEDGES_H

#include "runtime/Tree/Graph.h"

#include <algorithm>

namespace espalier {

/// Of the edges of a pixel, some: one bit each. A set of edges of a grid is such a byte per pixel; where each edge
/// shall stand once, it stands at its lower end, as `right` or `below`.
using Sides = uint8_t;
namespace side {
constexpr Sides right = 1, below = 2, left = 4, above = 8;
/// What the edges are at their other ends.
constexpr Sides opposite(Sides sides) { return static_cast<Sides>((sides << 2 | sides >> 2) & 15); }
} // namespace side

/// A grid of at least one row and one column.
struct GridEdges {
  int64_t height, width;

  int64_t numVertices() const { return height * width; }

  /// Of the edge that is listed as the `number`-th.
  Edge edge(int64_t number) const {
    int64_t perRow = 2 * width - 1, row = std::min(number / perRow, height - 1), inRow = number - row * perRow;
    bool isLast = row + 1 == height, isDown = !isLast && (inRow % 2 != 0 || inRow == 2 * (width - 1));
    auto lower = static_cast<int32_t>(row * width + (isLast ? inRow : inRow / 2));
    return {lower, lower + static_cast<int32_t>(isDown ? width : 1)};
  }

  /// The number of the first edge of a row: in each row but the last, a pixel's edge to the right stands before the one
  /// downwards.
  int64_t firstOfRow(int64_t y) const { return y * (2 * width - 1); }

  /// Calls `visit(pixel, side)` for every edge, in order.
  template <typename Visit> void forEach(Visit visit) const {
    int64_t v = 0;
    for (int64_t y = 0; y < height; ++y)
      for (int64_t x = 0; x < width; ++x, ++v) {
        if (x + 1 < width)
          visit(v, side::right);
        if (y + 1 < height)
          visit(v, side::below);
      }
  }
};

} // namespace espalier

#endif
