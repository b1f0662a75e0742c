//===- AST.h - The syntax tree of an Espalier program -----------------------===//
//
// What the parser, the C++ builder and the Python front end all produce: the
// program as written, without names resolved or shapes known. Every node keeps
// the span of its text. Nodes are immutable once built and shared by pointer.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_AST_AST_H
#define ESPALIER_FRONTENDS_AST_AST_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace espalier::ast {

/// A range of bytes in one source file; `file` is an index into a SourceManager, -1 for text that no file holds.
struct Span {
  int32_t file = -1;
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

enum class ExprKind {
  Name,          // text
  Integer,       // integer
  Real,          // real
  Boolean,       // integer: 0 or 1
  String,        // text
  Ellipsis,      // ... inside brackets of a type, or alone
  Unary,         // text: "-", "+", "not"; operands[0]
  Binary,        // text: "+ - * / // % ** @"; operands[0], operands[1]
  Compare,       // text: "< <= > >= == !="; operands[0], operands[1]; chains are refused by the parser
  Logical,       // text: "and", "or"; operands[0], operands[1]
  Call,          // operands[0] is the callee (a Name), then positional arguments; keywords
  Attribute,     // operands[0] . text   (only .T has a meaning)
  Subscript,     // operands[0] [ operands[1..] ]; a Slice may be an index
  Slice,         // operands: lower, upper; either may be null. No step.
  Tuple,         // operands
  Comprehension, // operands[0] is the element; clauses (exactly one); condition; stands as the only argument of a call,
                 // or in brackets
};

/// `for targets in domain`, of a loop or a comprehension.
struct Clause {
  std::vector<std::string> targets; // loop variables, outermost first
  std::vector<Span> targetSpans;
  ExprPtr domain; // up(..), down(..), each(..), children(v), range(..), a name, grid(H, W), ...
};

struct Keyword {
  std::string name;
  ExprPtr value;
  Span span; // of the whole `name=value`
};

struct Expr {
  ExprKind kind;
  Span span;
  std::string text;
  int64_t integer = 0;
  double real = 0;
  std::vector<ExprPtr> operands;
  std::vector<Keyword> keywords;
  std::vector<Clause> clauses;
  ExprPtr condition; // of a comprehension; may be null
  /// 1 for a leaf, else one more than the highest part. Whoever builds a tree keeps it within maxHeight, so that
  /// whoever walks it may recurse.
  uint32_t height = 1;
  static constexpr uint32_t maxHeight = 256;
};

/// `float[..., G, n, n]`, `tree`, `static`, `index`, or (of a result) a tuple of them.
struct TypeExpr {
  Span span;
  std::string name;         // float f64 f32 f16 bf16 i32 bool index static tree forest chain; empty for a tuple
  bool hasBrackets = false; // float[...] has, float has not
  bool hasEllipsis = false; // the leading `...`
  std::vector<ExprPtr>
      dims; // after the ellipsis: names, integers, leaves(G); of results and definitions any expression
  std::vector<TypeExpr> tuple; // of `-> (T1, T2)`
};

struct Stmt;
using StmtPtr = std::shared_ptr<const Stmt>;

enum class StmtKind {
  Define, // name[indices]: type = value      (indices empty for a local)
  For,    // clause, body
  Return, // values
  Assert, // value, message
};

struct Stmt {
  StmtKind kind;
  Span span;
  std::string name; // Define
  Span nameSpan;
  std::vector<ExprPtr> indices; // Define: the loop variables in brackets
  bool hasIndices = false;
  std::optional<TypeExpr> type; // Define: the stated shape
  ExprPtr value;                // Define, Assert
  std::string message;          // Assert
  Clause clause;                // For
  std::vector<StmtPtr> body;    // For
  std::vector<ExprPtr> values;  // Return
};

struct Parameter {
  std::string name;
  Span span;
  TypeExpr type;
};

/// `@grad(...)`, `@gradient(f)` above a def.
struct Decorator {
  Span span;
  ExprPtr call;
};

struct Function {
  std::string name;
  Span nameSpan;
  Span span;
  std::vector<Decorator> decorators;
  std::vector<Parameter> parameters;
  std::optional<TypeExpr> result;
  std::vector<StmtPtr> body;
};
using FunctionPtr = std::shared_ptr<const Function>;

/// `from file import a, b`
struct Import {
  Span span;
  std::string file; // as written, without .esp
  Span fileSpan;
  std::vector<std::string> names;
  std::vector<Span> nameSpans;
};

/// One file.
struct Program {
  int32_t file = -1;
  std::vector<Import> imports;
  std::vector<FunctionPtr> functions;
};

/// A file with everything that it imports, directly or not.
struct Module {
  std::vector<Program> programs;               // [0] is the file that was asked for
  std::vector<std::vector<int>> importTargets; // importTargets[p][k]: the program that programs[p].imports[k] names
};

} // namespace espalier::ast

#endif
