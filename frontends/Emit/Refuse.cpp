//===- Refuse.cpp - What a kernel may ask that the dialects do not hold -----===//
//
// The language is larger than what is lowered. Each construct that is not is named here, at its place in the program,
// before anything is emitted; emission then never fails.
//===----------------------------------------------------------------------===//
#include "frontends/Emit/Emit.h"

#include "frontends/Emit/ExtentTable.h"
#include "frontends/Emit/Visit.h"

#include <fmt/format.h>

#include <set>

namespace espalier {

namespace {

using emission::ExtentTable;
using emission::literalValue;
using sema::Expr;
using sema::ExprPtr;
using sema::Op;

struct RefusedOp {
  Op op;
  const char *what;
  const char *hint;
};

/// Where the target does not run the block dialect.
const RefusedOp blockOps[] = {
    {Op::row, "a softmax over a range (a row of attention)", "--target=interp evaluates it; a row whose length is a compile-time number can be a tile: softmax(x)"},
    {Op::sharedLevels, "shared_levels", "--target=interp evaluates it"},
    {Op::prefix, "a slice whose bound depends on shared_levels", "--target=interp evaluates it"},
};

struct RefusedBuilder {
  const char *builder;
  const char *hint;
};

const RefusedBuilder refusedBuilders[] = {
    {"minimum_spanning_tree", "compute its parents outside and pass the tree as an argument"},
    {"quadtree", "compute its parents outside and pass the tree as an argument"},
};

/// A tile is the work of one visit: what a thread keeps in its scratch memory.
constexpr int64_t largestTile = int64_t{1} << 20;

class Refusal {
public:
  Refusal(const sema::Kernel &kernel, Diagnostics &diagnostics, const TargetLimits &limits)
      : kernel(kernel), diagnostics(diagnostics), limits(limits), extents(kernel) {}

  bool run() {
    for (const sema::Tree &tree : kernel.trees)
      checkTree(tree);
    for (const sema::Tensor &tensor : kernel.tensors)
      checkTensor(tensor);
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
    if (!tree.builder.empty() && !limits.buildsTrees)
      return refuse(tree.span, "a tree that the kernel builds", "pass the tree as an argument; --target=interp evaluates it");
    for (const RefusedBuilder &row : refusedBuilders)
      if (tree.builder == row.builder)
        return refuse(tree.span, row.builder, row.hint);
    for (const ExprPtr &argument : tree.args)
      if (tree.builder != "from_parents")
        checkExpr(argument);
  }

  void checkTensor(const sema::Tensor &tensor) {
    // The elements of a chain's vertices are those of the axis that it is as long as.
    if (tensor.viewOf >= 0 && tensor.axes.size() != kernel.tensors[tensor.viewOf].axes.size())
      refuse(tensor.span, "reading the pixels of a grid as the vertices of a tree", "");
  }

  void checkLoop(const sema::Loop &loop) {
    for (const sema::Dim &size : loop.axes)
      checkSize(size, loop.span);
    for (const sema::Statement &statement : loop.body)
      checkExpr(statement.value);
  }

  void checkResult(const sema::ResultRef &result) {
    if (result.isTree)
      return refuse(kernel.trees[result.id].span, "a tree as a result", "return the tensors and keep the tree that was passed");
    for (const sema::Tensor::Axis &axis : kernel.tensors[result.id].axes)
      checkSize(axis.size, kernel.tensors[result.id].span);
  }

  void checkSize(const sema::Dim &size, ast::Span span) {
    if (!size.constant() && !extents.row(size))
      refuse(span, fmt::format("the size {}, which no argument shows,", size.str()), "");
  }

  bool isShownByTree(const sema::Dim &size) const {
    for (const sema::Tree &tree : kernel.trees)
      if (tree.numVertices == size || tree.numLeaves == size)
        return true;
    return false;
  }

  void checkExpr(const ExprPtr &expr) {
    if (!expr || !seen.insert(expr.get()).second)
      return;
    if (tooLarge(*expr)) {
      anyRefused = true;
      diagnostics.error(expr->span, fmt::format("this tile has more than {} elements", largestTile)).withHint("a loop over an axis makes smaller tiles");
      return;
    }
    for (const RefusedOp &row : blockOps)
      if (expr->op == row.op && !limits.runsBlock)
        return refuse(expr->span, row.what, row.hint);
    if (expr->op == Op::dim)
      checkSize(expr->dims[0], expr->span);
    if (expr->op == Op::sharedLevels)
      checkSize(expr->dims[1], expr->span);
    if (expr->op == Op::row && !isShownByTree(expr->type.rowLength))
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
  TargetLimits limits;
  ExtentTable extents;
  std::set<const Expr *> seen;
  bool anyRefused = false;
};

} // namespace

bool refuse(const sema::Kernel &kernel, Diagnostics &diagnostics, const TargetLimits &limits) { return Refusal(kernel, diagnostics, limits).run(); }

} // namespace espalier
