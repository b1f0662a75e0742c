//===- Reductions.cpp - sum, mean, softmax and their kind, called ------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

Value Analyzer::callReduction(const Call &call) {
  std::string_view what = call.builtin.name;
  Span span = call.node.span;
  if (const ast::Expr *node = comprehensionArgument(call)) {
    if (const ast::Keyword *axis = call.keyword("axis"))
      diags().error(axis->span, "a comprehension has no axes: its element is reduced as it is");
    if (what == "norm") {
      diags().error(span, "`norm` takes no comprehension").withHint("`sqrt(sum(square(f) for ...))`");
      return Value::none();
    }
    return comprehension(what, *node);
  }
  Value value = evaluate(*call.args[0]);
  if (!value || value.is(Value::Kind::unknown))
    return value;
  StaticTuple storage;
  if ((what == "sum" || what == "max" || what == "min") &&
      (value.is(Value::Kind::statics) || (value.statics && asStatics(value, storage))))
    return staticReduce(what, value, span);
  if (value.is(Value::Kind::row)) {
    if (what == "sum" && !call.keyword("axis")) {
      auto expr = make(Op::rowSum, {Kind::tile, value.expr->type.dtype, {}, -1, 0}, {value.expr}, span);
      expr->variable = value.expr->variable;
      return Value::tile(expr);
    }
  } else if (!inVisit() && isWhole(value)) {
    std::optional<std::vector<int64_t>> axes;
    if (call.keyword("axis")) {
      auto whole = wholeOf(value, span);
      axes = whole ? axesArgument(call, whole->axes.size() + whole->tile.sizes.size()) : std::nullopt;
      if (!axes)
        return Value::none();
    }
    return wholeReduce(what, value, axes, span);
  }
  bool mayBePrefix = what == "sum" || what == "norm";
  Value tile = toTile(value, call.args[0]->span, mayBePrefix);
  if (!tile.is(Value::Kind::tile))
    return tile;
  if (tile.prefix && call.keyword("axis")) {
    diags().error(span, "a slice whose length depends on `shared_levels` is reduced over all elements");
    return Value::none();
  }
  auto axes = axesArgument(call, tile.expr->type.sizes.size());
  return axes ? reduce(what, tile, *axes, span) : Value::none();
}

Value Analyzer::callSoftmax(const Call &call) {
  if (const ast::Expr *node = comprehensionArgument(call)) {
    if (const ast::Keyword *axis = call.keyword("axis"))
      diags().error(axis->span, "a row has one axis");
    return softmaxRow(*node);
  }
  return callLayerNorm(call);
}

/// softmax along the last axis unless one is named; layer_norm over all elements unless an axis is named.
Value Analyzer::callLayerNorm(const Call &call) {
  Value value = evaluate(*call.args[0]);
  Span span = call.node.span;
  if (!value)
    return value;
  bool isLayerNorm = call.builtin.op == Op::layerNorm;
  if (!inVisit() && isWhole(value) && (call.keyword("axis") || !isLayerNorm)) {
    auto whole = wholeOf(value, span);
    size_t rank = whole ? whole->axes.size() + whole->tile.sizes.size() : 0;
    auto axes =
        call.keyword("axis") && whole ? axesArgument(call, rank) : std::vector<int64_t>{static_cast<int64_t>(rank) - 1};
    if (!whole || !axes)
      return Value::none();
    // The axis is a tile's, then: the next walk reads it as one.
    if (whole->tile.sizes.empty() && axes->size() == 1 && axes->front() == static_cast<int64_t>(rank) - 1 &&
        isDimension(whole->axes.back().size)) {
      sawWhole = true;
      noteTile({whole->axes.back().size});
      return value;
    }
    if (!whole->tile.sizes.empty() && !whole->axes.empty() && axes->size() == 1 &&
        axes->front() == static_cast<int64_t>(rank) - 1) {
      Whole result = *whole;
      bool makesFloat = !isFloat(result.tile.dtype);
      if (makesFloat)
        result.tile.dtype = floatType();
      result.at = [this, inner = *whole, op = call.builtin.op, span](const std::vector<ExprPtr> &indices) -> ExprPtr {
        ExprPtr arg = inner.at(indices);
        Value tile = arg ? floatTile(Value::tile(arg), span) : Value::none();
        if (!tile)
          return nullptr;
        auto expr = make(op, tile.expr->type, {tile.expr}, span);
        expr->axes = {static_cast<int64_t>(tile.expr->type.sizes.size()) - 1};
        expr->number = op == Op::layerNorm ? 1e-5 : 0;
        return expr;
      };
      Value normed = Value::of(Value::Kind::whole);
      normed.whole = std::make_shared<const Whole>(std::move(result));
      return normed;
    }
  }
  Value tile = floatTile(value, call.args[0]->span);
  if (!tile.is(Value::Kind::tile))
    return tile;
  size_t rank = tile.expr->type.sizes.size();
  if (rank == 0) {
    diags().error(span, fmt::format("`{}` takes a tile with an axis, found a number", call.builtin.name));
    return Value::none();
  }
  std::vector<int64_t> axes = {static_cast<int64_t>(rank) - 1};
  if (isLayerNorm && rank > 1 && !call.keyword("axis")) { // over all elements: as one axis
    std::vector<Dim> sizes = tile.expr->type.sizes;
    Dim total = 1;
    for (const Dim &size : sizes)
      total = total * size;
    Value flat = reshapeTo(tile, {total}, span);
    if (!flat)
      return flat;
    auto expr = make(Op::layerNorm, flat.expr->type, {flat.expr}, span);
    expr->axes = {0};
    expr->number = 1e-5;
    return reshapeTo(Value::tile(expr), std::move(sizes), span);
  }
  if (call.keyword("axis")) {
    auto named = axesArgument(call, rank);
    if (!named)
      return Value::none();
    axes = *named;
    if (axes.size() != 1) {
      diags().error(call.keyword("axis")->span, fmt::format("`{}` works along one axis", call.builtin.name));
      return Value::none();
    }
  }
  auto expr = make(call.builtin.op, tile.expr->type, {tile.expr}, span);
  expr->axes = axes;
  expr->number = call.builtin.op == Op::layerNorm ? 1e-5 : 0;
  return Value::tile(expr);
}

} // namespace espalier::sema
