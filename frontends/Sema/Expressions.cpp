//===- Expressions.cpp - From syntax to values -------------------------------===//
#include "frontends/AST/Spelling.h"
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

Value Analyzer::evaluate(const ast::Expr &node) {
  if (!step(node.span))
    return Value::none();
  if (nesting >= maxNesting) {
    exhausted = true;
    diags().error(node.span, "the expression is nested too deeply once calls are inlined").withHint("name its parts");
    return Value::none();
  }
  ++nesting;
  Value value = evaluateNode(node);
  --nesting;
  return exhausted ? Value::none() : value;
}

Value Analyzer::evaluateNode(const ast::Expr &node) {
  switch (node.kind) {
  case ast::ExprKind::Name:
    return evaluateName(node);
  case ast::ExprKind::Integer:
    return Value::number(node.integer);
  case ast::ExprKind::Real: {
    auto expr = make(Op::literal, {Kind::tile, floatType(), {}, -1, 0}, {}, node.span);
    expr->number = node.real;
    Value value = Value::tile(expr);
    value.weak = true;
    return value;
  }
  case ast::ExprKind::Boolean: {
    auto expr = make(Op::literal, {Kind::tile, DType::boolean, {}, -1, 0}, {}, node.span);
    expr->number = static_cast<double>(node.integer);
    return Value::tile(expr);
  }
  case ast::ExprKind::String: {
    Value value = Value::of(Value::Kind::text);
    value.text = node.text;
    return value;
  }
  case ast::ExprKind::Unary:
    return evaluateUnary(node);
  case ast::ExprKind::Binary:
    return evaluateBinary(node);
  case ast::ExprKind::Compare:
    return evaluateCompare(node);
  case ast::ExprKind::Logical:
    return evaluateLogical(node);
  case ast::ExprKind::Call:
    return evaluateCall(node);
  case ast::ExprKind::Attribute:
    return evaluateAttribute(node);
  case ast::ExprKind::Subscript:
    return evaluateSubscript(node);
  case ast::ExprKind::Tuple: {
    Value value = Value::of(Value::Kind::tuple);
    for (const ast::ExprPtr &operand : node.operands) {
      value.elements.push_back(evaluate(*operand));
      if (!value.elements.back())
        return Value::none();
    }
    return value;
  }
  case ast::ExprKind::Comprehension:
    diags()
        .error(node.span, "a comprehension stands as the argument of a function")
        .withHint("sum mean max min logsumexp softmax: `sum(x[c] for c in children(v))`");
    return Value::none();
  case ast::ExprKind::Slice:
  case ast::ExprKind::Ellipsis:
    break;
  }
  diags().error(node.span, "`...` and slices stand only in brackets");
  return Value::none();
}

Value Analyzer::evaluateName(const ast::Expr &node) {
  const Name *name = find(node.text);
  if (!name)
    return unknownName(node);
  bool failed = name->value.is(Value::Kind::tensor) && state.tensors[static_cast<size_t>(name->value.id)].failed;
  return failed ? Value::none() : name->value;
}

Value Analyzer::evaluateUnary(const ast::Expr &node) {
  Value operand = evaluate(*node.operands[0]);
  if (!operand)
    return operand;
  if (node.text == "+")
    return operand;
  return elementwise(node.text == "-" ? Op::neg : Op::logicalNot, {operand}, node.span);
}

static const std::map<std::string_view, Op> binaryOps = {{"+", Op::add}, {"-", Op::sub},       {"*", Op::mul},
                                                         {"/", Op::div}, {"//", Op::floorDiv}, {"%", Op::mod},
                                                         {"**", Op::pow}};
static const std::map<std::string_view, Op> compareOps = {{"<", Op::less},    {"<=", Op::lessEqual},
                                                          {">", Op::greater}, {">=", Op::greaterEqual},
                                                          {"==", Op::equal},  {"!=", Op::notEqual}};

Value Analyzer::evaluateBinary(const ast::Expr &node) {
  Value a = evaluate(*node.operands[0]), b = evaluate(*node.operands[1]);
  if (!a || !b)
    return Value::none();
  if (node.text != "@")
    return elementwise(binaryOps.at(node.text), {a, b}, node.span);
  if (a.is(Value::Kind::row))
    return rowTimes(a, b, node.span);
  return matmul(a, b, node.span);
}

Value Analyzer::evaluateCompare(const ast::Expr &node) {
  Value a = evaluate(*node.operands[0]), b = evaluate(*node.operands[1]);
  if (!a || !b)
    return Value::none();
  return elementwise(compareOps.at(node.text), {a, b}, node.span);
}

Value Analyzer::evaluateLogical(const ast::Expr &node) {
  Value a = evaluate(*node.operands[0]), b = evaluate(*node.operands[1]);
  if (!a || !b)
    return Value::none();
  return elementwise(node.text == "and" ? Op::logicalAnd : Op::logicalOr, {a, b}, node.span);
}

Value Analyzer::evaluateAttribute(const ast::Expr &node) {
  Value operand = evaluate(*node.operands[0]);
  if (!operand)
    return operand;
  if (node.text != "T") {
    diags().error(node.span, fmt::format("`.{}` has no meaning", node.text)).withHint("a tile has `.T`, its transpose");
    return Value::none();
  }
  return transposed(operand, node.span);
}

Value Analyzer::evaluateCall(const ast::Expr &node) {
  const ast::Expr &callee = *node.operands[0];
  if (callee.kind != ast::ExprKind::Name) {
    diags().error(callee.span, "only a function can be called");
    return Value::none();
  }
  int program = 0;
  if (const ast::Function *function = resolveFunction(callee.text, program))
    return callFunction(node, *function, program);
  const Builtin *builtin = findBuiltin(callee.text);
  if (!builtin) {
    if (const Name *name = find(callee.text)) {
      diags()
          .error(callee.span, fmt::format("`{}` is {} and cannot be called", callee.text, name->what))
          .note(name->span, "defined here")
          .withHint(fmt::format("an element is read with brackets: `{}[...]`", callee.text));
      return Value::none();
    }
    std::vector<std::string> names = builtinNames();
    for (const ast::Program &p : module.programs)
      for (const ast::FunctionPtr &f : p.functions)
        names.push_back(f->name);
    diags()
        .error(callee.span, fmt::format("unknown function `{}`", callee.text))
        .withHint(didYouMean(callee.text, names));
    return Value::none();
  }
  Call call{node, *builtin, {}};
  for (size_t k = 1; k < node.operands.size(); ++k)
    call.args.push_back(node.operands[k].get());
  auto count = static_cast<int>(call.args.size());
  if (count < builtin->minArgs || (builtin->maxArgs >= 0 && count > builtin->maxArgs)) {
    std::string expected = builtin->minArgs == builtin->maxArgs ? fmt::format("{}", builtin->minArgs)
                           : builtin->maxArgs < 0 ? fmt::format("at least {}", builtin->minArgs)
                                                  : fmt::format("{} to {}", builtin->minArgs, builtin->maxArgs);
    diags()
        .error(node.span, fmt::format("`{}` takes {} argument{}, found {}", builtin->name, expected,
                                      expected == "1" ? "" : "s", count))
        .withHint(fmt::format("{}", builtin->usage));
    return Value::none();
  }
  for (const ast::Keyword &keyword : node.keywords)
    if (fmt::format(" {} ", builtin->keywords).find(fmt::format(" {} ", keyword.name)) == std::string::npos) {
      diags()
          .error(keyword.span, fmt::format("`{}` has no argument `{}`", builtin->name, keyword.name))
          .withHint(fmt::format("{}", builtin->usage));
      return Value::none();
    }
  return (this->*builtin->apply)(call);
}

const ast::Keyword *Analyzer::Call::keyword(std::string_view name) const {
  for (const ast::Keyword &row : node.keywords)
    if (row.name == name)
      return &row;
  return nullptr;
}

} // namespace espalier::sema
