//===- Vertices.cpp - What is known of vertices, levels and static tuples ---===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

//===----------------------------------------------------------------------===//
// Statics, levels, vertices
//===----------------------------------------------------------------------===//

Value Analyzer::callLen(const Call &call) {
  Value value = evaluate(*call.args[0]);
  StaticTuple storage;
  if (!value)
    return value;
  if (value.is(Value::Kind::tuple))
    return Value::number(static_cast<int64_t>(value.elements.size()));
  if (!asStatics(value, storage)) {
    diags()
        .error(call.args[0]->span, fmt::format("`len` takes a static tuple, found {}", describe(value)))
        .withHint("the size of an axis is its dimension's name");
    return Value::none();
  }
  return staticReduce("len", value, call.node.span);
}

/// shared_levels(i, j, L, N)
Value Analyzer::callSharedLevels(const Call &call) {
  Value i = toIndex(evaluate(*call.args[0]), call.args[0]->span),
        j = toIndex(evaluate(*call.args[1]), call.args[1]->span);
  auto levels = compileTime(*call.args[2], "the number of levels");
  Value n = toIndex(evaluate(*call.args[3]), call.args[3]->span);
  if (!i || !j || !levels || !n)
    return Value::none();
  ExprPtr x = indexExpr(i, call.args[0]->span), y = indexExpr(j, call.args[1]->span);
  if (!x || !y)
    return Value::none();
  if (!n.dim || n.levels) {
    diags().error(call.args[3]->span, fmt::format("the number of positions is a dimension, found {}", describe(n)));
    return Value::none();
  }
  std::string message = fmt::format("`shared_levels` needs 1 to 62 levels, found {}", levels->str());
  if (!require(Relation::lessEqual, 1, *levels, call.args[2]->span, message) ||
      !require(Relation::lessEqual, *levels, 62, call.args[2]->span, message))
    return Value::none();
  noteTile({*levels});
  Type type;
  type.kind = Kind::index;
  auto expr = make(Op::sharedLevels, type, {x, y}, call.node.span);
  expr->dims = {*levels, *n.dim};
  Value value = Value::of(Value::Kind::index, expr);
  value.runtime = true;
  value.range = {Dim(0), *levels, false};
  return value;
}

/// is_root, is_leaf, depth, height, slot, parent: of a vertex
Value Analyzer::callVertex(const Call &call) {
  Value vertex = evaluate(*call.args[0]);
  if (!vertex)
    return vertex;
  if (!vertex.is(Value::Kind::vertex)) {
    diags().error(call.args[0]->span,
                  fmt::format("`{}` takes a vertex, found {}", call.builtin.name, describe(vertex)));
    return Value::none();
  }
  if (inCost) {
    diags().error(call.node.span, fmt::format("`{}` asks for a tree that is not built yet", call.builtin.name));
    return Value::none();
  }
  Type type;
  type.kind = Kind::index;
  if (call.builtin.op == Op::parent) {
    if (placeOf(vertex.expr) != Place::self) {
      diags()
          .error(call.args[0]->span, "`parent` takes the vertex that the loop visits")
          .withHint("a visit sees its vertex, its children and its parent");
      return Value::none();
    }
    type = vertex.expr->type;
    return Value::of(Value::Kind::vertex, make(Op::parent, type, {vertex.expr}, call.node.span));
  }
  if (call.builtin.op == Op::isRoot || call.builtin.op == Op::isLeaf)
    return Value::tile(make(call.builtin.op, {Kind::tile, DType::boolean, {}, -1, 0}, {vertex.expr}, call.node.span));
  Value value = Value::of(Value::Kind::index, make(call.builtin.op, type, {vertex.expr}, call.node.span));
  value.runtime = true;
  const Tree &tree = treeRow(vertex.expr->type.tree);
  value.range.low = Dim(0);
  if (call.builtin.op == Op::slot && tree.kind == TreeKind::perfect && tree.arity > 0)
    value.range.high = Dim(tree.arity) - 1;
  else
    value.range.high = tree.numVertices - 1;
  return value;
}

Value Analyzer::callRoot(const Call &call) {
  bool leaves = false;
  Value tree = treeArgument(*call.args[0], leaves);
  if (!tree)
    return tree;
  if (leaves || treeRow(tree.id).kind == TreeKind::forest) {
    diags()
        .error(call.node.span, fmt::format("{} has not one root", leaves ? "a set of leaves" : treeRow(tree.id).name))
        .withHint("`is_root(v)` is known in a loop");
    return Value::none();
  }
  Type type;
  type.kind = Kind::vertex;
  type.tree = tree.id;
  auto expr = make(Op::root, type, {}, call.node.span);
  expr->tree = tree.id;
  return Value::of(Value::Kind::vertex, expr);
}

/// leaves(G) as a number
Value Analyzer::callLeaves(const Call &call) {
  bool leaves = false;
  Value tree = treeArgument(call.node, leaves);
  return tree ? countOf(tree.id, true, call.node.span) : tree;
}

/// up, children, range, grid: domains, no values.
Value Analyzer::callMisplaced(const Call &call) {
  diags()
      .error(call.node.span, fmt::format("`{}` is a domain and stands after `in`", call.builtin.name))
      .withHint(fmt::format("{}", call.builtin.usage));
  return Value::none();
}

} // namespace espalier::sema
