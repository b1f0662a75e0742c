//===- ContractionPath.h - In which order to multiply many factors ----------===//
//
// A product of many factors is evaluated two at a time. What remains of a set S of
// factors, whatever their order was, are the letters of S that the output or a
// factor outside S still needs; all others are summed as soon as S is complete:
//
//   letters(S) = (union of the letters of S) intersected with (output + letters outside S)
//
// Multiplying the results of two disjoint sets visits every combination of
// the letters of both, so
//
//   flops(S, T) = product of the sizes of letters(S) + letters(T)
//   memory(S)   = product of the sizes of letters(S), unless S is everything
//
// and the cost of an order is the sum over its steps, flops first, then memory.
// Before the first step each factor loses the letters that only it has.
//
// Law: every order gives the same value, and findContractionPath returns an order
// of least cost for up to maxExactFactors factors (dynamic programming over sets:
// letters(S) does not depend on how S was made). Beyond, it is greedy: the
// cheapest next step.
//
//   ab,bc,cd->ad, all sizes 10 but a = 1:  ((ab,bc),cd) costs 100 + 100,
//                                          (ab,(bc,cd)) costs 1000 + 100
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_DIALECTS_TILE_MATH_CONTRACTIONPATH_H
#define ESPALIER_DIALECTS_TILE_MATH_CONTRACTIONPATH_H

#include "dialects/Tile/Math/Subscripts.h"

#include <compare>
#include <cstdint>
#include <map>

namespace espalier::tile {

constexpr size_t maxExactFactors = 8;

/// What a contraction costs: multiplications, then elements of intermediate results. Exact below 2^53.
struct ContractionCost {
  double flops = 0, memory = 0;
  ContractionCost operator+(const ContractionCost &other) const { return {flops + other.flops, memory + other.memory}; }
  auto operator<=>(const ContractionCost &) const = default;
};

/// One product. Operands are numbered: 0 .. n-1 are the factors, n + s is the result of step s.
struct ContractionStep {
  size_t left, right;
  std::string letters; // of the result; of the last step, the output as written
};

struct ContractionPath {
  std::vector<std::string> factors; // the factors' letters without those that only one factor has, and not the output
  std::vector<ContractionStep> steps;
  ContractionCost cost;
};

/// The letters of every product when the factors are multiplied in the order of `pairs` (numbered as in
/// ContractionStep, each operand used once), and what that costs. Intermediate letters stand in the order in which
/// left, then right, has them.
ContractionPath followContractionPath(const Subscripts &subscripts, const std::map<char, int64_t> &sizes,
                                      const std::vector<std::pair<size_t, size_t>> &pairs);

/// The cheapest order. `sizes` has every letter; there is at least one factor. Ties go to the first found, so that the
/// answer depends on the subscripts and sizes only.
ContractionPath findContractionPath(const Subscripts &subscripts, const std::map<char, int64_t> &sizes);

} // namespace espalier::tile

#endif
