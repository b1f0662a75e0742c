//===- Refuse.cpp - What a kernel may ask that the dialects do not hold -----===//
//
// The language is larger than what is lowered. Each construct that is not is named here, at its place in the program,
// before anything is emitted; emission then never fails.
//===----------------------------------------------------------------------===//
#include "frontends/Emit/Emit.h"

#include "frontends/Emit/ExtentTable.h"
#include "frontends/Emit/TreeRows.h"
#include "frontends/Emit/Visit.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace espalier {

namespace {

using emission::ExtentTable;
using emission::literalValue;
using sema::Expr;
using sema::ExprPtr;
using sema::Op;

/// A tile is the work of one visit: what a thread keeps in its scratch memory.
constexpr int64_t largestTile = int64_t{1} << 20;

class Refusal {
public:
  Refusal(const sema::Kernel &kernel, Diagnostics &diagnostics)
      : kernel(kernel), diagnostics(diagnostics), extents(kernel) {}

  bool run() {
    for (const sema::Tree &tree : kernel.trees)
      checkTree(tree);
    for (const sema::Loop &loop : kernel.loops)
      checkLoop(loop);
    for (const sema::ResultRef &result : kernel.results)
      checkResult(result);
    return anyRefused;
  }

private:
  void refuse(ast::Span span, const std::string &what, const std::string &hint) {
    anyRefused = true;
    Diagnostic &diagnostic = diagnostics.error(span, fmt::format("{} is not compiled by this version", what));
    if (!hint.empty())
      diagnostic.withHint(hint);
  }

  static bool tooLarge(const Expr &expr) {
    double elements = 1; // a product of sizes may exceed 64 bits
    for (const sema::Dim &size : expr.type.sizes)
      elements *= static_cast<double>(size.constant().value_or(1));
    return elements > largestTile;
  }

  void checkTree(const sema::Tree &tree) {
    bool hasSizes = tree.builder == "chain" || tree.builder == "perfect";
    if (hasSizes && tree.dims.empty())
      return refuse(tree.span, "a tree whose size is read from data",
                    "an index parameter may state the size of a tree");
    for (const sema::Dim &size : tree.dims)
      checkSize(size, tree.span);
    if (tree.graph.empty())
      return;
    checkExpr(tree.args[0]);
    for (const ExprPtr &number : {tree.args[1], tree.seed})
      if (number && readsData(*number))
        refuse(number->span, "a root or a seed that is read from data", "an index parameter may name it");
  }

  static bool readsData(const Expr &expr) {
    return expr.op == Op::read ||
           std::any_of(expr.args.begin(), expr.args.end(), [](const ExprPtr &arg) { return arg && readsData(*arg); });
  }

  void checkLoop(const sema::Loop &loop) {
    for (const sema::Dim &size : loop.axes)
      checkSize(size, loop.span);
    if (loop.leaves)
      checkSize(kernel.trees[loop.tree].numLeaves, loop.span);
    for (const sema::Statement &statement : loop.body)
      checkExpr(statement.value);
  }

  void checkResult(const sema::ResultRef &result) {
    if (result.isTree)
      return checkSize(kernel.trees[result.id].numVertices, kernel.trees[result.id].span);
    for (const sema::Tensor::Axis &axis : kernel.tensors[result.id].axes)
      checkSize(axis.size, kernel.tensors[result.id].span);
  }

  void checkSize(const sema::Dim &size, ast::Span span) {
    if (size.constant() || extents.row(size))
      return;
    for (const sema::Tree &tree : kernel.trees)
      if (emission::isGrown(kernel, tree) &&
          llvm::is_contained(size.symbols(), tree.numLeaves.symbolName().value_or("")))
        return refuse(span, fmt::format("a size that the leaves of {} give, a tree that the kernel grows,", tree.name),
                      "its leaves are known when it has grown: loop over its vertices and ask is_leaf(v), or pass the "
                      "tree as an argument");
    refuse(span, fmt::format("the size {}, which no argument shows,", size.str()), "");
  }

  void checkExpr(const ExprPtr &expr) {
    if (!expr || !seen.insert(expr.get()).second)
      return;
    if (tooLarge(*expr)) {
      anyRefused = true;
      diagnostics.error(expr->span, fmt::format("this tile has more than {} elements", largestTile))
          .withHint("a loop over an axis makes smaller tiles");
      return;
    }
    if (expr->op == Op::dim)
      checkSize(expr->dims[0], expr->span);
    if (expr->op == Op::sharedLevels)
      checkSize(expr->dims[1], expr->span);
    if (expr->op == Op::row)
      checkSize(expr->type.rowLength, expr->span);
    if (expr->op == Op::pow && !(expr->type.kind == sema::Kind::tile && isFloat(expr->type.dtype)) &&
        literalValue(*expr->args[1]).value_or(-1) < 0)
      refuse(expr->span, "a whole number to a power that is not a number >= 0", "cast the base to f64");
    for (const ExprPtr &argument : expr->args)
      checkExpr(argument);
    if (expr->op != Op::comprehension)
      return;
    if (expr->domain.kind == sema::Domain::Kind::axis)
      checkSize(expr->domain.extent, expr->span);
    checkExpr(expr->domain.lower);
    checkExpr(expr->domain.upper);
    checkExpr(expr->domain.vertex);
  }

  const sema::Kernel &kernel;
  Diagnostics &diagnostics;
  ExtentTable extents;
  std::set<const Expr *> seen;
  bool anyRefused = false;
};

} // namespace

bool refuse(const sema::Kernel &kernel, Diagnostics &diagnostics) { return Refusal(kernel, diagnostics).run(); }

} // namespace espalier
