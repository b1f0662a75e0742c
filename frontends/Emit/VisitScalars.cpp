//===- VisitScalars.cpp - Elementwise operations ----------------------------===//
#include "frontends/Emit/Visit.h"

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;

namespace espalier::emission {

using sema::Expr;
using sema::Kind;
using sema::Op;

namespace {

struct UnaryRow {
  Op op;
  Number (*formula)(Number);
};

const UnaryRow unaryRows[] = {
    {Op::neg, [](Number x) { return -x; }},
    {Op::abs, abs},
    {Op::exp, exp},
    {Op::log, log},
    {Op::sqrt, sqrt},
    {Op::rsqrt, rsqrt},
    {Op::tanh, tanh},
    {Op::sin, sin},
    {Op::cos, cos},
    {Op::relu, relu},
    {Op::square, square},
    {Op::sigmoid, sigmoid},
    {Op::silu, silu},
    {Op::softplus, softplus},
    {Op::gelu, gelu},
};

struct BinaryRow {
  Op op;
  Number (*formula)(Number, Number);
};

const BinaryRow binaryRows[] = {
    {Op::add, [](Number a, Number b) { return a + b; }},
    {Op::sub, [](Number a, Number b) { return a - b; }},
    {Op::mul, [](Number a, Number b) { return a * b; }},
    {Op::div, [](Number a, Number b) { return a / b; }},
    {Op::floorDiv, floorDiv},
    {Op::mod, mod},
    {Op::min, min},
    {Op::max, max},
};

struct ComparisonRow {
  Op op;
  arith::CmpFPredicate floats; // false where either is NaN, but for notEqual
  arith::CmpIPredicate integers;
};

const ComparisonRow comparisonRows[] = {
    {Op::less, arith::CmpFPredicate::OLT, arith::CmpIPredicate::slt},
    {Op::lessEqual, arith::CmpFPredicate::OLE, arith::CmpIPredicate::sle},
    {Op::greater, arith::CmpFPredicate::OGT, arith::CmpIPredicate::sgt},
    {Op::greaterEqual, arith::CmpFPredicate::OGE, arith::CmpIPredicate::sge},
    {Op::equal, arith::CmpFPredicate::OEQ, arith::CmpIPredicate::eq},
    {Op::notEqual, arith::CmpFPredicate::UNE, arith::CmpIPredicate::ne},
};

/// The type in which two operands meet: the widest float, else an index, i32, i1.
Type commonElement(Type a, Type b) {
  auto order = [](Type type) {
    return mlir::isa<FloatType>(type) ? 100 + type.getIntOrFloatBitWidth()
           : type.isIndex()           ? 64
                                      : type.getIntOrFloatBitWidth();
  };
  return order(a) < order(b) ? b : a;
}

} // namespace

Value Visit::emitElementwise(const Expr &expr) {
  Type element = getElementTypeOrSelf(typeOf(expr.type));
  switch (expr.op) {
  case Op::where:
    return emitWhere(expr);
  case Op::pow:
    return emitPower(expr, element);
  case Op::cast: {
    // A cast to 16 bits rounds at once.
    Value value = emit(*expr.args[0]);
    if (isFloat(expr.type.dtype) && expr.type.kind == Kind::tile)
      value = convert(value, storedElement(*b.getContext(), expr.type.dtype));
    return convert(value, element);
  }
  case Op::logicalNot: {
    Value operand = emitAs(*expr.args[0], expr.type);
    return arith::XOrIOp::create(b, operand, makeConstant(b, operand.getType(), 1));
  }
  case Op::logicalAnd:
  case Op::logicalOr: {
    Value left = emitAs(*expr.args[0], expr.type);
    Value right = emitAs(*expr.args[1], expr.type);
    return expr.op == Op::logicalAnd ? b.createOrFold<arith::AndIOp>(left, right)
                                     : b.createOrFold<arith::OrIOp>(left, right);
  }
  default:
    break;
  }
  if (Value comparison = emitComparison(expr))
    return comparison;
  return emitArithmetic(expr);
}

Value Visit::emitArithmetic(const Expr &expr) {
  for (const UnaryRow &row : unaryRows)
    if (row.op == expr.op)
      return row.formula(number(emitAs(*expr.args[0], expr.type))).value();
  for (const BinaryRow &row : binaryRows)
    if (row.op == expr.op) {
      Number left = number(emitAs(*expr.args[0], expr.type));
      return row.formula(left, number(emitAs(*expr.args[1], expr.type))).value();
    }
  return {};
}

std::optional<double> literalValue(const Expr &expr) {
  switch (expr.op) {
  case Op::literal:
    return expr.number;
  case Op::cast:
    return literalValue(*expr.args[0]);
  case Op::dim:
    if (auto number = expr.dims[0].constant())
      return static_cast<double>(*number);
    return std::nullopt;
  case Op::neg:
    if (auto number = literalValue(*expr.args[0]))
      return -*number;
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

/// Small whole exponents are products: exact where the factors are, and defined for negative bases.
Value Visit::emitPower(const Expr &expr, Type element) {
  constexpr double mostFactors = 64;
  Number base = number(emitAs(*expr.args[0], expr.type));
  std::optional<double> exponent = literalValue(*expr.args[1]);
  if (exponent && *exponent == std::floor(*exponent) && (!base.isFloat() || std::abs(*exponent) <= mostFactors)) {
    Number power = pow(base, static_cast<int64_t>(std::abs(*exponent)));
    return (*exponent < 0 ? 1.0 / power : power).value();
  }
  return pow(base, number(emitAs(*expr.args[1], expr.type))).value();
}

Value Visit::emitComparison(const Expr &expr) {
  for (const ComparisonRow &row : comparisonRows) {
    if (row.op != expr.op)
      continue;
    Value left = emit(*expr.args[0]), right = emit(*expr.args[1]);
    Type element = commonElement(getElementTypeOrSelf(left), getElementTypeOrSelf(right));
    if (element.isInteger(1)) // true is 1 here, not -1
      element = b.getI32Type();
    SmallVector<int64_t> shape = shapeOf(expr.type.sizes);
    left = stretch(convert(left, element), shape);
    right = stretch(convert(right, element), shape);
    if (mlir::isa<FloatType>(element))
      return arith::CmpFOp::create(b, row.floats, left, right);
    return b.createOrFold<arith::CmpIOp>(row.integers, left, right);
  }
  return {};
}

Value Visit::emitWhere(const Expr &expr) {
  Value condition = convert(emit(*expr.args[0]), b.getI1Type());
  if (mlir::isa<RankedTensorType>(condition.getType()))
    condition = stretch(condition, shapeOf(expr.type.sizes));
  Value yes = emitAs(*expr.args[1], expr.type), no = emitAs(*expr.args[2], expr.type);
  return b.createOrFold<arith::SelectOp>(condition, yes, no);
}

} // namespace espalier::emission
