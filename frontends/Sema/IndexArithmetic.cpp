//===- IndexArithmetic.cpp - Dimensions, statics, integers and indices (L15) -===//
//
// Such a value is a Dim where everything in it is known when the kernel is
// specialised, and an expression of kind index otherwise. Where both hold (index
// parameters, variables of ranges that may be unrolled) the Dim only serves proofs.
//===----------------------------------------------------------------------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

bool Analyzer::isIndexLike(const Value &value) const {
  return value.is(Value::Kind::index) || (value.is(Value::Kind::statics) && !value.statics->levels &&
                                          (!value.statics->known || value.statics->values.size() == 1));
}

/// A number of dtype i32 without axes: what data can be indexed by.
bool Analyzer::isIntegerScalar(const Value &value) const {
  if (value.is(Value::Kind::tile))
    return value.expr->type.dtype == DType::i32 && value.expr->type.sizes.empty();
  return value.is(Value::Kind::tensor) && state.kernel.tensors[static_cast<size_t>(value.id)].dtype == DType::i32 &&
         remainingAxes(value).empty();
}

/// The number of vertices or leaves of a tree.
Value Analyzer::countOf(int32_t tree, bool leaves, Span span) {
  const Tree &row = treeRow(tree);
  Value value = Value::number(leaves ? row.numLeaves : row.numVertices);
  value.sized = true;
  if (row.parameter < 0 && value.dim->symbolName()) { // known once the tree is built
    Type type;
    type.kind = Kind::index;
    auto expr = make(leaves ? Op::numLeaves : Op::numVertices, type, {}, span);
    expr->tree = tree;
    value.expr = expr;
    value.runtime = true;
  }
  return value;
}

Value Analyzer::toIndex(const Value &value, Span span) {
  if (value.is(Value::Kind::tree))
    return countOf(value.id, false, span);
  if (value.is(Value::Kind::index) || !value)
    return value;
  if (value.is(Value::Kind::statics) && isIndexLike(value))
    return Value::number(value.statics->known ? value.statics->values[0] : Dim::symbol(value.statics->name));
  if (isIntegerScalar(value)) {
    Value tile = toTile(value, span);
    if (!tile)
      return tile;
    Type type;
    type.kind = Kind::index;
    return Value::of(Value::Kind::index, make(Op::cast, type, {tile.expr}, span));
  }
  if (value.is(Value::Kind::unknown))
    return Value::none();
  Diagnostic &error = diags().error(span, fmt::format("expected an index, found {}", describe(value)));
  noteDefinition(error, value);
  if (std::string position = positionHint(value); !position.empty())
    error.withHint(position);
  else
    error.withHint(
        "an index is a loop variable, a dimension, an integer, what `+ - * // % ** min max` make of them, or i32 data");
  return Value::none();
}

ExprPtr Analyzer::indexExpr(const Value &value, Span span) {
  if (value.levels) {
    diags()
        .error(span, "a table over `shared_levels` may only be the bound of a slice")
        .withHint("`q[:sum(ranks[:n])]`");
    return nullptr;
  }
  if (value.expr)
    return value.expr;
  Type type;
  type.kind = Kind::index;
  auto number = value.dim->constant();
  auto expr = make(number ? Op::literal : Op::dim, type, {}, span);
  if (number)
    expr->number = static_cast<double>(*number);
  expr->dims = {*value.dim};
  return expr;
}

static std::optional<Dim> combine(Op op, const Dim &a, const Dim &b) {
  switch (op) {
  case Op::add:
    return a + b;
  case Op::sub:
    return a - b;
  case Op::mul:
    return a * b;
  case Op::floorDiv:
    return Dim::floorDiv(a, b);
  case Op::mod:
    return Dim::mod(a, b);
  case Op::min:
    return Dim::min(a, b);
  case Op::max:
    return Dim::max(a, b);
  case Op::pow:
    return Dim::pow(a, b);
  default:
    return std::nullopt;
  }
}

/// Interval arithmetic. What combines two varying indices is not exact: they may depend on each other.
Interval Analyzer::intervalOf(Op op, const Value &a, const Value &b) const {
  const Interval &x = a.range, &y = b.range;
  Interval result;
  bool aVaries = !a.dim || a.runtime, bVaries = !b.dim || b.runtime;
  result.exact = x.exact && y.exact && !(aVaries && bVaries);
  auto both = [&](const std::optional<Dim> &p, const std::optional<Dim> &q) {
    return p && q ? combine(op, *p, *q) : std::nullopt;
  };
  auto isNonNegative = [&](const std::optional<Dim> &p) { return p && provablyAtLeast(*p, 0); };
  switch (op) {
  case Op::add:
  case Op::min:
  case Op::max:
    result.low = both(x.low, y.low);
    result.high = both(x.high, y.high);
    if (op == Op::max && !result.low)
      result.low = x.low ? x.low : y.low;
    if (op == Op::min && !result.high)
      result.high = x.high ? x.high : y.high;
    break;
  case Op::sub:
    result.low = both(x.low, y.high);
    result.high = both(x.high, y.low);
    break;
  case Op::mul:
    if (isNonNegative(x.low) && isNonNegative(y.low)) {
      result.low = both(x.low, y.low);
      result.high = both(x.high, y.high);
    }
    break;
  case Op::floorDiv:
    if (b.dim && !b.runtime && provablyAtLeast(*b.dim, 1)) {
      result.low = both(x.low, b.dim);
      result.high = both(x.high, b.dim);
    }
    break;
  case Op::mod:
    result.exact = false;
    if (b.dim && !b.runtime && provablyAtLeast(*b.dim, 1)) {
      result.low = Dim(0);
      result.high = *b.dim - 1;
    }
    break;
  default:
    break;
  }
  for (std::optional<Dim> *end : {&result.low, &result.high})
    if (*end && !(*end)->isValid())
      end->reset();
  return result;
}

Value Analyzer::indexOp(Op op, const Value &left, const Value &right, Span span) {
  Value a = toIndex(left, span), b = toIndex(right, span);
  if (!a || !b)
    return Value::none();
  if ((op == Op::floorDiv || op == Op::mod) && b.dim && b.dim->constant() == 0) {
    diags().error(span, "division by zero");
    return Value::none();
  }
  // A table over shared_levels, changed entry by entry.
  if (a.levels || b.levels) {
    Value &table = a.levels ? a : b;
    const Value &other = a.levels ? b : a;
    if (other.levels || !other.dim || other.runtime) {
      diags().error(span, "a table over `shared_levels` mixes with numbers that are known when the kernel is "
                          "specialised, not with other indices");
      return Value::none();
    }
    for (Dim &entry : table.table)
      entry = *(a.levels ? combine(op, entry, *other.dim) : combine(op, *other.dim, entry));
    return table;
  }
  Value result = Value::of(Value::Kind::index);
  if (a.dim && b.dim) {
    result.dim = combine(op, *a.dim, *b.dim);
    if (!result.dim->isValid() && (a.runtime || b.runtime)) {
      result.dim.reset(); // it only served proofs
    } else if (!result.dim->isValid()) {
      diags().error(span, "the value of this expression does not fit into 64 bits");
      return Value::none();
    }
  }
  result.runtime = !result.dim || a.runtime || b.runtime;
  result.sized = a.sized || b.sized;
  result.range = result.runtime ? intervalOf(op, a, b) : Interval{result.dim, result.dim, true};
  if (result.runtime) {
    ExprPtr x = indexExpr(a, span), y = indexExpr(b, span);
    if (!x || !y)
      return Value::none();
    Type type;
    type.kind = Kind::index;
    result.expr = make(op, type, {x, y}, span);
  }
  return result;
}

/// A power whose exponent is made of integers and statics, and is not negative: an integer. Nothing for other
/// exponents, which make a float; among them dimensions, so that an extent need not be known for the sake of a number.
std::optional<Value> Analyzer::indexPower(const Value &base, const Value &exponent, Span span) {
  Value a = toIndex(base, span), b = toIndex(exponent, span);
  bool isKnown = b.dim && !b.sized && !b.levels;
  if (isKnown)
    for (const std::string &symbol : b.dim->symbols())
      isKnown &= !indexNames.count(symbol);
  if (!a || !isKnown)
    return std::nullopt;
  auto number = b.dim->constant();
  if (number && *number < 0)
    return std::nullopt;
  if (!number || (a.dim && !a.runtime && !a.levels))
    return indexOp(Op::pow, a, b, span); // with a symbol for the exponent only a walk that emits nothing
  if (*number > 64) {
    diags().error(span, "the value of this expression does not fit into 64 bits");
    return Value::none();
  }
  Value product = *number == 0 ? Value::number(1) : a;
  for (int64_t k = 1; k < *number && product; ++k)
    product = indexOp(Op::mul, product, a, span);
  return product;
}

Value Analyzer::indexUnary(Op op, const Value &a, Span span) {
  if (op == Op::neg)
    return indexOp(Op::sub, Value::number(0), a, span);
  if (op == Op::square)
    return indexOp(Op::mul, a, a, span);
  return indexOp(Op::max, a, indexOp(Op::sub, Value::number(0), a, span), span); // abs
}

//===----------------------------------------------------------------------===//
// What must be known when a kernel is specialised
//===----------------------------------------------------------------------===//

std::optional<Dim> Analyzer::compileTime(const ast::Expr &node, std::string_view what) {
  Value value = evaluate(node);
  return value ? compileTime(value, node.span, what) : std::nullopt;
}

std::optional<Dim> Analyzer::compileTime(const Value &value, Span span, std::string_view what) {
  if (value.is(Value::Kind::tree))
    return treeRow(value.id).numVertices;
  if (value.is(Value::Kind::statics) && isIndexLike(value))
    return toIndex(value, span).dim;
  bool isKnown = value.is(Value::Kind::index) && value.dim && !value.levels;
  if (isKnown && value.runtime)
    for (const std::string &symbol : value.dim->symbols()) {
      isKnown &= !indexNames.count(symbol);
      if (auto place = unrollable.find(symbol); place != unrollable.end())
        state.variables[static_cast<size_t>(place->second)].needsUnroll = true;
    }
  if (isKnown)
    return value.dim;
  if (value)
    diags()
        .error(span, fmt::format("{} must be known when the kernel is specialised, found {}", what, describe(value)))
        .withHint("it is made of integers, dimensions and `static` parameters");
  return std::nullopt;
}

/// Sizes given one by one or as one tuple.
std::optional<std::vector<Dim>> Analyzer::sizesArgument(const std::vector<const ast::Expr *> &args,
                                                        std::string_view what) {
  std::vector<const ast::Expr *> nodes = args;
  if (args.size() == 1 && args[0]->kind == ast::ExprKind::Tuple) {
    nodes.clear();
    for (const ast::ExprPtr &operand : args[0]->operands)
      nodes.push_back(operand.get());
  }
  std::vector<Dim> sizes;
  for (const ast::Expr *node : nodes) {
    auto size = compileTime(*node, what);
    if (!size)
      return std::nullopt;
    if (size->constant() && *size->constant() < 0) {
      diags().error(node->span, fmt::format("{} is at least 0, not {}", what, size->str()));
      return std::nullopt;
    }
    sizes.push_back(*size);
  }
  return sizes;
}

} // namespace espalier::sema
