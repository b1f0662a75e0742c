//===- GridForest.cpp - The minimum spanning tree of a grid -----------------===//
#include "runtime/Tree/GridForest.h"
#include "runtime/Memory/AlignedBlock.h"

namespace espalier {

static int64_t partsOf(int64_t whole, int64_t part) { return (whole + part - 1) / part; }

/// `whole` in as many equal parts as parts of `most` would be.
static int64_t evenPart(int64_t whole, int64_t most) { return partsOf(whole, partsOf(whole, most)); }

TileSize tileSizeOf(const GridEdges &grid) {
  constexpr int64_t numPixels = 1 << 13, mostRows = 1 << 6;
  int64_t height = std::min(grid.height, mostRows), width = std::min(grid.width, numPixels / height);
  height = std::min(grid.height, numPixels / width);
  return {evenPart(grid.height, height), evenPart(grid.width, width)};
}

namespace {
/// The edges that tiles leave undecided are those between tiles, and in each tile fewer than it has components that
/// edges between tiles end at.
struct Bounds {
  int64_t numBetweenTiles, numEdges, numComponents;

  Bounds(const GridEdges &grid, TileSize size)
      : numBetweenTiles((partsOf(grid.height, size.height) - 1) * grid.width +
                        (partsOf(grid.width, size.width) - 1) * grid.height),
        numEdges(3 * numBetweenTiles), numComponents(2 * numBetweenTiles) {}
};

class Forest {
public:
  Forest(const GridEdges &grid, TileSize size, void *scratch)
      : grid(grid), size(size), memoryOfTiles(static_cast<char *>(scratch)) {
    const Bounds bounds(grid, size);
    undecided.keys = reinterpret_cast<uint64_t *>(memoryOfTiles + alignedSize(GridTile::bytes(size)));
    one = undecided.keys + bounds.numEdges;
    other = one + bounds.numEdges;
    undecided.ends = reinterpret_cast<Edge *>(other + bounds.numEdges);
    components.above = reinterpret_cast<int32_t *>(undecided.ends + bounds.numEdges);
    undecided.component = components.above + bounds.numComponents;
  }
  static int64_t bytes(const GridEdges &grid, TileSize size) {
    const Bounds bounds(grid, size);
    return alignedSize(GridTile::bytes(size)) +
           bounds.numEdges * static_cast<int64_t>(sizeof(uint64_t) + 2 * sizeof(Ranked) + sizeof(Edge)) +
           bounds.numComponents * static_cast<int64_t>(sizeof(int32_t)) +
           (bounds.numEdges ? grid.numVertices() * static_cast<int64_t>(sizeof(int32_t)) : 0);
  }

  bool decideTiles(const double *costs, Sides *chosen) {
    GridTile tile(grid, costs, size, memoryOfTiles);
    bool numbers = true;
    for (int64_t y = 0; y < grid.height; y += size.height)
      for (int64_t x = 0; x < grid.width; x += size.width) {
        TileSize own = {std::min(size.height, grid.height - y), std::min(size.width, grid.width - x)};
        numbers = numbers && tile.decide(y, x, own, chosen, undecided);
      }
    return numbers;
  }

  void joinTiles(Sides *chosen) {
    auto componentsOf = [&](Edge edge) {
      return Edge{undecided.component[edge.lower], undecided.component[edge.higher]};
    };
    components.separate(undecided.numComponents);
    const Ranked *order = sortEdges(undecided.keys, undecided.ends, one, other, undecided.count);
    for (int64_t e = 0; e < undecided.count; ++e) {
      Edge edge = undecided.ends[numberOf(order[e])];
      if (components.join(componentsOf(edge)))
        chosen[edge.lower] |= edge.higher == edge.lower + 1 && grid.width > 1 ? side::right : side::below;
    }
  }

private:
  const GridEdges grid;
  const TileSize size;
  char *memoryOfTiles;
  UndecidedEdges undecided = {};
  Ranked *one, *other;
  Components components;
};
} // namespace

int64_t growGridBytes(const GridEdges &grid, TileSize size) { return Forest::bytes(grid, size); }

bool growGrid(const GridEdges &grid, TileSize size, const double *costs, void *scratch, Sides *chosen) {
  Forest forest(grid, size, scratch);
  bool numbers = forest.decideTiles(costs, chosen);
  if (numbers)
    forest.joinTiles(chosen);
  return numbers;
}

} // namespace espalier
