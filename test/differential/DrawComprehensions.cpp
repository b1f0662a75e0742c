//===- DrawComprehensions.cpp - Sums over children, ranges, trees; rows -----===//
#include "test/differential/DrawTerm.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace espalier::differential {

/// The element is drawn with the variable in scope; over nothing, max and min stay finite.
std::optional<Term> TermDraw::comprehension(const TileShape &shape, int depth, Variable variable,
                                            const std::string &clause) {
  scope.variables.push_back(variable);
  Term element = number(shape, depth - 2), test = condition();
  scope.variables.pop_back();
  const char *form = dice.pick({"(0.3 * sum($0 {0}))", "(0.3 * sum($0 {0}))", "mean($0 {0})", "max(-1, max($0 {0}))",
                                "min(2, min($0 {0}))", "max(-2, logsumexp($0 {0}))"});
  std::string text = fmt::format("for {} in {}", variable.name, clause);
  if (!dice.chance(0.35))
    return Term{fmt::format(fmt::runtime(form), text), {element}, shape};
  return Term{fmt::format(fmt::runtime(form), text + " if $1"), {element, test}, shape};
}

std::optional<Term> TermDraw::overChildren(const TileShape &shape, int depth) {
  std::vector<const Variable *> vertices;
  for (const Variable &variable : scope.variables)
    if (variable.role == Variable::Role::loop && scope.domain(variable.domain).kind == Domain::Kind::tree)
      vertices.push_back(&variable);
  bool isWithin = std::any_of(scope.variables.begin(), scope.variables.end(),
                              [](const Variable &v) { return v.role == Variable::Role::child; });
  if (vertices.empty() || isWithin)
    return std::nullopt;
  const Variable vertex = *dice.pick(vertices);
  return comprehension(shape, depth + 1, {newName("c"), vertex.domain, Variable::Role::child},
                       fmt::format("children({})", vertex.name));
}

/// Over a part of an axis, a whole axis, a tree or its leaves.
std::optional<Term> TermDraw::overDomain(const TileShape &shape, int depth) {
  size_t numElements = 0;
  for (const Variable &variable : scope.variables)
    numElements += variable.role != Variable::Role::loop;
  if (scope.domains.empty() || numElements > 1)
    return std::nullopt;
  const Domain domain = dice.pick(scope.domains);
  bool isAxis = domain.kind == Domain::Kind::axis;
  std::string clause = isAxis && dice.chance(0.6) ? rangeOver(domain.name, false) : domain.name;
  return comprehension(shape, depth, {newName(isAxis ? "j" : "u"), domain.name, Variable::Role::element}, clause);
}

/// Over a static range, which is unrolled.
std::optional<Term> TermDraw::overNumbers(const TileShape &shape, int depth) {
  // Over nothing it is a number, whatever its element is.
  const char *range =
      shape.empty() ? dice.pick({"range(3)", "range(2, 1)"}) : dice.pick({"range(3)", "range(1, 3)", "range(1)"});
  return comprehension(shape, depth, {newName("l"), "", Variable::Role::element}, range);
}

//===----------------------------------------------------------------------===//
// Rows (L18, L19)
//===----------------------------------------------------------------------===//

/// One number for the pair of this place and `variable`, a position of `domain`.
Term TermDraw::score(const std::string &domain, const std::string &variable, int depth) {
  std::vector<std::pair<std::string, TileShape>> keys;
  for (const NamedTensor &tensor : scope.tensors) {
    if (std::count(tensor.domains.begin(), tensor.domains.end(), domain) != 1)
      continue;
    std::vector<std::string> indices;
    for (const std::string &axis : tensor.domains) {
      std::vector<std::string> fitting = axis == domain ? std::vector<std::string>{variable} : indicesInto(axis, true);
      indices.push_back(fitting.empty() ? "" : dice.pick(fitting));
    }
    if (std::count(indices.begin(), indices.end(), "") == 0)
      keys.emplace_back(fmt::format("{}[{}]", tensor.name, fmt::join(indices, ", ")), tensor.tile);
  }
  auto [key, tile] = keys.empty() ? std::pair(std::string("0"), TileShape{}) : dice.pick(keys);
  Term bias = dice.chance(0.4) ? number({}, depth - 2) : Term{"0.5", {}, {}};
  Term query = number(tile, depth - 2), of{key, {}, tile};
  if (tile.empty())
    return {"($0 * $1 + $2)", {query, of, bias}, {}};
  std::vector<std::string> places;
  for (const Variable &other : scope.variables)
    if (other.domain == domain && other.role == Variable::Role::loop && scope.domain(domain).kind == Domain::Kind::axis)
      places.push_back(other.name);
  if (!scope.ranks.empty() && tile.size() == 1 && tile[0] == scope.ranksDim && !places.empty() && dice.chance(0.6)) {
    std::string levels =
        fmt::format("shared_levels({}, {}, len({}), {})", dice.pick(places), variable, scope.ranks, domain);
    std::string slice = fmt::format("[:sum({}[:{}])]", scope.ranks, levels);
    return {fmt::format("(dot(($0){0}, ($1){0}) / {1} + $2)", slice, levels), {query, of, bias}, {}};
  }
  return {dice.pick({"(dot($0, $1) + $2)", "(dot($0, $1) / 2 - abs($2))", "(cosine(2 + sin($0), $1 + 3) * 2 + $2)"}),
          {query, of, bias},
          {}};
}

std::optional<Term> TermDraw::row(const std::string &domain, int depth) {
  bool isWithin = std::any_of(scope.variables.begin(), scope.variables.end(),
                              [](const Variable &v) { return v.role == Variable::Role::row; });
  bool isRead = std::any_of(scope.tensors.begin(), scope.tensors.end(), [&](const NamedTensor &tensor) {
    return std::count(tensor.domains.begin(), tensor.domains.end(), domain) == 1;
  });
  if (isWithin || !isRead)
    return std::nullopt;
  std::string range = rangeOver(domain, true), name = newName("j");
  scope.variables.push_back({name, domain, Variable::Role::row});
  Term value = score(domain, name, depth), test = condition();
  scope.variables.pop_back();
  if (dice.chance(0.7))
    return Term{fmt::format("softmax($0 for {} in {})", name, range), {value}, {}, Term::Kind::other};
  return Term{fmt::format("softmax($0 for {} in {} if $1)", name, range), {value, test}, {}, Term::Kind::other};
}

std::optional<Term> TermDraw::rowTimes(const Term &row, const std::string &domain, const TileShape &shape) {
  std::vector<std::string> values;
  for (const NamedTensor &tensor : scope.tensors) {
    if (tensor.domains.empty() || tensor.domains.back() != domain || tensor.tile != shape ||
        std::count(tensor.domains.begin(), tensor.domains.end(), domain) != 1)
      continue;
    NamedTensor outer = tensor;
    outer.domains.pop_back();
    if (std::optional<std::string> text = indexed(outer, 0))
      values.push_back(*text);
  }
  if (!values.empty())
    return Term{fmt::format("($0 @ {})", dice.pick(values)), {row}, shape};
  return shape.empty() ? std::optional(Term{"sum($0)", {row}, shape}) : std::nullopt;
}

std::optional<Term> TermDraw::attention(const TileShape &shape, int depth) {
  if (!scope.hasRows)
    return std::nullopt;
  if (!scope.rows.empty() && dice.chance(0.7)) {
    auto [name, domain] = dice.pick(scope.rows);
    return rowTimes({name, {}, {}, Term::Kind::other}, domain, shape);
  }
  const std::string domain = dice.pick(scope.domains).name;
  if (scope.domain(domain).axes.size() != 1)
    return std::nullopt;
  std::optional<Term> weights = row(domain, depth);
  return weights ? rowTimes(*weights, domain, shape) : std::nullopt;
}

} // namespace espalier::differential
