//===- VisitReductions.cpp - Reductions, normalisations, comprehensions -----===//
#include "frontends/Emit/Visit.h"

#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace espalier::emission {

using sema::Domain;
using sema::Expr;
using sema::Op;
using tile::ReductionKind;

namespace {

/// The kind of `sum`, `mean` (a sum that is divided), `max`, `min`, `logsumexp`.
ReductionKind kindOf(StringRef name) { return tile::symbolizeReductionKind(name).value_or(ReductionKind::sum); }

SmallVector<int64_t> sizesWithout(ArrayRef<int64_t> shape, ArrayRef<int64_t> axes) {
  SmallVector<int64_t> kept;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
      kept.push_back(shape[axis]);
  return kept;
}

ArrayRef<int64_t> shapeOf(Value value) {
  auto tile = mlir::dyn_cast<RankedTensorType>(value.getType());
  return tile ? tile.getShape() : ArrayRef<int64_t>();
}

Value reduce(ImplicitLocOpBuilder &b, ReductionKind kind, Value tile, ArrayRef<int64_t> axes) {
  if (axes.empty())
    return tile;
  SmallVector<int64_t> ascending(axes);
  llvm::sort(ascending);
  Type type = tileType(sizesWithout(shapeOf(tile), ascending), getElementTypeOrSelf(tile));
  return tile::ReduceOp::create(b, type, kind, tile, b.getDenseI64ArrayAttr(ascending));
}

} // namespace

Value Visit::emitReduction(const Expr &expr) {
  Type element = getElementTypeOrSelf(typeOf(expr.type));
  switch (expr.op) {
  case Op::comprehension:
    return emitComprehension(expr);
  case Op::softmax:
    return tile::SoftmaxOp::create(b, typeOf(expr.type), convert(emit(*expr.args[0]), element),
                                   b.getI64IntegerAttr(expr.axes[0]));
  case Op::layerNorm:
    return tile::LayerNormOp::create(b, typeOf(expr.type), convert(emit(*expr.args[0]), element),
                                     b.getI64IntegerAttr(expr.axes[0]), b.getF64FloatAttr(expr.number));
  default:
    return emitTileReduction(expr);
  }
}

Number Visit::norm(Value tile, ArrayRef<int64_t> axes) {
  return sqrt(number(reduce(b, ReductionKind::sum, square(number(tile)).value(), axes)));
}

Value Visit::emitTileReduction(const Expr &expr) {
  Type type = typeOf(expr.type);
  Value operand = convert(emit(*expr.args[0]), getElementTypeOrSelf(type));
  switch (expr.op) {
  case Op::sum:
    return reduce(b, ReductionKind::sum, operand, expr.axes);
  case Op::reduceMax:
    return reduce(b, ReductionKind::max, operand, expr.axes);
  case Op::reduceMin:
    return reduce(b, ReductionKind::min, operand, expr.axes);
  case Op::logSumExp:
    return reduce(b, ReductionKind::logsumexp, operand, expr.axes);
  case Op::norm:
    return norm(operand, expr.axes).value();
  case Op::mean: {
    int64_t count = 1;
    for (int64_t axis : expr.axes)
      count *= shapeOf(operand)[axis];
    Number sum = number(reduce(b, ReductionKind::sum, operand, expr.axes));
    return (sum / static_cast<double>(std::max<int64_t>(count, 1))).value(); // the mean of nothing is 0
  }
  default:
    return {};
  }
}

/// How many elements a domain has.
Value Visit::numElements(const Domain &domain) {
  switch (domain.kind) {
  case Domain::Kind::axis:
    return extent(domain.extent);
  case Domain::Kind::children:
    return tree::NumChildrenOp::create(b, b.getIndexType(), emit(*domain.vertex), kernel.trees[domain.tree]);
  case Domain::Kind::tree:
    return tree::NumVerticesOp::create(b, b.getIndexType(), kernel.trees[domain.tree]);
  case Domain::Kind::leaves:
    return tree::NumLeavesOp::create(b, b.getIndexType(), kernel.trees[domain.tree]);
  case Domain::Kind::range:
    break;
  }
  Number lower = number(emitIndex(*domain.lower)), upper = number(emitIndex(*domain.upper));
  return max(upper - lower, upper.constant(0)).value();
}

void Visit::writeElement(Region &region, Type element, int32_t variable, llvm::function_ref<void()> write) {
  OpBuilder::InsertionGuard guard(b);
  Memo::ScopeTy scope(memo);
  Block *block = b.createBlock(&region, {}, {element}, {b.getLoc()});
  bindVariable(variable, block->getArgument(0));
  write();
}

Value Visit::emitComprehension(const Expr &expr) {
  const Domain &domain = expr.domain;
  tree::DomainKind kind = tree::DomainKind::range;
  Value vertex, lower, upper, tree;
  switch (domain.kind) {
  case Domain::Kind::axis:
    lower = makeConstant(b, b.getIndexType(), 0);
    upper = extent(domain.extent);
    break;
  case Domain::Kind::range:
    lower = emitIndex(*domain.lower);
    upper = emitIndex(*domain.upper);
    break;
  case Domain::Kind::children:
    kind = tree::DomainKind::children;
    vertex = emit(*domain.vertex);
    tree = kernel.trees[domain.tree];
    break;
  case Domain::Kind::tree:
  case Domain::Kind::leaves:
    kind = domain.kind == Domain::Kind::tree ? tree::DomainKind::vertices : tree::DomainKind::leaves;
    tree = kernel.trees[domain.tree];
    break;
  }

  bool isMean = expr.text == "mean", hasCondition = expr.args.size() > 1;
  bool countsMembers = isMean && hasCondition;
  Type type = typeOf(expr.type),
       elementType = lower ? Type(b.getIndexType()) : Type(tree::VertexType::get(b.getContext()));
  SmallVector<Type> types = {type};
  SmallVector<Attribute> kinds = {tile::ReductionKindAttr::get(b.getContext(), kindOf(expr.text))};
  if (countsMembers) {
    types.push_back(b.getIndexType());
    kinds.push_back(tile::ReductionKindAttr::get(b.getContext(), ReductionKind::sum));
  }
  auto reduce = tree::ReduceOp::create(b, types, b.getArrayAttr(kinds), kind, vertex, lower, upper, tree);
  if (hasCondition)
    writeElement(reduce.getFilter(), elementType, expr.variable,
                 [&] { tree::YieldOp::create(b, convert(emit(*expr.args[1]), b.getI1Type())); });
  writeElement(reduce.getBody(), elementType, expr.variable, [&] {
    SmallVector<Value> yielded = {emitAs(*expr.args[0], expr.type)};
    if (countsMembers)
      yielded.push_back(makeConstant(b, b.getIndexType(), 1));
    tree::YieldOp::create(b, yielded);
  });
  if (!isMean)
    return reduce.getResult(0);
  Number count = number(countsMembers ? reduce.getResult(1) : numElements(domain));
  Value divisor = convert(max(count, count.constant(1)).value(), getElementTypeOrSelf(type));
  return (number(reduce.getResult(0)) / number(stretch(divisor, shapeOf(reduce.getResult(0))))).value();
}

} // namespace espalier::emission
