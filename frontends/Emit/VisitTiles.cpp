//===- VisitTiles.cpp - Shapes, products and solves -------------------------===//
#include "frontends/Emit/Visit.h"

#include "dialects/Tile/IR/TileDialect.h"

#include <string>

using namespace mlir;

namespace espalier::emission {

using sema::Expr;
using sema::Op;

namespace {

/// "ab" for the axes 0 and 1 of a tile; `first` is the letter of axis 0.
std::string letters(size_t rank, char first = 'a') {
  std::string text;
  for (size_t axis = 0; axis < rank; ++axis)
    text.push_back(static_cast<char>(first + axis));
  return text;
}

int64_t rankOf(Value value) {
  auto tile = mlir::dyn_cast<RankedTensorType>(value.getType());
  return tile ? tile.getRank() : 0;
}

} // namespace

Value Visit::emitShape(const Expr &expr) {
  Type type = typeOf(expr.type);
  switch (expr.op) {
  case Op::fill:
    return makeConstant(b, type, expr.number);
  case Op::eye:
    return tile::EyeOp::create(b, type);
  case Op::reshape:
    return b.createOrFold<tile::ReshapeOp>(type, emit(*expr.args[0]));
  case Op::transpose: {
    Value operand = emit(*expr.args[0]);
    return rankOf(operand) < 2 ? operand
                               : b.createOrFold<tile::TransposeOp>(type, operand, b.getDenseI64ArrayAttr(expr.axes));
  }
  case Op::slice:
    return emitSlice(expr);
  case Op::concat:
    return emitConcat(expr);
  default:
    return {};
  }
}

Value Visit::emitSlice(const Expr &expr) {
  Value operand = emit(*expr.args[0]);
  SmallVector<int64_t> offsets;
  for (size_t axis = 0; axis < expr.dims.size() / 2; ++axis)
    offsets.push_back(expr.dims[2 * axis].constant().value_or(0));
  Type type = typeOf(expr.type);
  return type == operand.getType() ? operand
                                   : Value(tile::SliceOp::create(b, type, operand, b.getDenseI64ArrayAttr(offsets)));
}

Value Visit::emitConcat(const Expr &expr) {
  Type type = typeOf(expr.type);
  SmallVector<Value> parts;
  for (const sema::ExprPtr &part : expr.args)
    parts.push_back(convert(emit(*part), getElementTypeOrSelf(type)));
  return tile::ConcatOp::create(b, type, b.getI64IntegerAttr(expr.axes[0]), parts);
}

Value Visit::emitProduct(const Expr &expr) {
  Type type = typeOf(expr.type);
  switch (expr.op) {
  case Op::contract:
    return emitContract(expr);
  case Op::outer:
    return emitOuter(expr);
  case Op::solve:
  case Op::choleskySolve:
    return emitSolve(expr);
  case Op::dot: {
    Value left = factor(*expr.args[0], expr), right = factor(*expr.args[1], expr);
    std::string axes = letters(rankOf(left));
    return contract(axes + "," + axes + "->", {left, right}, type);
  }
  case Op::cosine: {
    constexpr double keepsFromZero = 1e-12; // L17
    Value left = factor(*expr.args[0], expr), right = factor(*expr.args[1], expr);
    std::string axes = letters(rankOf(left));
    Number product = number(contract(axes + "," + axes + "->", {left, right}, type));
    auto all = llvm::to_vector(llvm::seq<int64_t>(0, rankOf(left)));
    Value x = convert(left, type), y = convert(right, type);
    Number sizeOfLeft = norm(x, all) + keepsFromZero;
    Number sizeOfRight = norm(y, all) + keepsFromZero;
    return (product / (sizeOfLeft * sizeOfRight)).value();
  }
  default:
    return {};
  }
}

/// L16: what enters a product of 16-bit operands is rounded to their type; its sums are those of f32.
Value Visit::factor(const Expr &operand, const Expr &product) {
  Value value = emit(operand);
  bool isNarrow = isFloat(product.type.dtype) && sizeInBytes(product.type.dtype) == 2;
  return convert(value, isNarrow ? storedElement(*b.getContext(), operand.type.dtype)
                                 : computedElement(*b.getContext(), product.type.dtype));
}

Value Visit::contract(StringRef subscripts, ArrayRef<Value> factors, Type result) {
  return tile::ContractOp::create(b, result, b.getStringAttr(subscripts), factors);
}

Value Visit::emitContract(const Expr &expr) {
  SmallVector<Value> factors;
  for (const sema::ExprPtr &operand : expr.args)
    factors.push_back(factor(*operand, expr));
  return contract(expr.text, factors, typeOf(expr.type));
}

Value Visit::emitOuter(const Expr &expr) {
  Type element = computedElement(*b.getContext(), expr.type.dtype);
  Value left = convert(emit(*expr.args[0]), element), right = convert(emit(*expr.args[1]), element);
  std::string rows = letters(rankOf(left)), columns = letters(rankOf(right), static_cast<char>('a' + rankOf(left)));
  return contract(rows + "," + columns + "->" + rows + columns, {left, right}, typeOf(expr.type));
}

Value Visit::emitSolve(const Expr &expr) {
  Type type = typeOf(expr.type), element = getElementTypeOrSelf(type);
  Value matrix = convert(emit(*expr.args[0]), element), right = convert(emit(*expr.args[1]), element);
  auto method = expr.op == Op::solve ? tile::SolveMethod::general : tile::SolveMethod::cholesky;
  return tile::SolveOp::create(b, TypeRange{type}, method, /*transposed=*/false, matrix, ValueRange{right})
      .getSolutions()
      .front();
}

} // namespace espalier::emission
