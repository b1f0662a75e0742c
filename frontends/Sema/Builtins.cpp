//===- Builtins.cpp - The functions of the language, one row each (L17 - L21) ===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

/// Calls handled by rows of the table. `usage` is what the hint of a wrong call shows.
struct BuiltinTable {
  static const std::vector<Builtin> &rows();
};

const Builtin *findBuiltin(std::string_view name) {
  for (const Builtin &row : BuiltinTable::rows())
    if (row.name == name)
      return &row;
  return nullptr;
}

std::vector<std::string> builtinNames() {
  std::vector<std::string> names;
  for (const Builtin &row : BuiltinTable::rows())
    names.emplace_back(row.name);
  return names;
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

Value Analyzer::callElementwise(const Call &call) {
  std::vector<Value> operands;
  for (const ast::Expr *arg : call.args) {
    operands.push_back(evaluate(*arg));
    if (!operands.back())
      return Value::none();
  }
  return elementwise(call.builtin.op, std::move(operands), call.node.span);
}

/// Two arguments: elementwise. One: a reduction.
Value Analyzer::callMinMax(const Call &call) {
  if (call.args.size() == 1)
    return callReduction(call);
  if (const ast::Keyword *axis = call.keyword("axis")) {
    diags().error(axis->span, fmt::format("`{}` of two arguments is elementwise and takes no axis", call.builtin.name));
    return Value::none();
  }
  return callElementwise(call);
}

Value Analyzer::callCast(const Call &call) {
  Value value = evaluate(*call.args[0]);
  auto dtype = call.args[1]->kind == ast::ExprKind::Name ? dtypeNamed(call.args[1]->text) : std::nullopt;
  if (!dtype) {
    diags().error(call.args[1]->span, "`cast` takes a type: float f64 f32 f16 bf16 i32 bool");
    return Value::none();
  }
  if (!value)
    return value;
  if (inCost && isFloat(*dtype))
    dtype = DType::f64;
  if (!inVisit() && isWhole(value)) {
    sawWhole = true;
    auto whole = wholeOf(value, call.node.span);
    if (!whole)
      return Value::none();
    Whole result = *whole;
    result.tile.dtype = *dtype;
    result.at = [this, inner = *whole, type = result.tile, span = call.node.span](const std::vector<ExprPtr> &indices) -> ExprPtr {
      ExprPtr expr = inner.at(indices);
      if (!expr || expr->type.dtype == type.dtype)
        return expr;
      auto rounded = make(Op::cast, type, {expr}, span);
      rounded->text = "round";
      return rounded;
    };
    Value cast = Value::of(Value::Kind::whole);
    cast.whole = std::make_shared<const Whole>(std::move(result));
    return cast;
  }
  Value tile = toTile(value, call.node.span);
  if (!tile.is(Value::Kind::tile))
    return tile;
  if (tile.weak || tile.expr->type.dtype == *dtype)
    return Value::tile(asDType(tile, *dtype, call.node.span));
  Type type = tile.expr->type;
  type.dtype = *dtype;
  auto expr = make(Op::cast, type, {tile.expr}, call.node.span);
  expr->text = "round";
  return Value::tile(expr);
}

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
  if ((what == "sum" || what == "max" || what == "min") && (value.is(Value::Kind::statics) || (value.statics && asStatics(value, storage))))
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
    auto axes = call.keyword("axis") && whole ? axesArgument(call, rank) : std::vector<int64_t>{static_cast<int64_t>(rank) - 1};
    if (!whole || !axes)
      return Value::none();
    // The axis is a tile's, then: the next walk reads it as one.
    if (whole->tile.sizes.empty() && axes->size() == 1 && axes->front() == static_cast<int64_t>(rank) - 1 && isDimension(whole->axes.back().size)) {
      sawWhole = true;
      noteTile({whole->axes.back().size});
      return value;
    }
    if (!whole->tile.sizes.empty() && !whole->axes.empty() && axes->size() == 1 && axes->front() == static_cast<int64_t>(rank) - 1) {
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

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

Value Analyzer::callDot(const Call &call) {
  Span span = call.node.span;
  Value a = evaluate(*call.args[0]), b = evaluate(*call.args[1]);
  if (!a || !b)
    return Value::none();
  if (!inVisit() && (isWhole(a) || isWhole(b)))
    return wholeDot(call.builtin.op, a, b, span);
  bool mayBePrefix = call.builtin.op == Op::dot;
  Value x = floatTile(a, call.args[0]->span, mayBePrefix), y = floatTile(b, call.args[1]->span, mayBePrefix);
  if (!x || !y)
    return Value::none();
  if (x.is(Value::Kind::unknown) || y.is(Value::Kind::unknown))
    return Value::unknown();
  const Type &p = x.expr->type, &q = y.expr->type;
  std::string message = fmt::format("`{}` takes two tiles of equal shape, found {} and {}", call.builtin.name, typeText(p), typeText(q));
  bool fits = p.sizes.size() == q.sizes.size();
  if (!fits) {
    Diagnostic &error = diags().error(span, message);
    noteDefinition(error, a);
    noteDefinition(error, b);
  }
  for (size_t k = 0; k < p.sizes.size() && fits; ++k)
    fits = requireEqual(p.sizes[k], q.sizes[k], span, message, {&a, &b});
  if (!fits)
    return Value::none();
  if (x.prefix != y.prefix || (x.prefix && (x.expr->table != y.expr->table || x.expr->axes != y.expr->axes || !sameExpr(x.expr->args[1], y.expr->args[1])))) {
    diags().error(span, "both sides of `dot` are cut to the same number of shared levels").withHint("`dot(q[:sum(ranks[:n])], k[:sum(ranks[:n])])`");
    return Value::none();
  }
  DType dtype = commonDType({x, y});
  // A prefix stays what it is: dtypes that differ meet below it.
  auto cast = [&](const Value &value) { return asDType(value, dtype, span); };
  return Value::tile(make(call.builtin.op, {Kind::tile, dtype, {}, -1, 0}, {cast(x), cast(y)}, span));
}

Value Analyzer::callOuter(const Call &call) {
  Value a = floatTile(evaluate(*call.args[0]), call.args[0]->span), b = floatTile(evaluate(*call.args[1]), call.args[1]->span);
  if (!a || !b)
    return Value::none();
  if (a.is(Value::Kind::unknown) || b.is(Value::Kind::unknown))
    return Value::unknown();
  const Type &p = a.expr->type, &q = b.expr->type;
  if (p.sizes.size() != 1 || q.sizes.size() != 1) {
    diags().error(call.node.span, fmt::format("`outer` takes two vectors, found {} and {}", typeText(p), typeText(q)));
    return Value::none();
  }
  DType dtype = commonDType({a, b});
  return Value::tile(make(Op::outer, {Kind::tile, dtype, {p.sizes[0], q.sizes[0]}, -1, 0}, {asDType(a, dtype, call.node.span), asDType(b, dtype, call.node.span)}, call.node.span));
}

/// einsum("ab,bc->ac", x, y)
Value Analyzer::callEinsum(const Call &call) {
  const ast::Expr &node = *call.args[0];
  if (node.kind != ast::ExprKind::String) {
    diags().error(node.span, "`einsum` starts with its subscripts as a text").withHint("`einsum(\"ik,kj->ij\", a, b)`");
    return Value::none();
  }
  std::string subscripts;
  for (char c : node.text)
    if (c != ' ')
      subscripts += c;
  size_t arrow = subscripts.find("->");
  if (arrow == std::string::npos) {
    diags().error(node.span, fmt::format("the subscripts \"{}\" name no result", node.text)).withHint("write `->` and the letters of the result");
    return Value::none();
  }
  std::vector<std::string> letters(1);
  for (size_t k = 0; k < arrow; ++k) {
    if (subscripts[k] == ',')
      letters.emplace_back();
    else
      letters.back() += subscripts[k];
  }
  std::string result = subscripts.substr(arrow + 2);
  std::vector<std::string> all = letters;
  all.push_back(result);
  for (const std::string &group : all)
    for (size_t k = 0; k < group.size(); ++k) {
      bool isLetter = (group[k] >= 'a' && group[k] <= 'z') || (group[k] >= 'A' && group[k] <= 'Z');
      if (!isLetter) {
        diags().error(node.span, fmt::format("subscripts are letters, found `{}`", group[k]));
        return Value::none();
      }
      if (group.find(group[k], k + 1) != std::string::npos) {
        diags().error(node.span, fmt::format("the letter `{}` stands twice in \"{}\"", group[k], group)).withHint("a letter stands once in an operand");
        return Value::none();
      }
    }
  if (letters.size() != call.args.size() - 1) {
    diags().error(node.span, fmt::format("the subscripts \"{}\" are for {} operands, found {}", node.text, letters.size(), call.args.size() - 1));
    return Value::none();
  }
  std::vector<Value> operands, originals;
  std::map<char, std::pair<Dim, size_t>> sizes;
  for (size_t k = 0; k < letters.size(); ++k) {
    Value value = evaluate(*call.args[k + 1]);
    Value tile = floatTile(value, call.args[k + 1]->span);
    if (!tile.is(Value::Kind::tile))
      return tile;
    const Type &type = tile.expr->type;
    if (type.sizes.size() != letters[k].size()) {
      Diagnostic &error = diags().error(call.args[k + 1]->span, fmt::format("\"{}\" has {} letters, but its operand is {}", letters[k], letters[k].size(), typeText(type)));
      noteDefinition(error, value);
      return Value::none();
    }
    for (size_t axis = 0; axis < type.sizes.size(); ++axis) {
      auto [place, isNew] = sizes.try_emplace(letters[k][axis], type.sizes[axis], k);
      if (isNew)
        continue;
      std::string message = fmt::format("the letter `{}` has size {} in operand {} and {} in operand {}", letters[k][axis], place->second.first.str(), place->second.second + 1,
                                        type.sizes[axis].str(), k + 1);
      if (!requireEqual(place->second.first, type.sizes[axis], call.args[k + 1]->span, message, {&value}))
        return Value::none();
    }
    operands.push_back(std::move(tile));
  }
  std::vector<Dim> resultSizes;
  for (char letter : result) {
    auto place = sizes.find(letter);
    if (place == sizes.end()) {
      diags().error(node.span, fmt::format("the letter `{}` of the result stands in no operand", letter));
      return Value::none();
    }
    resultSizes.push_back(place->second.first);
  }
  return contract(subscripts, operands, std::move(resultSizes), call.node.span);
}

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
    std::string message = fmt::format("cannot concatenate {} and {} along axis {}", typeText(tiles[0].expr->type), typeText(own), axis);
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
  Value value = Value::tile(make(Op::eye, {Kind::tile, floatType(), {(*sizes)[0], (*sizes)[0]}, -1, 0}, {}, call.node.span));
  value.weak = true;
  return value;
}

//===----------------------------------------------------------------------===//
// Solves
//===----------------------------------------------------------------------===//

Value Analyzer::callSolve(const Call &call) {
  Value left = evaluate(*call.args[0]), right = evaluate(*call.args[1]);
  Value s = floatTile(left, call.args[0]->span), b = floatTile(right, call.args[1]->span);
  if (!s || !b)
    return Value::none();
  if (s.is(Value::Kind::unknown) || b.is(Value::Kind::unknown))
    return Value::unknown();
  const Type &p = s.expr->type, &q = b.expr->type;
  std::string message = fmt::format("`{}` takes S [n, n] and b [n] or [n, m], found {} and {}", call.builtin.name, typeText(p), typeText(q));
  bool fits = p.sizes.size() == 2 && (q.sizes.size() == 1 || q.sizes.size() == 2);
  if (!fits) {
    Diagnostic &error = diags().error(call.node.span, message);
    noteDefinition(error, left);
    noteDefinition(error, right);
    return Value::none();
  }
  if (!requireEqual(p.sizes[0], p.sizes[1], call.node.span, message, {&left, &right}) ||
      !requireEqual(p.sizes[0], q.sizes[0], call.node.span, message, {&left, &right}))
    return Value::none();
  DType dtype = commonDType({s, b});
  return Value::tile(make(call.builtin.op, {Kind::tile, dtype, q.sizes, -1, 0}, {asDType(s, dtype, call.node.span), asDType(b, dtype, call.node.span)}, call.node.span));
}

/// inv(S) = solve(S, eye(n))
Value Analyzer::callInv(const Call &call) {
  Value s = floatTile(evaluate(*call.args[0]), call.args[0]->span);
  if (!s.is(Value::Kind::tile))
    return s;
  const Type type = s.expr->type;
  std::string message = fmt::format("`inv` takes a square tile, found {}", typeText(type));
  if (type.sizes.size() != 2) {
    diags().error(call.node.span, message);
    return Value::none();
  }
  if (!requireEqual(type.sizes[0], type.sizes[1], call.node.span, message))
    return Value::none();
  return Value::tile(make(Op::solve, type, {s.expr, make(Op::eye, type, {}, call.node.span)}, call.node.span));
}

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
    diags().error(call.args[0]->span, fmt::format("`len` takes a static tuple, found {}", describe(value))).withHint("the size of an axis is its dimension's name");
    return Value::none();
  }
  return staticReduce("len", value, call.node.span);
}

/// shared_levels(i, j, L, N)
Value Analyzer::callSharedLevels(const Call &call) {
  Value i = toIndex(evaluate(*call.args[0]), call.args[0]->span), j = toIndex(evaluate(*call.args[1]), call.args[1]->span);
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
  if (!require(Relation::lessEqual, 1, *levels, call.args[2]->span, message) || !require(Relation::lessEqual, *levels, 62, call.args[2]->span, message))
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
    diags().error(call.args[0]->span, fmt::format("`{}` takes a vertex, found {}", call.builtin.name, describe(vertex)));
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
      diags().error(call.args[0]->span, "`parent` takes the vertex that the loop visits").withHint("a visit sees its vertex, its children and its parent");
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
    diags().error(call.node.span, fmt::format("{} has not one root", leaves ? "a set of leaves" : treeRow(tree.id).name)).withHint("`is_root(v)` is known in a loop");
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
  diags().error(call.node.span, fmt::format("`{}` is a domain and stands after `in`", call.builtin.name)).withHint(fmt::format("{}", call.builtin.usage));
  return Value::none();
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

const std::vector<Builtin> &BuiltinTable::rows() {
  using A = Analyzer;
  static const std::vector<Builtin> table = {
      // name, positional arguments, usage, handler, operation, keywords
      {"exp", 1, 1, "exp(x)", &A::callElementwise, Op::exp},
      {"log", 1, 1, "log(x)", &A::callElementwise, Op::log},
      {"sqrt", 1, 1, "sqrt(x)", &A::callElementwise, Op::sqrt},
      {"rsqrt", 1, 1, "rsqrt(x)", &A::callElementwise, Op::rsqrt},
      {"tanh", 1, 1, "tanh(x)", &A::callElementwise, Op::tanh},
      {"sigmoid", 1, 1, "sigmoid(x)", &A::callElementwise, Op::sigmoid},
      {"silu", 1, 1, "silu(x)", &A::callElementwise, Op::silu},
      {"gelu", 1, 1, "gelu(x)", &A::callElementwise, Op::gelu},
      {"softplus", 1, 1, "softplus(x)", &A::callElementwise, Op::softplus},
      {"relu", 1, 1, "relu(x)", &A::callElementwise, Op::relu},
      {"abs", 1, 1, "abs(x)", &A::callElementwise, Op::abs},
      {"square", 1, 1, "square(x)", &A::callElementwise, Op::square},
      {"sin", 1, 1, "sin(x)", &A::callElementwise, Op::sin},
      {"cos", 1, 1, "cos(x)", &A::callElementwise, Op::cos},
      {"where", 3, 3, "where(condition, then, otherwise)", &A::callElementwise, Op::where},
      {"max", 1, 2, "max(x), max(x, axis=0), max(x, y), max(f for c in children(v))", &A::callMinMax, Op::max, "axis"},
      {"min", 1, 2, "min(x), min(x, axis=0), min(x, y), min(f for c in children(v))", &A::callMinMax, Op::min, "axis"},
      {"sum", 1, 1, "sum(x), sum(x, axis=0), sum(f for c in children(v))", &A::callReduction, Op::sum, "axis"},
      {"mean", 1, 1, "mean(x), mean(x, axis=0), mean(f for c in children(v))", &A::callReduction, Op::mean, "axis"},
      {"norm", 1, 1, "norm(x), norm(x, axis=0)", &A::callReduction, Op::norm, "axis"},
      {"logsumexp", 1, 1, "logsumexp(x), logsumexp(x, axis=0), logsumexp(f for c in children(v))", &A::callReduction, Op::logSumExp, "axis"},
      {"softmax", 1, 1, "softmax(x), softmax(x, axis=0), softmax(s for j in range(lo, hi))", &A::callSoftmax, Op::softmax, "axis"},
      {"layer_norm", 1, 1, "layer_norm(x), layer_norm(x, axis=0)", &A::callLayerNorm, Op::layerNorm, "axis"},
      {"dot", 2, 2, "dot(x, y)", &A::callDot, Op::dot},
      {"cosine", 2, 2, "cosine(x, y)", &A::callDot, Op::cosine},
      {"outer", 2, 2, "outer(x, y)", &A::callOuter, Op::outer},
      {"einsum", 2, -1, "einsum(\"ik,kj->ij\", a, b)", &A::callEinsum, Op::contract},
      {"reshape", 2, -1, "reshape(x, (n, m))", &A::callReshape, Op::reshape},
      {"concat", 1, -1, "concat(x, y), concat(x, y, axis=1)", &A::callConcat, Op::concat, "axis"},
      {"zeros", 1, -1, "zeros(n), zeros(n, m)", &A::callFill, Op::fill},
      {"ones", 1, -1, "ones(n), ones(n, m)", &A::callFill, Op::fill},
      {"eye", 1, 1, "eye(n)", &A::callEye, Op::eye},
      {"cast", 2, 2, "cast(x, f32)", &A::callCast, Op::cast},
      {"solve", 2, 2, "solve(S, b)", &A::callSolve, Op::solve},
      {"cholesky_solve", 2, 2, "cholesky_solve(S, b)", &A::callSolve, Op::choleskySolve},
      {"inv", 1, 1, "inv(S)", &A::callInv, Op::solve},
      {"len", 1, 1, "len(ranks)", &A::callLen, Op::literal},
      {"shared_levels", 4, 4, "shared_levels(i, j, L, N)", &A::callSharedLevels, Op::sharedLevels},
      {"parent", 1, 1, "x[parent(v)]", &A::callVertex, Op::parent},
      {"is_root", 1, 1, "is_root(v)", &A::callVertex, Op::isRoot},
      {"is_leaf", 1, 1, "is_leaf(v)", &A::callVertex, Op::isLeaf},
      {"depth", 1, 1, "depth(v)", &A::callVertex, Op::depth},
      {"height", 1, 1, "height(v)", &A::callVertex, Op::height},
      {"slot", 1, 1, "slot(v)", &A::callVertex, Op::slot},
      {"root", 1, 1, "x[root(G)]", &A::callRoot, Op::root},
      {"chain", 1, 1, "chain(n)", &A::callTreeBuilder},
      {"perfect", 2, 2, "perfect(k, height)", &A::callTreeBuilder},
      {"from_parents", 1, 1, "from_parents(p)", &A::callTreeBuilder},
      {"quadtree", 3, 3, "quadtree(H, W, \"morton\")", &A::callTreeBuilder},
      {"minimum_spanning_tree", 1, 1, "minimum_spanning_tree((cost for i, j in grid(H, W)), root=0)", &A::callTreeBuilder, Op::literal, "root"},
      {"up", 0, -1, "for v in up(G)", &A::callMisplaced},
      {"down", 0, -1, "for v in down(G)", &A::callMisplaced},
      {"each", 0, -1, "for i in each(N)", &A::callMisplaced},
      {"children", 0, -1, "sum(x[c] for c in children(v))", &A::callMisplaced},
      {"range", 0, -1, "sum(x[j] for j in range(lo, hi))", &A::callMisplaced},
      {"leaves", 1, 1, "for v in each(leaves(G))", &A::callLeaves},
      {"grid", 0, -1, "for i, j in grid(H, W)", &A::callMisplaced},
      {"grid8", 0, -1, "for i, j in grid8(H, W)", &A::callMisplaced},
      {"band", 0, -1, "for i, j in band(N, m)", &A::callMisplaced},
      {"edges", 0, -1, "for i, j in edges(pairs)", &A::callMisplaced},
  };
  return table;
}

} // namespace espalier::sema
