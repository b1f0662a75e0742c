//===- GridEdges.cpp - What the edges of a grid decide among themselves -----===//
#include "runtime/Tree/GridEdges.h"

#include <algorithm>

namespace espalier {

/// One of two numbers without a branch: which one it is cannot be predicted.
template <typename Number> static Number chosen(bool first, Number one, Number other) {
  return other ^ ((one ^ other) & -static_cast<Number>(first));
}

namespace {
/// The one of several edges with the least or the greatest key; of equal keys the lower slot is the lesser one.
struct Pick {
  uint64_t key;
  int64_t slot;

  Pick(const uint64_t *keys, int64_t slot) : key(keys[slot]), slot(slot) {}
  /// `next` is a higher slot.
  void takeLesser(const uint64_t *keys, int64_t next) { take(keys[next] < key, keys[next], next); }
  void takeGreater(const uint64_t *keys, int64_t next) { take(keys[next] >= key, keys[next], next); }

private:
  void take(bool better, uint64_t nextKey, int64_t next) {
    key = chosen(better, nextKey, key);
    slot = chosen(better, next, slot);
  }
};
} // namespace

/// Keys of `count` costs side by side; false where one is NaN.
static bool readRun(const double *costs, int64_t count, uint64_t *keys) {
  bool numbers = true;
  for (int64_t i = 0; i < count; ++i) {
    numbers &= costs[i] == costs[i];
    keys[i] = rankingKey(costs[i]);
  }
  return numbers;
}

bool GridEdges::readCosts(const double *costs, uint64_t *keys) const {
  bool numbers = true;
  std::fill(keys - numSlotsAbove(), keys, noKey);
  // The edges of a row stand in its slots one after the other, but for one to the right that its last pixel has not.
  const int64_t run = 2 * (width - 1);
  for (int64_t y = 0; y + 1 < height; ++y, costs += run + 1, keys += 2 * width) {
    numbers &= readRun(costs, run, keys) & readRun(costs + run, 1, keys + run + 1);
    keys[run] = noKey;
  }
  std::fill_n(keys, 2 * width, noKey);
  for (int64_t x = 0; x + 1 < width; ++x)
    numbers &= readRun(costs + x, 1, keys + 2 * x);
  return numbers;
}

void GridEdges::settle(const uint64_t *keys, Fate *fates, int32_t *above) const {
  const int64_t V = numVertices();
  std::fill(fates - numSlotsAbove(), fates, Fate::dropped);
  std::fill_n(fates, numSlots(), Fate::open);
  for (int64_t right = width - 1; right < V; right += width)
    fates[2 * right] = Fate::dropped;
  for (int64_t below = V - width; below < V; ++below)
    fates[2 * below + 1] = Fate::dropped;
  if (V == 1)
    return void(above[0] = 0);

  for (int64_t v = 0; v < V; ++v) {
    Pick least(keys, 2 * (v - width) + 1); // from above, from the left, to the right, downwards
    least.takeLesser(keys, 2 * (v - 1));
    least.takeLesser(keys, 2 * v);
    least.takeLesser(keys, 2 * v + 1);
    fates[least.slot] = Fate::kept;
    Edge edge = ends(static_cast<uint32_t>(least.slot));
    above[v] = edge.lower ^ edge.higher ^ static_cast<int32_t>(v);
  }
  // The face below and to the right of v: its upper, left, right and lower side. In the last column this is a slot
  // without an edge.
  for (int64_t v = 0; v < V - width; ++v) {
    Pick greatest(keys, 2 * v);
    greatest.takeGreater(keys, 2 * v + 1);
    greatest.takeGreater(keys, 2 * (v + 1) + 1);
    greatest.takeGreater(keys, 2 * (v + width));
    fates[greatest.slot] = Fate::dropped;
  }
  // Two vertices with one least edge lead to each other: the lower one stays. No other cycle has least edges only.
  for (int64_t v = 0; v < V; ++v) {
    int32_t other = above[v], back = above[other];
    above[v] = chosen((back == v) & (v < other), static_cast<int32_t>(v), other);
  }
  for (int64_t v = 0; v < V; ++v)
    above[v] = above[above[v]];
}

} // namespace espalier
