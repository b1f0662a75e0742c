//===- Parser.cpp - Files, imports, functions; the way through the tokens ---===//

#include "frontends/Text/Parser.h"

#include "frontends/Text/Unsupported.h"

#include <fmt/format.h>

namespace espalier::text {

using namespace ast;

Program parse(const SourceManager &sources, int32_t file, Diagnostics &diagnostics) {
  return Parser(sources, file, diagnostics).program();
}

Parser::Parser(const SourceManager &sources, int32_t file, Diagnostics &diagnostics)
    : sources(sources), source(sources.text(file)), file(file), diagnostics(diagnostics),
      lexer(sources, file, diagnostics) {
  token = lexer.next();
}

//===----------------------------------------------------------------------===//
// Tokens
//===----------------------------------------------------------------------===//

static bool isLayout(TokenKind kind) { return kind <= TokenKind::Dedent; }

void Parser::advance() {
  if (!isLayout(token.kind))
    previousEnd = token.end;
  token = isStopped ? Token{TokenKind::End, token.end, token.end} : lexer.next();
}

bool Parser::accept(TokenKind kind) {
  if (!at(kind))
    return false;
  advance();
  return true;
}

bool Parser::expect(TokenKind kind) {
  if (accept(kind))
    return true;
  unexpected(kindText(kind));
  return false;
}

Failure Parser::unexpected(std::string_view wanted) {
  if (at(TokenKind::Error) || isStopped)
    return {}; // reported already
  if (isLayout(token.kind) && !openBrackets.empty()) {
    Token bracket = openBrackets.back();
    diagnostics.error(spanOf(bracket), fmt::format("`{}` is never closed", textOf(bracket)));
    return {};
  }
  if (isLayout(token.kind)) {
    diagnostics.error(spanOf(token), fmt::format("expected {}, found {}", wanted, kindText(token.kind)));
    return {};
  }
  std::string_view found = textOf(token), instead = insteadOf(found);
  if (at(TokenKind::Reserved) || at(TokenKind::Foreign))
    diagnostics.error(spanOf(token), fmt::format("`{}` is not part of the language", found))
        .withHint(std::string(instead));
  else
    diagnostics.error(spanOf(token), fmt::format("expected {}, found `{}`", wanted, found.substr(0, 80)))
        .withHint(std::string(instead));
  return {};
}

/// Reads a bracket whose partner close() will read.
bool Parser::open(TokenKind bracket) {
  Token opening = token;
  if (!expect(bracket) || !enter(opening))
    return false;
  openBrackets.push_back(opening);
  return true;
}

bool Parser::close(TokenKind bracket) {
  if (!at(bracket)) {
    bool isBracket = at(TokenKind::RParen) || at(TokenKind::RBracket);
    Token opening = openBrackets.back();
    if (isBracket) {
      diagnostics.error(spanOf(token), fmt::format("expected {}, found `{}`", kindText(bracket), textOf(token)))
          .note(spanOf(opening), fmt::format("to close this `{}`", textOf(opening)));
      return false;
    }
    std::string_view wanted = bracket == TokenKind::RParen ? "`,` or `)`" : "`,` or `]`";
    bool isOtherLine = sources.position(file, opening.begin).line != sources.position(file, token.begin).line;
    if (isLayout(token.kind) || at(TokenKind::Error) || !isOtherLine)
      return unexpected(wanted);
    // Mostly a bracket forgotten on the line above.
    diagnostics.error(spanOf(token), fmt::format("expected {} before `{}`", wanted, textOf(token).substr(0, 80)))
        .note(spanOf(opening), fmt::format("to close this `{}`", textOf(opening)));
    return false;
  }
  openBrackets.pop_back();
  leave();
  advance();
  return true;
}

bool Parser::enter(Token where) {
  if (++nesting <= maxNesting)
    return true;
  diagnostics.error(spanOf(where), fmt::format("the expression is nested deeper than {} levels", maxNesting))
      .withHint("name its parts on lines of their own");
  return false;
}

bool Parser::countNode() {
  if (isStopped)
    return false;
  if (++nodes <= maxNodes)
    return true;
  diagnostics.error(spanOf(token), fmt::format("the file has more than {} expressions and statements", maxNodes))
      .withHint("the rest is not read");
  isStopped = true;
  return false;
}

static bool continuesStatement(std::string_view word) {
  return word == "elif" || word == "else" || word == "except" || word == "finally";
}

void Parser::skipLine() {
  lexer.setRecovering(true);
  while (!isLayout(token.kind))
    advance();
  lexer.setRecovering(false);
  openBrackets.clear();
  nesting = 0;
  accept(TokenKind::Newline);
}

void Parser::recover() {
  // The later parts of a Python statement go with its first.
  do {
    skipLine();
    if (at(TokenKind::Indent))
      skipBlock();
  } while (at(TokenKind::Reserved) && continuesStatement(textOf(token)));
}

void Parser::skipBlock() {
  lexer.setRecovering(true);
  int depth = 0;
  do {
    depth += at(TokenKind::Indent) - at(TokenKind::Dedent);
    advance();
  } while (depth > 0 && !at(TokenKind::End));
  lexer.setRecovering(false);
}

//===----------------------------------------------------------------------===//
// Files, imports, functions
//===----------------------------------------------------------------------===//

Program Parser::program() {
  Program program;
  program.file = file;
  while (!at(TokenKind::End)) {
    switch (token.kind) {
    case TokenKind::Newline:
    case TokenKind::Dedent:
      advance();
      break;
    case TokenKind::Indent:
      diagnostics.error(spanOf(token), "unexpected indentation")
          .withHint("imports and functions start in the first column");
      advance();
      break;
    case TokenKind::From: {
      Import line;
      if (import(line))
        program.imports.push_back(std::move(line));
      else
        recover();
      break;
    }
    case TokenKind::Def:
    case TokenKind::At:
      function(program.functions);
      break;
    default:
      if (at(TokenKind::Name))
        diagnostics.error(spanOf(token), fmt::format("`{}` stands outside a function", textOf(token)))
            .withHint("a file holds imports and functions");
      else
        unexpected("an import or a function");
      recover();
    }
  }
  return program;
}

/// import = "from" name "import" ( name {"," name} | "(" name {"," name} [","] ")" ) newline
bool Parser::import(Import &line) {
  uint32_t begin = token.begin;
  advance();
  if (at(TokenKind::Dot) || at(TokenKind::Ellipsis)) {
    diagnostics.error(spanOf(token), "an import names a file of the same folder")
        .withHint("write `from file import name`");
    return false;
  }
  line.file = textOf(token);
  line.fileSpan = spanOf(token);
  if (!expect(TokenKind::Name))
    return false;
  if (at(TokenKind::Dot)) {
    diagnostics.error(spanOf(token), "an import names a file of the same folder")
        .withHint("write `from file import name`");
    return false;
  }
  if (!expect(TokenKind::Import))
    return false;
  bool isBracketed = at(TokenKind::LParen);
  if (isBracketed && !open(TokenKind::LParen))
    return false;
  do {
    if (isBracketed && at(TokenKind::RParen))
      break;
    if (at(TokenKind::Star)) {
      diagnostics.error(spanOf(token), "an import lists its names").withHint("write `from file import a, b`");
      return false;
    }
    line.names.emplace_back(textOf(token));
    line.nameSpans.push_back(spanOf(token));
    if (!expect(TokenKind::Name) || !countNode())
      return false;
  } while (accept(TokenKind::Comma));
  if (isBracketed && line.names.empty())
    return unexpected("a name");
  if (isBracketed && !close(TokenKind::RParen))
    return false;
  line.span = spanFrom(begin);
  return endOfStatement();
}

/// function = {decorator} "def" name "(" [parameters] ")" ["->" result] ":" block
void Parser::function(std::vector<FunctionPtr> &functions) {
  auto function = std::make_shared<Function>();
  uint32_t begin = token.begin;
  if (!decorators(function->decorators) || !countNode())
    return recover();
  if (header(*function))
    block(function->body);
  else {
    skipLine();
    if (at(TokenKind::Indent))
      indentedBlock(function->body);
  }
  function->span = spanFrom(begin);
  if (!function->name.empty())
    functions.push_back(std::move(function));
}

bool Parser::decorators(std::vector<Decorator> &decorators) {
  while (at(TokenKind::At)) {
    uint32_t begin = token.begin;
    advance();
    Decorator decorator;
    if (!at(TokenKind::Name))
      return unexpected("a name");
    decorator.call = postfix();
    if (!decorator.call)
      return false;
    decorator.span = spanFrom(begin);
    decorators.push_back(std::move(decorator));
    if (!endOfStatement())
      return false;
  }
  if (at(TokenKind::Def))
    return true;
  return unexpected("a function below the decorator");
}

bool Parser::header(Function &function) {
  advance(); // def
  Token name = token;
  if (!expect(TokenKind::Name))
    return false;
  function.nameSpan = spanOf(name);
  if (!open(TokenKind::LParen))
    return false;
  while (!at(TokenKind::RParen)) {
    Parameter row;
    if (!parameter(row))
      return false;
    function.parameters.push_back(std::move(row));
    if (!accept(TokenKind::Comma))
      break;
  }
  if (!close(TokenKind::RParen))
    return false;
  if (accept(TokenKind::Arrow) && !resultType(function.result.emplace()))
    return false;
  if (!expect(TokenKind::Colon))
    return false;
  function.name = textOf(name);
  return true;
}

bool Parser::parameter(Parameter &row) {
  if (at(TokenKind::Star) || at(TokenKind::StarStar)) {
    diagnostics.error(spanOf(token), fmt::format("parameters are listed one by one, found `{}`", textOf(token)))
        .withHint("a `static` parameter may be a tuple of numbers");
    return false;
  }
  Token name = token;
  row.name = textOf(name);
  row.span = spanOf(name);
  if (!expect(TokenKind::Name) || !countNode())
    return false;
  if (!at(TokenKind::Colon)) {
    if (at(TokenKind::Error))
      return false;
    diagnostics.error(row.span, fmt::format("the parameter `{}` has no type", row.name))
        .withHint(fmt::format("for example `{}: float[..., n]`", row.name));
    return false;
  }
  advance();
  if (!type(row.type, Sizes::named))
    return false;
  row.span = spanFrom(name.begin);
  if (at(TokenKind::Assign)) {
    diagnostics.error(spanOf(token), fmt::format("the parameter `{}` has a default value", row.name))
        .withHint("every call states every argument");
    return false;
  }
  return true;
}

} // namespace espalier::text
