//===- DrawBlocks.cpp - Loops, statements outside loops, results ------------===//
#include "test/differential/DrawBlocks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace espalier::differential {

void FunctionDraw::drawBlock() {
  if (dice.chance(0.12))
    return drawOutside();
  // Often the domain of the loop before, or the leaves of its tree.
  Domain domain = dice.pick(scope.domains);
  if (!function.blocks.empty() && !function.blocks.back().domains.empty() && dice.chance(0.5)) {
    const Domain &before = scope.domain(function.blocks.back().domains.back());
    domain = dice.chance(0.7) || domain.tree != before.name ? before : domain;
  }
  std::vector<std::string> domains = {domain.name};
  std::vector<std::string> leading;
  for (const Domain &other : scope.domains)
    if (other.kind == Domain::Kind::axis && other.name != domain.name)
      leading.push_back(other.name);
  bool mayLead = domain.axes.size() == 1 || domain.kind != Domain::Kind::tree;
  if (!leading.empty() && mayLead && dice.chance(0.3))
    domains.insert(domains.begin(), dice.pick(leading));
  drawLoop(domains);
}

void FunctionDraw::drawLoop(const std::vector<std::string> &domains) {
  const Domain last = scope.domain(domains.back());
  Block block;
  block.direction = last.kind == Domain::Kind::tree ? dice.pick({"up", "up", "down", "each"}) : "each";
  block.domains = domains;
  for (size_t k = 0; k < domains.size(); ++k) {
    bool isLast = k + 1 == domains.size();
    block.variables.push_back(!isLast ? "h" : last.kind == Domain::Kind::axis ? "i" : "v");
    bool isLeaf = isLast && last.kind == Domain::Kind::leaves;
    scope.variables.push_back({block.variables.back(), isLeaf ? last.name : domains[k], Variable::Role::loop});
  }
  scope.direction = block.direction;
  for (int64_t k = dice.pick({1, 1, 2, 3}); k > 0; --k)
    scope.own.push_back({newName("y"), domains, terms.anyShape(), false, false});
  scope.numDefined = 0;
  if (scope.hasRows && dice.chance(0.3))
    drawRow(block.statements);
  while (scope.numDefined < scope.own.size()) {
    if (dice.chance(0.35))
      drawLocal(block.statements);
    block.statements.push_back(drawDefinition(scope.own[scope.numDefined]));
    ++scope.numDefined;
  }
  for (Statement &statement : block.statements)
    if (statement.kind == Statement::Kind::definition)
      statement.isStated = dice.chance(terms.neighbourReads().count(statement.name) ? 0.9 : 0.2);
  defined.insert(defined.end(), scope.own.begin(), scope.own.end());
  scope.tensors.insert(scope.tensors.end(), scope.own.begin(), scope.own.end());
  scope.own.clear();
  scope.locals.clear();
  scope.rows.clear();
  scope.variables.clear();
  scope.direction.clear();
  function.blocks.push_back(std::move(block));
}

Statement FunctionDraw::drawDefinition(const NamedTensor &tensor) {
  Statement statement{Statement::Kind::definition, tensor.name, false, {}};
  std::optional<Term> linear = dice.chance(0.35) ? recursion(tensor) : std::nullopt;
  statement.value = linear ? *linear : terms.number(tensor.tile, static_cast<int>(dice.between(1, 4)));
  return statement;
}

/// The recursions that layers are made of: a decay per child or vertex, a matrix, apart at the root.
std::optional<Term> FunctionDraw::recursion(const NamedTensor &tensor) {
  const Variable &last = scope.variables.back();
  if (scope.direction == "each" || scope.domain(last.domain).kind != Domain::Kind::tree)
    return std::nullopt;
  std::vector<std::string> indices;
  for (size_t k = 0; k + 1 < scope.variables.size(); ++k)
    indices.push_back(scope.variables[k].name);
  bool isUp = scope.direction == "up",
       isMatrix = (tensor.tile.size() == 1 || tensor.tile.size() == 2) && dice.chance(0.3);
  std::string vertex = last.name, domain = last.domain, child = newName("c");
  indices.push_back(isUp ? child : fmt::format("parent({})", vertex));
  std::string below = fmt::format("{}[{}]", tensor.name, fmt::join(indices, ", "));
  TileShape factor = isMatrix           ? TileShape{tensor.tile[0], tensor.tile[0]}
                     : dice.chance(0.5) ? TileShape{}
                                        : tensor.tile;
  std::string product = isMatrix ? fmt::format("tanh($1) @ {} / (1 + {})", below, factor[0])
                                 : fmt::format("{} * {}", dice.pick({"0.5 * sigmoid($1)", "0.4 * tanh($1)"}), below);
  if (isUp)
    scope.variables.push_back({child, domain, Variable::Role::child});
  Term weight = terms.number(factor, 1);
  if (isUp)
    scope.variables.pop_back();
  Term input = terms.number(tensor.tile, 2);
  std::string text =
      isUp ? fmt::format("$0 {} sum({} for {} in children({}))", dice.pick({"+", "-"}), product, child, vertex)
           : fmt::format("$0 + {}", product);
  if (!isUp && dice.chance(0.3))
    text = fmt::format("where(is_root({}), $0, {})", vertex, text);
  return Term{text, {input, weight}, tensor.tile};
}

void FunctionDraw::drawLocal(std::vector<Statement> &statements) {
  TileShape shape = terms.anyShape();
  Statement local{Statement::Kind::local, newName("t"), dice.chance(0.3), terms.number(shape, 2)};
  scope.locals.push_back({local.name, {}, shape});
  statements.push_back(std::move(local));
}

void FunctionDraw::drawRow(std::vector<Statement> &statements) {
  const std::string domain = dice.pick(scope.domains).name;
  if (scope.domain(domain).axes.size() != 1)
    return;
  if (std::optional<Term> row = terms.row(domain, 3)) {
    Statement local{Statement::Kind::local, newName("row"), false, std::move(*row)};
    scope.rows.emplace_back(local.name, domain);
    statements.push_back(std::move(local));
  }
}

/// Tiles from what is shared, sums over whole trees and axes, elementwise expressions of whole tensors.
void FunctionDraw::drawOutside() {
  Block block;
  for (int64_t k = dice.between(1, 2); k > 0; --k) {
    Statement statement{Statement::Kind::outside, newName("w"), false, {}};
    std::optional<Term> whole = dice.chance(0.5) ? wholeExpression() : std::nullopt;
    if (whole) {
      statement.value = *whole;
    } else {
      statement.value = terms.number(terms.anyShape(), static_cast<int>(dice.between(2, 4)));
      scope.tensors.push_back({statement.name, {}, statement.value.shape});
      defined.push_back(scope.tensors.back());
    }
    block.statements.push_back(std::move(statement));
  }
  function.blocks.push_back(std::move(block));
}

/// `tanh(a) * b + 0.5`, `mean(square(a - b))` of whole tensors; the shape counts their leading axes too.
std::optional<Term> FunctionDraw::wholeExpression() {
  std::vector<const NamedTensor *> candidates;
  for (const NamedTensor &tensor : scope.tensors)
    if (!tensor.domains.empty() && isNamed(tensor))
      candidates.push_back(&tensor);
  if (candidates.empty())
    return std::nullopt;
  const NamedTensor first = *dice.pick(candidates);
  std::vector<NamedTensor> second;
  for (const NamedTensor *tensor : candidates)
    if (tensor->domains == first.domains && tensor->tile == first.tile)
      second.push_back(*tensor);
  TileShape all = axesOf(first);
  std::vector<Term> parts = {{first.name, {}, all}, {dice.pick(second).name, {}, all}};
  std::string name = "w" + std::to_string(numNames - 1); // of the statement that this is for
  NamedTensor made{name, {}, {}};
  Term term;
  if (dice.chance(0.5)) {
    term = {dice.pick({"tanh($0) * $1 + 0.5", "$0 - 0.3 * $1", "max($0, $1) / 2", "where($0 < $0, $0, $1)",
                       "exp(-square($0)) + $1"}),
            parts, all};
    made = {name, first.domains, first.tile};
  } else {
    term = {dice.pick(
                {"mean(square($0 - $1))", "max(-9, max($0 + $1))", "sum(tanh($0)) / 8", "norm($0)", "dot($0, $1) / 8"}),
            parts,
            {}};
  }
  scope.tensors.push_back(made);
  defined.push_back(made);
  return term;
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

std::vector<std::string> FunctionDraw::axesOf(const NamedTensor &tensor) const {
  std::vector<std::string> axes;
  for (const std::string &name : tensor.domains)
    for (const std::string &axis : scope.domain(name).axes)
      axes.push_back(axis);
  axes.insert(axes.end(), tensor.tile.begin(), tensor.tile.end());
  return axes;
}

bool FunctionDraw::isNamed(const NamedTensor &tensor) const {
  return std::all_of(tensor.domains.begin(), tensor.domains.end(),
                     [&](const std::string &name) { return scope.domain(name).isNamed; });
}

void FunctionDraw::drawResults() {
  std::vector<NamedTensor> named;
  for (const NamedTensor &tensor : defined)
    if (isNamed(tensor))
      named.push_back(tensor);
  if (named.empty() || dice.chance(0.08)) {
    TileShape shape = terms.anyShape();
    function.results.push_back({terms.number(shape, 3), shape});
    return;
  }
  for (int64_t k = dice.pick({1, 1, 2, 3}); k > 0 && !named.empty(); --k) {
    // The last ones depend on most of the program.
    auto at = dice.chance(0.7) ? named.end() - 1 : named.begin() + dice.below(static_cast<int64_t>(named.size()));
    function.results.push_back({{at->name, {}, axesOf(*at)}, axesOf(*at)});
    named.erase(at);
  }
  for (const Domain &domain : scope.domains)
    if (domain.name == "B" && domain.axes.size() == 1 && domain.isNamed && dice.chance(0.08))
      function.results.push_back({{"B", {}, {}, Term::Kind::other}, {}, "forest"});
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

std::optional<Function> FunctionDraw::drawInnerKernel() {
  std::vector<const Parameter *> trees;
  for (const Parameter &parameter : function.parameters)
    if (parameter.type == "tree" || parameter.type == "forest" || parameter.type == "chain")
      trees.push_back(&parameter);
  if (trees.empty())
    return std::nullopt;
  const Parameter tree = *dice.pick(trees);
  std::vector<NamedTensor> over;
  for (const NamedTensor &tensor : scope.tensors)
    if (tensor.domains == std::vector<std::string>{tree.name})
      over.push_back(tensor);
  if (over.empty())
    return std::nullopt;
  Function inner;
  inner.name = "inner";
  inner.parameters = {tree};
  Scope within;
  within.domains = {scope.domain(tree.name)};
  within.dims = scope.dims;
  std::string call = fmt::format("inner({}", tree.name);
  for (const char *name : {"a", "b"}) {
    const NamedTensor &tensor = dice.pick(over);
    Parameter parameter{name, "float", true};
    parameter.axes = {tree.name};
    parameter.axes.insert(parameter.axes.end(), tensor.tile.begin(), tensor.tile.end());
    inner.parameters.push_back(parameter);
    within.tensors.push_back({name, tensor.domains, tensor.tile, true, tensor.isWhole});
    call += fmt::format(", {}", tensor.name);
  }
  inner.parameters.push_back(function.parameters.front()); // sizes
  FunctionDraw body(dice, within, numNames, inner);
  body.drawLoop({tree.name});
  const NamedTensor result = body.definitions().back();
  inner.results = {{{result.name, {}, body.axesOf(result)}, body.axesOf(result)}};
  Statement statement{Statement::Kind::outside, newName("z"), false, {call + ", sizes)", {}, {}, Term::Kind::other}};
  scope.tensors.push_back({statement.name, result.domains, result.tile});
  defined.push_back(scope.tensors.back());
  function.blocks.push_back({"", {}, {}, {statement}});
  return inner;
}

Function drawHelper(Dice &dice, Scope &scope, int &numNames) {
  Function helper;
  helper.name = fmt::format("help{}", numNames++);
  HelperShape shape{helper.name, {{"n"}, {"n", "m"}, {}}, {}};
  shape.result = dice.pick(std::vector<TileShape>{{}, {"n"}, {"n"}, {"n", "m"}, {"m", "n"}});
  Scope within;
  within.dims = {"n", "m"};
  static constexpr const char *names[] = {"a", "b", "s"};
  for (size_t k = 0; k < shape.parameters.size(); ++k) {
    Parameter parameter{names[k], "float"};
    parameter.axes = shape.parameters[k];
    helper.parameters.push_back(parameter);
    within.tensors.push_back({parameter.name, {}, shape.parameters[k], true});
  }
  TermDraw terms(dice, within, numNames);
  Block block;
  if (dice.chance(0.6)) {
    Statement local{Statement::Kind::outside, fmt::format("t{}", numNames++), false, terms.number(terms.anyShape(), 2)};
    within.tensors.push_back({local.name, {}, local.value.shape});
    block.statements.push_back(std::move(local));
  }
  helper.blocks.push_back(std::move(block));
  helper.results.push_back({terms.number(shape.result, 2), shape.result});
  scope.helpers.push_back(std::move(shape));
  return helper;
}

} // namespace espalier::differential
