//===- GridEdges.h - What the edges of a grid decide among themselves -------===//
//
// Every pixel v of a grid has two slots: 2 v for the edge to the right, 2 v + 1 for the
// one downwards. Slots ascend as the numbers of the edges do; those at the right and
// at the lower border have no edge. The ends of an edge need no list.
//
// Two laws decide most edges without sorting: the least edge at a vertex is in the
// minimum spanning tree, and the greatest edge around a face of four pixels is not. Of
// independent costs they keep 5/14 of the slots, drop 5/14, and leave 2/7 open.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_GRIDEDGES_H
#define ESPALIER_RUNTIME_TREE_GRIDEDGES_H

#include "runtime/Tree/EdgeOrder.h"

#include <algorithm>

namespace espalier {

enum class Fate : uint8_t { open, kept, dropped };

/// A grid of at least one row and one column.
struct GridEdges {
  int64_t height, width;

  int64_t numVertices() const { return height * width; }
  int64_t numSlots() const { return 2 * numVertices(); }

  Edge ends(uint32_t slot) const {
    auto lower = static_cast<int32_t>(slot / 2);
    return {lower, lower + static_cast<int32_t>(slot % 2 ? width : 1)};
  }

  /// Of the edge that is listed as the `number`-th.
  Edge edge(int64_t number) const {
    int64_t perRow = 2 * width - 1, row = std::min(number / perRow, height - 1), inRow = number - row * perRow;
    bool isLast = row + 1 == height, isDown = !isLast && (inRow % 2 != 0 || inRow == 2 * (width - 1));
    auto lower = static_cast<int32_t>(row * width + (isLast ? inRow : inRow / 2));
    return {lower, lower + static_cast<int32_t>(isDown ? width : 1)};
  }

  /// Calls `visit(slot)` for every edge, in order.
  template <typename Visit> void forEach(Visit visit) const {
    uint32_t slot = 0;
    for (int64_t y = 0; y < height; ++y)
      for (int64_t x = 0; x < width; ++x, slot += 2) {
        if (x + 1 < width)
          visit(slot);
        if (y + 1 < height)
          visit(slot + 1);
      }
  }

  /// Keys, and fates, are preceded by so many of slots above the grid, which have no edges.
  int64_t numSlotsAbove() const { return 2 * width; }

  /// Writes the keys of all slots and of those above, from one cost per edge: noKey where there is no edge. False where
  /// a cost is NaN.
  bool readCosts(const double *costs, uint64_t *keys) const;

  /// Decides as many edges as the two laws do, given the keys. Writes the fate of every slot and of those above
  /// (dropped where there is no edge) and, for every vertex, one that it is joined with by edges that are kept: from
  /// each vertex on, these lead to one vertex of its component that leads to itself.
  void settle(const uint64_t *keys, Fate *fates, int32_t *above) const;
};

} // namespace espalier

#endif
