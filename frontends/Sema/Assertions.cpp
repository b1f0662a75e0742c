//===- Assertions.cpp - assert: what must hold between sizes (L3) ------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

//===----------------------------------------------------------------------===//
// Assertions (L3)
//===----------------------------------------------------------------------===//

void Analyzer::walkAssert(const ast::Stmt &stmt) {
  auto holds = assertHolds(*stmt.value, fmt::format("the assertion does not hold: {}", stmt.message), true);
  if (holds && !*holds)
    diags().error(stmt.value->span, fmt::format("the assertion does not hold: {}", stmt.message));
}

/// The names in a side of an assertion that are numbers already.
void Analyzer::findKnown(const ast::Expr &side, std::map<std::string, int64_t> &known) {
  if (side.kind == ast::ExprKind::Unary || side.kind == ast::ExprKind::Binary)
    for (const ast::ExprPtr &part : side.operands)
      findKnown(*part, known);
  if (side.kind != ast::ExprKind::Name)
    return;
  std::optional<Dim> size = compileTime(side, "a side of an assertion");
  if (std::optional<int64_t> number = size ? size->constant() : std::nullopt)
    known.emplace(side.text, *number);
}

/// Whether the condition holds; nothing if that is open (then requirements say what is left) or after an error.
std::optional<bool> Analyzer::assertHolds(const ast::Expr &node, const std::string &message, bool mayRequire) {
  if (node.kind == ast::ExprKind::Boolean)
    return node.integer != 0;
  if (node.kind == ast::ExprKind::Unary && node.text == "not") {
    auto operand = assertHolds(*node.operands[0], message, false);
    return operand ? std::optional(!*operand) : std::nullopt;
  }
  if (node.kind == ast::ExprKind::Logical) {
    bool isAnd = node.text == "and";
    auto a = assertHolds(*node.operands[0], message, mayRequire && isAnd),
         b = assertHolds(*node.operands[1], message, mayRequire && isAnd);
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
  Relation relation = node.text == "=="                      ? Relation::equal
                      : node.text == "!="                    ? Relation::notEqual
                      : node.text == "<" || node.text == ">" ? Relation::less
                                                             : Relation::lessEqual;
  if (node.text == ">" || node.text == ">=")
    std::swap(a, b);
  if (auto difference = (*b - *a).constant()) {
    bool holds = relation == Relation::equal      ? *difference == 0
                 : relation == Relation::notEqual ? *difference != 0
                 : relation == Relation::less     ? *difference > 0
                                                  : *difference >= 0;
    if (!holds && mayRequire) {
      diags().error(node.span, fmt::format("{} ({} {} {})", message, a->str(),
                                           node.text == ">"    ? "<"
                                           : node.text == ">=" ? "<="
                                                               : node.text,
                                           b->str()));
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
        .withHint("`or` and `not` take what is known then: statics and sizes of tiles");
  return std::nullopt;
}

} // namespace espalier::sema
