//===- GridTile.cpp - A rectangle of a grid, small enough for the caches ----===//
#include "runtime/Tree/GridTile.h"

#include <limits>

// Loops over places are compiled for vectors of several lengths, and the machine chooses. What they write, no other of
// their arguments points to.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&               \
    !defined(__SANITIZE_THREAD__)
#define FOR_VECTORS __attribute__((target_clones("arch=skylake-avx512", "avx2", "default")))
#else
#define FOR_VECTORS
#endif

namespace espalier {

using Key = int64_t;

/// Signed numbers in the order of rankingKey, since those are what most machines compare.
static constexpr Key noKey = std::numeric_limits<Key>::max();
static uint64_t rankingKeyOf(Key key) { return static_cast<uint64_t>(key) ^ uint64_t(1) << 63; }
static inline Key keyOf(double cost) {
  auto bits = std::bit_cast<Key>(cost + 0.0);
  return bits ^ (bits >> 63 & noKey);
}

//===-- Loops over places -------------------------------------------------------===//

/// Costs of edges to the right and downwards that stand in turn; false where one is NaN.
FOR_VECTORS static bool readPairs(const double *costs, int64_t count, Key *__restrict right, Key *__restrict below) {
  int64_t numNaNs = 0;
  for (int64_t x = 0; x < count; ++x) {
    double r = costs[2 * x], b = costs[2 * x + 1];
    numNaNs += (r != r) + (b != b);
    right[x] = keyOf(r);
    below[x] = keyOf(b);
  }
  return numNaNs == 0;
}

static bool readRun(const double *costs, int64_t count, Key *keys) {
  bool numbers = true;
  for (int64_t x = 0; x < count; ++x) {
    numbers &= costs[x] == costs[x];
    keys[x] = keyOf(costs[x]);
  }
  return numbers;
}

/// The least edge at each place; of equal ones the first in order.
FOR_VECTORS static void findLeast(const Key *right, const Key *below, int64_t pitch, int64_t count,
                                  Sides *__restrict least) {
  for (int64_t i = 0; i < count; ++i) {
    Key key = below[i - pitch], side = side::above, next;
    next = right[i - 1];
    side = next < key ? side::left : side;
    key = next < key ? next : key;
    next = right[i];
    side = next < key ? side::right : side;
    key = next < key ? next : key;
    next = below[i];
    side = next < key ? side::below : side;
    least[i] = static_cast<Sides>(side);
  }
}

/// The greatest edge around each face of four pixels, of equal ones the last in order: as that of the face's upper left
/// pixel (right, below) or as that of the pixel across (its edges to the left and upwards, here the sides opposite).
FOR_VECTORS static void findGreatest(const Key *right, const Key *below, int64_t pitch, int64_t count,
                                     Sides *__restrict greatest) {
  for (int64_t i = 0; i < count; ++i) {
    Key key = right[i], side = side::right, next;
    next = below[i];
    side = next >= key ? side::below : side;
    key = next >= key ? next : key;
    next = below[i + 1];
    side = next >= key ? side::opposite(side::below) : side;
    key = next >= key ? next : key;
    next = right[i + pitch];
    side = next >= key ? side::opposite(side::right) : side;
    greatest[i] = static_cast<Sides>(side);
  }
}

/// Edges of each place, to the right and downwards, that are the least of one of their ends.
static inline int keptAt(const Sides *least, int64_t pitch, int64_t i) {
  return (least[i] | (least[i + 1] >> 2 & side::right) | (least[i + pitch] >> 2 & side::below)) & 3;
}

/// The same of those that are the greatest around one of their faces.
static inline int droppedAt(const Sides *greatest, int64_t pitch, int64_t i) {
  return (greatest[i] | (greatest[i - pitch] >> 2 & side::right) | (greatest[i - 1] >> 2 & side::below)) & 3;
}

/// Which of these edges the two laws keep, and which they leave open.
FOR_VECTORS static void findFates(const Sides *least, const Sides *greatest, int64_t pitch, int64_t count,
                                  Sides *__restrict kept, Sides *__restrict open) {
  for (int64_t i = 0; i < count; ++i) {
    int isKept = keptAt(least, pitch, i);
    kept[i] = static_cast<Sides>(isKept);
    open[i] = static_cast<Sides>(~(isKept | droppedAt(greatest, pitch, i)) & 3);
  }
}

/// Where the least edge of each place leads. Two places with one least edge lead to each other: the lower one stays. No
/// other cycle has least edges only.
FOR_VECTORS static void followLeast(const Sides *least, int64_t pitch, int64_t count, uint16_t first,
                                    uint16_t *__restrict above) {
  const auto step = static_cast<uint16_t>(pitch);
  for (int64_t i = 0; i < count; ++i) {
    int isBack = (least[i + 1] >> 2 & side::right) | (least[i + pitch] >> 2 & side::below);
    auto side = static_cast<uint16_t>(least[i] & ~isBack);
    auto from = static_cast<uint16_t>(first + i);
    above[i] = static_cast<uint16_t>(from + (side & 1) + (side >> 1 & 1) * step - (side >> 2 & 1) - (side >> 3) * step);
  }
}

//===-- Memory ------------------------------------------------------------------===//

int64_t GridTile::bytes(TileSize size) {
  return size.area() * static_cast<int64_t>(2 * sizeof(Key) + 3 * sizeof(Place) + 4 * sizeof(Sides)) +
         2 * size.numPixels() * static_cast<int64_t>(sizeof(uint64_t) + 2 * sizeof(Ranked) + 2 * sizeof(uint32_t)) + 8;
}

GridTile::GridTile(const GridEdges &grid, const double *costs, TileSize size, void *memory)
    : grid(grid), costs(costs), size(size) {
  auto take = [&]<typename T>(T *&array, int64_t count) {
    array = static_cast<T *>(memory);
    memory = array + count;
  };
  const int64_t area = size.area(), numEdges = 2 * size.numPixels();
  take(right, area);
  take(below, area);
  take(openKeys, numEdges);
  take(one, numEdges);
  take(other, numEdges);
  take(openEdges, numEdges);
  take(between, numEdges);
  take(sure.above, area);
  take(joint.above, area);
  take(named, area);
  take(least, area);
  take(greatest, area);
  take(kept, area);
  take(open, area);
}

int32_t GridTile::pixel(Place place) const {
  return static_cast<int32_t>((top + place / pitch - 1) * grid.width + left + place % pitch - 1);
}

//===-- Costs -------------------------------------------------------------------===//

/// A row, with a pixel more on each side.
bool GridTile::readRow(int64_t row) {
  const int64_t y = top + row, begin = std::max<int64_t>(left - 1, 0),
                end = std::min(left + size.width + 1, grid.width), numRight = std::min(end, grid.width - 1) - begin;
  Key *rightRow = &right[place(row, begin - left)], *belowRow = &below[place(row, begin - left)];
  std::fill(&right[place(row, -1)], rightRow, noKey);
  std::fill(&below[place(row, -1)], belowRow, noKey);
  const Place last = place(row, size.width);
  if (y < 0 || y >= grid.height) {
    std::fill(rightRow, &right[last] + 1, noKey);
    std::fill(belowRow, &below[last] + 1, noKey);
    return true;
  }
  std::fill(rightRow + numRight, &right[last] + 1, noKey);
  std::fill(belowRow + numRight, &below[last] + 1, noKey);
  const double *own = costs + grid.firstOfRow(y);
  if (y + 1 == grid.height) {
    std::fill(belowRow, belowRow + numRight, noKey);
    return readRun(own + begin, numRight, rightRow);
  }
  bool numbers = readPairs(own + 2 * begin, numRight, rightRow, belowRow);
  if (end == grid.width) // the last pixel has no edge to the right
    numbers &= readRun(own + 2 * (grid.width - 1), 1, belowRow + numRight);
  return numbers;
}

bool GridTile::readCosts() {
  bool numbers = true;
  for (int64_t row = -1; row <= size.height; ++row)
    numbers &= readRow(row);
  return numbers;
}

//===-- The two laws ------------------------------------------------------------===//

/// Edges that lead out of the tile count as least ones of no pixel: whether they are kept is not decided here.
void GridTile::cutBorder() {
  std::fill(least, least + pitch + 1, 0);
  std::fill(least + place(size.height, -1), least + size.area(), 0);
  for (int64_t row = 0; row < size.height; ++row) {
    least[place(row, -1)] = least[place(row, size.width)] = 0;
    least[place(row, 0)] &= static_cast<Sides>(~side::left);
    least[place(row, size.width - 1)] &= static_cast<Sides>(~side::right);
  }
  for (int64_t column = 0; column < size.width; ++column) {
    least[place(0, column)] &= static_cast<Sides>(~side::above);
    least[place(size.height - 1, column)] &= static_cast<Sides>(~side::below);
  }
}

void GridTile::applyLaws() {
  const Place first = place(0, 0);
  findGreatest(right, below, pitch, numPlaces() + pitch, greatest);
  findLeast(right + first, below + first, pitch, numPlaces() - 2, least + first);
  cutBorder();
  findFates(least + first, greatest + first, pitch, numPlaces() - 2, kept + first, open + first);
  for (int64_t row = 0; row < size.height; ++row)
    open[place(row, size.width - 1)] &= side::below;
  for (int64_t column = 0; column < size.width; ++column)
    open[place(size.height - 1, column)] &= side::right;
}

void GridTile::linkLeast() {
  const Place first = place(0, 0), end = static_cast<Place>(first + numPlaces() - 2);
  followLeast(least + first, pitch, numPlaces() - 2, first, sure.above + first);
  std::fill(joint.above + first, joint.above + end, 0);
  std::fill(named + first, named + end, 0);
  numComponents = 0;
  for (Place i = first; i < end; ++i)
    sure.above[i] = sure.above[sure.above[i]];
  for (int64_t row = 0; row < size.height; ++row)
    for (Place i = place(row, 0); i < place(row, size.width); ++i)
      numComponents += sure.above[i] == i;
}

/// Their keys too, and their order is that of their numbers in the grid.
void GridTile::listOpen() {
  numOpen = 0;
  for (int64_t row = 0; row < size.height; ++row)
    for (uint32_t i = place(row, 0), end = place(row, size.width); i < end; ++i) { // each is listed, some stay
      openEdges[numOpen] = 2 * i;
      numOpen += open[i] & 1;
      openEdges[numOpen] = 2 * i + 1;
      numOpen += open[i] >> 1;
    }
  const Key *keys[] = {right, below};
  for (int64_t e = 0; e < numOpen; ++e)
    openKeys[e] = rankingKeyOf(keys[openEdges[e] % 2][openEdges[e] / 2]);
}

//===-- Edges that leave the tile -----------------------------------------------===//

/// Calls `visit(place, side)` with every edge that leads out of the tile and may be in the tree.
template <typename Visit> void GridTile::forEachLeaving(Visit visit) const {
  auto mayLeave = [&](int64_t lower, int edge) { return !(droppedAt(greatest, pitch, lower) & edge); };
  if (left + size.width < grid.width)
    for (int64_t row = 0; row < size.height; ++row)
      if (Place i = place(row, size.width - 1); mayLeave(i, side::right))
        visit(i, side::right);
  if (left > 0)
    for (int64_t row = 0; row < size.height; ++row)
      if (Place i = place(row, 0); mayLeave(i - 1, side::right))
        visit(i, side::left);
  if (top + size.height < grid.height)
    for (int64_t column = 0; column < size.width; ++column)
      if (Place i = place(size.height - 1, column); mayLeave(i, side::below))
        visit(i, side::below);
  if (top > 0)
    for (int64_t column = 0; column < size.width; ++column) {
      Place i = place(0, column);
      if (!((greatest[i - pitch] | (greatest[i - pitch - 1] >> 2)) & side::below))
        visit(i, side::above);
    }
}

void GridTile::markOpen() {
  forEachLeaving([&](Place i, Sides) {
    Place root = sure.find(i);
    joint.above[root] = root;
  });
}

//===-- Edges in order ----------------------------------------------------------===//

/// Two open components: the tree may join them elsewhere.
void GridTile::joinOpen(uint32_t number, Place left, Place right) {
  left = joint.find(left);
  right = joint.find(right);
  if (left == right)
    return;
  joint.above[std::max(left, right)] = std::min(left, right);
  between[numBetween++] = number;
  --numComponents;
}

void GridTile::joinInOrder() {
  const Ranked *order = sortEdges(openKeys, nullptr, one, other, numOpen);
  numBetween = 0;
  for (int64_t e = 0; e < numOpen && numComponents > 1; ++e) {
    const uint32_t number = numberOf(order[e]), edge = openEdges[number];
    const auto lower = static_cast<Place>(edge / 2);
    const Place ends[2] = {sure.find(lower), sure.find(static_cast<Place>(lower + (edge % 2 ? pitch : 1)))};
    const bool isOpen[2] = {joint.above[ends[0]] != 0, joint.above[ends[1]] != 0};
    if (isOpen[0] & isOpen[1] & (ends[0] != ends[1])) [[unlikely]] {
      joinOpen(number, ends[0], ends[1]);
      continue;
    }
    // A closed component is joined to the other one; of two that are closed, the higher one.
    const uint32_t ranks[2] = {ends[0] | uint32_t(!isOpen[0]) << 16, ends[1] | uint32_t(!isOpen[1]) << 16};
    sure.above[static_cast<Place>(std::max(ranks[0], ranks[1]))] = static_cast<Place>(std::min(ranks[0], ranks[1]));
    const bool joins = ends[0] != ends[1];
    kept[lower] = static_cast<Sides>(kept[lower] | int(joins) << edge % 2);
    numComponents -= joins;
  }
}

//===-- Results -----------------------------------------------------------------===//

void GridTile::write(Sides *chosen) const {
  for (int64_t row = 0; row < size.height; ++row)
    std::copy_n(kept + place(row, 0), size.width, chosen + (top + row) * grid.width + left);
}

/// The component of a pixel gets a number among all that are open.
void GridTile::name(Place place, UndecidedEdges &undecided) {
  Place &known = named[sure.find(place)];
  if (known == 0)
    known = static_cast<Place>(++numNamed);
  undecided.component[pixel(place)] = undecided.numComponents + known - 1;
}

void GridTile::leave(UndecidedEdges &undecided) {
  numNamed = 0;
  auto ends = [&](Place lower, Place higher) { return Edge{pixel(lower), pixel(higher)}; };
  for (int64_t e = 0; e < numBetween; ++e) {
    const uint32_t edge = openEdges[between[e]];
    const auto lower = static_cast<Place>(edge / 2), higher = static_cast<Place>(lower + (edge % 2 ? pitch : 1));
    name(lower, undecided);
    name(higher, undecided);
    undecided.add(openKeys[between[e]], ends(lower, higher));
  }
  forEachLeaving([&](Place i, Sides edge) {
    name(i, undecided);
    const int32_t from = pixel(i);
    if (edge == side::right)
      undecided.add(rankingKeyOf(right[i]), {from, from + 1});
    else if (edge == side::below)
      undecided.add(rankingKeyOf(below[i]), {from, from + static_cast<int32_t>(grid.width)});
  });
  undecided.numComponents += numNamed;
}

bool GridTile::decide(int64_t y, int64_t x, TileSize tile, Sides *chosen, UndecidedEdges &undecided) {
  top = y;
  left = x;
  size = tile;
  pitch = size.width + 2;
  if (!readCosts())
    return false;
  applyLaws();
  linkLeast();
  listOpen();
  markOpen();
  joinInOrder();
  write(chosen);
  leave(undecided);
  return true;
}

} // namespace espalier
