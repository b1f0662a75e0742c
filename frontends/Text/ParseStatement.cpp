//===- ParseStatement.cpp - Blocks and statements ---------------------------===//

#include "frontends/Text/Literals.h"
#include "frontends/Text/Parser.h"
#include "frontends/Text/Unsupported.h"

#include <fmt/format.h>

namespace espalier::text {

using namespace ast;

/// block = newline indent {statement} dedent
void Parser::block(std::vector<StmtPtr> &body) {
  if (!at(TokenKind::Newline)) {
    if (!at(TokenKind::Error))
      diagnostics.error(spanOf(token), "expected the end of the line after `:`")
          .withHint("a block stands on lines of its own, indented");
    return recover();
  }
  advance();
  if (at(TokenKind::Indent))
    return indentedBlock(body);
  if (!isStopped)
    diagnostics.error(spanOf(token), "expected an indented block");
}

void Parser::indentedBlock(std::vector<StmtPtr> &body) {
  if (blocks == maxBlocks) {
    diagnostics.error(spanOf(token), fmt::format("blocks are nested deeper than {} levels", maxBlocks));
    return skipBlock();
  }
  ++blocks;
  advance();
  while (!at(TokenKind::Dedent) && !at(TokenKind::End))
    statement(body);
  accept(TokenKind::Dedent);
  --blocks;
}

void Parser::statement(std::vector<StmtPtr> &body) {
  if (at(TokenKind::For))
    return loop(body);
  if (at(TokenKind::Indent)) {
    diagnostics.error(spanOf(token), "unexpected indentation").withHint("only a function and a loop open a block");
    return indentedBlock(body);
  }
  auto statement = std::make_shared<Stmt>();
  uint32_t begin = token.begin;
  bool isRead = at(TokenKind::Return)   ? returns(*statement)
                : at(TokenKind::Assert) ? asserts(*statement)
                                        : definition(*statement);
  statement->span = spanFrom(begin);
  if (!isRead || !countNode() || !endOfStatement())
    return recover();
  body.push_back(std::move(statement));
}

bool Parser::endOfStatement() {
  if (accept(TokenKind::Newline))
    return true;
  return unexpected("the end of the line");
}

/// loop = "for" clause ":" block
void Parser::loop(std::vector<StmtPtr> &body) {
  auto statement = std::make_shared<Stmt>();
  statement->kind = StmtKind::For;
  uint32_t begin = token.begin;
  advance();
  bool isRead = clause(statement->clause) && expect(TokenKind::Colon) && countNode();
  if (isRead)
    block(statement->body);
  else {
    skipLine();
    if (at(TokenKind::Indent))
      indentedBlock(statement->body);
  }
  statement->span = spanFrom(begin);
  if (isRead)
    body.push_back(std::move(statement));
}

/// return = "return" expression {"," expression}; a tuple in brackets is the same
bool Parser::returns(Stmt &statement) {
  statement.kind = StmtKind::Return;
  advance();
  do {
    ExprPtr value = expression();
    if (!value)
      return false;
    statement.values.push_back(std::move(value));
  } while (accept(TokenKind::Comma));
  if (statement.values.size() == 1 && statement.values[0]->kind == ExprKind::Tuple &&
      !statement.values[0]->operands.empty())
    statement.values = std::vector<ExprPtr>(statement.values[0]->operands);
  return true;
}

/// assert = "assert" expression "," string
bool Parser::asserts(Stmt &statement) {
  statement.kind = StmtKind::Assert;
  Token start = token;
  advance();
  statement.value = expression();
  if (!statement.value)
    return false;
  if (at(TokenKind::Newline) && openBrackets.empty()) {
    diagnostics.error(spanFrom(start.begin), "an assertion has a message")
        .withHint("write `assert condition, \"what must hold\"`");
    return false;
  }
  if (!expect(TokenKind::Comma))
    return false;
  Token message = token;
  if (!expect(TokenKind::String))
    return false;
  statement.message = stringValue(textOf(message));
  return true;
}

/// definition = name ["[" expression {"," expression} "]"] [":" type] "=" expression
bool Parser::definition(Stmt &statement) {
  statement.kind = StmtKind::Define;
  if (!insteadOf(textOf(token)).empty())
    return unexpected("a statement");
  ExprPtr target = expression();
  if (!target)
    return false;
  if (at(TokenKind::Comma)) {
    diagnostics.error(spanOf(token), "a statement defines one name, found `,`")
        .withHint("write one definition on each line");
    return false;
  }
  if (at(TokenKind::Newline)) {
    diagnostics.error(target->span, "nothing is done with this value")
        .withHint(target->kind == ExprKind::String ? "describe a function in `#` comments above it"
                                                   : "name it: `name = ...`, or `return` it");
    return false;
  }
  if (!at(TokenKind::Assign) && !at(TokenKind::Colon))
    return unexpected("`=`");
  if (!defines(statement, target))
    return false;
  if (accept(TokenKind::Colon)) {
    if (!type(statement.type.emplace()))
      return false;
    if (at(TokenKind::Newline)) {
      diagnostics.error(spanOf(token), fmt::format("`{}` has a type, but no value", statement.name))
          .withHint("state the type where the name is defined: `name: type = value`");
      return false;
    }
  }
  if (!expect(TokenKind::Assign))
    return false;
  statement.value = expression();
  if (statement.value && at(TokenKind::Comma)) {
    diagnostics.error(spanOf(token), "a definition has one value, found `,`")
        .withHint("a tuple stands in brackets: `(a, b)`");
    return false;
  }
  return statement.value != nullptr;
}

/// The name and the indices that `target` defines.
bool Parser::defines(Stmt &statement, const ExprPtr &target) {
  const Expr *name = target.get();
  if (target->kind == ExprKind::Subscript) {
    name = target->operands[0].get();
    statement.hasIndices = true;
    statement.indices.assign(target->operands.begin() + 1, target->operands.end());
  }
  if (name->kind == ExprKind::Tuple) {
    diagnostics.error(name->span, "a statement defines one name, found a tuple")
        .withHint("write one definition on each line");
    return false;
  }
  if (name->kind != ExprKind::Name) {
    Diagnostic &error = diagnostics.error(target->span, "only a name can be defined");
    if (at(TokenKind::Colon))
      error.withHint("only a function and a loop open a block");
    else
      error.withHint("write `name = value` or `name[v] = value`; compare with `==`");
    return false;
  }
  statement.name = name->text;
  statement.nameSpan = name->span;
  return true;
}

} // namespace espalier::text
