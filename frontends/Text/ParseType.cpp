//===- ParseType.cpp - Types of parameters, definitions and results ---------===//

#include "frontends/AST/Spelling.h"
#include "frontends/Text/Parser.h"
#include "frontends/Text/Unsupported.h"

#include <fmt/format.h>

#include <algorithm>

namespace espalier::text {

using namespace ast;

static const std::vector<std::string> typeNames = {"float", "f64",   "f32",    "f16",  "bf16",   "i32",
                                                   "bool",  "index", "static", "tree", "forest", "chain"};

static std::string typeHint(const std::string &name) {
  if (std::string_view instead = typeInsteadOf(name); !instead.empty())
    return std::string(instead);
  if (std::string near = didYouMean(name, typeNames); !near.empty())
    return near;
  return fmt::format("the types are {}", fmt::join(typeNames, ", "));
}

/// result = type | "(" type {"," type} [","] ")"
bool Parser::resultType(TypeExpr &result) {
  if (!at(TokenKind::LParen))
    return type(result);
  uint32_t begin = token.begin;
  if (!open(TokenKind::LParen))
    return false;
  bool hasComma = false;
  do {
    if (at(TokenKind::RParen) && hasComma)
      break;
    if (!type(result.tuple.emplace_back()))
      return false;
    hasComma |= at(TokenKind::Comma);
  } while (accept(TokenKind::Comma));
  if (!close(TokenKind::RParen))
    return false;
  if (!hasComma) {
    TypeExpr only = std::move(result.tuple[0]);
    result = std::move(only);
    return true;
  }
  result.span = spanFrom(begin);
  return true;
}

/// type = name ["[" dimension {"," dimension} [","] "]"]
bool Parser::type(TypeExpr &result, Sizes sizes) {
  Token name = token;
  if (!at(TokenKind::Name))
    return unexpected("a type");
  result.name = textOf(name);
  if (std::find(typeNames.begin(), typeNames.end(), result.name) == typeNames.end()) {
    diagnostics.error(spanOf(name), fmt::format("`{}` is not a type", result.name)).withHint(typeHint(result.name));
    return false;
  }
  advance();
  if (at(TokenKind::LBracket)) {
    if (!open(TokenKind::LBracket))
      return false;
    result.hasBrackets = true;
    do {
      if (at(TokenKind::RBracket) && (result.hasEllipsis || !result.dims.empty()))
        break;
      if (!dimension(result, sizes))
        return false;
    } while (accept(TokenKind::Comma));
    if (!close(TokenKind::RBracket))
      return false;
  }
  result.span = spanFrom(name.begin);
  return countNode();
}

/// dimension = "..." (first) | expression; of a parameter "..." | name | integer | "leaves" "(" name ")"
bool Parser::dimension(TypeExpr &result, Sizes sizes) {
  if (at(TokenKind::Ellipsis)) {
    if (result.hasEllipsis || !result.dims.empty()) {
      diagnostics.error(spanOf(token), "`...` stands once, before the dimensions")
          .withHint("it holds the batch axes, which lead");
      return false;
    }
    result.hasEllipsis = true;
    advance();
    return true;
  }
  if (at(TokenKind::Colon) || at(TokenKind::RBracket))
    return unexpected("a dimension");
  ExprPtr dimension = expression();
  if (!dimension)
    return false;
  bool isLeaves = dimension->kind == ExprKind::Call && dimension->operands[0]->text == "leaves" &&
                  dimension->operands.size() == 2 && dimension->operands[1]->kind == ExprKind::Name &&
                  dimension->keywords.empty();
  if (sizes == Sizes::named && dimension->kind != ExprKind::Name && dimension->kind != ExprKind::Integer && !isLeaves) {
    diagnostics.error(dimension->span, "a dimension of a parameter is a name, an integer, or `leaves(G)` of a tree")
        .withHint("name it, and state what holds: `assert p * m == D, \"...\"`");
    return false;
  }
  result.dims.push_back(std::move(dimension));
  return true;
}

} // namespace espalier::text
