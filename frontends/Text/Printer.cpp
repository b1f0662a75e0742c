//===- Printer.cpp - A syntax tree as a program -----------------------------===//

#include "frontends/Text/Printer.h"

#include "frontends/Text/Literals.h"
#include "frontends/Text/Operators.h"

#include <fmt/format.h>

namespace espalier::text {

using namespace ast;

namespace {

constexpr size_t maxHeaderWidth = 120;

class Printer {
public:
  std::string out;

  void program(const Program &program);
  void function(const Function &function);
  void expr(const Expr &expr, int loosest = orLevel);
  void type(const TypeExpr &type);

private:
  void statement(const Stmt &statement, int depth);
  void clause(const Clause &clause);
  void content(const Expr &expr);
  void infix(const Expr &expr);
  void call(const Expr &expr);
  void comprehension(const Expr &expr);
  void index(const Expr &expr);

  /// The rows of a list with commas between them; `each` prints one.
  template <typename Rows, typename Each> void list(const Rows &rows, Each each) {
    bool isFirst = true;
    for (const auto &row : rows) {
      if (!isFirst)
        out += ", ";
      isFirst = false;
      each(row);
    }
  }
  void exprs(const std::vector<ExprPtr> &rows) {
    list(rows, [&](const ExprPtr &row) { expr(*row); });
  }
  void names(const std::vector<std::string> &rows) {
    list(rows, [&](const std::string &row) { out += row; });
  }
};

Precedence precedenceOf(const Expr &expr) {
  switch (expr.kind) {
  case ExprKind::Binary:
  case ExprKind::Logical:
  case ExprKind::Compare:
    return operatorOf(expr.text)->precedence;
  case ExprKind::Unary:
    return expr.text == "not" ? notLevel : unaryLevel;
  // Numbers below zero do not come from text; they print as what they are read as.
  case ExprKind::Integer:
    return expr.integer < 0 ? unaryLevel : atomLevel;
  case ExprKind::Real:
    return expr.real < 0 ? unaryLevel : atomLevel;
  case ExprKind::Call:
  case ExprKind::Subscript:
  case ExprKind::Attribute:
    return postfixLevel;
  default:
    return atomLevel;
  }
}

void Printer::expr(const Expr &expr, int loosest) {
  bool needsBrackets = precedenceOf(expr) < loosest;
  if (needsBrackets)
    out += '(';
  content(expr);
  if (needsBrackets)
    out += ')';
}

void Printer::content(const Expr &e) {
  switch (e.kind) {
  case ExprKind::Name:
    out += e.text;
    break;
  case ExprKind::Integer:
    out += fmt::format("{}", e.integer);
    break;
  case ExprKind::Real:
    out += realLiteral(e.real);
    break;
  case ExprKind::Boolean:
    out += e.integer ? "True" : "False";
    break;
  case ExprKind::String:
    out += stringLiteral(e.text);
    break;
  case ExprKind::Ellipsis:
    out += "...";
    break;
  case ExprKind::Unary:
    out += e.text == "not" ? "not " : e.text;
    expr(*e.operands[0], e.text == "not" ? notLevel : unaryLevel);
    break;
  case ExprKind::Binary:
  case ExprKind::Compare:
  case ExprKind::Logical:
    infix(e);
    break;
  case ExprKind::Call:
    call(e);
    break;
  case ExprKind::Attribute: {
    // `1.T` would read as a real.
    bool isNumber = e.operands[0]->kind == ExprKind::Integer || e.operands[0]->kind == ExprKind::Real;
    expr(*e.operands[0], isNumber ? atomLevel + 1 : postfixLevel);
    out += '.' + e.text;
    break;
  }
  case ExprKind::Subscript:
    expr(*e.operands[0], postfixLevel);
    out += '[';
    list(std::vector<ExprPtr>(e.operands.begin() + 1, e.operands.end()), [&](const ExprPtr &row) { index(*row); });
    out += ']';
    break;
  case ExprKind::Slice:
    index(e);
    break;
  case ExprKind::Tuple:
    out += '(';
    exprs(e.operands);
    out += e.operands.size() == 1 ? ",)" : ")";
    break;
  case ExprKind::Comprehension:
    out += '(';
    comprehension(e);
    out += ')';
    break;
  }
}

/// Left to right but for `**`, whose left side is a postfix expression and whose right side a factor; comparisons have
/// tighter ones on both sides.
void Printer::infix(const Expr &e) {
  const Operator &row = *operatorOf(e.text);
  bool isPower = row.precedence == powerLevel, isComparison = row.precedence == compareLevel;
  expr(*e.operands[0], isPower ? postfixLevel : row.precedence + isComparison);
  out += fmt::format(" {} ", e.text);
  expr(*e.operands[1], isPower ? unaryLevel : row.precedence + 1);
}

void Printer::call(const Expr &e) {
  expr(*e.operands[0], postfixLevel);
  out += '(';
  if (e.operands.size() == 2 && e.keywords.empty() && e.operands[1]->kind == ExprKind::Comprehension)
    comprehension(*e.operands[1]);
  else {
    exprs({e.operands.begin() + 1, e.operands.end()});
    if (e.operands.size() > 1 && !e.keywords.empty())
      out += ", ";
    list(e.keywords, [&](const Keyword &keyword) {
      out += keyword.name + '=';
      expr(*keyword.value);
    });
  }
  out += ')';
}

void Printer::comprehension(const Expr &e) {
  expr(*e.operands[0]);
  out += " for ";
  clause(e.clauses[0]);
  if (e.condition) {
    out += " if ";
    expr(*e.condition);
  }
}

void Printer::clause(const Clause &clause) {
  names(clause.targets);
  out += " in ";
  expr(*clause.domain);
}

void Printer::index(const Expr &e) {
  if (e.kind != ExprKind::Slice)
    return expr(e);
  if (e.operands[0])
    expr(*e.operands[0]);
  out += ':';
  if (e.operands[1])
    expr(*e.operands[1]);
}

void Printer::type(const TypeExpr &t) {
  if (t.name.empty()) {
    out += '(';
    list(t.tuple, [&](const TypeExpr &row) { type(row); });
    out += t.tuple.size() == 1 ? ",)" : ")";
    return;
  }
  out += t.name;
  if (!t.hasBrackets)
    return;
  out += t.hasEllipsis ? "[..." : "[";
  if (t.hasEllipsis && !t.dims.empty())
    out += ", ";
  exprs(t.dims);
  out += ']';
}

void Printer::statement(const Stmt &s, int depth) {
  out.append(4 * depth, ' ');
  switch (s.kind) {
  case StmtKind::Define:
    out += s.name;
    if (s.hasIndices) {
      out += '[';
      list(s.indices, [&](const ExprPtr &row) { index(*row); });
      out += ']';
    }
    if (s.type) {
      out += ": ";
      type(*s.type);
    }
    out += " = ";
    expr(*s.value);
    break;
  case StmtKind::For:
    out += "for ";
    clause(s.clause);
    out += ":\n";
    for (const StmtPtr &inner : s.body)
      statement(*inner, depth + 1);
    return;
  case StmtKind::Return:
    out += "return ";
    // `return (a, b)` would read as two values.
    if (s.values.size() == 1 && s.values[0]->kind == ExprKind::Tuple && !s.values[0]->operands.empty()) {
      out += '(';
      expr(*s.values[0]);
      out += ",)";
    } else
      exprs(s.values);
    break;
  case StmtKind::Assert:
    out += "assert ";
    expr(*s.value);
    out += ", " + stringLiteral(s.message);
    break;
  }
  out += '\n';
}

void Printer::function(const Function &f) {
  for (const Decorator &decorator : f.decorators) {
    out += '@';
    expr(*decorator.call, postfixLevel);
    out += '\n';
  }
  // Parameters that do not fit in the line go on below the first one.
  std::string opening = fmt::format("def {}(", f.name);
  size_t column = opening.size();
  out += opening;
  for (size_t i = 0; i < f.parameters.size(); ++i) {
    Printer parameter;
    parameter.out = f.parameters[i].name + ": ";
    parameter.type(f.parameters[i].type);
    if (i > 0 && column + parameter.out.size() + 3 > maxHeaderWidth) {
      out += ",\n" + std::string(opening.size(), ' ');
      column = opening.size();
    } else if (i > 0) {
      out += ", ";
      column += 2;
    }
    out += parameter.out;
    column += parameter.out.size();
  }
  out += ')';
  if (f.result) {
    out += " -> ";
    type(*f.result);
  }
  out += ":\n";
  for (const StmtPtr &inner : f.body)
    statement(*inner, 1);
}

void Printer::program(const Program &program) {
  for (const Import &line : program.imports) {
    out += fmt::format("from {} import ", line.file);
    names(line.names);
    out += '\n';
  }
  for (const FunctionPtr &f : program.functions) {
    if (!out.empty())
      out += "\n\n";
    function(*f);
  }
}

} // namespace

std::string print(const Program &program) {
  Printer printer;
  printer.program(program);
  return std::move(printer.out);
}

std::string print(const Function &function) {
  Printer printer;
  printer.function(function);
  return std::move(printer.out);
}

std::string print(const Expr &expr) {
  Printer printer;
  printer.expr(expr);
  return std::move(printer.out);
}

std::string print(const TypeExpr &type) {
  Printer printer;
  printer.type(type);
  return std::move(printer.out);
}

} // namespace espalier::text
