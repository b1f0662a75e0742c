//===- Rows.cpp - Attention: rows of a softmax and their products (L18) ------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

/// `softmax(score for j in range(lo, hi) if condition)`
Value Analyzer::softmaxRow(const ast::Expr &node) {
  const ast::Clause &clause = node.clauses[0];
  auto domain = domainOf(node);
  if (!domain)
    return Value::none();
  bool isAxis = domain->domain.kind == Domain::Kind::axis;
  if (!isAxis && domain->domain.kind != Domain::Kind::range) {
    diags().error(clause.domain->span, "a row runs over `range(lo, hi)` or an axis");
    return Value::none();
  }
  Value low = isAxis ? Value::number(0) : domain->lower,
        high = isAxis ? Value::number(domain->domain.extent) : domain->upper;
  auto bound = [&](const Value &value) {
    ExprPtr expr = indexExpr(value, clause.domain->span);
    return expr && expr->op == Op::cast && expr->args[0]->type.kind == Kind::tile ? expr->args[0]
                                                                                  : expr; // i32 data stands as it is
  };
  std::vector<ExprPtr> args = {bound(low), bound(high)};
  if (!args[0] || !args[1])
    return Value::none();
  VariableInfo info;
  info.role = VariableInfo::Role::row;
  info.range.low = Dim(0);
  info.range.high = domain->range.high;
  if (isAxis)
    info.rowLength = domain->domain.extent;
  int32_t variable = addVariable(clause.targets[0], Kind::index, -1, clause.targetSpans[0], info);
  Scope inner{scope, {}};
  scope = &inner;
  bool isNew = declare(clause.targets[0], variableValue(variable, clause.targetSpans[0]), clause.targetSpans[0],
                       "a variable of a row");
  ++comprehensionDepth;
  Value element = isNew ? evaluate(*node.operands[0]) : Value::none();
  Value score = floatTile(element, node.operands[0]->span);
  Value test = isNew ? condition(node.condition) : Value::none();
  --comprehensionDepth;
  scope = inner.parent;
  if (!score || (node.condition && !test))
    return Value::none();
  if (score.is(Value::Kind::unknown))
    return score;
  if (!score.expr->type.sizes.empty()) {
    diags()
        .error(node.operands[0]->span,
               fmt::format("the score of a row is one number, found {}", typeText(score.expr->type)))
        .withHint("`dot(q[i], k[j])` is one");
    return Value::none();
  }
  const auto &length = state.variables[static_cast<size_t>(variable)].rowLength;
  if (!length) {
    diags()
        .error(node.operands[0]->span,
               fmt::format("nothing shows the axis of this row: the score reads no tensor at `{}`", clause.targets[0]))
        .withHint("run over an axis instead: `for j in N`");
    return Value::none();
  }
  args.push_back(score.expr);
  if (test)
    args.push_back(test.expr);
  Type type;
  type.kind = Kind::row;
  type.dtype = score.expr->type.dtype;
  type.rowLength = *length;
  auto expr = make(Op::row, type, std::move(args), node.span);
  expr->variable = variable;
  return Value::of(Value::Kind::row, expr);
}

/// `row @ v`: the tensor's next axis is J; it is read at the row's own variable.
Value Analyzer::rowTimes(const Value &row, const Value &right, Span span) {
  Value tensor = right;
  const Type &type = row.expr->type;
  if (tensor.is(Value::Kind::unknown))
    return tensor;
  if (!tensor.is(Value::Kind::tensor) || remainingAxes(tensor).empty()) {
    diags()
        .error(span, fmt::format("a row multiplies a tensor whose next axis is {}, found {}", type.rowLength.str(),
                                 describe(right)))
        .withHint("define what it multiplies in a loop before: `w[j] = ...`, then `row @ w`");
    return Value::none();
  }
  Dim length = remainingAxes(tensor)[0].size;
  if (!requireEqual(type.rowLength, length, span,
                    fmt::format("a row over {} cannot multiply {}: its next axis has size {}", type.rowLength.str(),
                                describe(tensor), length.str()),
                    {&tensor}))
    return Value::none();
  const Variable &variable = state.kernel.variables[static_cast<size_t>(row.expr->variable)];
  tensor.indices.push_back(variableValue(row.expr->variable, variable.span).expr);
  Value tile = floatTile(readTensor(tensor, span), span);
  if (!tile.is(Value::Kind::tile))
    return tile;
  DType dtype = promote(type.dtype, tile.expr->type.dtype);
  auto expr = make(Op::rowTimes, {Kind::tile, dtype, tile.expr->type.sizes, -1, 0},
                   {row.expr, asDType(tile, dtype, span)}, span);
  expr->variable = row.expr->variable;
  return Value::tile(expr);
}

} // namespace espalier::sema
