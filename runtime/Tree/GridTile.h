//===- GridTile.h - A rectangle of a grid, small enough for the caches ------===//
//
// Most edges of a minimum spanning tree are known from a part of the grid:
//
//   - the least edge at a pixel is in the tree, the greatest around a face of four
//     pixels is not. Of independent costs these two laws keep 5/14 of the edges and
//     drop 5/14 without sorting;
//   - an edge that closes a cycle within a tile is not in the tree;
//   - in ascending order, an edge that joins two components within the tile is in the
//     tree if one of them is closed: no edge that could be in the tree leads from it out
//     of the tile. Then it is the least of those that leave that component.
//
// Undecided stay edges between components that are both open, of which there are fewer
// than pixels at the border of the tile, and those that lead out of it. All that a tile
// needs while it is decided fits the second-level cache; what decides it is read once.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_GRIDTILE_H
#define ESPALIER_RUNTIME_TREE_GRIDTILE_H

#include "runtime/Tree/Components.h"
#include "runtime/Tree/EdgeOrder.h"
#include "runtime/Tree/GridEdges.h"

namespace espalier {

/// What tiles leave undecided: edges between their components. The components of the pixels at undecided edges are
/// numbered from 0 on.
struct UndecidedEdges {
  uint64_t *keys;
  Edge *ends;         // pixels
  int32_t *component; // of a pixel at an undecided edge; not written elsewhere
  int64_t count = 0;
  int32_t numComponents = 0;

  void add(uint64_t key, Edge edge) {
    keys[count] = key;
    ends[count++] = edge;
  }
};

/// How tall and wide the tiles of a grid are, at the most.
struct TileSize {
  int64_t height, width;

  int64_t numPixels() const { return height * width; }
  /// Of arrays that hold a pixel more on each side.
  int64_t area() const { return (height + 2) * (width + 2); }
};

class GridTile {
public:
  /// Tiles of `grid` no larger than `size`, whose area is at most 2^16, in memory of `bytes(size)`, aligned to 8 bytes.
  GridTile(const GridEdges &grid, const double *costs, TileSize size, void *memory);
  static int64_t bytes(TileSize size);

  /// Decides the edges of the tile at (y, x) that can be decided: writes the set of those of the tree, and adds those
  /// that stay open and whose lower ends are in the tile. False, and nothing written, where a cost is NaN.
  bool decide(int64_t y, int64_t x, TileSize size, Sides *chosen, UndecidedEdges &undecided);

private:
  using Place = uint16_t; // of a pixel in the arrays of the tile: (row + 1) * pitch + column + 1
  using Key = int64_t;    // in the order of rankingKey

  int64_t numPlaces() const { return size.height * pitch; }
  Place place(int64_t row, int64_t column) const { return static_cast<Place>((row + 1) * pitch + column + 1); }
  int32_t pixel(Place place) const;

  bool readCosts();
  bool readRow(int64_t row);
  void applyLaws();
  void cutBorder();
  void linkLeast();
  void listOpen();
  template <typename Visit> void forEachLeaving(Visit visit) const;
  void markOpen();
  void joinInOrder();
  void joinOpen(uint32_t number, Place left, Place right);
  void write(Sides *chosen) const;
  void name(Place place, UndecidedEdges &undecided);
  void leave(UndecidedEdges &undecided);

  const GridEdges &grid;
  const double *costs;
  TileSize size;
  int64_t top = 0, left = 0, pitch = 0;

  Key *right, *below;      // of the edges of each place; noKey where there is none
  uint64_t *openKeys;      // of the edges that the laws leave open
  Ranked *one, *other;     // these edges in their order
  uint32_t *openEdges;     // 2 place + (1 if it leads downwards)
  uint32_t *between;       // numbers of edges that join open components
  Sets<Place> sure, joint; // joined by edges of the tree; open components, by any edges of the tile
  Place *named;            // a component's number among those that have one, from 1 on; or 0
  Sides *least, *greatest; // at a place; around the face to its right and below it, seen from it
  Sides *kept, *open;
  int64_t numOpen = 0, numBetween = 0;
  int32_t numComponents = 0, numNamed = 0;
};

} // namespace espalier

#endif
