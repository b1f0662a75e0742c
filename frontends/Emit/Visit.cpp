//===- Visit.cpp - The expressions of one visit: types and dispatch ---------===//
#include "frontends/Emit/Visit.h"

#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Location.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include <fmt/format.h>

using namespace mlir;

namespace espalier::emission {

using sema::Expr;
using sema::Kind;
using sema::Op;

Location KernelValues::locationOf(MLIRContext &context, ast::Span span) const {
  if (span.file < 0)
    return UnknownLoc::get(&context);
  SourceManager::Position position = sources.position(span.file, span.begin);
  std::string_view name = sources.name(span.file);
  return FileLineColLoc::get(&context, StringRef(name.data(), name.size()), position.line, position.column);
}

std::string KernelValues::positionOf(ast::Span span) const {
  if (span.file < 0)
    return "";
  SourceManager::Position position = sources.position(span.file, span.begin);
  return fmt::format("{}:{}:{}", sources.name(span.file), position.line, position.column);
}

std::string KernelValues::textOf(ast::Span span) const {
  if (span.file < 0)
    return "";
  constexpr size_t longest = 60;
  std::string text;
  for (char c : sources.text(span.file).substr(span.begin, span.end - span.begin)) {
    bool isSpace = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!isSpace)
      text += c;
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
    if (text.size() > longest)
      return text + "...";
  }
  return text;
}

Value KernelValues::tensor(ImplicitLocOpBuilder &b, int32_t row) {
  if (!tensors[row] && kernel.tensors[row].viewOf >= 0)
    tensors[row] = underAxesOf(b, tensor(b, kernel.tensors[row].viewOf), row);
  return tensors[row];
}

Value KernelValues::underAxesOf(ImplicitLocOpBuilder &b, Value elements, int32_t row) {
  const sema::Tensor &tensor = kernel.tensors[row];
  SmallVector<int64_t> shape(tensor.batched ? 1 : 0, ShapedType::kDynamic);
  for (const sema::Tensor::Axis &axis : tensor.axes)
    shape.push_back(axis.size.constant().value_or(ShapedType::kDynamic));
  // As many axes are the same ones: those of a chain's vertices are those of the axis that it is as long as.
  bool isSame = mlir::cast<RankedTensorType>(elements.getType()).getRank() == static_cast<int64_t>(shape.size());
  return isSame ? elements : view(b, elements, tensor, shape);
}

Value KernelValues::view(ImplicitLocOpBuilder &b, Value tensor, const sema::Tensor &row, ArrayRef<int64_t> shape) {
  OpBuilder::InsertionGuard guard(b);
  while (Operation *around = b.getInsertionBlock()->getParentOp()) {
    if (isa<FunctionOpInterface>(around))
      break;
    b.setInsertionPoint(around);
  }
  SmallVector<Value> sizes;
  size_t numBatchAxes = shape.size() - row.axes.size();
  for (auto [axis, extent] : llvm::enumerate(shape))
    if (ShapedType::isDynamic(extent))
      sizes.push_back(axis < numBatchAxes ? extents.argument(extents.batchRow())
                                          : size(b, row.axes[axis - numBatchAxes].size));
  auto type = mlir::cast<RankedTensorType>(tensor.getType());
  return tree::ViewOp::create(b, type.clone(shape), tensor, sizes);
}

Type storedElement(MLIRContext &context, DType dtype) {
  switch (dtype) {
  case DType::f64:
    return Float64Type::get(&context);
  case DType::f32:
    return Float32Type::get(&context);
  case DType::f16:
    return Float16Type::get(&context);
  case DType::bf16:
    return BFloat16Type::get(&context);
  case DType::i32:
    return IntegerType::get(&context, 32);
  case DType::boolean:
    return IntegerType::get(&context, 1);
  }
  return {};
}

Type computedElement(MLIRContext &context, DType dtype) {
  return storedElement(context, isFloat(dtype) && sizeInBytes(dtype) == 2 ? DType::f32 : dtype);
}

SmallVector<int64_t> shapeOf(const std::vector<sema::Dim> &sizes) {
  SmallVector<int64_t> shape;
  for (const sema::Dim &size : sizes)
    shape.push_back(size.constant().value_or(ShapedType::kDynamic));
  return shape;
}

Type tileType(ArrayRef<int64_t> shape, Type element) {
  return shape.empty() ? element : RankedTensorType::get(shape, element);
}

namespace {

Type withElement(Type type, Type element) {
  auto tile = mlir::dyn_cast<RankedTensorType>(type);
  return tile ? Type(tile.clone(element)) : element;
}

/// Towards zero, with the bounds of i32; NaN is 0. (arith.fptosi leaves both open.)
Value floatToI32(ImplicitLocOpBuilder &b, Value value, Type i32) {
  Number x(b, value);
  // 2147483520 is the largest f32 below 2^31.
  double most = getElementTypeOrSelf(value).isF64() ? 2147483647.0 : 2147483520.0;
  Value isNumber = arith::CmpFOp::create(b, arith::CmpFPredicate::ORD, value, value);
  Value kept = arith::SelectOp::create(b, isNumber, value, x.constant(0).value());
  Number bounded = min(max({b, kept}, x.constant(-2147483648.0)), x.constant(most));
  return arith::FPToSIOp::create(b, withElement(value.getType(), i32), bounded.value());
}

Value toFloat(ImplicitLocOpBuilder &b, Value value, FloatType element) {
  Type from = getElementTypeOrSelf(value), to = withElement(value.getType(), element);
  if (auto narrow = mlir::dyn_cast<FloatType>(from))
    return narrow.getWidth() < element.getWidth() ? b.createOrFold<arith::ExtFOp>(to, value)
                                                  : b.createOrFold<arith::TruncFOp>(to, value);
  if (from.isInteger(1))
    return b.createOrFold<arith::UIToFPOp>(to, value);
  if (from.isIndex())
    value = b.createOrFold<arith::IndexCastOp>(withElement(value.getType(), b.getI64Type()), value);
  return b.createOrFold<arith::SIToFPOp>(to, value);
}

} // namespace

Value convertElements(ImplicitLocOpBuilder &b, Value value, Type element) {
  Type from = getElementTypeOrSelf(value), to = withElement(value.getType(), element);
  if (from == element)
    return value;
  if (auto floats = mlir::dyn_cast<FloatType>(element)) {
    auto narrow = mlir::dyn_cast<FloatType>(from);
    if (narrow && narrow.getWidth() == 16 && floats.getWidth() == 16)
      value = toFloat(b, value, b.getF32Type());
    return toFloat(b, value, floats);
  }
  bool fromFloat = mlir::isa<FloatType>(from);
  if (element.isInteger(1)) {
    Value zero = makeConstant(b, value.getType(), 0);
    return fromFloat ? Value(arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, value, zero))
                     : Value(arith::CmpIOp::create(b, arith::CmpIPredicate::ne, value, zero));
  }
  if (fromFloat) {
    value = floatToI32(b, value, b.getI32Type());
    return convertElements(b, value, element);
  }
  if (from.isInteger(1))
    return element.isIndex() ? b.createOrFold<arith::IndexCastUIOp>(to, value)
                             : b.createOrFold<arith::ExtUIOp>(to, value);
  return b.createOrFold<arith::IndexCastOp>(to, value);
}

Visit::Visit(KernelValues &kernel, const sema::Loop &loop, Operation *sweep, ImplicitLocOpBuilder &builder)
    : kernel(kernel), loop(loop), sweep(sweep), b(builder), memoOfVisit(memo) {}

Type Visit::typeOf(const sema::Type &type) const {
  switch (type.kind) {
  case Kind::index:
    return b.getIndexType();
  case Kind::vertex:
    return tree::VertexType::get(b.getContext());
  case Kind::tile:
  case Kind::row:
    break;
  }
  return tileType(shapeOf(type.sizes), computedElement(*b.getContext(), type.dtype));
}

Value Visit::stretch(Value value, ArrayRef<int64_t> shape) {
  Type wanted = tileType(shape, getElementTypeOrSelf(value));
  return wanted == value.getType() ? value : b.createOrFold<tile::BroadcastOp>(wanted, value);
}

Value Visit::emitAs(const Expr &expr, const sema::Type &type) {
  Value value = emit(expr);
  return stretch(convert(value, getElementTypeOrSelf(typeOf(type))), shapeOf(type.sizes));
}

Value Visit::emitIndex(const Expr &expr) {
  Value value = emit(expr);
  return value.getType().isIndex() ? value : convert(value, b.getIndexType());
}

/// What a fault of the operation names: the matrix that is singular, the read whose index is out of range.
static const Expr *culpritOf(const Expr &expr) {
  switch (expr.op) {
  case Op::solve:
  case Op::choleskySolve:
    return expr.args.front().get();
  case Op::read:
  case Op::element:
    return &expr;
  default:
    return nullptr;
  }
}

Value Visit::emit(const Expr &expr) {
  if (Value known = memo.lookup(&expr))
    return known;
  Location before = b.getLoc();
  b.setLoc(kernel.locationOf(*b.getContext(), expr.span));
  if (const Expr *culprit = culpritOf(expr))
    b.setLoc(NameLoc::get(StringAttr::get(b.getContext(), kernel.textOf(culprit->span)), b.getLoc()));
  Value value;
  for (auto group : {&Visit::emitLeaf, &Visit::emitVertexFact, &Visit::emitElementwise, &Visit::emitShape,
                     &Visit::emitProduct, &Visit::emitRow, &Visit::emitReduction})
    if ((value = (this->*group)(expr)))
      break;
  b.setLoc(before);
  memo.insert(&expr, value);
  return value;
}

} // namespace espalier::emission
