//===- DrawReads.cpp - Reads: neighbours, index expressions, gathers --------===//
#include "test/differential/DrawTerm.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace espalier::differential {

/// Texts that are positions of a domain (or of the axis of a tile). Only what is complete is read away from the visit.
std::vector<std::string> TermDraw::indicesInto(const std::string &name, bool isComplete) {
  std::vector<std::string> near, far;
  auto known = std::find_if(scope.domains.begin(), scope.domains.end(),
                            [&](const Domain &domain) { return domain.name == name; });
  const Domain *domain = known == scope.domains.end() ? nullptr : &*known;
  bool isAxis = !domain || domain->kind == Domain::Kind::axis;
  for (const Variable &variable : scope.variables) {
    const std::string &v = variable.name;
    if (variable.domain.empty()) { // a number of a static range, which may lie outside
      if (isAxis && scope.hasFaults)
        far.push_back(v);
      continue;
    }
    if (variable.domain == name || (domain && domain->tree == variable.domain && variable.role != Variable::Role::row))
      near.push_back(v);
    if (variable.domain == fmt::format("leaves({})", name))
      near.push_back(v);
    if (variable.domain != name)
      continue;
    if (isAxis && variable.role != Variable::Role::row)
      far.insert(far.end(), {fmt::format("{} - 1 - {}", name, v), fmt::format("min({} + 1, {} - 1)", v, name),
                             fmt::format("max({} - 1, 0)", v), fmt::format("({} + 2) % {}", v, name)});
    else if (domain && domain->kind == Domain::Kind::tree && variable.role == Variable::Role::loop)
      near.push_back(fmt::format("parent({})", v));
  }
  for (const IndexData &data : scope.data)
    if (data.range == name)
      if (std::optional<std::string> at = dataAt(data))
        far.push_back(*at);
  for (const auto &[position, size] : scope.positions)
    if (size == name)
      far.push_back(position);
  if (domain && domain->kind == Domain::Kind::tree && domain->hasRoot)
    far.push_back(fmt::format("root({})", name));
  if (!domain)
    far.push_back(fmt::format("{} - 1", name));
  if (isComplete && (near.empty() || dice.chance(0.25)))
    near.insert(near.end(), far.begin(), far.end());
  return near;
}

/// The data at the variables of this place, without gathers.
std::optional<std::string> TermDraw::dataAt(const IndexData &data) {
  std::vector<std::string> indices;
  for (const std::string &domain : data.domains) {
    std::vector<std::string> fitting;
    for (const Variable &variable : scope.variables)
      if (variable.domain == domain && variable.role != Variable::Role::row)
        fitting.push_back(variable.name);
    if (fitting.empty())
      return std::nullopt;
    indices.push_back(dice.pick(fitting));
  }
  return indices.empty() ? data.name : fmt::format("{}[{}]", data.name, fmt::join(indices, ", "));
}

/// The tensor at some place, with the first axes of its tile indexed too.
std::optional<std::string> TermDraw::indexed(const NamedTensor &tensor, size_t numTileIndices) {
  std::vector<std::string> indices, axes = tensor.domains;
  axes.insert(axes.end(), tensor.tile.begin(), tensor.tile.begin() + static_cast<std::ptrdiff_t>(numTileIndices));
  for (const std::string &axis : axes) {
    std::vector<std::string> fitting = indicesInto(axis, true);
    if (fitting.empty())
      return std::nullopt;
    indices.push_back(dice.pick(fitting));
  }
  return indices.empty() ? tensor.name : fmt::format("{}[{}]", tensor.name, fmt::join(indices, ", "));
}

/// A definition of this loop: here after its definition, at children in a sweep up, at the parent in a sweep down (L9).
std::optional<std::string> TermDraw::ownRead(const NamedTensor &tensor, bool isDefined) {
  std::vector<std::string> leading, last;
  const Variable *vertex = nullptr;
  for (const Variable &variable : scope.variables)
    if (variable.role == Variable::Role::loop) {
      leading.push_back(variable.name);
      vertex = &variable;
    }
  if (leading.empty())
    return std::nullopt;
  leading.pop_back();
  if (isDefined)
    last.push_back(vertex->name);
  if (scope.direction == "down")
    last.push_back(fmt::format("parent({})", vertex->name));
  if (scope.direction == "up")
    for (const Variable &variable : scope.variables)
      if (variable.role == Variable::Role::child)
        last.insert(last.end(), 2, variable.name);
  if (last.empty())
    return std::nullopt;
  leading.push_back(dice.pick(last));
  bool isNeighbour = leading.back() != vertex->name;
  if (isNeighbour)
    recursive.insert(tensor.name);
  return fmt::format(fmt::runtime(isNeighbour && scope.direction == "down" ? "(0.4 * {}[{}])" : "{}[{}]"), tensor.name,
                     fmt::join(leading, ", "));
}

std::optional<Term> TermDraw::read(const TileShape &shape) {
  std::vector<std::string> texts;
  for (const NamedTensor &tensor : scope.tensors) {
    size_t more = tensor.tile.size() < shape.size() ? 0 : tensor.tile.size() - shape.size();
    if (TileShape(tensor.tile.begin() + static_cast<std::ptrdiff_t>(std::min(more, tensor.tile.size())),
                  tensor.tile.end()) != shape)
      continue;
    if (more == 0 || dice.chance(0.15))
      if (std::optional<std::string> text = indexed(tensor, more))
        texts.insert(texts.end(), tensor.isParameter ? 1 : 4,
                     *text); // loops that read each other are what fusion is about
  }
  for (size_t k = 0; k < scope.own.size(); ++k)
    if (scope.own[k].tile == shape && dice.chance(0.5))
      if (std::optional<std::string> text = ownRead(scope.own[k], k < scope.numDefined))
        return Term{*text, {}, shape};
  for (const NamedTensor &local : scope.locals)
    if (local.tile == shape)
      texts.insert(texts.end(), 2, local.name);
  if (texts.empty())
    return std::nullopt;
  return Term{dice.pick(texts), {}, shape};
}

/// Numbers that the structure shows: depths, positions, sizes, data.
std::optional<Term> TermDraw::fact() {
  std::vector<std::string> texts;
  for (const Variable &variable : scope.variables) {
    const std::string &v = variable.name;
    bool isIndex = variable.domain.empty() || variable.role == Variable::Role::row ||
                   scope.domain(variable.domain).kind == Domain::Kind::axis;
    if (isIndex)
      texts.insert(texts.end(), {fmt::format("({} % 3)", v), fmt::format("(({} - 3) // 2 % 4)", v),
                                 fmt::format("(1 / (1 + {}))", v), fmt::format("min({} - 1, 2)", v)});
    else
      texts.insert(texts.end(), {fmt::format("(1 / (1 + depth({})))", v), fmt::format("(height({}) % 3)", v),
                                 fmt::format("min(slot({}), 2)", v), fmt::format("(0.1 * depth({}))", v)});
  }
  for (const IndexData &data : scope.data)
    if (!data.range.empty())
      if (std::optional<std::string> at = dataAt(data))
        texts.insert(texts.end(), {fmt::format("(0.1 * {})", *at), fmt::format("cast({} % 3, float)", *at)});
  for (const std::string &size : scope.dims)
    texts.push_back(fmt::format("(1 / (1 + {}))", size));
  for (const auto &[position, size] : scope.positions)
    texts.push_back(fmt::format("({} % 4)", position));
  return texts.empty() ? std::nullopt : std::optional(Term{dice.pick(texts), {}, {}});
}

/// `range(..)` over an axis: of a row any numbers, which are clamped; of a comprehension positions of the axis.
std::string TermDraw::rangeOver(const std::string &domain, bool isRow) {
  std::vector<std::string> texts;
  bool isAxis = scope.domain(domain).kind == Domain::Kind::axis;
  if (isAxis)
    texts.insert(texts.end(), {fmt::format("range({})", domain), fmt::format("range(1, {})", domain),
                               fmt::format("range({0} - 1, {0})", domain), fmt::format("range({} // 2)", domain)});
  for (const Variable &variable : scope.variables) {
    if (variable.role == Variable::Role::row || variable.domain != domain || !isAxis)
      continue;
    const std::string &i = variable.name;
    texts.insert(texts.end(), {fmt::format("range({} + 1)", i), fmt::format("range(max(0, {0} - 2), {0} + 1)", i),
                               fmt::format("range({}, {})", i, domain), fmt::format("range({})", i)});
    if (isRow)
      texts.insert(texts.end(), {fmt::format("range({0} - 2, {0} + 3)", i), fmt::format("range({0} + 1, {0})", i)});
  }
  if (isRow) {
    texts.insert(texts.end(), {"range(5)", "range(-2, 9)"});
    for (const IndexData &data : scope.data)
      if (!data.range.empty())
        if (std::optional<std::string> at = dataAt(data))
          texts.push_back(fmt::format("range({}, {})", *at, isAxis ? domain : "9"));
  }
  if (texts.empty())
    texts.push_back("range(0)");
  return dice.pick(texts);
}

} // namespace espalier::differential
