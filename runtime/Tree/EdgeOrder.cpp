//===- EdgeOrder.cpp - Edges in ascending order of their costs --------------===//
#include "runtime/Tree/EdgeOrder.h"

#include <algorithm>
#include <array>

namespace espalier {

namespace {
constexpr int leadingBits = 32, digitBits = 11, numDigits = 3, numBuckets = 1 << digitBits;

/// The buckets cost more than they save below so many edges.
constexpr int64_t fewEdges = 128;

class EdgeSort {
public:
  EdgeSort(const uint64_t *keys, const Edge *ends, Ranked *edges, Ranked *other, int64_t count)
      : keys(keys), ends(ends), edges(edges), other(other), count(count) {}

  const Ranked *run();

private:
  void takeLeadingBits();
  void sortByDigits();
  void sortTies();
  bool precedes(Ranked left, Ranked right) const;

  const uint64_t *keys;
  const Edge *ends;
  Ranked *edges, *other;
  const int64_t count;
  int shift = 0;            // of the keys, so that their differences fit into the leading bits
  uint32_t mostLeading = 0; // the greatest of them
};
} // namespace

void EdgeSort::takeLeadingBits() {
  uint64_t least = noKey, greatest = 0;
  for (int64_t i = 0; i < count; ++i) {
    uint64_t key = keys[numberOf(edges[i])];
    least = std::min(least, key);
    greatest = std::max(greatest, key);
  }
  shift = std::max(0, static_cast<int>(std::bit_width(greatest - least)) - leadingBits);
  mostLeading = static_cast<uint32_t>((greatest - least) >> shift);
  for (int64_t i = 0; i < count; ++i)
    edges[i] = ((keys[numberOf(edges[i])] - least) >> shift) << 32 | numberOf(edges[i]);
}

/// Least significant digit first; each pass is stable.
void EdgeSort::sortByDigits() {
  uint32_t starts[numDigits][numBuckets] = {};
  auto digit = [](Ranked edge, int d) { return edge >> (32 + d * digitBits) & (numBuckets - 1); };
  for (int64_t i = 0; i < count; ++i)
    for (int d = 0; d < numDigits; ++d)
      ++starts[d][digit(edges[i], d)];
  for (int d = 0; d < numDigits && mostLeading >> (d * digitBits) != 0; ++d) {
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
    std::sort(edges, edges + count, [&](Ranked left, Ranked right) { return precedes(left, right); });
    return edges;
  }
  takeLeadingBits();
  sortByDigits();
  if (shift > 0 || ends)
    sortTies();
  return edges;
}

const Ranked *sortEdges(const uint64_t *keys, const Edge *ends, Ranked *edges, Ranked *other, int64_t count) {
  return EdgeSort(keys, ends, edges, other, count).run();
}

} // namespace espalier
