//===- Parser.h - One file to a syntax tree ---------------------------------===//
//
// Recursive descent without look-ahead beyond one token; the grammar is the EBNF of
// LANGUAGE.md, one function per rule. A function that fails has reported why and
// returns null (or false); the statement around it skips to its end and parsing goes
// on with the next one, so that one run shows several errors.
//
// Recursion is bounded: at most maxNesting brackets, unary operators and powers
// within each other, at most maxBlocks blocks. Trees are at most Expr::maxHeight high.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_TEXT_PARSER_H
#define ESPALIER_FRONTENDS_TEXT_PARSER_H

#include "frontends/AST/Diagnostics.h"
#include "frontends/Text/Lexer.h"
#include "frontends/Text/Operators.h"

#include <string>
#include <vector>

namespace espalier::text {

/// The program in `file`. After errors (see `diagnostics`) it lacks what was wrong, but holds no null.
ast::Program parse(const SourceManager &sources, int32_t file, Diagnostics &diagnostics);

/// What a parsing function returns once the error is reported.
struct Failure {
  operator bool() const { return false; }
  operator ast::ExprPtr() const { return nullptr; }
};

class Parser {
public:
  static constexpr int maxNesting = 256;
  static constexpr int maxBlocks = 32;
  /// Of expressions and statements in one file: bounds memory for generated or hostile text.
  static constexpr size_t maxNodes = 1'000'000;

  Parser(const SourceManager &sources, int32_t file, Diagnostics &diagnostics);
  ast::Program program();

private:
  // Tokens (Parser.cpp)
  void advance();
  bool at(TokenKind kind) const { return token.kind == kind; }
  bool accept(TokenKind kind);
  /// Reads a token of this kind, or reports that it was expected.
  bool expect(TokenKind kind);
  std::string_view textOf(Token word) const { return source.substr(word.begin, word.end - word.begin); }
  ast::Span spanOf(Token word) const { return {file, word.begin, word.end}; }
  ast::Span spanFrom(uint32_t begin) const { return {file, begin, std::max(begin, previousEnd)}; }
  /// Reports the current token where `wanted` was expected; says it in the language's words where it is Python's.
  Failure unexpected(std::string_view wanted);
  bool open(TokenKind bracket);
  bool close(TokenKind bracket);
  bool enter(Token where);
  void leave() { --nesting; }
  bool countNode();
  /// To the end of the line of a broken statement.
  void skipLine();
  /// The same, with the block that it heads.
  void recover();
  void skipBlock();

  // Files and functions (Parser.cpp)
  bool import(ast::Import &import);
  void function(std::vector<ast::FunctionPtr> &functions);
  bool decorators(std::vector<ast::Decorator> &decorators);
  bool header(ast::Function &function);
  bool parameter(ast::Parameter &parameter);

  // Statements (ParseStatement.cpp)
  void block(std::vector<ast::StmtPtr> &body);
  void indentedBlock(std::vector<ast::StmtPtr> &body);
  void statement(std::vector<ast::StmtPtr> &body);
  void loop(std::vector<ast::StmtPtr> &body);
  bool returns(ast::Stmt &statement);
  bool asserts(ast::Stmt &statement);
  bool definition(ast::Stmt &statement);
  bool defines(ast::Stmt &statement, const ast::ExprPtr &target);
  bool endOfStatement();

  // Types (ParseType.cpp)
  bool resultType(ast::TypeExpr &type);
  /// Of a parameter the sizes have names, which a call's arguments give values; elsewhere they may be computed.
  enum class Sizes : uint8_t { named, computed };
  bool type(ast::TypeExpr &type, Sizes sizes = Sizes::computed);
  bool dimension(ast::TypeExpr &type, Sizes sizes);

  // Expressions (ParseExpression.cpp)
  ast::ExprPtr expression() { return binary(orLevel); }
  ast::ExprPtr binary(int loosest);
  ast::ExprPtr infix(ast::ExprPtr left, const Operator &row, uint32_t begin);
  ast::ExprPtr negation(uint32_t begin);
  ast::ExprPtr factor();
  ast::ExprPtr power();
  ast::ExprPtr postfix();
  ast::ExprPtr call(ast::ExprPtr callee, uint32_t begin);
  bool argument(ast::Expr &call, bool isFirst);
  bool keyword(ast::Expr &call, const ast::Expr &name);
  ast::ExprPtr subscript(ast::ExprPtr base, uint32_t begin);
  ast::ExprPtr index();
  ast::ExprPtr attribute(ast::ExprPtr base, uint32_t begin);
  ast::ExprPtr atom();
  ast::ExprPtr literal(ast::ExprKind kind);
  ast::ExprPtr bracketed();
  ast::ExprPtr comprehension(ast::ExprPtr element, uint32_t begin);
  bool clause(ast::Clause &clause);
  /// Closes the span of a node and checks its height.
  ast::ExprPtr finish(ast::Expr &&expr, uint32_t begin);

  const SourceManager &sources;
  std::string_view source;
  int32_t file;
  Diagnostics &diagnostics;
  Lexer lexer;
  Token token;
  uint32_t previousEnd = 0; // of the token before
  std::vector<Token> openBrackets;
  int nesting = 0, blocks = 0;
  size_t nodes = 0;
  bool isStopped = false; // too many nodes: the rest is not read
};

} // namespace espalier::text

#endif
