//===- RowPlacement.cpp - Where the rows of a loop are computed -------------===//
#include "frontends/Emit/RowPlacement.h"

#include <algorithm>

namespace espalier::emission {

using sema::Expr;
using sema::ExprPtr;
using sema::Kind;
using sema::Op;
using sema::Statement;

namespace {

bool isProduct(const Expr &expr) { return expr.op == Op::rowTimes || expr.op == Op::rowSum; }

/// Of what block.attend's regions cannot hold: trees, control flow, systems.
bool isHeldOp(Op op) {
  switch (op) {
  case Op::parent:
  case Op::root:
  case Op::vertexIndex:
  case Op::isRoot:
  case Op::isLeaf:
  case Op::depth:
  case Op::height:
  case Op::slot:
  case Op::numVertices:
  case Op::numLeaves:
  case Op::comprehension:
  case Op::row:
  case Op::rowTimes:
  case Op::rowSum:
  case Op::solve:
  case Op::choleskySolve:
    return false;
  default:
    return true;
  }
}

/// Operations whose result is part of a plain operand.
bool isView(Op op) {
  return op == Op::read || op == Op::slice || op == Op::reshape || op == Op::transpose || op == Op::element ||
         op == Op::cast || op == Op::fill || op == Op::eye;
}

bool isNumber(const Expr &expr) {
  return expr.type.kind == Kind::index || (expr.type.kind == Kind::tile && expr.type.sizes.empty());
}

bool canFault(const Expr &expr) { return expr.mayFault || expr.op == Op::solve || expr.op == Op::choleskySolve; }

} // namespace

void forEachPart(const Expr &expr, const std::function<void(const ExprPtr &)> &visit) {
  for (const std::vector<ExprPtr> &parts : {expr.args, {expr.domain.lower, expr.domain.upper, expr.domain.vertex}})
    for (const ExprPtr &part : parts)
      if (part)
        visit(part);
}

RowPlacement::RowPlacement(const sema::Kernel &kernel, const sema::Loop &loop)
    : kernel(kernel), loop(loop), loopVariables(loop.axisVariables.begin(), loop.axisVariables.end()) {
  if (loop.treeVariable >= 0)
    loopVariables.insert(loop.treeVariable);
  for (const Statement &statement : loop.body)
    (statement.kind == Statement::Kind::let ? lets : definitions)[statement.id] = &statement;
  std::set<std::pair<const Expr *, bool>> seen;
  for (const Statement &statement : loop.body)
    findProducts(statement.value, /*isConditional=*/false, seen);
  for (const Product &product : products)
    if (mayLift(product)) {
      liftedProducts.push_back(product.expr);
      liftedSet.insert(product.expr.get());
      facts.clear(); // a lifted product is a tensor to those around it
    }
  findStages();
}

const Statement *RowPlacement::definitionOf(int32_t tensor) const {
  while (kernel.tensors[tensor].viewOf >= 0)
    tensor = kernel.tensors[tensor].viewOf;
  auto found = definitions.find(tensor);
  return found == definitions.end() ? nullptr : found->second;
}

/// Inner products before those around them.
void RowPlacement::findProducts(const ExprPtr &expr, bool isConditional,
                                std::set<std::pair<const Expr *, bool>> &seen) {
  if (!expr || seen.count({expr.get(), false}) || !seen.insert({expr.get(), isConditional}).second)
    return;
  if (expr->op == Op::row) {
    anyRows = true;
    if (!usesPoint(*expr))
      keysOfOneRow.insert(expr->variable);
  }
  for (size_t i = 0; i < expr->args.size(); ++i) {
    bool isElement = expr->op == Op::comprehension || (expr->op == Op::row && i >= 2); // not the bounds of a row
    findProducts(expr->args[i], isConditional || isElement, seen);
  }
  for (const ExprPtr *part : {&expr->domain.lower, &expr->domain.upper, &expr->domain.vertex})
    findProducts(*part, isConditional, seen);
  if (!isProduct(*expr))
    return;
  auto known =
      std::find_if(products.begin(), products.end(), [&](const Product &product) { return product.expr == expr; });
  if (known == products.end())
    products.push_back({expr, isConditional});
  else
    known->isConditional &= isConditional;
}

const ExprPtr &RowPlacement::rowOf(const Expr &product) const {
  const ExprPtr *row = &product.args[0];
  while ((*row)->op == Op::local)
    row = &lets.at((*row)->id)->value;
  return *row;
}

//===-- What may be lifted --------------------------------------------------===//

bool RowPlacement::mayLift(const Product &product) const {
  const Expr &expr = *product.expr, &row = *rowOf(expr);
  if (!usesOnlyLoopVariables(expr) || dependsOnItself(expr))
    return false;
  bool faults = false;
  auto holds = [&](const ExprPtr &part) {
    faults |= factsOf(part, row.variable).mayFault;
    return isHeldWhole(part, row.variable);
  };
  bool isHeld = std::all_of(row.args.begin(), row.args.end(), holds) && (expr.op == Op::rowSum || holds(expr.args[1]));
  return isHeld && !(faults && product.isConditional);
}

bool RowPlacement::usesPoint(const Expr &row) const {
  bool found = false;
  std::set<const Expr *> seen;
  std::function<void(const ExprPtr &)> walk = [&](const ExprPtr &expr) {
    if (!seen.insert(expr.get()).second)
      return;
    found |= (expr->op == Op::loopIndex && isLoopVariable(expr->id)) || expr->op == Op::local;
    forEachPart(*expr, walk);
  };
  forEachPart(row, walk);
  return found && !loopVariables.empty();
}

bool RowPlacement::usesOnlyLoopVariables(const Expr &product) const {
  std::set<int32_t> used, bound;
  std::set<const Expr *> seen;
  std::function<void(const ExprPtr &)> walk = [&](const ExprPtr &expr) {
    if (!seen.insert(expr.get()).second)
      return;
    if (expr->op == Op::loopIndex)
      used.insert(expr->id);
    if (expr->variable >= 0)
      bound.insert(expr->variable);
    forEachPart(*expr, walk);
  };
  bound.insert(product.variable);
  forEachPart(product, walk);
  walk(rowOf(product));
  return std::all_of(used.begin(), used.end(),
                     [&](int32_t variable) { return isLoopVariable(variable) || bound.count(variable); });
}

/// Whether a statement that the product needs, perhaps at a neighbour, uses the product.
bool RowPlacement::dependsOnItself(const Expr &product) const {
  std::set<const Expr *> seen;
  bool found = false;
  std::function<void(const ExprPtr &)> walk = [&](const ExprPtr &expr) {
    if (expr.get() == &product)
      found = true;
    if (found || !seen.insert(expr.get()).second)
      return;
    if (expr->op == Op::local)
      walk(lets.at(expr->id)->value);
    if (expr->op == Op::read)
      if (const Statement *definition = definitionOf(expr->id))
        walk(definition->value);
    forEachPart(*expr, walk);
  };
  forEachPart(product, walk);
  return found;
}

bool RowPlacement::canBeTensor(const RowFacts &facts, const Expr &expr) {
  return !(facts.atPoint && facts.atKey) && !facts.mayFault &&
         (expr.type.kind == Kind::tile || expr.type.kind == Kind::index);
}

bool RowPlacement::isHeldWhole(const ExprPtr &expr, int32_t key) const {
  const RowFacts &facts = factsOf(expr, key);
  return facts.isHeld || canBeTensor(facts, *expr);
}

const RowFacts &RowPlacement::factsOf(const ExprPtr &expr, int32_t key) const {
  auto known = facts.find({expr.get(), key});
  if (known != facts.end())
    return known->second;
  RowFacts computed = computeFacts(*expr, key);
  return facts[{expr.get(), key}] = computed;
}

RowFacts RowPlacement::computeFacts(const Expr &expr, int32_t key) const {
  if (expr.op == Op::loopIndex) {
    bool isVertex = expr.type.kind == Kind::vertex;
    return {isLoopVariable(expr.id), expr.id == key, false, !isVertex, !isVertex};
  }
  if (isLifted(expr))
    return {.atPoint = true};
  if (expr.op == Op::local && expr.type.kind == Kind::tile) {
    const RowFacts &value = factsOf(lets.at(expr.id)->value, key);
    return value.isPlain ? value : RowFacts{.atPoint = true}; // a statement: it is evaluated in every visit
  }
  if (expr.op == Op::read)
    return factsOfRead(expr, key);
  RowFacts result;
  result.mayFault = canFault(expr);
  result.isHeld = isHeldOp(expr.op);
  result.isPlain = isView(expr.op) || expr.op == Op::sharedLevels || isNumber(expr);
  auto join = [&](const ExprPtr &part) {
    const RowFacts &inner = factsOf(part, key);
    result.atPoint |= inner.atPoint;
    result.atKey |= inner.atKey;
    result.mayFault |= inner.mayFault;
    result.isHeld &= isHeldWhole(part, key);
    result.isPlain &= inner.isPlain && (isView(expr.op) || isNumber(*part));
  };
  forEachPart(expr, join);
  if (expr.op == Op::local)
    join(lets.at(expr.id)->value);
  result.isPlain &= result.isHeld;
  return result;
}

/// The visited vertex is an index of attention where it stands for itself: an inner vertex has no rank among the
/// leaves.
RowFacts RowPlacement::factsOfRead(const Expr &read, int32_t key) const {
  RowFacts result;
  result.mayFault = read.mayFault;
  for (size_t i = 0; i < read.args.size(); ++i) {
    const Expr &index = *read.args[i];
    const RowFacts &inner = factsOf(read.args[i], key);
    const sema::Tensor::Axis &axis = kernel.tensors[read.id].axes[i];
    bool isOwnVertex = index.op == Op::loopIndex && index.id == loop.treeVariable && index.id >= 0 &&
                       axis.tree == loop.tree && axis.leaves == loop.leaves;
    result.atPoint |= inner.atPoint;
    result.atKey |= inner.atKey;
    result.mayFault |= inner.mayFault;
    result.isHeld &= isOwnVertex || isHeldWhole(read.args[i], key);
    result.isPlain &= isOwnVertex || inner.isPlain;
  }
  result.atPoint |= !result.atKey && keysOfOneRow.count(key);
  result.isPlain &= result.isHeld;
  return result;
}

//===-- Stages --------------------------------------------------------------===//

int32_t RowPlacement::stageOfExpr(const ExprPtr &expr, std::map<const Expr *, int32_t> &memo) const {
  auto known = memo.find(expr.get());
  if (known != memo.end())
    return known->second;
  int32_t stage = 0;
  forEachPart(*expr, [&](const ExprPtr &part) { stage = std::max(stage, stageOfExpr(part, memo)); });
  if (expr->op == Op::local)
    stage = std::max(stage, stages.at(lets.at(expr->id)));
  if (expr->op == Op::read)
    if (const Statement *definition = definitionOf(expr->id))
      stage = std::max(stage, stages.at(definition));
  return memo[expr.get()] = stage + (isLifted(*expr) ? 1 : 0);
}

/// No lifted product lies on a cycle of dependences, so the stages stop growing.
void RowPlacement::findStages() {
  for (const Statement &statement : loop.body)
    stages[&statement] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    std::map<const Expr *, int32_t> memo;
    for (const Statement &statement : loop.body) {
      int32_t stage = stageOfExpr(statement.value, memo);
      if (stage > stages[&statement]) {
        stages[&statement] = stage;
        changed = true;
        memo.clear();
      }
      stageCount = std::max(stageCount, stage + 1);
    }
  }
}

int32_t RowPlacement::stageOfProduct(const Expr &product) const {
  std::map<const Expr *, int32_t> memo;
  int32_t stage = 0;
  forEachPart(product, [&](const ExprPtr &part) { stage = std::max(stage, stageOfExpr(part, memo)); });
  return stage;
}

} // namespace espalier::emission
