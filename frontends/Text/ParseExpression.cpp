//===- ParseExpression.cpp - Expressions ------------------------------------===//

#include "frontends/Text/Literals.h"
#include "frontends/Text/Parser.h"

#include <fmt/format.h>

#include <algorithm>

namespace espalier::text {

using namespace ast;

static Expr node(ExprKind kind) {
  Expr expr;
  expr.kind = kind;
  return expr;
}

static bool isComparison(const Operator *row) { return row && row->precedence == compareLevel; }

ExprPtr Parser::finish(Expr &&expr, uint32_t begin) {
  expr.span = spanFrom(begin);
  auto over = [&](const ExprPtr &part) { expr.height = std::max(expr.height, part ? part->height + 1 : 1); };
  for (const ExprPtr &operand : expr.operands)
    over(operand);
  for (const Keyword &keyword : expr.keywords)
    over(keyword.value);
  for (const Clause &clause : expr.clauses)
    over(clause.domain);
  over(expr.condition);
  if (expr.height > Expr::maxHeight) {
    diagnostics.error(expr.span, fmt::format("the expression has more than {} levels of operations", Expr::maxHeight))
        .withHint("name its parts on lines of their own");
    return nullptr;
  }
  if (!countNode())
    return nullptr;
  return std::make_shared<const Expr>(std::move(expr));
}

/// An expression of operators that bind at least as tightly as `loosest`. Comparisons are not chained.
ExprPtr Parser::binary(int loosest) {
  uint32_t begin = token.begin;
  ExprPtr left = at(TokenKind::Not) && loosest <= notLevel ? negation(begin) : factor();
  while (left) {
    const Operator *row = operatorOf(token.kind);
    if (!row || row->precedence < loosest)
      return left;
    left = infix(std::move(left), *row, begin);
  }
  return nullptr;
}

ExprPtr Parser::infix(ExprPtr left, const Operator &row, uint32_t begin) {
  advance();
  Expr expr = node(row.kind);
  expr.text = row.text;
  ExprPtr right = binary(row.precedence + 1);
  if (!right)
    return nullptr;
  if (isComparison(&row) && isComparison(operatorOf(token.kind))) {
    diagnostics.error(spanOf(token), "comparisons are not chained").withHint("write `a < b and b < c`");
    return nullptr;
  }
  expr.operands = {std::move(left), std::move(right)};
  return finish(std::move(expr), begin);
}

/// negation = "not" (negation | comparison)
ExprPtr Parser::negation(uint32_t begin) {
  if (!enter(token))
    return nullptr;
  advance();
  Expr expr = node(ExprKind::Unary);
  expr.text = "not";
  ExprPtr operand = binary(notLevel);
  leave();
  if (!operand)
    return nullptr;
  expr.operands = {std::move(operand)};
  return finish(std::move(expr), begin);
}

/// factor = ("-" | "+") factor | power
ExprPtr Parser::factor() {
  if (!at(TokenKind::Minus) && !at(TokenKind::Plus))
    return power();
  Token sign = token;
  if (!enter(sign))
    return nullptr;
  advance();
  Expr expr = node(ExprKind::Unary);
  expr.text = textOf(sign);
  ExprPtr operand = factor();
  leave();
  if (!operand)
    return nullptr;
  expr.operands = {std::move(operand)};
  return finish(std::move(expr), sign.begin);
}

/// power = postfix ["**" factor]
ExprPtr Parser::power() {
  uint32_t begin = token.begin;
  ExprPtr base = postfix();
  if (!base || !at(TokenKind::StarStar))
    return base;
  if (!enter(token))
    return nullptr;
  advance();
  Expr expr = node(ExprKind::Binary);
  expr.text = "**";
  ExprPtr exponent = factor();
  leave();
  if (!exponent)
    return nullptr;
  expr.operands = {std::move(base), std::move(exponent)};
  return finish(std::move(expr), begin);
}

/// postfix = atom { "(" arguments ")" | "[" indices "]" | "." name }
ExprPtr Parser::postfix() {
  uint32_t begin = token.begin;
  ExprPtr expr = atom();
  while (expr) {
    if (at(TokenKind::LParen))
      expr = call(std::move(expr), begin);
    else if (at(TokenKind::LBracket))
      expr = subscript(std::move(expr), begin);
    else if (at(TokenKind::Dot))
      expr = attribute(std::move(expr), begin);
    else
      break;
  }
  return expr;
}

ExprPtr Parser::call(ExprPtr callee, uint32_t begin) {
  if (callee->kind != ExprKind::Name) {
    Diagnostic &error = diagnostics.error(callee->span, "only a named function can be called");
    if (callee->kind == ExprKind::Attribute)
      error.withHint(fmt::format("there are no methods: write `{}(...)`", callee->text));
    return nullptr;
  }
  if (!open(TokenKind::LParen))
    return nullptr;
  Expr expr = node(ExprKind::Call);
  expr.operands.push_back(std::move(callee));
  for (bool isFirst = true; !at(TokenKind::RParen); isFirst = false) {
    if (!argument(expr, isFirst))
      return nullptr;
    if (!accept(TokenKind::Comma))
      break;
  }
  if (!close(TokenKind::RParen))
    return nullptr;
  return finish(std::move(expr), begin);
}

/// argument = expression | name "=" expression | comprehension (alone)
bool Parser::argument(Expr &call, bool isFirst) {
  if (at(TokenKind::Star) || at(TokenKind::StarStar)) {
    diagnostics.error(spanOf(token), fmt::format("arguments are listed one by one, found `{}`", textOf(token)));
    return false;
  }
  uint32_t begin = token.begin;
  ExprPtr value = expression();
  if (!value)
    return false;
  if (at(TokenKind::Assign) && value->kind == ExprKind::Name)
    return keyword(call, *value);
  if (at(TokenKind::For)) {
    value = comprehension(std::move(value), begin);
    if (value && (!isFirst || at(TokenKind::Comma))) {
      diagnostics.error(value->span, "a comprehension beside other arguments stands in brackets")
          .withHint("write `f((x for v in D), option=...)`");
      return false;
    }
    if (!value)
      return false;
  }
  if (!call.keywords.empty()) {
    diagnostics.error(value->span, "this argument has no name, but one before it has")
        .note(call.keywords.back().span, "the named argument");
    return false;
  }
  call.operands.push_back(std::move(value));
  return true;
}

bool Parser::keyword(Expr &call, const Expr &name) {
  for (const Keyword &other : call.keywords)
    if (other.name == name.text) {
      diagnostics.error(name.span, fmt::format("the argument `{}` is given twice", name.text))
          .note(other.span, "given here");
      return false;
    }
  advance(); // =
  ExprPtr value = expression();
  if (!value)
    return false;
  call.keywords.push_back({name.text, std::move(value), spanFrom(name.span.begin)});
  return true;
}

/// subscript = "[" index {"," index} [","] "]"
ExprPtr Parser::subscript(ExprPtr base, uint32_t begin) {
  if (!open(TokenKind::LBracket))
    return nullptr;
  Expr expr = node(ExprKind::Subscript);
  expr.operands.push_back(std::move(base));
  do {
    if (at(TokenKind::RBracket) && expr.operands.size() > 1)
      break;
    ExprPtr next = index();
    if (!next)
      return nullptr;
    expr.operands.push_back(std::move(next));
  } while (accept(TokenKind::Comma));
  if (!close(TokenKind::RBracket))
    return nullptr;
  return finish(std::move(expr), begin);
}

/// index = expression | [expression] ":" [expression]
ExprPtr Parser::index() {
  uint32_t begin = token.begin;
  if (at(TokenKind::RBracket))
    return unexpected("an index");
  ExprPtr lower;
  if (!at(TokenKind::Colon) && !(lower = expression()))
    return nullptr;
  if (!at(TokenKind::Colon))
    return lower;
  advance();
  Expr slice = node(ExprKind::Slice);
  ExprPtr upper;
  if (!at(TokenKind::Comma) && !at(TokenKind::RBracket) && !at(TokenKind::Colon) && !(upper = expression()))
    return nullptr;
  if (at(TokenKind::Colon)) {
    diagnostics.error(spanOf(token), "a slice has no step").withHint("`reshape` splits an axis into blocks");
    return nullptr;
  }
  slice.operands = {std::move(lower), std::move(upper)};
  return finish(std::move(slice), begin);
}

ExprPtr Parser::attribute(ExprPtr base, uint32_t begin) {
  advance();
  Expr expr = node(ExprKind::Attribute);
  expr.text = textOf(token);
  if (!expect(TokenKind::Name))
    return nullptr;
  expr.operands.push_back(std::move(base));
  return finish(std::move(expr), begin);
}

/// atom = name | number | string | "True" | "False" | "..." | bracketed
ExprPtr Parser::atom() {
  switch (token.kind) {
  case TokenKind::Name:
    return literal(ExprKind::Name);
  case TokenKind::Integer:
    return literal(ExprKind::Integer);
  case TokenKind::Real:
    return literal(ExprKind::Real);
  case TokenKind::String:
    return literal(ExprKind::String);
  case TokenKind::True:
  case TokenKind::False:
    return literal(ExprKind::Boolean);
  case TokenKind::Ellipsis:
    return literal(ExprKind::Ellipsis);
  case TokenKind::LParen:
    return bracketed();
  default:
    return unexpected("an expression");
  }
}

ExprPtr Parser::literal(ExprKind kind) {
  Token word = token;
  std::string_view text = textOf(word);
  Expr expr = node(kind);
  if (kind == ExprKind::Name)
    expr.text = text;
  if (kind == ExprKind::String)
    expr.text = stringValue(text);
  if (kind == ExprKind::Boolean)
    expr.integer = word.kind == TokenKind::True;
  if (kind == ExprKind::Integer) {
    std::optional<int64_t> value = integerValue(text);
    if (!value) {
      diagnostics.error(spanOf(word), "this integer does not fit in 64 signed bits")
          .withHint("the largest is 9223372036854775807");
      return nullptr;
    }
    expr.integer = *value;
  }
  if (kind == ExprKind::Real) {
    std::optional<double> value = realValue(text);
    if (!value) {
      diagnostics.error(spanOf(word), "this number is outside the range of float64")
          .withHint("the largest is about 1.8e308, the smallest above zero about 4.9e-324");
      return nullptr;
    }
    expr.real = *value;
  }
  advance();
  return finish(std::move(expr), word.begin);
}

/// bracketed = "(" ")" | "(" expression ")" | "(" expression "," [expression {"," expression} [","]] ")" | "("
/// comprehension ")"
ExprPtr Parser::bracketed() {
  uint32_t begin = token.begin;
  if (!open(TokenKind::LParen))
    return nullptr;
  Expr tuple = node(ExprKind::Tuple);
  bool isTuple = at(TokenKind::RParen);
  while (!at(TokenKind::RParen)) {
    uint32_t elementBegin = token.begin;
    ExprPtr element = expression();
    if (element && !isTuple && at(TokenKind::For)) {
      element = comprehension(std::move(element), elementBegin);
      return element && close(TokenKind::RParen) ? element : nullptr;
    }
    if (!element)
      return nullptr;
    tuple.operands.push_back(std::move(element));
    if (!accept(TokenKind::Comma))
      break;
    isTuple = true;
  }
  if (!close(TokenKind::RParen))
    return nullptr;
  return isTuple ? finish(std::move(tuple), begin) : tuple.operands[0];
}

/// comprehension = expression "for" clause ["if" expression]
ExprPtr Parser::comprehension(ExprPtr element, uint32_t begin) {
  advance(); // for
  Expr expr = node(ExprKind::Comprehension);
  expr.operands.push_back(std::move(element));
  if (!clause(expr.clauses.emplace_back()))
    return nullptr;
  if (accept(TokenKind::If) && !(expr.condition = expression()))
    return nullptr;
  if (at(TokenKind::For) || at(TokenKind::If)) {
    Diagnostic &error = diagnostics.error(spanOf(token), fmt::format("a comprehension has one `{}`", textOf(token)));
    error.withHint(at(TokenKind::If) ? "join conditions with `and`"
                                     : "put one comprehension into the other: `sum(sum(... for b in B) for a in A)`");
    return nullptr;
  }
  return finish(std::move(expr), begin);
}

/// clause = name {"," name} "in" expression
bool Parser::clause(Clause &clause) {
  do {
    Token target = token;
    if (!at(TokenKind::Name))
      return unexpected("a loop variable");
    advance();
    clause.targets.emplace_back(textOf(target));
    clause.targetSpans.push_back(spanOf(target));
    if (!countNode())
      return false;
  } while (accept(TokenKind::Comma));
  if (!expect(TokenKind::In))
    return false;
  clause.domain = expression();
  return clause.domain != nullptr;
}

} // namespace espalier::text
