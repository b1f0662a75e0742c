//===- DrawTerm.cpp - Which expressions there are, and the elementwise ones -===//
#include "test/differential/DrawTerm.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace espalier::differential {

const Domain &Scope::domain(const std::string &name) const {
  return *std::find_if(domains.begin(), domains.end(), [&](const Domain &domain) { return domain.name == name; });
}

const std::vector<TermDraw::Production> &TermDraw::productions() {
  using T = TermDraw;
  static const std::vector<Production> table = {
      // ranks of the result, weight
      {0, 3, 6, &T::unary},       {0, 3, 8, &T::binary},        {0, 3, 2, &T::choice},       {1, 3, 2, &T::stretched},
      {0, 2, 2, &T::helperCall},  {0, 0, 5, &T::reduction},     {0, 2, 3, &T::reducedAxis},  {1, 3, 2, &T::normalised},
      {0, 0, 3, &T::pairProduct}, {0, 2, 3, &T::matrixProduct}, {0, 3, 3, &T::einsum},       {1, 2, 2, &T::solved},
      {1, 3, 3, &T::rearranged},  {1, 2, 2, &T::joined},        {0, 3, 6, &T::overChildren}, {0, 3, 4, &T::overDomain},
      {0, 2, 1, &T::overNumbers}, {0, 2, 5, &T::attention},
  };
  return table;
}

Term TermDraw::number(const TileShape &shape, int depth) {
  if (depth <= 0 || shape.size() > 3 || dice.chance(0.12))
    return leaf(shape);
  auto rank = static_cast<int>(shape.size());
  int total = 0;
  for (const Production &row : productions())
    total += row.minRank <= rank && rank <= row.maxRank ? row.weight : 0;
  for (int attempt = 0; attempt < 4; ++attempt) {
    int64_t at = dice.below(total);
    for (const Production &row : productions()) {
      if (rank < row.minRank || row.maxRank < rank || (at -= row.weight) >= 0)
        continue;
      if (std::optional<Term> term = (this->*row.draw)(shape, depth))
        return std::move(*term);
      break;
    }
  }
  return leaf(shape);
}

/// Mostly that of something that can be read.
TileShape TermDraw::anyShape(int maxRank) {
  if (!scope.tensors.empty() && dice.chance(0.6))
    if (const TileShape &shape = dice.pick(scope.tensors).tile; static_cast<int>(shape.size()) <= maxRank)
      return shape;
  TileShape shape;
  for (int64_t rank = dice.pick({0, 1, 1, 2, 2, 3}); rank > 0 && static_cast<int>(shape.size()) < maxRank; --rank)
    shape.push_back(anyDim());
  return shape;
}

static std::string sizesText(const TileShape &shape) { return fmt::format("({},)", fmt::join(shape, ", ")); }

/// What can be read, brought to this shape.
std::optional<Term> TermDraw::converted(const TileShape &shape) {
  std::vector<std::pair<const char *, std::vector<TileShape>>> forms;
  for (const std::string &other : scope.dims) {
    TileShape first = shape, last = shape;
    first.insert(first.begin(), other);
    last.push_back(other);
    if (shape.size() < 3)
      forms.insert(forms.end(),
                   {{"mean($0, axis=0)", {first}}, {shape.empty() ? "max($0)" : "max($0, axis=-1)", {last}}});
    if (shape.size() == 1)
      forms.push_back({"(tanh($0) @ $1 / 4)", {last, {other}}});
  }
  if (shape.size() == 2)
    forms.insert(forms.end(), 4, {"outer(tanh($0), $1)", {{shape[0]}, {shape[1]}}});
  if (shape.size() == 2)
    forms.push_back({"($0).T", {{shape[1], shape[0]}}});
  for (int attempt = 0; attempt < 4 && !forms.empty(); ++attempt) {
    const auto &[form, shapes] = dice.pick(forms);
    Term term{form, {}, shape};
    for (const TileShape &part : shapes)
      if (std::optional<Term> one = read(part))
        term.parts.push_back(std::move(*one));
    if (term.parts.size() == shapes.size() && (shapes[0].size() > 0 || shape.empty()))
      return term;
  }
  return std::nullopt;
}

Term TermDraw::leaf(const TileShape &shape) {
  if (dice.chance(0.9))
    if (std::optional<Term> term = read(shape))
      return *term;
  if (dice.chance(0.7))
    if (std::optional<Term> term = converted(shape))
      return *term;
  if (dice.chance(0.4))
    if (std::optional<Term> term = fact())
      return shape.empty() ? *term : Term{fmt::format("($0 * ones({}))", sizesText(shape)), {*term}, shape};
  std::string value = dice.pick({"0.25", "0.5", "1", "2", "0.1", "-0.75", "1e-3"});
  if (shape.empty())
    return {value, {}, {}};
  if (shape.size() == 2 && shape[0] == shape[1] && dice.chance(0.5))
    return {fmt::format("({} * eye({}))", value, shape[0]), {}, shape};
  return {fmt::format("({} {} {}({}))", value, dice.pick({"*", "+"}), dice.pick({"ones", "zeros"}), sizesText(shape)),
          {},
          shape};
}

std::optional<Term> TermDraw::unary(const TileShape &shape, int depth) {
  const char *form = dice.pick({"tanh($0)",
                                "sigmoid($0)",
                                "sin($0)",
                                "cos($0)",
                                "abs($0)",
                                "relu($0)",
                                "silu($0)",
                                "gelu($0)",
                                "softplus($0)",
                                "square(tanh($0))",
                                "exp(-abs($0))",
                                "exp(min($0, 1))",
                                "sqrt(1 + square($0))",
                                "log(2 + abs($0))",
                                "rsqrt(1 + square($0))",
                                "(-$0)",
                                "(tanh($0) ** 2)",
                                "(tanh($0) ** 3)",
                                "((1 + square($0)) ** -1)",
                                "((2 + sin($0)) ** 0.5)",
                                "(0.5 * $0)",
                                "($0 / 3)",
                                "(1 - $0)",
                                "cast(cast($0, f64) * 0.5, float)",
                                "(+$0)",
                                "(1 / (1 + abs($0)))"});
  return Term{form, {number(shape, depth - 1)}, shape};
}

std::optional<Term> TermDraw::binary(const TileShape &shape, int depth) {
  const char *form =
      dice.pick({"($0 + $1)", "($0 + $1)", "($0 - $1)", "(tanh($0) * $1)", "($0 * sigmoid($1))", "($0 / (1 + abs($1)))",
                 "max($0, $1)", "min($0, $1)", "(0.5 * $0 + 0.25 * $1)", "((1 + abs($0)) ** (-sigmoid($1)))"});
  return Term{form, {number(shape, depth - 1), number(shape, depth - 1)}, shape};
}

/// `where`: over one condition for the whole tile, or over whole numbers element by element.
std::optional<Term> TermDraw::choice(const TileShape &shape, int depth) {
  Term left = number(shape, depth - 1), right = number(shape, depth - 1);
  if (textOf(left) == textOf(right))
    right = Term{"(1 - $0)", {std::move(right)}, shape};
  std::vector<const NamedTensor *> whole;
  for (const NamedTensor &tensor : scope.tensors)
    if (tensor.isWhole && tensor.tile == shape)
      whole.push_back(&tensor);
  if (!whole.empty() && dice.chance(0.6))
    if (std::optional<std::string> data = indexed(*dice.pick(whole), 0)) {
      const char *test = dice.pick({"$2 < 1", "$2 >= 0", "$2 == 1", "$2 != 0", "$2 > -1 and $2 < 2", "not $2 <= 0"});
      return Term{fmt::format("where({}, $0, $1)", test), {left, right, {*data, {}, shape}}, shape};
    }
  return Term{"where($2, $0, $1)", {left, right, condition()}, shape};
}

/// Broadcasting: a number, a vector along the last axis, a column.
std::optional<Term> TermDraw::stretched(const TileShape &shape, int depth) {
  const char *form =
      dice.pick({"($0 + $1)", "($0 * tanh($1))", "(tanh($1) - $0)", "max($0, $1)", "($0 / (1 + abs($1)))"});
  TileShape other;
  std::string text = form;
  if (shape.size() >= 2 && dice.chance(0.35)) {
    other.assign(shape.begin() + 1, shape.end());
  } else if (shape.size() == 2 && dice.chance(0.6)) {
    other = {shape[0]};
    text.replace(text.find("$1"), 2, fmt::format("reshape($1, ({}, 1))", shape[0]));
  }
  return Term{text, {number(shape, depth - 1), number(other, depth - 1)}, shape};
}

/// A helper's sizes are matched with those wanted; what the result does not show is any.
std::optional<Term> TermDraw::helperCall(const TileShape &shape, int depth) {
  std::vector<const HelperShape *> fitting;
  for (const HelperShape &helper : scope.helpers)
    if (helper.result.size() == shape.size())
      fitting.push_back(&helper);
  if (fitting.empty())
    return std::nullopt;
  const HelperShape &helper = *dice.pick(fitting);
  std::map<std::string, std::string> sizes;
  for (size_t k = 0; k < shape.size(); ++k)
    if (auto [place, isNew] = sizes.try_emplace(helper.result[k], shape[k]); !isNew && place->second != shape[k])
      return std::nullopt;
  Term call{helper.name + "(", {}, shape};
  for (size_t k = 0; k < helper.parameters.size(); ++k) {
    TileShape own;
    for (const std::string &size : helper.parameters[k])
      own.push_back(sizes.try_emplace(size, anyDim()).first->second);
    call.parts.push_back(number(own, depth - 2));
    call.form += fmt::format("{}${}", k ? ", " : "", k);
  }
  call.form += ")";
  return call;
}

Term TermDraw::condition() {
  std::vector<std::string> tests;
  for (const Variable &variable : scope.variables) {
    const std::string &v = variable.name;
    if (variable.domain.empty() || variable.role == Variable::Role::row ||
        scope.domain(variable.domain).kind == Domain::Kind::axis) {
      tests.insert(tests.end(), {v + " < 2", v + " % 2 == 0", v + " >= 1", fmt::format("({} - 3) // 2 % 2 == 0", v)});
      for (const Variable &other : scope.variables)
        if (other.name != v && other.domain == variable.domain &&
            (other.domain.empty() || scope.domain(other.domain).kind == Domain::Kind::axis))
          tests.insert(tests.end(), {fmt::format("{} != {}", v, other.name), fmt::format("{} < {}", v, other.name)});
      continue;
    }
    for (const char *form : {"is_leaf({})", "is_root({})", "not is_leaf({})", "depth({}) % 2 == 1", "height({}) < 2",
                             "depth({}) > height({})"}) {
      std::string test;
      for (const char *c = form; *c; ++c)
        test += *c == '{' ? v : *c == '}' ? "" : std::string(1, *c);
      tests.push_back(test);
    }
    if (variable.role == Variable::Role::child)
      tests.push_back(fmt::format("slot({}) < 2", v));
  }
  for (const IndexData &data : scope.data)
    if (std::optional<std::string> at = dataAt(data))
      tests.push_back(data.range.empty() ? *at : *at + dice.pick({" == 0", " % 2 == 0", " > 1"}));
  for (const auto &[position, size] : scope.positions)
    tests.push_back(fmt::format("{} < 2", position));
  if (tests.empty())
    return {dice.pick({"1 < 2", "True", "False"}), {}, {}, Term::Kind::condition};
  std::string test = dice.pick(tests);
  if (dice.chance(0.2))
    test = fmt::format("({} {} {})", test, dice.pick({"and", "or"}), dice.pick(tests));
  return {test, {}, {}, Term::Kind::condition};
}

} // namespace espalier::differential
