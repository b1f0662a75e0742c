//===- VisitRows.cpp - Levels, prefixes, and rows that stay in a visit ------===//
//
// A row that is part of a recursion, or that changes with a comprehension, is no attention
// (RowPlacement.h): it becomes reductions over the range of its keys,
//   l = logsumexp of the scores (+inf where they have no weight),  sum of exp(score - l) * value.
//===----------------------------------------------------------------------===//
#include "frontends/Emit/Visit.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <limits>

using namespace mlir;

namespace espalier::emission {

using sema::Expr;
using sema::Op;
using tile::ReductionKind;

Value Visit::emitRow(const Expr &expr) {
  switch (expr.op) {
  case Op::sharedLevels: {
    Value left = emitIndex(*expr.args[0]), right = emitIndex(*expr.args[1]);
    return block::SharedLevelsOp::create(b, b.getIndexType(), left, right,
                                         b.getI64IntegerAttr(expr.dims[0].constant().value_or(1)),
                                         extent(expr.dims[1]));
  }
  case Op::prefix: {
    SmallVector<int64_t> lengths;
    for (const sema::Dim &length : expr.table)
      lengths.push_back(length.constant().value_or(0));
    Value tile = emit(*expr.args[0]);
    Value count = emit(*expr.args[1]);
    return block::PrefixOp::create(b, tile.getType(), tile, count, b.getI64IntegerAttr(expr.axes[0]),
                                   b.getDenseI64ArrayAttr(lengths));
  }
  case Op::row: { // l
    Type type = computedElement(*b.getContext(), expr.type.dtype);
    Number logSum = number(overKeys(expr, ReductionKind::logsumexp, type, [&] { return emit(*expr.args[2]); }));
    constexpr double infinity = std::numeric_limits<double>::infinity();
    Value isEmpty =
        arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, logSum.value(), logSum.constant(-infinity).value());
    return arith::SelectOp::create(b, isEmpty, logSum.constant(infinity).value(), logSum.value());
  }
  case Op::rowTimes:
  case Op::rowSum:
    return emitRowProduct(expr);
  default:
    return {};
  }
}

Value Visit::emitRowProduct(const Expr &expr) {
  const Expr &row = *expr.args[0];
  Type type = typeOf(expr.type);
  Value logSum = emit(row);
  return overKeys(row, ReductionKind::sum, type, [&] {
    Number weight = exp(number(emit(*row.args[2])) - number(logSum));
    Number wide = number(stretch(convert(weight.value(), getElementTypeOrSelf(type)), shapeOf(expr.type.sizes)));
    return expr.op == Op::rowSum ? wide.value() : (wide * number(emitAs(*expr.args[1], expr.type))).value();
  });
}

/// Combines an element per key of a row: of its range, clamped to its axis, those that its condition admits.
Value Visit::overKeys(const Expr &row, ReductionKind kind, Type type, llvm::function_ref<Value()> element) {
  Number lower = number(emitIndex(*row.args[0])), upper = number(emitIndex(*row.args[1]));
  lower = max(lower, lower.constant(0));
  upper = min(upper, number(kernel.size(b, row.type.rowLength)));
  ArrayAttr kinds = b.getArrayAttr({tile::ReductionKindAttr::get(b.getContext(), kind)});
  auto reduce = tree::ReduceOp::create(b, TypeRange{type}, kinds, tree::DomainKind::range, Value(), lower.value(),
                                       upper.value(), Value());
  if (row.args.size() > 3)
    writeElement(reduce.getFilter(), b.getIndexType(), row.variable,
                 [&] { tree::YieldOp::create(b, convert(emit(*row.args[3]), b.getI1Type())); });
  writeElement(reduce.getBody(), b.getIndexType(), row.variable, [&] { tree::YieldOp::create(b, element()); });
  return reduce.getResult(0);
}

} // namespace espalier::emission
