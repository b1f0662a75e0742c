//===- WholeTensors.cpp - Elementwise expressions and reductions outside loops ===//
//
// `a + 0.3 * b` of whole tensors is one implicit `each` loop over the leading axes
// whose sizes are extents; the axes behind them are the tile. A reduction becomes
// nested comprehensions over those axes. A Whole is that expression before it is
// known where it ends: its tile at given indices.
//===----------------------------------------------------------------------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

/// Whether a value stands for more than a tile outside loops: some axis is an extent.
bool Analyzer::isWhole(const Value &value) const {
  if (value.is(Value::Kind::whole))
    return true;
  if (!value.is(Value::Kind::tensor))
    return false;
  const Tensor &row = state.kernel.tensors[static_cast<size_t>(value.id)];
  if (row.numLoopAxes == 0 && row.loop >= 0) // a tile that was named outside loops
    return false;
  for (const Tensor::Axis &axis : remainingAxes(value))
    if (isSymbolic(axis.size))
      return true;
  return false;
}

std::optional<Whole> Analyzer::wholeOf(const Value &value, Span span) {
  if (value.is(Value::Kind::whole))
    return *value.whole;
  if (!isWhole(value)) {
    Value tile = toTile(value, span);
    if (!tile.is(Value::Kind::tile))
      return std::nullopt;
    return Whole{{}, tile.expr->type, [expr = tile.expr](const std::vector<ExprPtr> &) { return expr; }};
  }
  sawWhole = true;
  Value tensor = value.indices.empty() ? expandGrids(value, span) : value;
  std::vector<Tensor::Axis> axes = remainingAxes(tensor);
  size_t leading = axes.size();
  while (leading > 0 && !isSymbolic(axes[leading - 1].size))
    --leading;
  Whole whole;
  whole.axes.assign(axes.begin(), axes.begin() + static_cast<std::ptrdiff_t>(leading));
  whole.tile = {Kind::tile, state.kernel.tensors[static_cast<size_t>(tensor.id)].dtype, {}, -1, 0};
  for (size_t k = leading; k < axes.size(); ++k)
    whole.tile.sizes.push_back(axes[k].size);
  whole.at = [this, tensor, span](const std::vector<ExprPtr> &indices) {
    Value element = tensor;
    for (const ExprPtr &index : indices) {
      const Tensor::Axis axis = state.kernel.tensors[static_cast<size_t>(element.id)].axes[element.indices.size()];
      if (index->type.kind == Kind::vertex && axis.tree != index->type.tree) {
        auto view = viewAt(element.id, element.indices.size(), index->type.tree, false, span);
        if (view)
          element.id = *view;
      }
      element.indices.push_back(index);
    }
    return readTensor(element, span).expr;
  };
  return whole;
}

/// The same with a tile of `rank` axes at most: those before become axes of the loop.
Whole Analyzer::withTileRank(Whole whole, size_t rank, Span span) {
  if (whole.tile.sizes.size() <= rank)
    return whole;
  Whole result = whole;
  size_t moved = whole.tile.sizes.size() - rank;
  for (size_t k = 0; k < moved; ++k)
    result.axes.push_back({whole.tile.sizes[k], -1, false});
  result.tile.sizes.erase(result.tile.sizes.begin(), result.tile.sizes.begin() + static_cast<std::ptrdiff_t>(moved));
  result.at = [this, whole, moved, span, tile = result.tile](const std::vector<ExprPtr> &indices) -> ExprPtr {
    std::vector<ExprPtr> outer(indices.begin(), indices.end() - static_cast<std::ptrdiff_t>(moved));
    std::vector<ExprPtr> args = {whole.at(outer)};
    if (!args[0])
      return nullptr;
    args.insert(args.end(), indices.end() - static_cast<std::ptrdiff_t>(moved), indices.end());
    return make(Op::element, tile, std::move(args), span);
  };
  return result;
}

Value Analyzer::wholeElementwise(Op op, const std::vector<Value> &operands, Span span) {
  sawWhole = true;
  std::vector<Whole> wholes;
  std::vector<Value> kinds; // weak, integral
  size_t tileRank = SIZE_MAX;
  for (const Value &operand : operands) {
    if (operand.is(Value::Kind::row) || operand.is(Value::Kind::vertex)) {
      toTile(operand, span);
      return Value::none();
    }
    Value tile = isWhole(operand) ? operand : toTile(operand, span);
    auto whole = tile ? wholeOf(tile, span) : std::nullopt;
    if (!whole)
      return Value::none();
    if (!whole->axes.empty())
      tileRank = std::min(tileRank, whole->tile.sizes.size());
    kinds.push_back(Value::none());
    kinds.back().weak = tile.weak;
    kinds.back().integral = tile.integral;
    wholes.push_back(std::move(*whole));
  }
  for (Whole &whole : wholes)
    whole = withTileRank(std::move(whole), tileRank, span);
  // Axes meet from the right, as in broadcasting; a tile of lower rank than tileRank has no axes.
  Whole result;
  for (const Whole &whole : wholes) {
    if (whole.axes.size() > result.axes.size())
      result.axes.insert(result.axes.begin(), whole.axes.size() - result.axes.size(), {Dim(1), -1, false});
    for (size_t k = 0; k < whole.axes.size(); ++k) {
      Tensor::Axis &axis = result.axes[result.axes.size() - whole.axes.size() + k];
      const Tensor::Axis &own = whole.axes[k];
      if (axis.size == Dim(1)) {
        axis = own;
        continue;
      }
      if (own.size == Dim(1))
        continue;
      if (!requireEqual(axis.size, own.size, span,
                        fmt::format("whole tensors do not fit: an axis of size {} meets one of {}", axis.size.str(),
                                    own.size.str())))
        return Value::none();
      if (axis.tree != own.tree || axis.leaves != own.leaves)
        axis = {axis.size, -1, false};
    }
  }
  result.at = [this, op, span, wholes, kinds, axes = result.axes](const std::vector<ExprPtr> &indices) -> ExprPtr {
    std::vector<Value> tiles;
    for (size_t k = 0; k < wholes.size(); ++k) {
      std::vector<ExprPtr> own(indices.end() - static_cast<std::ptrdiff_t>(wholes[k].axes.size()), indices.end());
      for (size_t a = 0; a < own.size(); ++a)
        if (wholes[k].axes[a].size == Dim(1) && axes[axes.size() - own.size() + a].size != Dim(1))
          own[a] = indexExpr(Value::number(0), span);
      ExprPtr expr = wholes[k].at(own);
      if (!expr)
        return nullptr;
      tiles.push_back(Value::tile(expr));
      tiles.back().weak = kinds[k].weak;
      tiles.back().integral = kinds[k].integral;
    }
    return tileElementwise(op, tiles, span).expr;
  };
  std::vector<ExprPtr> sample;
  for (size_t k = 0; k < result.axes.size(); ++k) {
    Type type;
    type.kind = Kind::index;
    sample.push_back(make(Op::literal, type, {}, span));
  }
  ExprPtr expr = result.at(sample);
  if (!expr)
    return Value::none();
  result.tile = expr->type;
  Value value = Value::of(Value::Kind::whole);
  value.whole = std::make_shared<const Whole>(std::move(result));
  return value;
}

/// A reduction over axes of the whole tensor (nothing: over all): of the tile first, then of each leading axis.
Value Analyzer::wholeReduce(std::string_view what, const Value &operand, std::optional<std::vector<int64_t>> axes,
                            Span span) {
  sawWhole = true;
  auto whole = wholeOf(operand, span);
  if (!whole)
    return Value::none();
  size_t leading = whole->axes.size(), rank = leading + whole->tile.sizes.size();
  auto isReduced = [&](size_t axis) {
    return !axes || std::find(axes->begin(), axes->end(), static_cast<int64_t>(axis)) != axes->end();
  };
  bool isNorm = what == "norm";
  Whole result;
  std::vector<size_t> reducedAxes;
  for (size_t k = 0; k < leading; ++k) {
    if (isReduced(k))
      reducedAxes.push_back(k);
    else
      result.axes.push_back(whole->axes[k]);
  }
  std::vector<int64_t> tileAxes;
  for (size_t k = leading; k < rank; ++k)
    if (isReduced(k))
      tileAxes.push_back(static_cast<int64_t>(k - leading));
  result.at = [this, whole = *whole, reducedAxes, tileAxes, leading, isNorm, what = std::string(what),
               span](const std::vector<ExprPtr> &indices) -> ExprPtr {
    std::vector<ExprPtr> full;
    std::vector<int32_t> variables;
    size_t kept = 0;
    for (size_t k = 0; k < leading; ++k) {
      if (std::find(reducedAxes.begin(), reducedAxes.end(), k) == reducedAxes.end()) {
        full.push_back(indices[kept++]);
        continue;
      }
      VariableInfo info;
      info.role = VariableInfo::Role::domain;
      info.range = {Dim(0), whole.axes[k].size - 1, true};
      variables.push_back(addVariable(fmt::format("k{}", k), Kind::index, -1, span, info));
      full.push_back(variableValue(variables.back(), span).expr);
    }
    ExprPtr element = whole.at(full);
    if (!element)
      return nullptr;
    Value value = Value::tile(element);
    std::string_view inner = isNorm ? "sum" : std::string_view(what);
    if (isNorm)
      value = tileElementwise(Op::square, {floatTile(value, span)}, span);
    if (!tileAxes.empty())
      value = reduce(inner, value, tileAxes, span);
    for (size_t k = variables.size(); k-- > 0 && value;) {
      Domain domain;
      domain.extent = whole.axes[reducedAxes[k]].size;
      value = finishComprehension(inner, value, Value::none(), variables[k], domain, span);
    }
    if (isNorm && value)
      value = tileElementwise(Op::sqrt, {value}, span);
    return value.expr;
  };
  if (result.axes.empty()) {
    ExprPtr expr = result.at({});
    return expr ? Value::tile(expr) : Value::none();
  }
  std::vector<ExprPtr> sample(result.axes.size(), indexExpr(Value::number(0), span));
  ExprPtr expr = result.at(sample);
  if (!expr)
    return Value::none();
  result.tile = expr->type;
  Value value = Value::of(Value::Kind::whole);
  value.whole = std::make_shared<const Whole>(std::move(result));
  return value;
}

Value Analyzer::wholeDot(Op op, const Value &a, const Value &b, Span span) {
  auto sum = [&](const Value &x, const Value &y) {
    return wholeReduce("sum", wholeElementwise(Op::mul, {x, y}, span), std::nullopt, span);
  };
  Value product = wholeElementwise(Op::mul, {a, b}, span);
  if (!product)
    return product;
  Value dot = wholeReduce("sum", product, std::nullopt, span);
  if (op == Op::dot || !dot)
    return dot;
  auto small = make(Op::literal, {Kind::tile, floatType(), {}, -1, 0}, {}, span);
  small->number = 1e-12;
  Value epsilon = Value::tile(small);
  epsilon.weak = true;
  Value normA = elementwise(Op::add, {elementwise(Op::sqrt, {sum(a, a)}, span), epsilon}, span);
  Value normB = elementwise(Op::add, {elementwise(Op::sqrt, {sum(b, b)}, span), epsilon}, span);
  return elementwise(Op::div, {dot, elementwise(Op::mul, {normA, normB}, span)}, span);
}

/// The value as a tensor: an implicit loop over its leading axes, or a tile computed outside loops.
Value Analyzer::materialise(const Value &value, const std::string &name, Span span) {
  if (!isWhole(value)) {
    Value tile = toTile(value, span);
    return tile.is(Value::Kind::tile) ? defineOutside(tile, name, span) : tile;
  }
  auto whole = wholeOf(value, span);
  if (!whole)
    return Value::none();
  closeOpenLoop();
  Loop loop;
  loop.span = span;
  std::vector<ExprPtr> indices;
  for (size_t k = 0; k < whole->axes.size(); ++k) {
    const Tensor::Axis &axis = whole->axes[k];
    VariableInfo info;
    if (axis.tree >= 0 && k + 1 == whole->axes.size()) {
      loop.tree = axis.tree;
      loop.leaves = axis.leaves;
      loop.treeVariable = addVariable(fmt::format("v{}", k), Kind::vertex, axis.tree, span, info);
      indices.push_back(variableValue(loop.treeVariable, span).expr);
      continue;
    }
    info.range = {Dim(0), axis.size - 1, true};
    loop.axes.push_back(axis.size);
    loop.axisVariables.push_back(addVariable(fmt::format("i{}", k), Kind::index, -1, span, info));
    state.kernel.variables.back().shownAs = fmt::format("axis {}", k);
    indices.push_back(variableValue(loop.axisVariables.back(), span).expr);
  }
  ExprPtr expr = whole->at(indices);
  if (!expr)
    return Value::none();
  Tensor tensor;
  tensor.name = name;
  tensor.span = span;
  tensor.dtype = expr->type.dtype;
  tensor.axes = whole->axes;
  tensor.numLoopAxes = static_cast<int32_t>(tensor.axes.size());
  for (const Dim &size : expr->type.sizes)
    tensor.axes.push_back({size, -1, false});
  tensor.loop = static_cast<int32_t>(state.kernel.loops.size());
  auto id = static_cast<int32_t>(state.kernel.tensors.size());
  state.kernel.tensors.push_back(std::move(tensor));
  state.tensors.push_back({});
  loop.body.push_back({Statement::Kind::define, id, name, expr, span});
  state.kernel.loops.push_back(std::move(loop));
  return Value::tensor(id);
}

} // namespace espalier::sema
