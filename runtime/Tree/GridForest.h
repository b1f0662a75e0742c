//===- GridForest.h - The minimum spanning tree of a grid -------------------===//
//
// Kruskal's algorithm over a grid whose edges lie in memory far from each other would
// wait for it at every edge. Tiles of the grid are decided one by one in the caches
// (GridTile.h); what they leave undecided, a few edges per pixel of their borders, is
// sorted and joined at last.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_GRIDFOREST_H
#define ESPALIER_RUNTIME_TREE_GRIDFOREST_H

#include "runtime/Tree/GridTile.h"

namespace espalier {

/// Tiles of 2^13 pixels: 64 rows of 128, or as the grid allows, all of nearly equal sizes.
TileSize tileSizeOf(const GridEdges &grid);

/// Memory of one run, uninitialised, aligned to 8 bytes.
int64_t growGridBytes(const GridEdges &grid, TileSize size);
inline int64_t growGridBytes(const GridEdges &grid) { return growGridBytes(grid, tileSizeOf(grid)); }

/// Writes the set of the tree's edges, each at its lower end. False where a cost is NaN. The tree does not depend on
/// the size of the tiles, whose area is at most 2^16.
bool growGrid(const GridEdges &grid, TileSize size, const double *costs, void *scratch, Sides *chosen);
inline bool growGrid(const GridEdges &grid, const double *costs, void *scratch, Sides *chosen) {
  return growGrid(grid, tileSizeOf(grid), costs, scratch, chosen);
}

} // namespace espalier

#endif
