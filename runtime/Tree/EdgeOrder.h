//===- EdgeOrder.h - Edges in ascending order of their costs ----------------===//
//
// The order is (cost, lower end, higher end, number). -0 and +0 are equal costs;
// infinite costs are allowed. Costs are compared as the unsigned numbers of rankingKey.
//
// The leading bits in which the keys differ at all are sorted by digits, and whole
// keys are compared only where those agree.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_EDGEORDER_H
#define ESPALIER_RUNTIME_TREE_EDGEORDER_H

#include "runtime/Tree/Graph.h"

#include <bit>

namespace espalier {

/// Unsigned numbers in the order of the doubles that are not NaN; adding zero makes -0 a +0.
inline uint64_t rankingKey(double cost) {
  auto bits = std::bit_cast<uint64_t>(cost + 0.0);
  return bits ^ (static_cast<uint64_t>(static_cast<int64_t>(bits) >> 63) | uint64_t(1) << 63);
}

/// An edge to be sorted: its number in the lower half; the upper half is used while sorting.
using Ranked = uint64_t;

constexpr uint32_t numberOf(Ranked edge) { return static_cast<uint32_t>(edge); }

/// Sorts the edges 0 .. count - 1. keys[number] is the key of an edge; ends[number] rank edges of equal cost before
/// their numbers do, unless `ends` is null. `one` and `other` are memory for `count` edges each; returns the one of
/// them that holds the order.
const Ranked *sortEdges(const uint64_t *keys, const Edge *ends, Ranked *one, Ranked *other, int64_t count);

} // namespace espalier

#endif
