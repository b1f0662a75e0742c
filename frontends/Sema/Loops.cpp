//===- Loops.cpp - Statements: loops, definitions, locals, assertions --------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

void Analyzer::walkBody(const std::vector<ast::StmtPtr> &body) {
  for (const ast::StmtPtr &stmt : body) {
    if (exhausted)
      return;
    if (frames.back()->hasReturned) {
      diags().error(stmt->span, "nothing may follow `return`");
      return;
    }
    walkOutside(*stmt);
  }
}

/// L12: what stands outside loops.
void Analyzer::walkOutside(const ast::Stmt &stmt) {
  switch (stmt.kind) {
  case ast::StmtKind::For:
    return walkFor(stmt);
  case ast::StmtKind::Return:
    return walkReturn(stmt);
  case ast::StmtKind::Assert:
    return walkAssert(stmt);
  case ast::StmtKind::Define:
    break;
  }
  if (stmt.hasIndices) {
    Diagnostic &error = diags()
                            .error(stmt.nameSpan, fmt::format("`{}[...]` is defined outside a loop", stmt.name))
                            .withHint("a definition with indices stands in a loop over them");
    (void)error;
    evaluate(*stmt.value);
    declare(stmt.name, Value::none(), stmt.nameSpan, "a definition");
    return;
  }
  pendingName = stmt.name;
  Value value = evaluate(*stmt.value);
  pendingName.clear();
  if (stmt.type && value) {
    Value tile = toTile(value, stmt.value->span);
    value = tile ? conform(tile, *stmt.type, fmt::format("`{}`", stmt.name), stmt.nameSpan) : tile;
  }
  // What later loops read is a tensor; numbers known when specialised, rows, trees and partial reads stand for
  // themselves. In a helper called within a visit or comprehension, a value that changes with the comprehension is not
  // a statement.
  if (value.is(Value::Kind::tile) && !(value.weak && value.expr->op == Op::literal) && !value.prefix) {
    if (visit && !dependsOnComprehension(value.expr)) {
      int32_t local = state.numLocals++;
      visit->loop->body.push_back({Statement::Kind::let, local, stmt.name, value.expr, stmt.span});
      auto expr = make(Op::local, value.expr->type, {}, stmt.nameSpan);
      expr->id = local;
      value = Value::tile(expr);
    } else if (!inVisit() && !inCost) {
      value = defineOutside(value, stmt.name, stmt.nameSpan);
    }
  } else if (value.is(Value::Kind::whole)) {
    value = materialise(value, stmt.name, stmt.nameSpan);
  } else if (value.is(Value::Kind::text) || value.is(Value::Kind::tuple)) {
    diags().error(stmt.value->span, fmt::format("{} cannot be named", describe(value)));
    value = Value::none();
  }
  declare(stmt.name, value, stmt.nameSpan, "a local");
}

/// A tile as a tensor without loop axes, computed once per batch element.
Value Analyzer::defineOutside(const Value &tile, const std::string &name, Span span) {
  if (!state.open) {
    state.open.emplace();
    state.open->span = span;
  }
  Tensor tensor;
  tensor.name = name;
  tensor.dtype = tile.expr->type.dtype;
  for (const Dim &size : tile.expr->type.sizes)
    tensor.axes.push_back({size, -1, false});
  tensor.loop = static_cast<int32_t>(state.kernel.loops.size());
  tensor.span = span;
  auto id = static_cast<int32_t>(state.kernel.tensors.size());
  state.kernel.tensors.push_back(std::move(tensor));
  state.tensors.push_back({});
  state.open->body.push_back({Statement::Kind::define, id, name, tile.expr, span});
  return Value::tensor(id);
}

void Analyzer::closeOpenLoop() {
  if (state.open)
    state.kernel.loops.push_back(std::move(*state.open));
  state.open.reset();
}

//===----------------------------------------------------------------------===//
// Loops (L6)
//===----------------------------------------------------------------------===//

/// A tree, or `leaves(tree)`, in a domain or a shape.
Value Analyzer::treeArgument(const ast::Expr &node, bool &leaves) {
  leaves = false;
  const ast::Expr *name = &node;
  if (node.kind == ast::ExprKind::Call && node.operands.size() == 2 && node.operands[0]->kind == ast::ExprKind::Name &&
      node.operands[0]->text == "leaves") {
    leaves = true;
    name = node.operands[1].get();
  }
  Value value = evaluate(*name);
  if (value && !value.is(Value::Kind::tree)) {
    diags().error(name->span, fmt::format("expected a tree, found {}", describe(value)));
    return Value::none();
  }
  return value;
}

bool Analyzer::loopHeader(const ast::Stmt &stmt, Loop &loop) {
  const ast::Expr &domain = *stmt.clause.domain;
  static const std::map<std::string_view, Loop::Direction> directions = {
      {"up", Loop::Direction::up}, {"down", Loop::Direction::down}, {"each", Loop::Direction::each}};
  auto direction = domain.kind == ast::ExprKind::Call ? directions.find(domain.operands[0]->text) : directions.end();
  if (direction == directions.end()) {
    diags().error(domain.span, "a loop runs over `up(G)`, `down(G)` or `each(N)`");
    return false;
  }
  loop.direction = direction->second;
  for (const ast::Keyword &keyword : domain.keywords)
    diags().error(keyword.span, fmt::format("`{}` has no argument `{}`", direction->first, keyword.name));
  size_t count = domain.operands.size() - 1;
  if (stmt.clause.targets.size() != count || count == 0) {
    diags().error(domain.span, fmt::format("the loop has {} variables, but `{}` has {} axes",
                                           stmt.clause.targets.size(), direction->first, count));
    return false;
  }
  for (size_t k = 0; k < count; ++k) {
    const ast::Expr &axis = *domain.operands[k + 1];
    Span span = stmt.clause.targetSpans[k];
    const std::string &target = stmt.clause.targets[k];
    bool isTree = axis.kind == ast::ExprKind::Call && axis.operands[0]->text == "leaves";
    const Name *name = axis.kind == ast::ExprKind::Name ? find(axis.text) : nullptr;
    isTree |= name && name->value.is(Value::Kind::tree);
    if (isTree) {
      Value tree = treeArgument(axis, loop.leaves);
      if (!tree)
        return false;
      if (k + 1 != count) {
        diags()
            .error(axis.span, fmt::format("`{}` is a tree and comes last", treeRow(tree.id).name))
            .withHint("`for h, v in up(heads, G)`");
        return false;
      }
      if (loop.leaves && loop.direction != Loop::Direction::each) {
        diags().error(axis.span, "leaves have no order among each other").withHint("`each(leaves(G))`");
        return false;
      }
      loop.tree = tree.id;
      loop.treeVariable = addVariable(target, Kind::vertex, tree.id, span, {});
      visitedExtents.push_back(loop.leaves ? treeRow(tree.id).numLeaves : treeRow(tree.id).numVertices);
      continue;
    }
    auto extent = compileTime(axis, "what a loop runs over");
    if (!extent)
      return false;
    if (!require(Relation::lessEqual, 0, *extent, axis.span,
                 fmt::format("a loop cannot run over {} positions", extent->str())))
      return false;
    VariableInfo info;
    info.range = {Dim(0), *extent - 1, true};
    loop.axes.push_back(*extent);
    loop.axisVariables.push_back(addVariable(target, Kind::index, -1, span, info));
    visitedExtents.push_back(*extent);
  }
  if (loop.direction != Loop::Direction::each && loop.tree < 0) {
    diags()
        .error(domain.span, fmt::format("`{}` needs a tree", direction->first))
        .withHint("`each(N)` runs over an axis; `chain(N)` makes a tree of it");
    return false;
  }
  return true;
}

void Analyzer::walkFor(const ast::Stmt &stmt) {
  if (inVisit()) {
    diags()
        .error(stmt.span, "loops are not nested")
        .withHint("axes are looped together: `for h, v in up(heads, G)`; within a loop, comprehensions run over "
                  "children and ranges");
    return;
  }
  closeOpenLoop();
  std::vector<Dim> outerExtents = visitedExtents;
  Loop loop;
  loop.span = stmt.span;
  if (loopHeader(stmt, loop)) {
    // Definitions are known in the whole body: neighbours read them before they are passed.
    std::vector<std::pair<const ast::Stmt *, int32_t>> definitions;
    for (const ast::StmtPtr &inner : stmt.body) {
      if (inner->kind != ast::StmtKind::Define || !inner->hasIndices)
        continue;
      auto id = static_cast<int32_t>(state.kernel.tensors.size());
      if (!declare(inner->name, Value::tensor(id), inner->nameSpan, "a definition"))
        continue;
      Tensor tensor;
      tensor.name = inner->name;
      tensor.span = inner->nameSpan;
      tensor.loop = static_cast<int32_t>(state.kernel.loops.size());
      for (const Dim &axis : loop.axes)
        tensor.axes.push_back({axis, -1, false});
      if (loop.tree >= 0)
        tensor.axes.push_back(
            {loop.leaves ? treeRow(loop.tree).numLeaves : treeRow(loop.tree).numVertices, loop.tree, loop.leaves});
      tensor.numLoopAxes = static_cast<int32_t>(tensor.axes.size());
      state.kernel.tensors.push_back(std::move(tensor));
      state.tensors.push_back({false, false, inner->nameSpan, false});
      if (auto dtype = inner->type ? dtypeNamed(inner->type->name) : std::nullopt)
        if (auto sizes = statedSizes(*inner->type)) { // neighbours may be read before anything is inferred
          auto at = static_cast<size_t>(id);
          state.tensors[at].shapeKnown = true;
          state.kernel.tensors[at].dtype = *dtype;
          for (const Dim &size : *sizes)
            state.kernel.tensors[at].axes.push_back({size, -1, false});
        }
      definitions.emplace_back(inner.get(), id);
    }
    if (definitions.empty())
      diags()
          .error(stmt.span, "the loop defines nothing")
          .withHint("`name[v] = ...` defines a tensor over the loop's domain");
    inferShapes(stmt, loop, definitions);
    Loop walked = loop;
    walkLoopBody(stmt, walked);
    for (const auto &[inner, id] : definitions) {
      state.tensors[static_cast<size_t>(id)].defined = true;
      state.tensors[static_cast<size_t>(id)].shapeKnown = true;
    }
    state.kernel.loops.push_back(std::move(walked));
  } else {
    for (const ast::StmtPtr &inner : stmt.body) // silences those who read what the loop would have defined
      if (inner->kind == ast::StmtKind::Define && inner->hasIndices)
        declare(inner->name, Value::none(), inner->nameSpan, "a definition");
  }
  visitedExtents = std::move(outerExtents);
}

/// L11: walks the body without messages until no definition's shape changes. Tiles decide first what they stand beside;
/// a number, which stretches to any shape, only where they decide nothing more. What stays unknown is asked for by
/// define().
bool Analyzer::inferShapes(const ast::Stmt &stmt, Loop &loop,
                           const std::vector<std::pair<const ast::Stmt *, int32_t>> &definitions) {
  Diagnostics *reported = diagnostics;
  bool allKnown = false;
  numbersDecide = false;
  for (size_t round = 0; round <= 2 * definitions.size() + 1 && !allKnown && !exhausted; ++round) {
    Diagnostics quiet(reported->sourceManager());
    diagnostics = &quiet;
    State before = state;
    Loop trial = loop;
    walkLoopBody(stmt, trial);
    diagnostics = reported;
    std::vector<std::pair<int32_t, Tensor>> found;
    allKnown = true;
    bool progress = false;
    for (const auto &[inner, id] : definitions) {
      auto at = static_cast<size_t>(id);
      allKnown &= state.tensors[at].shapeKnown;
      if (state.tensors[at].shapeKnown && !before.tensors[at].shapeKnown) {
        progress = true;
        before.tensors[at].shapeKnown = true;
        before.kernel.tensors[at].dtype = state.kernel.tensors[at].dtype;
        before.kernel.tensors[at].axes = state.kernel.tensors[at].axes;
      }
    }
    state = std::move(before);
    if (!progress && numbersDecide)
      break;
    numbersDecide = !progress;
  }
  numbersDecide = true;
  if (exhausted) { // the limit was met without a message
    exhausted = false;
    steps = std::min(steps, maxSteps);
  }
  return allKnown;
}

void Analyzer::walkLoopBody(const ast::Stmt &stmt, Loop &loop) {
  Scope inner{scope, {}};
  scope = &inner;
  visitStorage = Visit{&loop, static_cast<int32_t>(state.kernel.loops.size())};
  visit = &*visitStorage;
  std::vector<int32_t> variables = loop.axisVariables;
  if (loop.treeVariable >= 0)
    variables.push_back(loop.treeVariable);
  for (size_t k = 0; k < variables.size(); ++k)
    declare(stmt.clause.targets[k], variableValue(variables[k], stmt.clause.targetSpans[k]), stmt.clause.targetSpans[k],
            "a loop variable");
  for (const ast::StmtPtr &body : stmt.body) {
    if (exhausted)
      break;
    switch (body->kind) {
    case ast::StmtKind::Define:
      if (body->hasIndices)
        define(*body, loop);
      else
        defineLocal(*body);
      break;
    case ast::StmtKind::Assert:
      walkAssert(*body);
      break;
    case ast::StmtKind::For:
      walkFor(*body);
      break;
    case ast::StmtKind::Return:
      diags().error(body->span, "`return` stands outside loops");
      break;
    }
  }
  visit = nullptr;
  scope = inner.parent;
}

} // namespace espalier::sema
