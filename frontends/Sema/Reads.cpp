//===- Reads.cpp - Subscripts: indices, neighbours, ranges, views (L8, L9) ---===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

Value Analyzer::evaluateSubscript(const ast::Expr &node) {
  Value base = evaluate(*node.operands[0]);
  if (!base)
    return base;
  StaticTuple storage;
  switch (base.kind) {
  case Value::Kind::tensor:
    return subscriptTensor(base, node);
  case Value::Kind::tile:
    return subscriptTile(base, node);
  case Value::Kind::unknown:
    return base;
  default:
    break;
  }
  if (asStatics(base, storage))
    return staticSubscript(base, node);
  Diagnostic &error = diags().error(node.span, fmt::format("{} has no elements to index", describe(base)));
  if (base.is(Value::Kind::whole))
    error.withHint("name the expression first");
  return Value::none();
}

std::vector<Tensor::Axis> Analyzer::remainingAxes(const Value &tensor) const {
  const auto &axes = state.kernel.tensors[static_cast<size_t>(tensor.id)].axes;
  return {axes.begin() + static_cast<std::ptrdiff_t>(std::min(tensor.indices.size(), axes.size())), axes.end()};
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

Value Analyzer::subscriptTensor(Value tensor, const ast::Expr &node) {
  auto row = [&]() -> const Tensor & { return state.kernel.tensors[static_cast<size_t>(tensor.id)]; };
  for (size_t k = 1; k < node.operands.size(); ++k) {
    const ast::Expr &operand = *node.operands[k];
    bool shapeKnown = state.tensors[static_cast<size_t>(tensor.id)].shapeKnown;
    if (operand.kind == ast::ExprKind::Slice) {
      if (!checkNeighbour(tensor, node))
        return Value::none();
      Value tile = readTensor(tensor, node.span);
      return tile.is(Value::Kind::tile) ? sliceTile(tile, node.operands, k, node) : tile;
    }
    Value index = evaluate(operand);
    if (!index)
      return index;
    size_t at = tensor.indices.size();
    if (at >= row().axes.size()) {
      if (!shapeKnown)
        return Value::unknown();
      Diagnostic &error = diags().error(operand.span, fmt::format("`{}` has {} axes, found {} indices", row().name,
                                                                  row().axes.size(), at + node.operands.size() - k));
      noteDefinition(error, tensor);
      return Value::none();
    }
    if (index.is(Value::Kind::vertex)) {
      int32_t tree = index.expr->type.tree;
      if (row().axes[at].tree != tree) {
        auto view = viewAt(tensor.id, at, tree, false, operand.span);
        if (!view) {
          Diagnostic &error =
              diags().error(operand.span, fmt::format("a vertex of {} cannot index axis {} of {}", treeRow(tree).name,
                                                      row().axes[at].size.str(), row().name));
          noteDefinition(error, tensor);
          error.withHint(viewHint(tensor.id, at, tree, false));
          return Value::none();
        }
        tensor.id = *view;
      }
      tensor.indices.push_back(index.expr);
      continue;
    }
    bool isPair = k + 1 < node.operands.size() && node.operands[k + 1]->kind != ast::ExprKind::Slice;
    if (const Tensor::Axis axis = row().axes[at];
        isPair && axis.tree >= 0 && gridOf(axis.tree) && tensor.indices.empty())
      tensor.id = expandGrids(tensor, node.span).id; // h[r, c] of what a scan over a grid's tree has computed
    Value position = toIndex(index, operand.span);
    if (!position || !checkRange(position, row().axes[at].size, operand, tensor.mayFault))
      return Value::none();
    ExprPtr expr = indexExpr(position, operand.span);
    if (!expr)
      return Value::none();
    if (expr->op == Op::cast) // i32 data stands as it is
      expr = expr->args[0];
    tensor.indices.push_back(expr);
  }
  if (!checkNeighbour(tensor, node))
    return Value::none();
  if (!state.tensors[static_cast<size_t>(tensor.id)].shapeKnown) {
    sawUnknown = true;
    return Value::unknown();
  }
  tensor.indexedAt = node.span;
  return tensor;
}

Value Analyzer::readTensor(const Value &tensor, Span span) {
  const Tensor &row = state.kernel.tensors[static_cast<size_t>(tensor.id)];
  if (visit && row.loop == visit->id && row.viewOf < 0 &&
      tensor.indices.size() < static_cast<size_t>(row.numLoopAxes)) {
    diags()
        .error(span, fmt::format("`{}` is being defined by this loop and cannot be read as a whole here", row.name))
        .note(row.span, fmt::format("{} is defined here", row.name))
        .withHint("read it in a later loop");
    return Value::none();
  }
  if (!state.tensors[static_cast<size_t>(tensor.id)].shapeKnown) {
    sawUnknown = true;
    return Value::unknown();
  }
  Type type{Kind::tile, row.dtype, {}, -1, 0};
  for (const Tensor::Axis &axis : remainingAxes(tensor))
    type.sizes.push_back(axis.size);
  auto expr = make(Op::read, type, tensor.indices, tensor.indexedAt.value_or(span));
  expr->id = tensor.id;
  expr->mayFault = tensor.mayFault;
  if (!inCost || !isFloat(type.dtype) || type.dtype == DType::f64)
    return Value::tile(expr);
  type.dtype = DType::f64; // L21: costs are evaluated in float64
  return Value::tile(make(Op::cast, type, {expr}, span));
}

//===----------------------------------------------------------------------===//
// Neighbours (L9)
//===----------------------------------------------------------------------===//

Analyzer::Place Analyzer::placeOf(const ExprPtr &vertex) const {
  if (vertex->op == Op::root)
    return Place::root;
  if (vertex->op == Op::parent)
    return placeOf(vertex->args[0]) == Place::self ? Place::parent : Place::other;
  if (vertex->op != Op::loopIndex)
    return Place::other;
  if (visit && vertex->id == visit->loop->treeVariable)
    return Place::self;
  return state.variables[static_cast<size_t>(vertex->id)].role == VariableInfo::Role::child ? Place::child
                                                                                            : Place::other;
}

/// Own definitions of a loop are read where they are known: a sweep up knows the children, a sweep down the parent.
bool Analyzer::checkNeighbour(const Value &tensor, const ast::Expr &node) {
  Tensor &row = state.kernel.tensors[static_cast<size_t>(tensor.id)];
  if (!visit || row.loop != visit->id)
    return true;
  const Loop &loop = *visit->loop;
  auto refuse = [&](std::string_view where) {
    diags()
        .error(node.span, fmt::format("`{}` is being defined by this loop and is not known here", row.name))
        .note(row.span, fmt::format("{} is defined here", row.name))
        .withHint(fmt::format("read it {}", where));
    return false;
  };
  std::string vertexName =
      loop.treeVariable >= 0 ? state.kernel.variables[static_cast<size_t>(loop.treeVariable)].name : "";
  std::string known = "at the loop's own variables, after its definition";
  if (loop.tree >= 0 && loop.direction != Loop::Direction::each)
    known = loop.direction == Loop::Direction::up
                ? fmt::format("at {0} after its definition, or at children({0})", vertexName)
                : fmt::format("at {0} after its definition, or at parent({0})", vertexName);
  if (tensor.indices.size() < static_cast<size_t>(row.numLoopAxes))
    return refuse(known);
  for (size_t k = 0; k < loop.axes.size(); ++k)
    if (tensor.indices[k]->op != Op::loopIndex || tensor.indices[k]->id != loop.axisVariables[k])
      return refuse(known);
  Place place = Place::self;
  if (loop.tree >= 0) {
    const ExprPtr &vertex = tensor.indices[loop.axes.size()];
    place = vertex->type.kind == Kind::vertex ? placeOf(vertex) : Place::other;
  }
  bool isNeighbour = (place == Place::child && loop.direction == Loop::Direction::up) ||
                     (place == Place::parent && loop.direction == Loop::Direction::down);
  if (isNeighbour) {
    row.recursive = true;
    return true;
  }
  if (place != Place::self)
    return refuse(known);
  if (!state.tensors[static_cast<size_t>(tensor.id)].defined) {
    diags()
        .error(node.span, fmt::format("`{}` is read before its definition", row.name))
        .note(row.span, fmt::format("{} is defined here", row.name))
        .withHint("move the definition up");
    return false;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Ranges (L8)
//===----------------------------------------------------------------------===//

bool Analyzer::checkRange(const Value &index, const Dim &size, const ast::Expr &node, bool &mayFault) {
  if (index.expr && index.expr->op == Op::loopIndex) {
    VariableInfo &info = state.variables[static_cast<size_t>(index.expr->id)];
    if (info.role == VariableInfo::Role::row) { // clamped to the axis that it runs over (L18)
      if (!info.rowLength)
        info.rowLength = size;
      return requireEqual(*info.rowLength, size, node.span,
                          fmt::format("a row runs over one axis, but `{}` indexes axes of {} and {}",
                                      state.kernel.variables[static_cast<size_t>(index.expr->id)].name,
                                      info.rowLength->str(), size.str()));
    }
  }
  const Interval &range = index.range;
  bool isSure = range.exact && guarded == 0;
  auto fault = [&](const Dim &reached) {
    Diagnostic &error = diags().error(
        node.span, fmt::format("index out of range: it reaches {}, the axis has size {}", reached.str(), size.str()));
    if (reached.constant() && *reached.constant() < 0)
      error.withHint(
          "positions count from 0; `max(0, ...)` keeps an index in range, and the last position is the size - 1");
    else
      error.withHint("`min(..., size - 1)` keeps an index in range");
    return false;
  };
  if (!range.low || !provablyAtLeast(*range.low, 0)) {
    if (range.low && isSure && provablyAtLeast(Dim(-1) - *range.low, 0))
      return fault(*range.low);
    mayFault = true;
  }
  if (range.high && provablyAtLeast(size - 1 - *range.high, 0))
    return true;
  if (range.high && isSure && provablyAtLeast(*range.high - size, 0))
    return fault(*range.high);
  bool isDimensions = range.high.has_value();
  if (range.high)
    for (const std::string &symbol : range.high->symbols())
      isDimensions &= !indexNames.count(symbol) && !unrollable.count(symbol);
  bool isPlain = !index.runtime || (index.expr && index.expr->op == Op::loopIndex);
  if (!isSure || !isDimensions || !isPlain) {
    mayFault = true;
    return true;
  }
  return require(Relation::lessEqual, *range.high + 1, size, node.span,
                 fmt::format("index out of range: it reaches {}, the axis has size {}", range.high->str(), size.str()));
}

//===----------------------------------------------------------------------===//
// Views: axes that stand for a tree's vertices (L21)
//===----------------------------------------------------------------------===//

std::optional<std::pair<Dim, Dim>> Analyzer::gridOf(int32_t tree) const {
  const Tree &row = treeRow(tree);
  if (row.graph == "grid" || row.graph == "grid8" || row.builder == "quadtree")
    return std::pair(row.dims[0], row.dims[1]);
  return std::nullopt;
}

int32_t Analyzer::addView(int32_t tensor, std::vector<Tensor::Axis> axes) {
  auto same = [&](const std::vector<Tensor::Axis> &other) {
    return std::equal(axes.begin(), axes.end(), other.begin(), other.end(),
                      [](const Tensor::Axis &a, const Tensor::Axis &b) {
                        return a.size == b.size && a.tree == b.tree && a.leaves == b.leaves;
                      });
  };
  int32_t base = state.kernel.tensors[static_cast<size_t>(tensor)].viewOf;
  if (base < 0)
    base = tensor;
  // What the open statements define is a tile to them; as a view it is a tensor, and complete.
  if (state.open &&
      state.kernel.tensors[static_cast<size_t>(base)].loop == static_cast<int32_t>(state.kernel.loops.size()))
    closeOpenLoop();
  for (size_t k = 0; k < state.kernel.tensors.size(); ++k)
    if ((static_cast<int32_t>(k) == base || state.kernel.tensors[k].viewOf == base) &&
        same(state.kernel.tensors[k].axes))
      return static_cast<int32_t>(k);
  Tensor view = state.kernel.tensors[static_cast<size_t>(base)];
  view.axes = std::move(axes);
  view.viewOf = base;
  view.parameter = view.loop = -1;
  view.numLoopAxes = 0;
  view.recursive = false;
  state.kernel.tensors.push_back(std::move(view));
  state.tensors.push_back({});
  return static_cast<int32_t>(state.tensors.size()) - 1;
}

/// The tensor with the axis (or the two axes of a grid) at `axis` as the vertices of `tree`, or as its leaves.
std::optional<int32_t> Analyzer::viewAt(int32_t tensor, size_t axis, int32_t tree, bool leaves, Span span) {
  const Tensor row = state.kernel.tensors[static_cast<size_t>(tensor)];
  if (row.loop >= 0 && visit && row.loop == visit->id)
    return std::nullopt;
  auto replaced = [&](size_t count, const Dim &size, bool onLeaves) {
    std::vector<Tensor::Axis> axes = row.axes;
    axes.erase(axes.begin() + static_cast<std::ptrdiff_t>(axis),
               axes.begin() + static_cast<std::ptrdiff_t>(axis + count));
    axes.insert(axes.begin() + static_cast<std::ptrdiff_t>(axis), {size, tree, onLeaves});
    return addView(tensor, std::move(axes));
  };
  if (state.countPending.erase(tree)) // the first X[i] of a cost over `edges` shows the number of vertices
    state.kernel.trees[static_cast<size_t>(tree)].numVertices = row.axes[axis].size;
  const Tree &target = treeRow(tree);
  bool isQuadtree = target.builder == "quadtree"; // its pixels are leaves
  if (auto grid = gridOf(tree); grid && (isQuadtree || !leaves) && axis + 1 < row.axes.size() &&
                                row.axes[axis].tree < 0 && row.axes[axis].size == grid->first &&
                                row.axes[axis + 1].size == grid->second)
    return replaced(2, isQuadtree ? target.numLeaves : target.numVertices, isQuadtree);
  const Dim &size = row.axes[axis].size;
  if (!leaves && size == target.numVertices)
    return replaced(1, target.numVertices, false);
  if (size == target.numLeaves && (leaves || row.axes[axis].tree < 0))
    return replaced(1, target.numLeaves, true);
  const Dim &wanted = leaves ? target.numLeaves : target.numVertices;
  if (isStatedEqual(size, wanted))
    return replaced(1, wanted, leaves);
  if (!leaves && isStatedEqual(size, target.numLeaves))
    return replaced(1, target.numLeaves, true);
  if (target.parameter >= 0 || row.axes[axis].tree >= 0 || (size - wanted).constant())
    return std::nullopt;
  if (!requireEqual(size, wanted, span,
                    fmt::format("axis {} of {} stands for the {} of {}, which has {}", size.str(), row.name,
                                leaves ? "leaves" : "vertices", target.name, wanted.str())))
    return std::nullopt;
  return replaced(1, wanted, leaves);
}

/// What makes viewAt() take the axis for the vertices (or leaves) of a tree that an argument brings.
std::string Analyzer::viewHint(int32_t tensor, size_t axis, int32_t tree, bool leaves) const {
  const Tensor &row = state.kernel.tensors[static_cast<size_t>(tensor)];
  const Tree &target = treeRow(tree);
  bool wantsLeaves = leaves || row.axes[axis].leaves;
  const Dim &size = row.axes[axis].size, &wanted = wantsLeaves ? target.numLeaves : target.numVertices;
  bool isOwn = visit && row.loop == visit->id;
  if (isOwn || row.axes[axis].tree == tree || (size - wanted).constant())
    return "";
  return fmt::format("if there are as many of both, state it before: `assert {} == {}, \"...\"`", size.str(),
                     wanted.str());
}

/// Axes of trees that grew on a grid as the grid's two axes.
Value Analyzer::expandGrids(const Value &tensor, Span span) {
  const Tensor &row = state.kernel.tensors[static_cast<size_t>(tensor.id)];
  std::vector<Tensor::Axis> axes;
  for (const Tensor::Axis &axis : row.axes) {
    auto grid = axis.tree >= 0 ? gridOf(axis.tree) : std::nullopt;
    bool isQuadtree = grid && treeRow(axis.tree).builder == "quadtree";
    if (grid && isQuadtree == axis.leaves) {
      axes.push_back({grid->first, -1, false});
      axes.push_back({grid->second, -1, false});
    } else {
      axes.push_back(axis);
    }
  }
  Value expanded = tensor;
  if (axes.size() != row.axes.size() && !(visit && row.loop == visit->id))
    expanded.id = addView(tensor.id, std::move(axes));
  return expanded;
}

} // namespace espalier::sema
