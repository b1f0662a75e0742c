//===- Tiles.cpp - Products, reductions, slices, shapes of tiles -------------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

Value Analyzer::contract(std::string subscripts, const std::vector<Value> &operands, std::vector<Dim> sizes,
                         Span span) {
  DType dtype = commonDType(operands);
  std::vector<ExprPtr> args;
  for (const Value &operand : operands)
    args.push_back(asDType(operand, dtype, span));
  auto expr = make(Op::contract, {Kind::tile, dtype, std::move(sizes), -1, 0}, std::move(args), span);
  expr->text = std::move(subscripts);
  return Value::tile(expr);
}

/// `@` of tiles of rank 1 and 2, as NumPy's.
Value Analyzer::matmul(const Value &left, const Value &right, Span span) {
  Value a = floatTile(left, span), b = floatTile(right, span);
  if (!a || !b)
    return Value::none();
  if (a.is(Value::Kind::unknown) || b.is(Value::Kind::unknown))
    return Value::unknown();
  const std::vector<Dim> &x = a.expr->type.sizes, &y = b.expr->type.sizes;
  auto ranksFit = [](const std::vector<Dim> &sizes) { return sizes.size() == 1 || sizes.size() == 2; };
  if (!ranksFit(x) || !ranksFit(y)) {
    Diagnostic &error = diags().error(span, fmt::format("`@` multiplies tiles of rank 1 and 2, found {} and {}",
                                                        typeText(a.expr->type), typeText(b.expr->type)));
    noteDefinition(error, left);
    noteDefinition(error, right);
    error.withHint(x.empty() || y.empty() ? "numbers are multiplied by `*`" : "`einsum` contracts tiles of any rank");
    return Value::none();
  }
  std::string message =
      fmt::format("cannot multiply {} by {}: inner sizes differ", typeText(a.expr->type), typeText(b.expr->type));
  bool isTransposed = b.expr->op == Op::transpose && b.expr->args[0]->type.sizes[0] == x.back();
  bool wouldFit = y.size() == 2 && y[1] == x.back();
  std::string hint = isTransposed ? "drop the `.T`"
                     : wouldFit   ? "the transpose of the right side, `.T`, would fit"
                                  : "";
  if (!requireEqual(x.back(), y[0], span, message, {&left, &right}, hint))
    return Value::none();
  static const char *subscripts[2][2] = {{"k,k->", "k,kj->j"}, {"ik,k->i", "ik,kj->ij"}};
  std::vector<Dim> sizes;
  if (x.size() == 2)
    sizes.push_back(x[0]);
  if (y.size() == 2)
    sizes.push_back(y[1]);
  return contract(subscripts[x.size() - 1][y.size() - 1], {a, b}, std::move(sizes), span);
}

Value Analyzer::transposed(const Value &value, Span span) {
  Value tile = toTile(value, span);
  if (!tile.is(Value::Kind::tile))
    return tile;
  Type type = tile.expr->type;
  if (type.sizes.size() != 2) {
    Diagnostic &error = diags().error(span, fmt::format("`.T` transposes a tile of rank 2, found {}", typeText(type)));
    noteDefinition(error, value);
    return Value::none();
  }
  std::swap(type.sizes[0], type.sizes[1]);
  auto expr = make(Op::transpose, type, {tile.expr}, span);
  expr->axes = {1, 0};
  return Value::tile(expr);
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// The axes that `axis=` names, ascending, counted from the front; nothing after an error.
std::optional<std::vector<int64_t>> Analyzer::axesArgument(const Call &call, size_t rank) {
  std::vector<int64_t> axes;
  const ast::Keyword *keyword = call.keyword("axis");
  if (!keyword) {
    for (size_t k = 0; k < rank; ++k)
      axes.push_back(static_cast<int64_t>(k));
    return axes;
  }
  std::vector<const ast::Expr *> nodes = {keyword->value.get()};
  if (keyword->value->kind == ast::ExprKind::Tuple) {
    nodes.clear();
    for (const ast::ExprPtr &operand : keyword->value->operands)
      nodes.push_back(operand.get());
  }
  for (const ast::Expr *node : nodes) {
    auto axis = compileTime(*node, "an axis");
    if (!axis)
      return std::nullopt;
    auto signedRank = static_cast<int64_t>(rank);
    auto number = axis->constant();
    if (!number || *number < -signedRank || *number >= signedRank) {
      diags().error(node->span, fmt::format("axis {} is out of range: the tile has {} axes", axis->str(), rank));
      return std::nullopt;
    }
    axes.push_back(*number < 0 ? *number + signedRank : *number);
  }
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) {
    diags().error(keyword->span, "an axis is named twice");
    return std::nullopt;
  }
  return axes;
}

static Op reductionOp(std::string_view what) {
  static const std::map<std::string_view, Op> ops = {{"sum", Op::sum},       {"mean", Op::mean},
                                                     {"max", Op::reduceMax}, {"min", Op::reduceMin},
                                                     {"norm", Op::norm},     {"logsumexp", Op::logSumExp}};
  return ops.at(what);
}

Value Analyzer::reduce(std::string_view what, const Value &value, const std::vector<int64_t> &axes, Span span) {
  Op op = reductionOp(what);
  bool keepsIntegers = op == Op::sum || op == Op::reduceMax || op == Op::reduceMin;
  bool isInteger = keepsIntegers && value.expr->type.dtype == DType::i32;
  Value tile = isInteger ? value : floatTile(value, span, true);
  if (!tile)
    return tile;
  Type type = tile.expr->type;
  type.sizes.clear();
  for (size_t k = 0; k < tile.expr->type.sizes.size(); ++k)
    if (std::find(axes.begin(), axes.end(), static_cast<int64_t>(k)) == axes.end())
      type.sizes.push_back(tile.expr->type.sizes[k]);
  if (axes.empty() && op != Op::norm)
    return tile; // a number
  auto expr = make(op, type, {tile.expr}, span);
  expr->axes = axes;
  return Value::tile(expr);
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

Value Analyzer::reshapeTo(const Value &tile, std::vector<Dim> sizes, Span span) {
  Dim before = 1, after = 1;
  for (const Dim &size : tile.expr->type.sizes)
    before = before * size;
  for (const Dim &size : sizes)
    after = after * size;
  std::string message = fmt::format("cannot reshape {} to ({}): {} and {} elements", typeText(tile.expr->type),
                                    sizesText(sizes), before.str(), after.str());
  if (!requireEqual(before, after, span, message))
    return Value::none();
  Value result = tile;
  Type type = tile.expr->type;
  if (type.sizes == sizes)
    return result;
  type.sizes = std::move(sizes);
  result = Value::tile(make(Op::reshape, type, {tile.expr}, span));
  result.weak = tile.weak;
  return result;
}

Value Analyzer::subscriptTile(const Value &base, const ast::Expr &node) {
  Value tile = toTile(base, node.span);
  if (!tile)
    return tile;
  std::vector<ExprPtr> args = {tile.expr};
  Type type = tile.expr->type;
  bool mayFault = false;
  size_t k = 1;
  for (; k < node.operands.size() && node.operands[k]->kind != ast::ExprKind::Slice; ++k) {
    const ast::Expr &operand = *node.operands[k];
    if (type.sizes.empty()) {
      diags().error(operand.span, fmt::format("{} has {} axes, found {} indices", typeText(tile.expr->type),
                                              tile.expr->type.sizes.size(), node.operands.size() - 1));
      return Value::none();
    }
    Value index = toIndex(evaluate(operand), operand.span);
    if (!index || !checkRange(index, type.sizes[0], operand, mayFault))
      return Value::none();
    ExprPtr expr = indexExpr(index, operand.span);
    if (!expr)
      return Value::none();
    args.push_back(expr->op == Op::cast ? expr->args[0] : expr);
    type.sizes.erase(type.sizes.begin());
  }
  Value result = tile;
  if (args.size() > 1) {
    auto expr = make(Op::element, type, std::move(args), node.span);
    expr->mayFault = mayFault;
    result = Value::tile(expr);
  }
  return k < node.operands.size() ? sliceTile(result, node.operands, k, node) : result;
}

/// `[a:b, c:, k]` on the axes of a tile; `indices[first]` meets the first axis.
Value Analyzer::sliceTile(const Value &tile, const std::vector<ast::ExprPtr> &indices, size_t first,
                          const ast::Expr &node) {
  Type type = tile.expr->type;
  if (indices.size() - first > type.sizes.size()) {
    diags().error(node.span, fmt::format("too many slices: {} of {}", indices.size() - first, typeText(type)));
    return Value::none();
  }
  std::vector<Dim> pairs;
  std::vector<Dim> kept;
  bool dropsAxes = false, isWhole = true;
  ExprPtr levels;
  std::vector<Dim> table;
  int64_t levelAxis = 0;
  for (size_t axis = 0; axis < type.sizes.size(); ++axis) {
    const Dim size = type.sizes[axis];
    Dim low = 0, high = size;
    if (axis < indices.size() - first) {
      const ast::Expr &index = *indices[first + axis];
      auto bound = [&](const ast::Expr &at, Dim &target) {
        Value value = evaluate(at);
        if (!value)
          return false;
        if (value.levels) { // a length by the number of shared levels (L19)
          if (levels || index.kind != ast::ExprKind::Slice || index.operands[0]) {
            diags()
                .error(at.span, "a table over `shared_levels` bounds one slice, from the start of its axis")
                .withHint("`q[:sum(ranks[:n])]`");
            return false;
          }
          levels = value.levels;
          table = value.table;
          levelAxis = static_cast<int64_t>(axis);
          return true;
        }
        auto number = compileTime(value, at.span, "the bound of a slice");
        if (!number)
          return false;
        target = number->constant() && *number->constant() < 0 ? size + *number : *number;
        noteTile({target});
        return true;
      };
      bool isSlice = index.kind == ast::ExprKind::Slice;
      if (isSlice && ((index.operands[0] && !bound(*index.operands[0], low)) ||
                      (index.operands[1] && !bound(*index.operands[1], high))))
        return Value::none();
      if (!isSlice) {
        if (!bound(index, low))
          return Value::none();
        high = low + 1;
        dropsAxes = true;
      }
      std::string message =
          fmt::format("slice {}:{} is out of range: the axis has size {}", low.str(), high.str(), size.str());
      bool inRange = require(Relation::lessEqual, 0, low, index.span, message) &&
                     require(Relation::lessEqual, low, high, index.span,
                             fmt::format("slice {}:{} ends before it begins", low.str(), high.str())) &&
                     require(Relation::lessEqual, high, size, index.span, message);
      if (!inRange)
        return Value::none();
      if (isSlice)
        kept.push_back(high - low);
    } else {
      kept.push_back(size);
    }
    isWhole &= low == Dim(0) && high == size;
    pairs.push_back(low);
    pairs.push_back(high - low);
  }
  Value result = tile;
  if (!isWhole) {
    for (size_t axis = 0; axis < type.sizes.size(); ++axis)
      type.sizes[axis] = pairs[2 * axis + 1];
    auto expr = make(Op::slice, type, {tile.expr}, node.span);
    expr->dims = std::move(pairs);
    result = Value::tile(expr);
  }
  if (dropsAxes)
    result = reshapeTo(result, std::move(kept), node.span);
  if (!levels || !result)
    return result;
  if (dropsAxes) {
    diags()
        .error(node.span, "a slice bounded by `shared_levels` keeps the axes beside it")
        .withHint("take the element first");
    return Value::none();
  }
  for (const Dim &length : table)
    if (!require(Relation::lessEqual, length, result.expr->type.sizes[static_cast<size_t>(levelAxis)], node.span,
                 fmt::format("slice :{} is out of range: the axis has size {}", length.str(),
                             result.expr->type.sizes[static_cast<size_t>(levelAxis)].str())))
      return Value::none();
  auto expr = make(Op::prefix, result.expr->type, {result.expr, levels}, node.span);
  expr->axes = {levelAxis};
  expr->table = std::move(table);
  Value prefix = Value::tile(expr);
  prefix.prefix = true;
  return prefix;
}

} // namespace espalier::sema
