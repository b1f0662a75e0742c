//===- Operators.h - Precedence ---------------------------------------------===//
//
// One table for the parser and the printer. Python's order, loosest first:
//   or   and   not   comparisons (not chained)   + -   * / // % @   unary -   ** (to the right)   calls, [], .T
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_TEXT_OPERATORS_H
#define ESPALIER_FRONTENDS_TEXT_OPERATORS_H

#include "frontends/AST/AST.h"
#include "frontends/Text/Token.h"

namespace espalier::text {

// clang-format off
enum Precedence : int {
  orLevel = 1, andLevel, notLevel, compareLevel, sumLevel, productLevel, unaryLevel, powerLevel, postfixLevel, atomLevel
};
// clang-format on

/// An infix operator. `**` is not among those that the precedence loop reads: its right side may be unary.
struct Operator {
  TokenKind token;
  std::string_view text;
  ast::ExprKind kind;
  Precedence precedence;
};

inline constexpr Operator operators[] = {
    {TokenKind::Or, "or", ast::ExprKind::Logical, orLevel},
    {TokenKind::And, "and", ast::ExprKind::Logical, andLevel},
    {TokenKind::Less, "<", ast::ExprKind::Compare, compareLevel},
    {TokenKind::LessEqual, "<=", ast::ExprKind::Compare, compareLevel},
    {TokenKind::Greater, ">", ast::ExprKind::Compare, compareLevel},
    {TokenKind::GreaterEqual, ">=", ast::ExprKind::Compare, compareLevel},
    {TokenKind::Equal, "==", ast::ExprKind::Compare, compareLevel},
    {TokenKind::NotEqual, "!=", ast::ExprKind::Compare, compareLevel},
    {TokenKind::Plus, "+", ast::ExprKind::Binary, sumLevel},
    {TokenKind::Minus, "-", ast::ExprKind::Binary, sumLevel},
    {TokenKind::Star, "*", ast::ExprKind::Binary, productLevel},
    {TokenKind::Slash, "/", ast::ExprKind::Binary, productLevel},
    {TokenKind::SlashSlash, "//", ast::ExprKind::Binary, productLevel},
    {TokenKind::Percent, "%", ast::ExprKind::Binary, productLevel},
    {TokenKind::At, "@", ast::ExprKind::Binary, productLevel},
    {TokenKind::StarStar, "**", ast::ExprKind::Binary, powerLevel},
};

inline const Operator *operatorOf(TokenKind token) {
  for (const Operator &row : operators)
    if (row.token == token)
      return &row;
  return nullptr;
}

inline const Operator *operatorOf(std::string_view text) {
  for (const Operator &row : operators)
    if (row.text == text)
      return &row;
  return nullptr;
}

} // namespace espalier::text

#endif
