//===- Batch.cpp - What has the batch axes (L4) ------------------------------===//
//
// A definition is batched if and only if something that it depends on is: a
// parameter with `...`, a batch of trees, another batched definition. Definitions of
// one sweep may depend on each other, so the rule runs until nothing changes.
//===----------------------------------------------------------------------===//
#include "frontends/Sema/Analyzer.h"

#include <unordered_set>

namespace espalier::sema {

namespace {
/// Whether an expression depends on something batched.
class Dependence {
public:
  Dependence(const Kernel &kernel, const std::vector<bool> &locals) : kernel(kernel), locals(locals) {}
  bool of(const ExprPtr &root) {
    std::unordered_set<const Expr *> seen;
    std::vector<const Expr *> open = {root.get()};
    while (!open.empty()) {
      const Expr *at = open.back();
      open.pop_back();
      if (!at || !seen.insert(at).second)
        continue;
      if (isBatched(*at))
        return true;
      for (const ExprPtr &arg : at->args)
        open.push_back(arg.get());
      for (const ExprPtr *part : {&at->domain.lower, &at->domain.upper, &at->domain.vertex})
        open.push_back(part->get());
    }
    return false;
  }

private:
  bool tree(int32_t id) const { return id >= 0 && kernel.trees[static_cast<size_t>(id)].batched; }
  bool isBatched(const Expr &expr) const {
    if (expr.op == Op::read)
      return kernel.tensors[static_cast<size_t>(expr.id)].batched;
    if (expr.op == Op::local)
      return locals[static_cast<size_t>(expr.id)];
    return tree(expr.tree) || tree(expr.type.tree) || tree(expr.domain.tree);
  }
  const Kernel &kernel;
  const std::vector<bool> &locals;
};
} // namespace

void Analyzer::propagateBatch() {
  Kernel &kernel = state.kernel;
  std::vector<bool> locals(static_cast<size_t>(state.numLocals), false);
  Dependence dependence(kernel, locals);
  for (bool changed = true; changed;) {
    changed = false;
    auto mark = [&](auto &&flag, bool value) {
      if (value && !flag) {
        flag = true;
        changed = true;
      }
    };
    for (Tensor &tensor : kernel.tensors)
      if (tensor.viewOf >= 0)
        mark(tensor.batched, kernel.tensors[static_cast<size_t>(tensor.viewOf)].batched);
    for (Tree &tree : kernel.trees)
      for (const ExprPtr &arg : tree.args)
        mark(tree.batched, !tree.batched && arg && dependence.of(arg));
    for (Loop &loop : kernel.loops) {
      bool onBatchedTree = loop.tree >= 0 && kernel.trees[static_cast<size_t>(loop.tree)].batched;
      mark(loop.batched, onBatchedTree);
      for (const Statement &statement : loop.body) {
        bool isLet = statement.kind == Statement::Kind::let;
        bool isKnown = isLet ? locals[static_cast<size_t>(statement.id)]
                             : kernel.tensors[static_cast<size_t>(statement.id)].batched;
        bool batched = isKnown || onBatchedTree || dependence.of(statement.value);
        mark(loop.batched, batched);
        if (isLet) {
          if (batched && !isKnown)
            locals[static_cast<size_t>(statement.id)] = changed = true;
        } else {
          mark(kernel.tensors[static_cast<size_t>(statement.id)].batched, batched);
        }
      }
    }
  }
}

} // namespace espalier::sema
