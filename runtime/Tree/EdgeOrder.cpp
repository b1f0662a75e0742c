//===- EdgeOrder.cpp - Edges in ascending order of their costs --------------===//
#include "runtime/Tree/EdgeOrder.h"

#include <algorithm>
#include <numeric>

namespace espalier {

namespace {
constexpr int numDigits = 3;

/// Buckets cost more than they save below so many edges, and many buckets do below so many more.
constexpr int64_t fewEdges = 128, manyEdges = 4096;

class EdgeSort {
public:
  EdgeSort(const uint64_t *keys, const Edge *ends, Ranked *one, Ranked *other, int64_t count)
      : keys(keys), ends(ends), edges(one), other(other), count(count) {}

  const Ranked *run();

private:
  template <int digitBits> void sortByDigits();
  void sortTies();
  bool precedes(Ranked left, Ranked right) const;

  const uint64_t *keys;
  const Edge *ends;
  Ranked *edges, *other;
  const int64_t count;
  int shift = 0; // of the keys, so that their differences fit into the leading bits
};
} // namespace

/// Least significant digit first; each pass is stable.
template <int digitBits> void EdgeSort::sortByDigits() {
  constexpr int leadingBits = std::min(32, numDigits * digitBits), numBuckets = 1 << digitBits;
  auto digit = [](Ranked edge, int d) { return edge >> (32 + d * digitBits) & (numBuckets - 1); };
  auto [least, greatest] = std::minmax_element(keys, keys + count);
  const uint64_t base = *least, range = *greatest - base;
  shift = std::max(0, static_cast<int>(std::bit_width(range)) - leadingBits);
  uint32_t starts[numDigits][numBuckets] = {};
  for (int64_t i = 0; i < count; ++i) {
    edges[i] = (keys[i] - base) >> shift << 32 | static_cast<uint32_t>(i);
    for (int d = 0; d < numDigits; ++d)
      ++starts[d][digit(edges[i], d)];
  }
  for (int d = 0; d < numDigits && range >> shift >> (d * digitBits) != 0; ++d) {
    uint32_t next = 0;
    for (uint32_t &start : starts[d])
      next += std::exchange(start, next);
    for (int64_t i = 0; i < count; ++i)
      other[starts[d][digit(edges[i], d)]++] = edges[i];
    std::swap(edges, other);
  }
}

bool EdgeSort::precedes(Ranked left, Ranked right) const {
  uint32_t l = numberOf(left), r = numberOf(right);
  if (keys[l] != keys[r])
    return keys[l] < keys[r];
  return ends && ends[l] != ends[r] ? ends[l] < ends[r] : l < r;
}

void EdgeSort::sortTies() {
  Ranked *end = edges + count;
  for (Ranked *first = edges; first < end;) {
    Ranked *last = first + 1;
    while (last < end && *last >> 32 == *first >> 32)
      ++last;
    if (last - first > 1)
      std::sort(first, last, [&](Ranked left, Ranked right) { return precedes(left, right); });
    first = last;
  }
}

const Ranked *EdgeSort::run() {
  if (count < fewEdges) {
    std::iota(edges, edges + count, Ranked(0));
    std::sort(edges, edges + count, [&](Ranked left, Ranked right) { return precedes(left, right); });
    return edges;
  }
  count < manyEdges ? sortByDigits<9>() : sortByDigits<11>();
  if (shift > 0 || ends)
    sortTies();
  return edges;
}

const Ranked *sortEdges(const uint64_t *keys, const Edge *ends, Ranked *one, Ranked *other, int64_t count) {
  return EdgeSort(keys, ends, one, other, count).run();
}

} // namespace espalier
