//===- SplitRows.cpp - Loops without rows, and attention between them -------===//
#include "frontends/Emit/SplitRows.h"

#include "frontends/Emit/RowPlacement.h"

#include <algorithm>

namespace espalier::emission {

using sema::Expr;
using sema::ExprPtr;
using sema::Kind;
using sema::Loop;
using sema::Op;
using sema::Statement;
using sema::Tensor;

namespace {

ExprPtr indexOf(int32_t variable, int32_t tree, ast::Span span) {
  auto index = std::make_shared<Expr>();
  index->op = Op::loopIndex;
  index->id = variable;
  index->type.kind = tree >= 0 ? Kind::vertex : Kind::index;
  index->type.tree = tree;
  index->span = span;
  return index;
}

/// What is held between loops is as wide as what is computed.
DType heldAs(const sema::Type &type) {
  if (type.kind == Kind::index)
    return DType::i32; // facts of vertices
  return isFloat(type.dtype) && sizeInBytes(type.dtype) == 2 ? DType::f32 : type.dtype;
}

/// The same expression of other parts; `replace` gives the part that stands for one.
template <class Replace> ExprPtr withParts(const ExprPtr &expr, Replace replace) {
  auto copy = std::make_shared<Expr>(*expr);
  bool changed = false;
  auto put = [&](ExprPtr &part) {
    if (!part)
      return;
    ExprPtr other = replace(part);
    changed |= other != part;
    part = std::move(other);
  };
  for (ExprPtr &part : copy->args)
    put(part);
  for (ExprPtr *part : {&copy->domain.lower, &copy->domain.upper, &copy->domain.vertex})
    put(*part);
  return changed ? copy : expr;
}

class LoopSplitter {
public:
  LoopSplitter(sema::Kernel &kernel, const Loop &loop) : kernel(kernel), loop(loop), placement(kernel, loop) {}

  std::vector<Step> run() {
    if (!placement.hasRows())
      return {loop};
    for (const ExprPtr &product : placement.lifted())
      addProduct(product);
    stages.resize(placement.numStages());
    for (int32_t stage = 0; stage < placement.numStages(); ++stage) {
      for (Attention *attention : attentionsOf(stage))
        fillAttention(*attention, stage);
      rewriteStatements(stage);
    }
    std::vector<Step> steps;
    for (int32_t stage = 0; stage < placement.numStages(); ++stage)
      appendStage(stage, steps);
    return steps;
  }

private:
  struct Stage {
    std::map<const Statement *, ExprPtr> values; // of the statements that remain
    std::vector<Loop> tensorLoops;               // of what attention needs
  };
  struct Group {
    int32_t stage;
    const Expr *row;
    bool batched;
    std::vector<int32_t> variables;
    Attention attention;
  };

  //===-- Domains and tensors -----------------------------------------------===//

  /// Variables of the loop, of an expression and of what it reads in the place of statements.
  void addVariables(const ExprPtr &expr, std::set<int32_t> &used, std::set<const Expr *> &seen) const {
    if (!seen.insert(expr.get()).second)
      return;
    if (auto product = results.find(expr.get()); product != results.end()) {
      const Loop &domain = product->second.domain;
      used.insert(domain.axisVariables.begin(), domain.axisVariables.end());
      if (domain.treeVariable >= 0)
        used.insert(domain.treeVariable);
      return;
    }
    if (expr->op == Op::loopIndex && placement.isLoopVariable(expr->id))
      used.insert(expr->id);
    if (expr->op == Op::local && isTensor(expr)) {
      used.insert(loop.axisVariables.begin(), loop.axisVariables.end());
      if (loop.treeVariable >= 0)
        used.insert(loop.treeVariable);
    } else if (expr->op == Op::local) {
      addVariables(placement.let(expr->id).value, used, seen);
    }
    forEachPart(*expr, [&](const ExprPtr &part) { addVariables(part, used, seen); });
  }

  std::set<int32_t> variablesOf(const std::vector<ExprPtr> &exprs) const {
    std::set<int32_t> used;
    std::set<const Expr *> seen;
    for (const ExprPtr &expr : exprs)
      addVariables(expr, used, seen);
    return used;
  }

  /// The part of the loop's domain that these variables run over.
  Loop domainOf(const std::set<int32_t> &used, ast::Span span) const {
    Loop domain;
    domain.span = span;
    for (size_t axis = 0; axis < loop.axes.size(); ++axis)
      if (used.count(loop.axisVariables[axis])) {
        domain.axes.push_back(loop.axes[axis]);
        domain.axisVariables.push_back(loop.axisVariables[axis]);
      }
    if (used.count(loop.treeVariable)) {
      domain.tree = loop.tree;
      domain.leaves = loop.leaves;
      domain.treeVariable = loop.treeVariable;
    }
    return domain;
  }

  int32_t addTensor(const std::string &name, const sema::Type &type, const Loop &domain, bool batched, ast::Span span) {
    Tensor tensor;
    tensor.name = name;
    tensor.dtype = heldAs(type);
    tensor.batched = batched;
    tensor.span = span;
    for (const sema::Dim &size : domain.axes)
      tensor.axes.push_back({size, -1, false});
    if (domain.tree >= 0) {
      const sema::Tree &tree = kernel.trees[domain.tree];
      tensor.axes.push_back({domain.leaves ? tree.numLeaves : tree.numVertices, domain.tree, domain.leaves});
    }
    tensor.numLoopAxes = static_cast<int32_t>(tensor.axes.size());
    for (const sema::Dim &size : type.sizes)
      tensor.axes.push_back({size, -1, false});
    kernel.tensors.push_back(std::move(tensor));
    return static_cast<int32_t>(kernel.tensors.size()) - 1;
  }

  /// The value of a tensor over the domain at the visited point.
  ExprPtr readOf(int32_t tensor, const Loop &domain, const Expr &expr) const {
    auto read = std::make_shared<Expr>();
    read->op = Op::read;
    read->id = tensor;
    read->span = expr.span;
    read->type = expr.type;
    for (int32_t variable : domain.axisVariables)
      read->args.push_back(indexOf(variable, -1, expr.span));
    if (domain.tree >= 0)
      read->args.push_back(indexOf(domain.treeVariable, domain.tree, expr.span));
    if (expr.type.kind != Kind::index)
      return read;
    read->type = {Kind::tile, DType::i32, {}, -1, 0};
    auto index = std::make_shared<Expr>();
    index->op = Op::cast;
    index->type = expr.type;
    index->span = expr.span;
    index->args = {read};
    return index;
  }

  /// The rule of L4, for a part of a loop.
  bool isBatched(const ExprPtr &expr) const {
    std::set<const Expr *> seen;
    bool found = false;
    auto isBatchedTree = [&](int32_t tree) { return tree >= 0 && kernel.trees[tree].batched; };
    std::function<void(const ExprPtr &)> walk = [&](const ExprPtr &at) {
      if (found || !seen.insert(at.get()).second)
        return;
      found = isBatchedTree(at->tree) || isBatchedTree(at->type.tree) || isBatchedTree(at->domain.tree) ||
              (at->op == Op::read && kernel.tensors[at->id].batched);
      if (at->op == Op::local)
        walk(placement.let(at->id).value);
      forEachPart(*at, walk);
    };
    walk(expr);
    return found;
  }

  //===-- Products ----------------------------------------------------------===//

  struct Result {
    int32_t tensor;
    Loop domain;
  };

  void addProduct(const ExprPtr &product) {
    const ExprPtr &row = placement.rowOf(*product);
    std::vector<ExprPtr> parts = row->args;
    if (product->op == Op::rowTimes)
      parts.push_back(product->args[1]);
    bool batched = std::any_of(parts.begin(), parts.end(), [&](const ExprPtr &part) { return isBatched(part); });
    std::set<int32_t> used = variablesOf(parts);
    const Statement *whole = wholeDefinition(*product, batched);
    Loop domain = whole ? domainOf({loop.axisVariables.begin(), loop.axisVariables.end()}, product->span)
                        : domainOf(used, product->span);
    if (whole && loop.tree >= 0) {
      domain.tree = loop.tree;
      domain.leaves = loop.leaves;
      domain.treeVariable = loop.treeVariable;
    }
    int32_t tensor = whole ? whole->id : addTensor("row", product->type, domain, batched, product->span);
    if (whole)
      lifted.insert(whole);
    results[product.get()] = {tensor, domain};

    std::vector<int32_t> variables = domain.axisVariables;
    variables.push_back(domain.treeVariable);
    int32_t stage = placement.stageOfProduct(*product);
    auto fits = [&](const Group &group) {
      return group.stage == stage && group.row == row.get() && group.batched == batched && group.variables == variables;
    };
    auto group = std::find_if(groups.begin(), groups.end(), fits);
    if (group == groups.end()) {
      groups.push_back({stage, row.get(), batched, variables, {domain, row, {}}});
      group = std::prev(groups.end());
    }
    group->attention.products.push_back({product, tensor});
  }

  /// The statement that defines nothing but this product, as it is.
  const Statement *wholeDefinition(const Expr &product, bool batched) const {
    for (const Statement &statement : loop.body) {
      if (statement.kind != Statement::Kind::define || statement.value.get() != &product)
        continue;
      const Tensor &tensor = kernel.tensors[statement.id];
      std::vector<sema::Dim> sizes;
      for (size_t axis = tensor.numLoopAxes; axis < tensor.axes.size(); ++axis)
        sizes.push_back(tensor.axes[axis].size);
      if (tensor.batched == batched && tensor.dtype == product.type.dtype && heldAs(product.type) == tensor.dtype &&
          sizes == product.type.sizes)
        return &statement;
    }
    return nullptr;
  }

  std::vector<Attention *> attentionsOf(int32_t stage) {
    std::vector<Attention *> found;
    for (Group &group : groups)
      if (group.stage == stage)
        found.push_back(&group.attention);
    return found;
  }

  void fillAttention(Attention &attention, int32_t stage) {
    const ExprPtr row = attention.row;
    auto hold = [&](const ExprPtr &part) { return held(part, row->variable, row->type.rowLength, stage); };
    attention.row = withParts(row, hold);
    for (Attention::Product &product : attention.products) {
      auto copy = std::make_shared<Expr>(*product.expr);
      copy->args[0] = attention.row;
      if (copy->op == Op::rowTimes)
        copy->args[1] = hold(copy->args[1]);
      product.expr = copy;
    }
  }

  /// What the regions of attention hold in the place of a part of its row.
  ExprPtr held(const ExprPtr &expr, int32_t key, const sema::Dim &numKeys, int32_t stage) {
    if (auto result = results.find(expr.get()); result != results.end())
      return readOf(result->second.tensor, result->second.domain, *expr);
    if (expr->op == Op::local)
      return isTensor(expr) ? localTensor(expr) : held(placement.let(expr->id).value, key, numKeys, stage);
    if (expr->type.kind == Kind::vertex)
      return expr; // the visited one, as the index of a read
    const RowFacts &facts = placement.factsOf(expr, key);
    bool isCount = expr->op == Op::sharedLevels; // stands by the prefix that it bounds
    if (!facts.isHeld || (!facts.isPlain && !isCount && RowPlacement::canBeTensor(facts, *expr)))
      return tensorOf(expr, facts.atKey ? key : -1, numKeys, stage);
    return withParts(expr, [&](const ExprPtr &part) { return held(part, key, numKeys, stage); });
  }

  /// A tensor of what changes with the point or with the key only.
  ExprPtr tensorOf(const ExprPtr &expr, int32_t key, const sema::Dim &numKeys, int32_t stage) {
    if (auto known = tensors.find(expr.get()); known != tensors.end() && known->second.first <= stage)
      return known->second.second;
    Loop domain = domainOf(key >= 0 ? std::set<int32_t>() : variablesOf({expr}), expr->span);
    if (key >= 0) {
      domain.axes.push_back(numKeys);
      domain.axisVariables.push_back(key);
    }
    int32_t tensor = addTensor("part of a score", expr->type, domain, isBatched(expr), expr->span);
    std::vector<Loop> &loops = stages[stage].tensorLoops;
    auto fits = [&](const Loop &other) {
      return other.axisVariables == domain.axisVariables && other.treeVariable == domain.treeVariable;
    };
    auto place = std::find_if(loops.begin(), loops.end(), fits);
    if (place == loops.end()) {
      loops.push_back(domain);
      place = std::prev(loops.end());
    }
    ExprPtr value = rewritten(expr, outside);
    loops[place - loops.begin()].body.push_back(
        {Statement::Kind::define, tensor, kernel.tensors[tensor].name, value, expr->span});
    ExprPtr read = readOf(tensor, domain, *expr);
    tensors[expr.get()] = {stage, read};
    return read;
  }

  //===-- Statements --------------------------------------------------------===//

  static constexpr int32_t outside = -1;

  /// A local that other stages and attention read is a tensor, unless it is cheap to write again.
  bool isTensor(const ExprPtr &local) const {
    return local->type.kind == Kind::tile && !placement.factsOf(placement.let(local->id).value, -1).isPlain;
  }

  ExprPtr localTensor(const ExprPtr &local) {
    const Statement &let = placement.let(local->id);
    auto [place, isNew] = localTensors.try_emplace(&let, -1);
    Loop domain = domainOf({loop.axisVariables.begin(), loop.axisVariables.end()}, let.span);
    domain.tree = loop.tree;
    domain.leaves = loop.leaves;
    domain.treeVariable = loop.treeVariable;
    if (isNew)
      place->second = addTensor(let.name, local->type, domain, isBatched(local), let.span);
    return readOf(place->second, domain, *local);
  }

  /// An expression as one of a statement of a stage, or of a loop of its own.
  ExprPtr rewritten(const ExprPtr &expr, int32_t stage) {
    auto known = rewrites.find({expr.get(), stage});
    return known != rewrites.end() ? known->second : rewrites[{expr.get(), stage}] = rewrite(expr, stage);
  }

  ExprPtr rewrite(const ExprPtr &expr, int32_t stage) {
    if (auto result = results.find(expr.get()); result != results.end())
      return readOf(result->second.tensor, result->second.domain, *expr);
    if (expr->op == Op::local) {
      const Statement &let = placement.let(expr->id);
      if (expr->type.kind == Kind::tile && placement.stageOf(let) == stage)
        return expr;
      return isTensor(expr) ? localTensor(expr) : rewritten(let.value, stage);
    }
    return withParts(expr, [&](const ExprPtr &part) { return rewritten(part, stage); });
  }

  void rewriteStatements(int32_t stage) {
    for (const Statement &statement : loop.body)
      if (placement.stageOf(statement) == stage && !lifted.count(&statement) && statement.value->type.kind != Kind::row)
        stages[stage].values[&statement] = rewritten(statement.value, stage);
  }

  void appendStage(int32_t stage, std::vector<Step> &steps) {
    Loop part = loop;
    part.body.clear();
    for (const Statement &statement : loop.body) {
      auto value = stages[stage].values.find(&statement);
      if (value == stages[stage].values.end())
        continue;
      part.body.push_back(statement);
      part.body.back().value = value->second;
      if (auto tensor = localTensors.find(&statement); tensor != localTensors.end())
        part.body.push_back(
            {Statement::Kind::define, tensor->second, statement.name, localOf(statement), statement.span});
    }
    if (!ordersVisits(part))
      part.direction = Loop::Direction::each;
    if (!part.body.empty())
      steps.push_back(part);
    steps.insert(steps.end(), stages[stage].tensorLoops.begin(), stages[stage].tensorLoops.end());
    for (Attention *attention : attentionsOf(stage))
      steps.push_back(*attention);
  }

  static ExprPtr localOf(const Statement &let) {
    auto local = std::make_shared<Expr>();
    local->op = Op::local;
    local->id = let.id;
    local->type = let.value->type;
    local->span = let.span;
    return local;
  }

  /// Whether a visit reads what the same loop defines elsewhere.
  bool ordersVisits(const Loop &part) const {
    std::set<int32_t> defined;
    for (const Statement &statement : part.body)
      if (statement.kind == Statement::Kind::define)
        defined.insert(statement.id);
    bool found = false;
    std::set<const Expr *> seen;
    std::function<void(const ExprPtr &)> walk = [&](const ExprPtr &expr) {
      if (!seen.insert(expr.get()).second)
        return;
      if (expr->op == Op::read && defined.count(expr->id))
        for (size_t axis = 0; axis < expr->args.size(); ++axis)
          found |= kernel.tensors[expr->id].axes[axis].tree >= 0 &&
                   static_cast<int32_t>(axis) < kernel.tensors[expr->id].numLoopAxes &&
                   (expr->args[axis]->op != Op::loopIndex || expr->args[axis]->id != part.treeVariable);
      forEachPart(*expr, walk);
    };
    for (const Statement &statement : part.body)
      walk(statement.value);
    return found;
  }

  sema::Kernel &kernel;
  const Loop &loop;
  RowPlacement placement;
  std::vector<Stage> stages;
  std::vector<Group> groups;
  std::set<const Statement *> lifted; // definitions that are products
  std::map<const Expr *, Result> results;
  std::map<const Expr *, std::pair<int32_t, ExprPtr>> tensors; // by expression: the stage, and a read
  std::map<const Statement *, int32_t> localTensors;
  std::map<std::pair<const Expr *, int32_t>, ExprPtr> rewrites;
};

} // namespace

SplitKernel splitRows(const sema::Kernel &kernel) {
  SplitKernel split{kernel, {}};
  for (const Loop &loop : kernel.loops)
    split.steps.push_back(LoopSplitter(split.kernel, loop).run());
  return split;
}

} // namespace espalier::emission
