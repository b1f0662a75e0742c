//===- Comprehensions.cpp - Reductions over children, ranges, trees and axes -===//
#include "frontends/Sema/Analyzer.h"

#include <limits>

namespace espalier::sema {

const ast::Expr *Analyzer::comprehensionArgument(const Call &call) const {
  return call.args.size() == 1 && call.args[0]->kind == ast::ExprKind::Comprehension ? call.args[0] : nullptr;
}

bool Analyzer::refuseKeywords(const ast::Expr &domain) {
  for (const ast::Keyword &keyword : domain.keywords)
    diags().error(keyword.span, fmt::format("`{}` has no argument `{}`", domain.operands[0]->text, keyword.name));
  return !domain.keywords.empty();
}

std::optional<Analyzer::DomainValue> Analyzer::domainOf(const ast::Expr &comprehension) {
  const ast::Clause &clause = comprehension.clauses[0];
  const ast::Expr &node = *clause.domain;
  DomainValue result;
  if (clause.targets.size() != 1) {
    diags().error(node.span, "this comprehension has one variable");
    return std::nullopt;
  }
  if (refuseKeywords(node))
    return std::nullopt;
  auto isCall = [&](std::string_view name) {
    return node.kind == ast::ExprKind::Call && node.operands[0]->text == name;
  };
  if (isCall("children")) {
    Value vertex = node.operands.size() == 2 ? evaluate(*node.operands[1]) : Value::none();
    if (node.operands.size() != 2)
      diags().error(node.span, "`children` takes one vertex");
    if (!vertex)
      return std::nullopt;
    if (!vertex.is(Value::Kind::vertex) || placeOf(vertex.expr) != Place::self) {
      diags()
          .error(node.operands[1]->span, "`children` takes the vertex that the loop visits")
          .withHint("a visit sees its vertex, its children and its parent");
      return std::nullopt;
    }
    result.domain.kind = Domain::Kind::children;
    result.domain.vertex = vertex.expr;
    result.domain.tree = vertex.expr->type.tree;
    return result;
  }
  if (isCall("range")) {
    size_t count = node.operands.size() - 1;
    if (count < 1 || count > 2) {
      diags().error(node.span, fmt::format("`range` takes 1 or 2 bounds, found {}", count));
      return std::nullopt;
    }
    result.domain.kind = Domain::Kind::range;
    Value low = count == 2 ? toIndex(evaluate(*node.operands[1]), node.operands[1]->span) : Value::number(0);
    Value high = toIndex(evaluate(*node.operands[count]), node.operands[count]->span);
    if (!low || !high)
      return std::nullopt;
    result.lower = low;
    result.upper = high;
    result.mentionsDims = low.sized || high.sized;
    if (low.dim && !low.runtime && high.dim && !high.runtime) {
      result.low = low.dim;
      result.high = high.dim;
    }
    result.range.low = low.range.low;
    if (high.range.high)
      result.range.high = *high.range.high - 1;
    result.range.exact = low.range.exact && high.range.exact;
    return result;
  }
  if (isCall("leaves") || node.kind == ast::ExprKind::Name) {
    const Name *name = node.kind == ast::ExprKind::Name ? find(node.text) : nullptr;
    if (isCall("leaves") || (name && name->value.is(Value::Kind::tree))) {
      bool leaves = false;
      Value tree = treeArgument(node, leaves);
      if (!tree)
        return std::nullopt;
      result.domain.kind = leaves ? Domain::Kind::leaves : Domain::Kind::tree;
      result.domain.tree = tree.id;
      return result;
    }
    Value extent = evaluate(node);
    if (!extent)
      return std::nullopt;
    if (isIndexLike(extent)) {
      auto size = compileTime(extent, node.span, "the size of an axis");
      if (!size)
        return std::nullopt;
      result.domain.extent = *size;
      result.range = {Dim(0), *size - 1, true};
      return result;
    }
  }
  diags()
      .error(node.span, "a comprehension cannot run over this")
      .withHint("domains: `children(v)`, `range(lo, hi)`, a tree, `leaves(G)`, an axis");
  return std::nullopt;
}

Value Analyzer::condition(const ast::ExprPtr &node) {
  if (!node)
    return Value::none();
  Value value = toTile(evaluate(*node), node->span);
  if (value.is(Value::Kind::tile) && (value.expr->type.dtype != DType::boolean || !value.expr->type.sizes.empty())) {
    diags().error(node->span,
                  fmt::format("the condition of a comprehension is one truth value, found {}", describe(value)));
    return Value::none();
  }
  return value;
}

Value Analyzer::comprehension(std::string_view what, const ast::Expr &node) {
  auto domain = domainOf(node);
  if (!domain)
    return Value::none();
  const ast::Clause &clause = node.clauses[0];
  bool isRange = domain->domain.kind == Domain::Kind::range;
  bool isConstant = isRange && domain->low && domain->low->constant() && domain->high->constant();
  if (isConstant && !domain->mentionsDims)
    return unrolled(what, node, *domain->low->constant(), *domain->high->constant());
  State before;
  if (isConstant)
    before = state;
  bool isVertex = domain->domain.kind != Domain::Kind::axis && !isRange;
  VariableInfo info;
  info.role = domain->domain.kind == Domain::Kind::children ? VariableInfo::Role::child
              : isRange                                     ? VariableInfo::Role::range
                                                            : VariableInfo::Role::domain;
  info.range = domain->range;
  if (isRange) {
    domain->domain.lower = indexExpr(domain->lower, clause.domain->span);
    domain->domain.upper = indexExpr(domain->upper, clause.domain->span);
    if (!domain->domain.lower || !domain->domain.upper)
      return Value::none();
  }
  int32_t variable = addVariable(clause.targets[0], isVertex ? Kind::vertex : Kind::index, domain->domain.tree,
                                 clause.targetSpans[0], info);
  Value value = variableValue(variable, clause.targetSpans[0]);
  if (isRange && domain->low) { // known when specialised, so it may have to be unrolled
    std::string symbol = uniqueSymbol(clause.targets[0]);
    unrollable[symbol] = variable;
    value.dim = Dim::symbol(symbol);
    value.runtime = true;
    value.sized = domain->mentionsDims;
  }
  Scope inner{scope, {}};
  scope = &inner;
  bool isNew = declare(clause.targets[0], value, clause.targetSpans[0], "a variable of a comprehension");
  ++comprehensionDepth;
  guarded += node.condition ? 1 : 0;
  Value element = isNew ? evaluate(*node.operands[0]) : Value::none();
  guarded -= node.condition ? 1 : 0;
  if (element.is(Value::Kind::tensor) || isIndexLike(element))
    element = toTile(element, node.operands[0]->span);
  Value test = isNew ? condition(node.condition) : Value::none();
  --comprehensionDepth;
  scope = inner.parent;
  if (!element || (node.condition && !test))
    return Value::none();
  if (isRange && state.variables[static_cast<size_t>(variable)].needsUnroll) {
    if (isConstant) {
      state = std::move(before);
      return unrolled(what, node, *domain->low->constant(), *domain->high->constant());
    }
    noteTile({*domain->low, *domain->high});
  }
  return finishComprehension(what, element, test, variable, domain->domain, node.span);
}

Value Analyzer::finishComprehension(std::string_view what, const Value &element, const Value &test, int32_t variable,
                                    const Domain &domain, Span span) {
  if (element.is(Value::Kind::unknown) || test.is(Value::Kind::unknown))
    return Value::unknown();
  bool isInteger = (what == "sum" || what == "max" || what == "min") && element.is(Value::Kind::tile) &&
                   (element.expr->type.dtype == DType::i32 || element.integral);
  Value tile = isInteger ? Value::tile(asDType(element, DType::i32, span)) : floatTile(element, span);
  if (!tile)
    return tile;
  std::vector<ExprPtr> args = {tile.expr};
  if (test)
    args.push_back(test.expr);
  auto expr = make(Op::comprehension, tile.expr->type, std::move(args), span);
  expr->text = what;
  expr->variable = variable;
  expr->domain = domain;
  return Value::tile(expr);
}

/// The value of a condition between numbers that are known.
static std::optional<bool> decidedCondition(const Value &test) {
  if (!test.is(Value::Kind::tile))
    return std::nullopt;
  const Expr &expr = *test.expr;
  if (expr.op == Op::literal)
    return expr.number != 0;
  if (expr.op < Op::less || expr.op > Op::notEqual || expr.args[0]->op != Op::literal ||
      expr.args[1]->op != Op::literal)
    return std::nullopt;
  double a = expr.args[0]->number, b = expr.args[1]->number;
  switch (expr.op) {
  case Op::less:
    return a < b;
  case Op::lessEqual:
    return a <= b;
  case Op::greater:
    return a > b;
  case Op::greaterEqual:
    return a >= b;
  case Op::equal:
    return a == b;
  default:
    return a != b;
  }
}

/// Whether anything in the expression satisfies `test`; shared nodes are seen once.
template <class Test> static bool anywhere(const ExprPtr &expr, Test test) {
  std::set<const Expr *> seen;
  std::vector<const Expr *> open = {expr.get()};
  while (!open.empty()) {
    const Expr *at = open.back();
    open.pop_back();
    if (!at || !seen.insert(at).second)
      continue;
    if (test(*at))
      return true;
    for (const ExprPtr &arg : at->args)
      open.push_back(arg.get());
    for (const ExprPtr *part : {&at->domain.lower, &at->domain.upper, &at->domain.vertex})
      open.push_back(part->get());
  }
  return false;
}

static bool mayFault(const ExprPtr &expr) {
  return anywhere(expr, [](const Expr &at) { return at.mayFault || at.op == Op::solve || at.op == Op::choleskySolve; });
}

/// A range of known numbers: the element for each of them.
Value Analyzer::unrolled(std::string_view what, const ast::Expr &node, int64_t low, int64_t high) {
  // Of two numbers of 64 bits, which may be further apart than the greatest of them.
  uint64_t length = high > low ? static_cast<uint64_t>(high) - static_cast<uint64_t>(low) : 0;
  if (length > unrollLimit) {
    diags().error(node.clauses[0].domain->span,
                  fmt::format("a static range of {} elements is too long to unroll: at most {}", length, unrollLimit));
    return Value::none();
  }
  std::vector<Value> elements, conditions;
  const ast::Clause &clause = node.clauses[0];
  for (int64_t k = low; k < high; ++k) {
    Scope inner{scope, {}};
    scope = &inner;
    bool isNew = declare(clause.targets[0], Value::number(k), clause.targetSpans[0], "a variable of a comprehension");
    ++comprehensionDepth;
    Value test = isNew ? condition(node.condition) : Value::none();
    auto decided = decidedCondition(test);
    bool mayBeSkipped = node.condition && !decided, isSkipped = decided == false;
    guarded += mayBeSkipped ? 1 : 0;
    Value element = isNew && !isSkipped ? evaluate(*node.operands[0]) : Value::none();
    guarded -= mayBeSkipped ? 1 : 0;
    if (element.is(Value::Kind::tensor))
      element = toTile(element, node.operands[0]->span);
    --comprehensionDepth;
    scope = inner.parent;
    if (isNew && isSkipped && !exhausted)
      continue;
    if (!element || (node.condition && !test) || exhausted)
      return Value::none();
    if (decided)
      test = Value::none();
    if (test && element.is(Value::Kind::tile) && mayFault(element.expr)) {
      // A read that may fail is only made where the condition holds: a comprehension of one element.
      Domain once;
      once.kind = Domain::Kind::range;
      once.lower = indexExpr(Value::number(0), node.span);
      once.upper = indexExpr(Value::number(1), node.span);
      VariableInfo info;
      info.role = VariableInfo::Role::range;
      std::string_view part = what == "mean" ? "sum" : what;
      element = finishComprehension(part, element, test,
                                    addVariable(clause.targets[0], Kind::index, -1, clause.targetSpans[0], info), once,
                                    node.span);
    }
    elements.push_back(std::move(element));
    conditions.push_back(std::move(test));
  }
  auto literal = [&](double number) {
    auto expr = make(Op::literal, {Kind::tile, floatType(), {}, -1, 0}, {}, node.span);
    expr->number = number;
    Value value = Value::tile(expr);
    value.weak = true;
    return value;
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double neutral = what == "max" || what == "logsumexp" ? -infinity : what == "min" ? infinity : 0;
  if (elements.empty())
    return neutral == 0 ? Value::number(0) : literal(neutral);
  Value count = Value::number(0);
  bool isConditional = false;
  for (size_t k = 0; k < elements.size(); ++k) {
    Value one =
        conditions[k] ? elementwise(Op::where, {conditions[k], literal(1), literal(0)}, node.span) : Value::number(1);
    count = elementwise(Op::add, {count, one}, node.span);
    if (conditions[k]) {
      isConditional = true;
      elements[k] = elementwise(Op::where, {conditions[k], elements[k], literal(neutral)}, node.span);
      if (!elements[k])
        return Value::none();
    }
  }
  if (what != "sum" && what != "mean")
    return stacked(what, elements, node.span);
  Value sum = elements[0];
  for (size_t k = 1; k < elements.size() && sum; ++k)
    sum = elementwise(Op::add, {sum, elements[k]}, node.span);
  if (what == "sum" || !sum)
    return sum;
  if (isConditional) // perhaps none holds: the mean of nothing is 0
    count = elementwise(Op::max, {count, literal(1)}, node.span);
  return elementwise(Op::div, {sum, count}, node.span);
}

/// max, min and logsumexp of unrolled elements: side by side along a new first axis, reduced, so that ties share as in
/// any reduction.
Value Analyzer::stacked(std::string_view what, const std::vector<Value> &elements, Span span) {
  std::vector<Value> tiles;
  for (const Value &element : elements) {
    Value tile = what == "logsumexp" ? floatTile(element, span) : toTile(element, span);
    if (!tile.is(Value::Kind::tile))
      return tile;
    tiles.push_back(std::move(tile));
  }
  auto sizes = broadcast(tiles, span, what);
  if (!sizes)
    return Value::none();
  DType dtype = commonDType(tiles);
  std::vector<Dim> row = *sizes;
  row.insert(row.begin(), Dim(1));
  std::vector<ExprPtr> args;
  for (Value &tile : tiles) {
    Value same = Value::tile(asDType(tile, dtype, span));
    if (same.expr->type.sizes != *sizes) { // a number beside tiles
      auto zeros = make(Op::fill, {Kind::tile, dtype, *sizes, -1, 0}, {}, span);
      same = tileElementwise(Op::add, {same, Value::tile(zeros)}, span);
    }
    args.push_back(reshapeTo(same, row, span).expr);
  }
  row[0] = static_cast<int64_t>(tiles.size());
  auto expr = make(Op::concat, {Kind::tile, dtype, row, -1, 0}, std::move(args), span);
  expr->axes = {0};
  return reduce(what, Value::tile(expr), {0}, span);
}

/// Whether the value changes with a variable of a comprehension around it, or must stay where a condition or an empty
/// domain may skip it.
bool Analyzer::dependsOnComprehension(const ExprPtr &expr) const {
  return comprehensionDepth > 0 &&
         (mayFault(expr) || anywhere(expr, [&](const Expr &at) {
            return at.op == Op::loopIndex &&
                   state.variables[static_cast<size_t>(at.id)].role != VariableInfo::Role::loop;
          }));
}

} // namespace espalier::sema
