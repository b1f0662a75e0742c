//===- Quadtree.cpp - Trees whose leaves are pixels -------------------------===//
#include "runtime/Tree/Quadtree.h"
#include "runtime/Tree/TreeArrays.h"

#include <algorithm>
#include <numeric>

namespace espalier {

constexpr std::string_view orderNames[] = {"morton", "hilbert", "snake", "raster"};

std::string_view name(PixelOrder order) { return orderNames[static_cast<size_t>(order)]; }

std::optional<PixelOrder> pixelOrderNamed(std::string_view name) {
  auto found = std::find(std::begin(orderNames), std::end(orderNames), name);
  if (found == std::end(orderNames))
    return std::nullopt;
  return static_cast<PixelOrder>(found - orderNames);
}

static bool isCurve(PixelOrder order) { return order == PixelOrder::morton || order == PixelOrder::hilbert; }

namespace {
/// The sizes of the levels of a quadtree: level 0 are the pixels, the last one is the root.
struct LevelSizes {
  std::vector<int64_t> sizes;
  int64_t numVertices = 0;

  void add(int64_t size) {
    sizes.push_back(size);
    numVertices += size;
  }
};

/// A square of side 2^level, in units of its side, and how the curve runs through it.
struct Square {
  int32_t y, x;
  bool transposed = false, reversed = false; // reversed: both axes
};
} // namespace

static Result<LevelSizes> levelSizes(int64_t height, int64_t width, PixelOrder order) {
  auto tooLarge = [&] { return Error::of("quadtree({}, {}) has more than {} vertices", height, width, mostVertices); };
  if (height < 1 || width < 1)
    return Error::of("quadtree({}, {}), expected at least one pixel in each direction", height, width);
  if (height > mostVertices / width)
    return tooLarge();
  LevelSizes levels;
  levels.add(height * width);
  if (isCurve(order))
    for (int64_t rows = height, columns = width; rows > 1 || columns > 1;) {
      rows = (rows + 1) / 2;
      columns = (columns + 1) / 2;
      levels.add(rows * columns);
    }
  else
    for (int64_t size = height * width; size > 1;)
      levels.add(size = (size + 3) / 4);
  if (levels.numVertices > mostVertices)
    return tooLarge();
  return levels;
}

/// Quarter 0 .. 3 of a square, in the order of the curve. The Hilbert curve enters a square at one corner and leaves it
/// at a neighbouring one: (0,0), (1,0), (1,1), (0,1) as (y, x); its first and last quarter are mirrored at a diagonal.
static Square quarter(const Square &square, int number, PixelOrder order) {
  if (order == PixelOrder::morton)
    return {2 * square.y + (number >> 1), 2 * square.x + (number & 1)};
  bool y = number == 1 || number == 2, x = number >= 2;
  if (square.transposed)
    std::swap(y, x);
  return {2 * square.y + (y != square.reversed), 2 * square.x + (x != square.reversed),
          square.transposed != (number == 0 || number == 3), square.reversed != (number == 3)};
}

/// Calls visit(level, parent, child) for all squares, from the root down, in the order of the curve: positions within
/// the levels `level + 1` and `level`, and the child itself.
template <class Visit>
static void walkCurve(int64_t height, int64_t width, PixelOrder order, const LevelSizes &levels, Visit visit) {
  std::vector<Square> squares = {{0, 0}}, quarters;
  for (size_t level = levels.sizes.size() - 1; level-- > 0;) {
    int64_t rows = ((height - 1) >> level) + 1, columns = ((width - 1) >> level) + 1;
    quarters.clear();
    quarters.reserve(static_cast<size_t>(levels.sizes[level]));
    for (size_t parent = 0; parent < squares.size(); ++parent)
      for (int number = 0; number < 4; ++number) {
        Square child = quarter(squares[parent], number, order);
        if (child.y >= rows || child.x >= columns)
          continue;
        visit(level, static_cast<int64_t>(parent), static_cast<int64_t>(quarters.size()), child);
        quarters.push_back(child);
      }
    std::swap(squares, quarters);
  }
}

/// The pixel at a position of raster or snake.
static int64_t pixelOfRow(int64_t position, int64_t width, PixelOrder order) {
  int64_t y = position / width, x = position % width;
  return y * width + (order == PixelOrder::snake && y % 2 ? width - 1 - x : x);
}

Result<Tree> quadtree(int64_t height, int64_t width, PixelOrder order) {
  Result<LevelSizes> levels = levelSizes(height, width, order);
  if (!levels)
    return levels.error();
  std::vector<int64_t> starts(levels->sizes.size());
  std::exclusive_scan(levels->sizes.begin(), levels->sizes.end(), starts.begin(), int64_t(0));
  std::vector<int32_t> parents(static_cast<size_t>(levels->numVertices), -1);
  auto join = [&](size_t level, int64_t parent, int64_t child) {
    parents[static_cast<size_t>(child)] = static_cast<int32_t>(starts[level + 1] + parent);
  };
  if (isCurve(order))
    walkCurve(height, width, order, *levels, [&](size_t level, int64_t parent, int64_t position, const Square &child) {
      join(level, parent, level == 0 ? child.y * width + child.x : starts[level] + position);
    });
  else
    for (size_t level = 0; level + 1 < levels->sizes.size(); ++level)
      for (int64_t p = 0; p < levels->sizes[level]; ++p)
        join(level, p / 4, level == 0 ? pixelOfRow(p, width, order) : starts[level] + p);
  return Tree::fromParents(parents);
}

Result<std::vector<int32_t>> pixelsInOrder(int64_t height, int64_t width, PixelOrder order) {
  Result<LevelSizes> levels = levelSizes(height, width, order);
  if (!levels)
    return levels.error();
  std::vector<int32_t> pixels(static_cast<size_t>(height * width));
  if (!isCurve(order))
    for (size_t p = 0; p < pixels.size(); ++p)
      pixels[p] = static_cast<int32_t>(pixelOfRow(static_cast<int64_t>(p), width, order));
  else
    walkCurve(height, width, order, *levels, [&](size_t level, int64_t, int64_t position, const Square &child) {
      if (level == 0)
        pixels[static_cast<size_t>(position)] = static_cast<int32_t>(child.y * width + child.x);
    });
  return pixels;
}

} // namespace espalier
