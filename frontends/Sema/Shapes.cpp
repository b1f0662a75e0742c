//===- Shapes.cpp - reshape, concat and constant tiles -----------------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

//===----------------------------------------------------------------------===//
// Shapes and constants
//===----------------------------------------------------------------------===//

Value Analyzer::callReshape(const Call &call) {
  Value tile = toTile(evaluate(*call.args[0]), call.args[0]->span);
  auto sizes = sizesArgument({call.args.begin() + 1, call.args.end()}, "the size of an axis");
  if (!tile || !sizes)
    return Value::none();
  if (tile.is(Value::Kind::unknown)) // L11: any other operation on an unknown is unknown
    return tile;
  noteTile(*sizes);
  return reshapeTo(tile, std::move(*sizes), call.node.span);
}

Value Analyzer::callConcat(const Call &call) {
  std::vector<const ast::Expr *> nodes = call.args;
  if (nodes.size() == 1 && nodes[0]->kind == ast::ExprKind::Tuple) {
    const ast::Expr &tuple = *nodes[0];
    nodes.clear();
    for (const ast::ExprPtr &operand : tuple.operands)
      nodes.push_back(operand.get());
  }
  if (nodes.empty()) {
    diags().error(call.node.span, "`concat` needs a tile");
    return Value::none();
  }
  std::vector<Value> tiles;
  for (const ast::Expr *node : nodes) {
    Value tile = toTile(evaluate(*node), node->span);
    if (!tile)
      return tile;
    tiles.push_back(std::move(tile));
  }
  for (const Value &tile : tiles)
    if (tile.is(Value::Kind::unknown))
      return tile;
  size_t rank = tiles[0].expr->type.sizes.size();
  std::vector<int64_t> axes = {0};
  if (call.keyword("axis")) {
    auto named = axesArgument(call, rank);
    if (!named)
      return Value::none();
    axes = *named;
  }
  if (rank == 0 || axes.size() != 1) {
    diags().error(call.node.span, fmt::format("`concat` joins tiles along one axis, found {}", describe(tiles[0])));
    return Value::none();
  }
  auto axis = static_cast<size_t>(axes[0]);
  Type type = tiles[0].expr->type;
  type.dtype = commonDType(tiles);
  Dim total = 0;
  std::vector<ExprPtr> args;
  for (size_t k = 0; k < tiles.size(); ++k) {
    const Type &own = tiles[k].expr->type;
    std::string message =
        fmt::format("cannot concatenate {} and {} along axis {}", typeText(tiles[0].expr->type), typeText(own), axis);
    if (own.sizes.size() != rank) {
      diags().error(nodes[k]->span, message);
      return Value::none();
    }
    for (size_t d = 0; d < rank; ++d)
      if (d != axis && !requireEqual(type.sizes[d], own.sizes[d], nodes[k]->span, message))
        return Value::none();
    total = total + own.sizes[axis];
    args.push_back(asDType(tiles[k], type.dtype, call.node.span));
  }
  type.sizes[axis] = total;
  auto expr = make(Op::concat, type, std::move(args), call.node.span);
  expr->axes = axes;
  return Value::tile(expr);
}

/// zeros(n, m), ones(s)
Value Analyzer::callFill(const Call &call) {
  auto sizes = sizesArgument(call.args, "the size of an axis");
  if (!sizes)
    return Value::none();
  auto expr = make(Op::fill, {Kind::tile, floatType(), *sizes, -1, 0}, {}, call.node.span);
  expr->number = call.builtin.name == "ones" ? 1 : 0;
  Value value = Value::tile(expr);
  value.weak = true;
  return value;
}

Value Analyzer::callEye(const Call &call) {
  auto sizes = sizesArgument(call.args, "the size of `eye`");
  if (!sizes)
    return Value::none();
  Value value =
      Value::tile(make(Op::eye, {Kind::tile, floatType(), {(*sizes)[0], (*sizes)[0]}, -1, 0}, {}, call.node.span));
  value.weak = true;
  return value;
}

} // namespace espalier::sema
