//===- DrawTiles.cpp - Reductions, products, solves and shapes of tiles -----===//
#include "test/differential/DrawTerm.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace espalier::differential {

std::optional<Term> TermDraw::reduction(const TileShape &shape, int depth) {
  TileShape of = anyShape(3);
  if (of.empty())
    of = {anyDim()};
  const char *form = dice.pick({"(sum($0) / 4)", "mean($0)", "max(-3, max($0))", "min(3, min($0))", "norm($0)",
                                "max(-3, logsumexp($0))", "(sum(tanh($0)) * 0.125)"});
  return Term{form, {number(of, depth - 1)}, shape};
}

std::optional<Term> TermDraw::reducedAxis(const TileShape &shape, int depth) {
  TileShape of = shape;
  auto axis = dice.between(0, static_cast<int64_t>(shape.size()));
  of.insert(of.begin() + axis, anyDim());
  const char *form = dice.pick({"(sum($0, axis={}) / 4)", "mean($0, axis={})", "max(-3, max($0, axis={}))",
                                "min(3, min($0, axis={}))", "norm($0, axis={})", "max(-3, logsumexp($0, axis={}))"});
  return Term{fmt::format(fmt::runtime(form), dice.chance(0.2) ? axis - static_cast<int64_t>(of.size()) : axis),
              {number(of, depth - 1)},
              shape};
}

std::optional<Term> TermDraw::normalised(const TileShape &shape, int depth) {
  auto axis = dice.below(static_cast<int64_t>(shape.size()));
  std::string along = dice.chance(0.5) ? fmt::format(", axis={}", axis) : "";
  const char *form = dice.pick({"softmax($0{})", "softmax(3 * $0{})", "tanh(layer_norm(0.1 * $0{}))"});
  return Term{fmt::format(fmt::runtime(form), along), {number(shape, depth - 1)}, shape};
}

std::optional<Term> TermDraw::pairProduct(const TileShape &shape, int depth) {
  TileShape of = anyShape(3);
  const char *form = dice.pick({"dot(tanh($0), sigmoid($1))", "(dot($0, $1) / 8)", "cosine(2 + sin($0), 2 - cos($1))"});
  return Term{form, {number(of, depth - 1), number(of, depth - 1)}, shape};
}

/// `@` of ranks 1 and 2, plain or with a transposed side, divided by the number of terms of its sums.
std::optional<Term> TermDraw::matrixProduct(const TileShape &shape, int depth) {
  std::string inner = anyDim(), share = fmt::format(" / (1 + {})", inner);
  if (shape.empty())
    return Term{"($0 @ $1" + share + ")", {number({inner}, depth - 1), number({inner}, depth - 1)}, shape};
  bool isLeftTransposed = dice.chance(0.25), isRightTransposed = dice.chance(0.25);
  auto matrix = [&](const std::string &rows, const std::string &columns, bool isTransposed) {
    return isTransposed ? number({columns, rows}, depth - 1) : number({rows, columns}, depth - 1);
  };
  std::string left = isLeftTransposed ? "$0.T" : "$0", right = isRightTransposed ? "$1.T" : "$1";
  if (shape.size() == 2)
    return Term{fmt::format("({} @ {}{})", left, right, share),
                {matrix(shape[0], inner, isLeftTransposed), matrix(inner, shape[1], isRightTransposed)},
                shape};
  if (dice.chance(0.5))
    return Term{fmt::format("({} @ $1{})", left, share),
                {matrix(shape[0], inner, isLeftTransposed), number({inner}, depth - 1)},
                shape};
  return Term{fmt::format("($0 @ {}{})", right, share),
              {number({inner}, depth - 1), matrix(inner, shape[0], isRightTransposed)},
              shape};
}

/// Up to three operands over the letters of the result and up to two summed ones, in any order.
std::optional<Term> TermDraw::einsum(const TileShape &shape, int depth) {
  std::vector<std::pair<char, std::string>> letters;
  std::string result;
  for (const std::string &size : shape) {
    letters.emplace_back(static_cast<char>('a' + letters.size()), size);
    result += letters.back().first;
  }
  int64_t numSummed = dice.between(shape.empty() ? 1 : 0, 2);
  std::string share;
  for (int64_t k = 0; k < numSummed; ++k) {
    letters.emplace_back(static_cast<char>('k' + k), anyDim());
    share += fmt::format(" / (1 + {})", letters.back().second);
  }
  auto numOperands = static_cast<size_t>(dice.pick({1, 2, 2, 2, 3, 3}));
  std::vector<std::vector<size_t>> operands(numOperands);
  for (size_t k = 0; k < letters.size(); ++k) {
    auto owner = static_cast<size_t>(dice.below(static_cast<int64_t>(numOperands)));
    for (size_t at = 0; at < numOperands; ++at)
      if (at == owner || (operands[at].size() < 3 && dice.chance(0.5)))
        operands[at].insert(operands[at].begin() + dice.between(0, static_cast<int64_t>(operands[at].size())), k);
  }
  Term term{"", {}, shape};
  std::string subscripts, arguments;
  for (size_t at = 0; at < numOperands; ++at) {
    TileShape own;
    subscripts += at ? "," : "";
    for (size_t k : operands[at]) {
      subscripts += letters[k].first;
      own.push_back(letters[k].second);
    }
    arguments += fmt::format(", {}(${})", at ? "tanh" : "", at);
    term.parts.push_back(number(own, depth - (numOperands == 3 ? 2 : 1)));
  }
  term.form = fmt::format("(einsum(\"{}->{}\"{}){})", subscripts, result, arguments, share);
  return term;
}

Term TermDraw::wellConditioned(const std::string &size, int depth) {
  const char *form = dice.pick({"(4 * eye({0}) + tanh($0) / (1 + {0}))", "(eye({0}) + $0 @ $0.T / (1 + {0}))",
                                "(2 * eye({0}) - sigmoid($0) / (1 + {0}))"});
  if (scope.hasFaults && dice.chance(0.3))
    form = "(0 * $0)";
  return {fmt::format(fmt::runtime(form), size), {number({size, size}, depth - 1)}, {size, size}};
}

std::optional<Term> TermDraw::solved(const TileShape &shape, int depth) {
  Term matrix = wellConditioned(shape[0], depth - 1);
  if (shape.size() == 2 && shape[0] == shape[1] && dice.chance(0.3))
    return Term{"inv($0)", {matrix}, shape};
  const char *form = dice.pick({"solve($0, $1)", "solve($0, $1)", "cholesky_solve($0, $1)"});
  return Term{form, {matrix, number(shape, depth - 1)}, shape};
}

std::optional<Term> TermDraw::rearranged(const TileShape &shape, int depth) {
  if (shape.size() == 1) {
    std::string other = anyDim();
    if (dice.chance(0.5)) // a row of what is reshaped
      return Term{fmt::format("reshape(reshape($0, ({1} * {0},)), ({1}, {0}))[{2}]", shape[0], other,
                              dice.pick({other + " - 1", std::string("0")})),
                  {number({other, shape[0]}, depth - 1)},
                  shape};
    return Term{fmt::format("reshape($0, ({},))", shape[0]), {number({shape[0], "1"}, depth - 1)}, shape};
  }
  if (shape.size() == 2 && dice.chance(0.5))
    return Term{"($0).T", {number({shape[1], shape[0]}, depth - 1)}, shape};
  TileShape from = shape;
  std::swap(from.front(), from.back());
  if (dice.chance(0.2))
    from = {fmt::format("{}", fmt::join(shape, " * "))};
  return Term{fmt::format("reshape($0, ({}))", fmt::join(shape, ", ")), {number(from, depth - 1)}, shape};
}

/// A slice of a concatenation, at either end.
std::optional<Term> TermDraw::joined(const TileShape &shape, int depth) {
  std::string other = anyDim();
  if (shape.size() == 2 && dice.chance(0.5))
    return Term{
        fmt::format(fmt::runtime(dice.pick({"concat($0, $1, axis=1)[:, :{0}]", "concat($1, $0, axis=1)[:, {1}:]"})),
                    shape[1], other),
        {number(shape, depth - 1), number({shape[0], other}, depth - 1)},
        shape};
  TileShape second = shape;
  second[0] = other;
  const char *form = dice.pick({"concat($0, $1)[:{0}]", "concat($1, $0)[{1}:]", "concat($1, $0, $1)[{1}:{0} + {1}]"});
  return Term{
      fmt::format(fmt::runtime(form), shape[0], other), {number(shape, depth - 1), number(second, depth - 1)}, shape};
}

} // namespace espalier::differential
