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
  if (mayRequire)
    require(relation, *a, *b, node.span, message);
  else if (mode.constantDims)
    diags()
        .error(node.span, "this assertion cannot be decided when the kernel is specialised")
        .withHint("`or` and `not` take what is known then: statics and sizes of tiles");
  return std::nullopt;
}

} // namespace espalier::sema
