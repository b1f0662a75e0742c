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
    result.at = [this, inner = *whole, type = result.tile,
                 span = call.node.span](const std::vector<ExprPtr> &indices) -> ExprPtr {
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
      {"logsumexp", 1, 1, "logsumexp(x), logsumexp(x, axis=0), logsumexp(f for c in children(v))", &A::callReduction,
       Op::logSumExp, "axis"},
      {"softmax", 1, 1, "softmax(x), softmax(x, axis=0), softmax(s for j in range(lo, hi))", &A::callSoftmax,
       Op::softmax, "axis"},
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
      {"minimum_spanning_tree", 1, 1, "minimum_spanning_tree((cost for i, j in grid(H, W)), root=0)",
       &A::callTreeBuilder, Op::literal, "root"},
      {"random_spanning_tree", 1, 1, "random_spanning_tree((weight for i, j in grid(H, W)), seed=7)",
       &A::callTreeBuilder, Op::literal, "root seed"},
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
