//===- Trees.cpp - Trees built within a kernel (L20, L21) --------------------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

int32_t Analyzer::addTree(Tree tree, bool countKnown, bool leavesKnown) {
  std::string symbol = tree.parameter >= 0 ? tree.name : uniqueSymbol(tree.name);
  state.usedSymbols.insert(symbol);
  if (!countKnown)
    tree.numVertices = Dim::symbol(symbol);
  if (!leavesKnown)
    tree.numLeaves = Dim::symbol(fmt::format("leaves({})", symbol));
  if (tree.parameter < 0) {
    closeOpenLoop();
    tree.position = static_cast<int32_t>(state.kernel.loops.size());
  }
  state.kernel.trees.push_back(std::move(tree));
  return static_cast<int32_t>(state.kernel.trees.size()) - 1;
}

/// `chain(n)`, `perfect(k, height)`, `from_parents(p)`, `quadtree(H, W, order)`
Value Analyzer::callTreeBuilder(const Call &call) {
  if (inVisit()) {
    diags().error(call.node.span, fmt::format("`{}` builds a tree and stands outside loops", call.builtin.name));
    return Value::none();
  }
  std::string name = std::move(pendingName);
  pendingName.clear();
  return call.builtin.keywords.empty() ? buildTree(call, name) : spanningTree(call, name);
}

/// A tree is called what the statement that builds it calls it, else after its builder.
static std::string treeName(const std::string &name, const std::string &builder) {
  return name.empty() ? builder : name;
}

Value Analyzer::buildTree(const Call &call, const std::string &pending) {
  Span span = call.node.span;
  Tree tree;
  tree.builder = call.builtin.name;
  tree.span = span;
  auto argument = [&](size_t k) -> Value { return toIndex(evaluate(*call.args[k]), call.args[k]->span); };
  if (tree.builder == "chain") {
    Value n = argument(0);
    if (!n)
      return n;
    ExprPtr count = indexExpr(n, span);
    if (!count)
      return Value::none();
    if (n.dim &&
        !require(Relation::lessEqual, 0, *n.dim, span, fmt::format("a chain cannot have {} vertices", n.dim->str())))
      return Value::none();
    tree.kind = TreeKind::chain;
    tree.args = {count};
    bool isKnown = n.dim.has_value();
    if (isKnown) {
      tree.dims = {*n.dim};
      tree.numVertices = *n.dim;
      tree.numLeaves = Dim::min(1, *n.dim);
    }
    tree.name = treeName(pending, isKnown ? fmt::format("chain({})", n.dim->str()) : "chain");
    return Value::tree(addTree(std::move(tree), isKnown, isKnown));
  }
  if (tree.builder == "perfect") {
    auto arity = compileTime(*call.args[0], "the arity of a perfect tree");
    Value height = argument(1);
    if (!arity || !height)
      return Value::none();
    if (!require(Relation::lessEqual, 1, *arity, span,
                 fmt::format("a perfect tree has at least 1 child per inner vertex, not {}", arity->str())))
      return Value::none();
    if (height.dim && !require(Relation::lessEqual, 0, *height.dim, span,
                               fmt::format("the height of a tree is at least 0, not {}", height.dim->str())))
      return Value::none();
    noteTile({*arity});
    ExprPtr k = indexExpr(Value::number(*arity), span), h = indexExpr(height, span);
    if (!h)
      return Value::none();
    tree.kind = TreeKind::perfect;
    tree.arity = static_cast<int32_t>(std::min<int64_t>(arity->constant().value_or(0), INT32_MAX));
    tree.args = {k, h};
    if (height.dim)
      tree.dims = {*arity, *height.dim};
    tree.name =
        treeName(pending, fmt::format("perfect({}, {})", arity->str(), height.dim ? height.dim->str() : "height"));
    auto levels = height.dim ? height.dim->constant() : std::nullopt;
    bool isKnown = levels && arity->constant() && (*levels < 64 || *arity->constant() == 1);
    if (isKnown && *arity->constant() == 1) { // a path
      tree.numVertices = Dim(*levels) + 1;
      tree.numLeaves = 1;
      isKnown = tree.numVertices.isValid();
    } else if (isKnown) { // 1 + k + k^2 + ..
      Dim leaves = 1, vertices = 1;
      for (int64_t l = 0; l < *levels; ++l) {
        leaves = leaves * *arity;
        vertices = vertices + leaves;
      }
      isKnown = vertices.isValid();
      tree.numVertices = vertices;
      tree.numLeaves = leaves;
    }
    if (levels && !isKnown && arity->constant()) {
      diags().error(span, fmt::format("{} is too large: its vertices do not fit into 64 bits", tree.name));
      return Value::none();
    }
    return Value::tree(addTree(std::move(tree), isKnown, isKnown));
  }
  if (tree.builder == "from_parents") {
    Value parents = evaluate(*call.args[0]);
    if (!parents)
      return parents;
    bool fits = parents.is(Value::Kind::tensor) && remainingAxes(parents).size() == 1 &&
                state.kernel.tensors[static_cast<size_t>(parents.id)].dtype == DType::i32;
    if (!fits) {
      Diagnostic &error = diags().error(
          call.args[0]->span, fmt::format("`from_parents` takes a tensor i32[V], found {}", describe(parents)));
      noteDefinition(error, parents);
      return Value::none();
    }
    tree.kind = TreeKind::forest;
    tree.numVertices = remainingAxes(parents)[0].size;
    std::set<std::string> before = tileSymbols;
    tree.args = {readTensor(parents, span).expr};
    tileSymbols = std::move(before); // read as data, not as a tile
    tree.name =
        treeName(pending, fmt::format("from_parents({})", state.kernel.tensors[static_cast<size_t>(parents.id)].name));
    return Value::tree(addTree(std::move(tree), true, false));
  }
  auto height = compileTime(*call.args[0], "an axis of a grid"),
       width = compileTime(*call.args[1], "an axis of a grid");
  if (!height || !width)
    return Value::none();
  const ast::Expr &order = *call.args[2];
  static const std::set<std::string> orders = {"morton", "hilbert", "snake", "raster"};
  if ((order.kind != ast::ExprKind::String && order.kind != ast::ExprKind::Name) || !orders.count(order.text)) {
    diags().error(order.span, "the order of a quadtree is \"morton\", \"hilbert\", \"snake\" or \"raster\"");
    return Value::none();
  }
  tree.order = order.text;
  tree.kind = TreeKind::rooted;
  tree.dims = {*height, *width};
  tree.numLeaves = *height * *width;
  tree.name = treeName(pending, fmt::format("quadtree({}, {})", height->str(), width->str()));
  return Value::tree(addTree(std::move(tree), false, true));
}

//===----------------------------------------------------------------------===//
// minimum_spanning_tree, random_spanning_tree
//===----------------------------------------------------------------------===//

/// The graph that a cost runs over: grid, grid8, band, edges.
bool Analyzer::treeGraph(const ast::Expr &domain, Tree &tree, ExprPtr &pairs) {
  static const std::map<std::string_view, size_t> graphs = {{"grid", 2}, {"grid8", 2}, {"band", 2}, {"edges", 1}};
  auto graph = domain.kind == ast::ExprKind::Call ? graphs.find(domain.operands[0]->text) : graphs.end();
  if (graph == graphs.end()) {
    diags().error(domain.span,
                  "the edges of a tree are those of `grid(H, W)`, `grid8(H, W)`, `band(N, m)` or `edges(pairs)`");
    return false;
  }
  tree.graph = graph->first;
  if (refuseKeywords(domain))
    return false;
  if (domain.operands.size() - 1 != graph->second) {
    diags().error(domain.span, fmt::format("`{}` takes {} arguments, found {}", graph->first, graph->second,
                                           domain.operands.size() - 1));
    return false;
  }
  if (tree.graph == "edges") {
    Value value = evaluate(*domain.operands[1]);
    if (!value)
      return false;
    bool fits =
        value.is(Value::Kind::tensor) && state.kernel.tensors[static_cast<size_t>(value.id)].dtype == DType::i32;
    std::vector<Tensor::Axis> axes = fits ? remainingAxes(value) : std::vector<Tensor::Axis>{};
    if (axes.size() != 2 || (axes[1].size.constant() && axes[1].size != Dim(2))) {
      Diagnostic &error = diags().error(domain.operands[1]->span,
                                        fmt::format("`edges` takes a tensor i32[E, 2], found {}", describe(value)));
      noteDefinition(error, value);
      return false;
    }
    std::set<std::string> before = tileSymbols;
    pairs = readTensor(value, domain.span).expr;
    tileSymbols = std::move(before);
    return requireEqual(axes[1].size, 2, domain.span, "`edges` takes pairs: the second axis has size 2");
  }
  for (size_t k = 1; k <= 2; ++k) {
    auto size = compileTime(*domain.operands[k], "the size of a graph");
    if (!size || !require(Relation::lessEqual, 0, *size, domain.operands[k]->span,
                          fmt::format("`{}` takes sizes from 0 on, found {}", graph->first, size->str())))
      return false;
    tree.dims.push_back(*size);
  }
  if (tree.graph == "band")
    noteTile({tree.dims[1]});
  tree.numVertices = tree.graph == "band" ? tree.dims[0] : tree.dims[0] * tree.dims[1];
  return true;
}

/// A vertex of the tree as an index.
ExprPtr Analyzer::rootVertex(const ast::Expr &node, const Tree &tree) {
  Value value = toIndex(evaluate(node), node.span);
  bool mayFault = false;
  bool fits = value && (tree.graph == "edges" || checkRange(value, tree.numVertices, node, mayFault));
  return fits ? indexExpr(value, node.span) : nullptr;
}

/// `root=0`, `root=center`, `seed=7`
bool Analyzer::treeOptions(const Call &call, Tree &tree, ExprPtr &root) {
  if (const ast::Keyword *keyword = call.keyword("root")) {
    const ast::Expr &node = *keyword->value;
    bool isWord = node.kind == ast::ExprKind::String || (node.kind == ast::ExprKind::Name && !find(node.text));
    tree.centered = isWord && node.text == "center";
    if (!tree.centered && !(root = rootVertex(node, tree)))
      return false;
  }
  if (const ast::Keyword *keyword = call.keyword("seed")) {
    Value value = toIndex(evaluate(*keyword->value), keyword->value->span);
    if (!value || !(tree.seed = indexExpr(value, keyword->value->span)))
      return false;
  }
  return true;
}

Value Analyzer::spanningTree(const Call &call, const std::string &pending) {
  Span span = call.node.span;
  const ast::Expr *cost = comprehensionArgument(call);
  std::string_view number = call.builtin.name == "minimum_spanning_tree" ? "cost" : "weight";
  if (!cost) {
    diags()
        .error(span, fmt::format("`{}` takes the {} of every edge", call.builtin.name, number))
        .withHint(fmt::format("`{}(exp(-cosine(x[i], x[j])) for i, j in grid(H, W))`", call.builtin.name));
    return Value::none();
  }
  Tree tree;
  tree.builder = call.builtin.name;
  tree.kind = TreeKind::rooted;
  tree.span = span;
  tree.name = treeName(pending, "tree");
  ExprPtr pairs, root;
  const ast::Clause &clause = cost->clauses[0];
  if (!treeGraph(*clause.domain, tree, pairs))
    return Value::none();
  if (clause.targets.size() != 2) {
    diags()
        .error(clause.domain->span,
               fmt::format("the {} of an edge has two ends, found {} variables", number, clause.targets.size()))
        .withHint("`for i, j in grid(H, W)`");
    return Value::none();
  }
  if (cost->condition)
    diags().error(cost->condition->span, fmt::format("a {} takes no condition", number));
  if (!treeOptions(call, tree, root))
    return Value::none();
  bool isPending = tree.graph == "edges";
  int32_t id = addTree(std::move(tree), !isPending, false);
  if (isPending)
    state.countPending.insert(id);
  VariableInfo info;
  info.role = VariableInfo::Role::cost;
  Scope inner{scope, {}};
  scope = &inner;
  std::vector<int32_t> variables;
  for (size_t k = 0; k < 2; ++k) {
    variables.push_back(addVariable(clause.targets[k], Kind::vertex, id, clause.targetSpans[k], info));
    declare(clause.targets[k], variableValue(variables[k], clause.targetSpans[k]), clause.targetSpans[k],
            "an end of an edge");
  }
  ++comprehensionDepth;
  inCost = true;
  Value value = floatTile(evaluate(*cost->operands[0]), cost->operands[0]->span);
  if (value.is(Value::Kind::tile))
    value = Value::tile(asDType(value, DType::f64, cost->operands[0]->span));
  inCost = false;
  --comprehensionDepth;
  scope = inner.parent;
  if (!value)
    return value;
  if (!value.expr->type.sizes.empty()) {
    diags().error(cost->operands[0]->span,
                  fmt::format("the {} of an edge is one number, found {}", number, typeText(value.expr->type)));
    return Value::none();
  }
  Tree &row = state.kernel.trees[static_cast<size_t>(id)];
  row.args = {value.expr, root};
  if (pairs)
    row.args.push_back(pairs);
  row.variables = variables;
  if (isPending) {
    if (state.countPending.erase(id)) {
      diags().error(cost->operands[0]->span,
                    fmt::format("nothing shows the number of vertices: the {} reads no tensor at `{}` or `{}`", number,
                                clause.targets[0], clause.targets[1]));
      return Value::none();
    }
    row.dims = {row.numVertices};
  }
  return Value::tree(id);
}

} // namespace espalier::sema
