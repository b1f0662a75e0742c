//===- Dump.cpp - A syntax tree as an outline -------------------------------===//

#include "frontends/Text/Dump.h"

#include "frontends/Text/Literals.h"
#include "frontends/Text/Printer.h"

#include <fmt/format.h>

namespace espalier::text {

using namespace ast;

namespace {

class Outline {
public:
  std::string out;

  void program(const Program &program);
  void expr(const Expr *expr, int depth);

private:
  void line(int depth, std::string_view text) { out += fmt::format("{:{}}{}\n", "", 2 * depth, text); }
  void function(const Function &function, int depth);
  void statement(const Stmt &statement, int depth);
  void clause(const Clause &clause, int depth);
};

std::string_view kindName(ExprKind kind) {
  switch (kind) {
  case ExprKind::Name:
    return "name";
  case ExprKind::Integer:
    return "integer";
  case ExprKind::Real:
    return "real";
  case ExprKind::Boolean:
    return "boolean";
  case ExprKind::String:
    return "string";
  case ExprKind::Ellipsis:
    return "ellipsis";
  case ExprKind::Unary:
    return "unary";
  case ExprKind::Binary:
    return "binary";
  case ExprKind::Compare:
    return "compare";
  case ExprKind::Logical:
    return "logical";
  case ExprKind::Call:
    return "call";
  case ExprKind::Attribute:
    return "attribute";
  case ExprKind::Subscript:
    return "subscript";
  case ExprKind::Slice:
    return "slice";
  case ExprKind::Tuple:
    return "tuple";
  case ExprKind::Comprehension:
    return "comprehension";
  }
  return "";
}

std::string joined(const std::vector<std::string> &names) { return fmt::format("{}", fmt::join(names, ", ")); }

/// What a node holds beside its parts.
std::string label(const Expr &expr) {
  switch (expr.kind) {
  case ExprKind::Integer:
    return fmt::format("integer {}", expr.integer);
  case ExprKind::Real:
    return "real " + realLiteral(expr.real);
  case ExprKind::Boolean:
    return expr.integer ? "boolean True" : "boolean False";
  case ExprKind::String:
    return "string " + stringLiteral(expr.text);
  default:
    return expr.text.empty() ? std::string(kindName(expr.kind)) : fmt::format("{} {}", kindName(expr.kind), expr.text);
  }
}

void Outline::expr(const Expr *e, int depth) {
  if (!e)
    return line(depth, "absent");
  line(depth, label(*e));
  for (const ExprPtr &operand : e->operands)
    expr(operand.get(), depth + 1);
  for (const Keyword &keyword : e->keywords) {
    line(depth + 1, "keyword " + keyword.name);
    expr(keyword.value.get(), depth + 2);
  }
  for (const Clause &row : e->clauses)
    clause(row, depth + 1);
  if (e->condition) {
    line(depth + 1, "if");
    expr(e->condition.get(), depth + 2);
  }
}

void Outline::clause(const Clause &clause, int depth) {
  line(depth, "for " + joined(clause.targets));
  expr(clause.domain.get(), depth + 1);
}

void Outline::statement(const Stmt &s, int depth) {
  switch (s.kind) {
  case StmtKind::Define:
    line(depth, "define " + s.name);
    if (s.hasIndices)
      line(depth + 1, "indices");
    for (const ExprPtr &index : s.indices)
      expr(index.get(), depth + 2);
    if (s.type)
      line(depth + 1, "type " + print(*s.type));
    expr(s.value.get(), depth + 1);
    break;
  case StmtKind::For:
    line(depth, "loop");
    clause(s.clause, depth + 1);
    for (const StmtPtr &inner : s.body)
      statement(*inner, depth + 1);
    break;
  case StmtKind::Return:
    line(depth, "return");
    for (const ExprPtr &value : s.values)
      expr(value.get(), depth + 1);
    break;
  case StmtKind::Assert:
    line(depth, "assert " + stringLiteral(s.message));
    expr(s.value.get(), depth + 1);
    break;
  }
}

void Outline::function(const Function &function, int depth) {
  line(depth, "function " + function.name);
  for (const Decorator &decorator : function.decorators) {
    line(depth + 1, "decorator");
    expr(decorator.call.get(), depth + 2);
  }
  for (const Parameter &parameter : function.parameters)
    line(depth + 1, fmt::format("parameter {}: {}", parameter.name, print(parameter.type)));
  if (function.result)
    line(depth + 1, "result " + print(*function.result));
  for (const StmtPtr &inner : function.body)
    statement(*inner, depth + 1);
}

void Outline::program(const Program &program) {
  line(0, "program");
  for (const Import &import : program.imports)
    line(1, fmt::format("import {}: {}", import.file, joined(import.names)));
  for (const FunctionPtr &row : program.functions)
    function(*row, 1);
}

} // namespace

std::string dump(const Program &program) {
  Outline outline;
  outline.program(program);
  return std::move(outline.out);
}

std::string dump(const Expr &expr) {
  Outline outline;
  outline.expr(&expr, 0);
  return std::move(outline.out);
}

} // namespace espalier::text
