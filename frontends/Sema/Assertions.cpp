//===- Assertions.cpp - assert: what must hold between sizes (L3) ------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

//===----------------------------------------------------------------------===//
// Assertions (L3)
//===----------------------------------------------------------------------===//

void Analyzer::walkAssert(const ast::Stmt &stmt) {
  auto holds = assertHolds(*stmt.value, fmt::format("the assertion does not hold: {}", stmt.message), true, false);
  if (holds && !*holds)
    diags().error(stmt.value->span, fmt::format("the assertion does not hold: {}", stmt.message));
}

/// What a side of an assertion is made of and is a number already: names, and calls as they are written.
void Analyzer::findKnown(const ast::Expr &side, std::map<std::string, int64_t> &known) {
  if (side.kind == ast::ExprKind::Unary || side.kind == ast::ExprKind::Binary)
    for (const ast::ExprPtr &part : side.operands)
      findKnown(*part, known);
  if (side.kind != ast::ExprKind::Name && side.kind != ast::ExprKind::Call)
    return;
  std::optional<Dim> size = compileTime(side, "a side of an assertion");
  if (std::optional<int64_t> number = size ? size->constant() : std::nullopt) {
    std::string_view program = diags().sourceManager().text(side.span.file);
    known.emplace(program.substr(side.span.begin, side.span.end - side.span.begin), *number);
  }
}

namespace {
/// A comparison as a requirement, and what it is when it is negated.
struct Comparison {
  std::string_view spelled;
  Requirement::Relation relation;
  bool isSwapped;
  std::string_view negated;
};
} // namespace

static Comparison comparison(std::string_view spelled, bool negated) {
  using Relation = Requirement::Relation;
  static constexpr Comparison table[] = {
      {"==", Relation::equal, false, "!="},    {"!=", Relation::notEqual, false, "=="},
      {"<", Relation::less, false, ">="},      {">", Relation::less, true, "<="},
      {"<=", Relation::lessEqual, false, ">"}, {">=", Relation::lessEqual, true, "<"},
  };
  const Comparison *found = table; // the last stands for what no other is
  while (found->spelled != spelled && found != std::end(table) - 1)
    ++found;
  return negated ? comparison(found->negated, false) : *found;
}

/// Whether the condition (`negated`: its opposite) holds; nothing if that is open (then requirements say what is left)
/// or after an error.
std::optional<bool> Analyzer::assertHolds(const ast::Expr &node, const std::string &message, bool mayRequire,
                                          bool negated) {
  if (node.kind == ast::ExprKind::Boolean)
    return (node.integer != 0) != negated;
  if (node.kind == ast::ExprKind::Unary && node.text == "not")
    return assertHolds(*node.operands[0], message, mayRequire, !negated);
  if (node.kind == ast::ExprKind::Logical) {
    bool isAnd = (node.text == "and") != negated;
    auto a = assertHolds(*node.operands[0], message, mayRequire && isAnd, negated),
         b = assertHolds(*node.operands[1], message, mayRequire && isAnd, negated);
    if (a && *a != isAnd)
      return a;
    if (b && *b != isAnd)
      return b;
    return a && b ? a : std::nullopt;
  }
  if (node.kind != ast::ExprKind::Compare) {
    diags()
        .error(node.span, "an assertion compares dimensions, statics and integers")
        .withHint("`assert sum(ranks) == r, \"...\"`");
    return std::nullopt;
  }
  auto a = compileTime(*node.operands[0], "a side of an assertion"),
       b = compileTime(*node.operands[1], "a side of an assertion");
  if (!a || !b)
    return std::nullopt;
  Comparison compared = comparison(node.text, negated);
  Relation relation = compared.relation;
  if (compared.isSwapped)
    std::swap(a, b);
  if (auto difference = (*b - *a).constant()) {
    bool holds = relation == Relation::equal      ? *difference == 0
                 : relation == Relation::notEqual ? *difference != 0
                 : relation == Relation::less     ? *difference > 0
                                                  : *difference >= 0;
    if (!holds && mayRequire) {
      if (compared.isSwapped)
        std::swap(a, b);
      diags().error(node.span, fmt::format("{} ({} {} {})", message, a->str(), compared.spelled, b->str()));
      return std::nullopt;
    }
    return holds;
  }
  if (mayRequire) {
    size_t before = state.kernel.requirements.size();
    require(relation, *a, *b, node.span, message);
    if (state.kernel.requirements.size() > before)
      for (const ast::ExprPtr &side : node.operands)
        findKnown(*side, state.kernel.requirements.back().known);
  } else if (mode.constantDims)
    diags()
        .error(node.span, "this assertion cannot be decided when the kernel is specialised")
        .withHint("`or` takes what is known then: statics and sizes of tiles");
  return std::nullopt;
}

} // namespace espalier::sema
