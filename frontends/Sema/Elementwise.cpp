//===- Elementwise.cpp - Operators: dtypes, broadcasting, unknown shapes -----===//
#include "frontends/Sema/Analyzer.h"

#include <cmath>

namespace espalier::sema {

namespace {
enum class Family : uint8_t { arithmetic, integer, real, comparison, logical, where };
struct Row {
  Op op;
  Family family;
  std::string_view spelled;
};
// How operands and result are typed: arithmetic keeps integers, real makes floats of them.
constexpr Row rows[] = {
    {Op::neg, Family::arithmetic, "-"},
    {Op::abs, Family::arithmetic, "abs"},
    {Op::exp, Family::real, "exp"},
    {Op::log, Family::real, "log"},
    {Op::sqrt, Family::real, "sqrt"},
    {Op::rsqrt, Family::real, "rsqrt"},
    {Op::tanh, Family::real, "tanh"},
    {Op::sigmoid, Family::real, "sigmoid"},
    {Op::silu, Family::real, "silu"},
    {Op::gelu, Family::real, "gelu"},
    {Op::softplus, Family::real, "softplus"},
    {Op::relu, Family::real, "relu"},
    {Op::square, Family::arithmetic, "square"},
    {Op::sin, Family::real, "sin"},
    {Op::cos, Family::real, "cos"},
    {Op::logicalNot, Family::logical, "not"},
    {Op::add, Family::arithmetic, "+"},
    {Op::sub, Family::arithmetic, "-"},
    {Op::mul, Family::arithmetic, "*"},
    {Op::div, Family::real, "/"},
    {Op::floorDiv, Family::integer, "//"},
    {Op::mod, Family::integer, "%"},
    {Op::pow, Family::real, "**"},
    {Op::min, Family::arithmetic, "min"},
    {Op::max, Family::arithmetic, "max"},
    {Op::less, Family::comparison, "<"},
    {Op::lessEqual, Family::comparison, "<="},
    {Op::greater, Family::comparison, ">"},
    {Op::greaterEqual, Family::comparison, ">="},
    {Op::equal, Family::comparison, "=="},
    {Op::notEqual, Family::comparison, "!="},
    {Op::logicalAnd, Family::logical, "and"},
    {Op::logicalOr, Family::logical, "or"},
    {Op::where, Family::where, "where"},
};
const Row &rowOf(Op op) {
  for (const Row &row : rows)
    if (row.op == op)
      return row;
  return rows[0];
}
bool isTileLike(const Value &value) {
  return value.is(Value::Kind::tile) || value.is(Value::Kind::tensor) || value.is(Value::Kind::whole) ||
         value.is(Value::Kind::unknown);
}
} // namespace

ExprPtr Analyzer::placeholder(Type type, Span span) { return make(Op::fill, std::move(type), {}, span); }

/// The tile that an operand stands for; errors for what is none.
Value Analyzer::toTile(const Value &value, Span span, bool allowPrefix) {
  switch (value.kind) {
  case Value::Kind::none:
  case Value::Kind::unknown:
    return value;
  case Value::Kind::tile:
    if (value.prefix && !allowPrefix) {
      diags().error(span, "a slice whose length depends on `shared_levels` may only enter `dot`, `sum` and `norm`");
      return Value::none();
    }
    return value;
  case Value::Kind::tensor:
    return readTensor(value, span);
  case Value::Kind::whole: {
    // An operation that needs a tile: its axes have fixed sizes, so the next walk reads it as one.
    std::vector<Dim> sizes;
    for (const Tensor::Axis &axis : value.whole->axes)
      sizes.push_back(axis.size);
    sizes.insert(sizes.end(), value.whole->tile.sizes.begin(), value.whole->tile.sizes.end());
    return Value::tile(placeholder({Kind::tile, value.whole->tile.dtype, sizes, -1, 0}, span));
  }
  case Value::Kind::index:
  case Value::Kind::tree:
  case Value::Kind::statics: {
    Value index = toIndex(value, span);
    if (!index)
      return index;
    auto number = index.dim && !index.runtime ? index.dim->constant() : std::nullopt;
    ExprPtr arg = number ? nullptr : indexExpr(index, span);
    if (!number && !arg)
      return Value::none();
    auto expr = make(number ? Op::literal : Op::cast, {Kind::tile, floatType(), {}, -1, 0},
                     number ? std::vector<ExprPtr>{} : std::vector<ExprPtr>{arg}, span);
    if (number)
      expr->number = static_cast<double>(*number);
    Value tile = Value::tile(expr);
    tile.weak = tile.integral = true;
    return tile;
  }
  default: {
    Diagnostic &error = diags().error(span, fmt::format("expected a tile or a number, found {}", describe(value)));
    if (value.is(Value::Kind::row))
      error.withHint("a row can be multiplied by tensors (`row @ v`), summed, or named");
    else
      error.withHint(positionHint(value));
    return Value::none();
  }
  }
}

/// The tile in another dtype; weak ones are made anew, so that constants are exact.
ExprPtr Analyzer::asDType(const Value &value, DType dtype, Span span) {
  const ExprPtr &expr = value.expr;
  if (expr->type.dtype == dtype && expr->type.kind == Kind::tile)
    return expr;
  bool remake = value.weak && (expr->op == Op::literal || expr->op == Op::fill || expr->op == Op::eye ||
                               (expr->op == Op::cast && expr->args[0]->type.kind == Kind::index));
  Type type = expr->type;
  type.dtype = dtype;
  if (!remake)
    return make(Op::cast, type, {expr}, span);
  auto copy = make(expr->op, type, expr->args, expr->span);
  copy->number = expr->number;
  return copy;
}

/// A tile of floats: integers are converted.
Value Analyzer::floatTile(const Value &value, Span span, bool allowPrefix) {
  Value tile = toTile(value, span, allowPrefix);
  if (!tile.is(Value::Kind::tile) || isFloat(tile.expr->type.dtype))
    return tile;
  if (tile.expr->type.dtype == DType::boolean) {
    diags()
        .error(span, "expected numbers, found truth values")
        .withHint("`where(condition, 1.0, 0.0)` makes numbers of them");
    return Value::none();
  }
  return Value::tile(asDType(tile, floatType(), span));
}

/// L16, over tiles; weak ones count only where there is nothing else of their kind.
DType Analyzer::commonDType(const std::vector<Value> &tiles) const {
  std::optional<DType> strong, weak;
  bool hasInteger = false;
  for (const Value &tile : tiles) {
    DType dtype = tile.expr->type.dtype;
    if (!isFloat(dtype))
      hasInteger = true;
    else {
      auto &slot = tile.weak ? weak : strong;
      slot = slot ? promote(*slot, dtype) : dtype;
    }
  }
  if (strong)
    return *strong;
  return weak ? *weak : hasInteger ? DType::i32 : DType::f32;
}

std::optional<std::vector<Dim>> Analyzer::broadcast(const std::vector<Value> &tiles, Span span,
                                                    std::string_view spelled) {
  std::vector<Dim> sizes;
  const Value *shape = nullptr;
  for (const Value &tile : tiles) {
    const std::vector<Dim> &own = tile.expr->type.sizes;
    auto mismatch = [&] {
      return fmt::format("shapes do not fit in `{}`: {} and {}", spelled, typeText(shape->expr->type.dtype, sizes),
                         typeText(tile.expr->type));
    };
    if (own.size() > sizes.size())
      sizes.insert(sizes.begin(), own.size() - sizes.size(), Dim(1));
    for (size_t k = 0; k < own.size(); ++k) {
      Dim &size = sizes[sizes.size() - own.size() + k];
      if (own[k] == size || own[k] == Dim(1))
        continue;
      if (size != Dim(1) && !requireEqual(size, own[k], span, mismatch(), {shape, &tile}))
        return std::nullopt;
      if (size == Dim(1) || own[k].constant())
        size = own[k];
    }
    if (!shape || own.size() >= shape->expr->type.sizes.size())
      shape = &tile;
  }
  return sizes;
}

Value Analyzer::elementwise(Op op, std::vector<Value> operands, Span span) {
  const Row &row = rowOf(op);
  bool hasIndex = false, allIntegers = true, allIndexLike = true;
  for (Value &operand : operands) {
    if (!operand)
      return operand;
    if (operand.is(Value::Kind::tree)) // as a number: its vertices (L3)
      operand = countOf(operand.id, false, span);
    hasIndex |= isIndexLike(operand);
    allIndexLike &= isIndexLike(operand);
    allIntegers &= isIndexLike(operand) || isIntegerScalar(operand);
    if (operand.is(Value::Kind::text) || operand.is(Value::Kind::tuple) || operand.is(Value::Kind::vertex) ||
        (operand.is(Value::Kind::statics) && !isIndexLike(operand))) {
      diags()
          .error(span, fmt::format("`{}` takes tiles and numbers, found {}", row.spelled, describe(operand)))
          .withHint(positionHint(operand));
      return Value::none();
    }
  }
  bool isIndexed = hasIndex && allIntegers;
  if (isIndexed && operands.size() == 1 && (op == Op::neg || op == Op::abs || op == Op::square))
    return indexUnary(op, operands[0], span);
  if (isIndexed && operands.size() == 2 && row.family != Family::real && row.family != Family::logical &&
      row.family != Family::comparison)
    return indexOp(op, operands[0], operands[1], span);
  if (op == Op::pow && allIndexLike) // 2 ** l
    if (auto power = indexPower(operands[0], operands[1], span))
      return *power;
  if (row.family == Family::comparison && isIndexed) {
    Value a = toIndex(operands[0], span), b = toIndex(operands[1], span);
    ExprPtr x = a ? indexExpr(a, span) : nullptr, y = b ? indexExpr(b, span) : nullptr;
    if (!x || !y)
      return Value::none();
    return Value::tile(make(op, {Kind::tile, DType::boolean, {}, -1, 0}, {x, y}, span));
  }
  if (!inVisit())
    for (const Value &operand : operands)
      if (isWhole(operand))
        return wholeElementwise(op, operands, span);
  // Tiles: those of unknown shape stand aside (L11).
  std::vector<Value> tiles;
  bool hasUnknown = false;
  for (size_t k = 0; k < operands.size(); ++k) {
    Value tile = toTile(operands[k], span);
    if (!tile)
      return tile;
    if (tile.is(Value::Kind::tile) && !isTileLike(operands[k]) && row.family == Family::logical) {
      diags().error(span, fmt::format("`{}` takes truth values, found {}", row.spelled, describe(operands[k])));
      return Value::none();
    }
    hasUnknown |= tile.is(Value::Kind::unknown);
    tiles.push_back(std::move(tile));
  }
  if (!hasUnknown)
    return tileElementwise(op, tiles, span);
  std::vector<Value> known;
  for (size_t k = op == Op::where ? 1 : 0; k < tiles.size(); ++k)
    if (!tiles[k].is(Value::Kind::unknown))
      known.push_back(tiles[k]);
  if (known.empty())
    return Value::unknown();
  auto sizes = broadcast(known, span, row.spelled);
  if (!sizes)
    return Value::none();
  if (sizes->empty() && !numbersDecide)
    return Value::unknown();
  DType dtype = row.family == Family::comparison || row.family == Family::logical ? DType::boolean : commonDType(known);
  if (row.family == Family::real && !isFloat(dtype))
    dtype = floatType();
  Value result = Value::tile(placeholder({Kind::tile, dtype, *sizes, -1, 0}, span));
  result.weak = true;
  for (const Value &tile : known)
    result.weak &= tile.weak;
  return result;
}

/// sqrt(8), 1 / 3: a number known now stays exact and adopts the dtype of what it meets.
Value Analyzer::weakConstant(Op op, const std::vector<Value> &operands, Span span) {
  double x[2] = {0, 0};
  if (operands.size() > 2)
    return Value::none();
  for (size_t k = 0; k < operands.size(); ++k) {
    if (!operands[k].weak || operands[k].expr->op != Op::literal)
      return Value::none();
    x[k] = operands[k].expr->number;
  }
  double value = 0;
  switch (op) {
  case Op::neg:
    value = -x[0];
    break;
  case Op::sqrt:
    value = std::sqrt(x[0]);
    break;
  case Op::rsqrt:
    value = 1 / std::sqrt(x[0]);
    break;
  case Op::exp:
    value = std::exp(x[0]);
    break;
  case Op::log:
    value = std::log(x[0]);
    break;
  case Op::add:
    value = x[0] + x[1];
    break;
  case Op::sub:
    value = x[0] - x[1];
    break;
  case Op::mul:
    value = x[0] * x[1];
    break;
  case Op::div:
    value = x[0] / x[1];
    break;
  case Op::pow:
    value = std::pow(x[0], x[1]);
    break;
  default:
    return Value::none();
  }
  auto expr = make(Op::literal, {Kind::tile, floatType(), {}, -1, 0}, {}, span);
  expr->number = value;
  Value result = Value::tile(expr);
  result.weak = true;
  return result;
}

Value Analyzer::tileElementwise(Op op, const std::vector<Value> &operands, Span span) {
  const Row &row = rowOf(op);
  std::vector<Value> numbers(operands.begin() + (op == Op::where ? 1 : 0), operands.end());
  bool anyBoolean = false, allBoolean = true;
  for (const Value &operand : numbers) {
    bool isBoolean = operand.expr->type.dtype == DType::boolean;
    anyBoolean |= isBoolean;
    allBoolean &= isBoolean;
  }
  if (row.family == Family::logical && !allBoolean) {
    diags().error(span, fmt::format("`{}` takes truth values, found {}", row.spelled,
                                    describe(numbers[numbers[0].expr->type.dtype == DType::boolean ? 1 : 0])));
    return Value::none();
  }
  if (row.family != Family::logical && anyBoolean &&
      !(allBoolean && (row.family == Family::where || row.family == Family::comparison))) {
    diags()
        .error(span, fmt::format("`{}` takes numbers, found truth values", row.spelled))
        .withHint("`where(condition, 1.0, 0.0)` makes numbers of them");
    return Value::none();
  }
  if (op == Op::where && operands[0].expr->type.dtype != DType::boolean) {
    diags().error(span, fmt::format("the condition of `where` is a truth value, found {}", describe(operands[0])));
    return Value::none();
  }
  if (Value constant = weakConstant(op, operands, span))
    return constant;
  // Indices meet i32 data as integers.
  bool isInteger = row.family != Family::real, hasData = false;
  for (const Value &number : numbers) {
    isInteger &= number.integral || number.expr->type.dtype == DType::i32;
    hasData |= number.expr->type.dtype == DType::i32;
  }
  if (isInteger && hasData)
    for (Value &number : numbers)
      number = Value::tile(asDType(number, DType::i32, span));
  DType common = allBoolean ? DType::boolean : commonDType(numbers);
  if (row.family == Family::integer && isFloat(common)) {
    diags()
        .error(span, fmt::format("`{}` takes integers, found {}", row.spelled, describe(numbers[0])))
        .withHint("floats are divided by `/`");
    return Value::none();
  }
  if (row.family == Family::real && !isFloat(common))
    common = floatType();
  std::vector<ExprPtr> args;
  if (op == Op::where)
    args.push_back(operands[0].expr);
  for (const Value &number : numbers)
    args.push_back(asDType(number, common, span));
  auto sizes = broadcast(operands, span, row.spelled);
  if (!sizes)
    return Value::none();
  DType dtype = row.family == Family::comparison || row.family == Family::logical ? DType::boolean : common;
  Value result = Value::tile(make(op, {Kind::tile, dtype, *sizes, -1, 0}, std::move(args), span));
  result.weak = row.family != Family::comparison && !allBoolean;
  for (const Value &number : numbers)
    result.weak &= number.weak;
  return result;
}

} // namespace espalier::sema
