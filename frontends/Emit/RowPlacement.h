//===- RowPlacement.h - Where the rows of a loop are computed ---------------===//
//
// A loop whose statements use rows of attention (L18) falls into stages: what rows need,
// the rows, what uses them, perhaps again rows. A product of a row is lifted out of its
// loop, to become attention over the loop's whole domain, unless
//   - it changes with a variable of a comprehension or of another row,
//   - its inputs depend on it, through neighbours in a sweep up or down,
//   - it may fault and is not evaluated in every visit, or
//   - something depends on both the visited point and the key that attention cannot hold:
//     a comprehension, a solve, a fact of a vertex.
// Then it stays where it is, as reductions over the range of keys.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_EMIT_ROWPLACEMENT_H
#define ESPALIER_FRONTENDS_EMIT_ROWPLACEMENT_H

#include "frontends/Sema/Kernel.h"

#include <functional>
#include <map>
#include <set>

namespace espalier::emission {

/// What an expression of a loop is, seen from a row with a certain key.
struct RowFacts {
  bool atPoint = false; // changes with the visited point (for a row that is the same at all points, all that is read
                        // but at its keys)
  bool atKey = false;
  bool mayFault = false;
  bool isPlain = true; // reads, parts of what is read, arithmetic on numbers: not worth a tensor of its own
  bool isHeld = true;  // attention can hold it, once what it contains is, or has become a tensor
};

/// Calls `visit` for the parts of an expression.
void forEachPart(const sema::Expr &expr, const std::function<void(const sema::ExprPtr &)> &visit);

class RowPlacement {
public:
  RowPlacement(const sema::Kernel &kernel, const sema::Loop &loop);

  bool hasRows() const { return anyRows; }
  /// The lifted products, `rowTimes` and `rowSum`, inner ones first.
  const std::vector<sema::ExprPtr> &lifted() const { return liftedProducts; }
  bool isLifted(const sema::Expr &expr) const { return liftedSet.count(&expr); }
  /// The stage in which a statement is evaluated, and the one after which a lifted product is.
  int32_t stageOf(const sema::Statement &statement) const { return stages.at(&statement); }
  int32_t stageOfProduct(const sema::Expr &product) const;
  int32_t numStages() const { return stageCount; }
  /// The statement that defines a local.
  const sema::Statement &let(int32_t local) const { return *lets.at(local); }
  /// The row of a product.
  const sema::ExprPtr &rowOf(const sema::Expr &product) const;
  /// key: a variable, or -1.
  const RowFacts &factsOf(const sema::ExprPtr &expr, int32_t key) const;
  /// Whether the expression may become a tensor that attention reads.
  static bool canBeTensor(const RowFacts &facts, const sema::Expr &expr);
  bool isLoopVariable(int32_t variable) const { return loopVariables.count(variable); }

private:
  struct Product {
    sema::ExprPtr expr;
    bool isConditional; // everywhere that it occurs
  };

  const sema::Statement *definitionOf(int32_t tensor) const;
  void findProducts(const sema::ExprPtr &expr, bool isConditional, std::set<std::pair<const sema::Expr *, bool>> &seen);
  bool mayLift(const Product &product) const;
  bool usesPoint(const sema::Expr &row) const;
  bool usesOnlyLoopVariables(const sema::Expr &product) const;
  bool dependsOnItself(const sema::Expr &product) const;
  bool isHeldWhole(const sema::ExprPtr &expr, int32_t key) const;
  RowFacts computeFacts(const sema::Expr &expr, int32_t key) const;
  RowFacts factsOfRead(const sema::Expr &read, int32_t key) const;
  void findStages();
  int32_t stageOfExpr(const sema::ExprPtr &expr, std::map<const sema::Expr *, int32_t> &memo) const;

  const sema::Kernel &kernel;
  const sema::Loop &loop;
  std::set<int32_t> loopVariables;
  std::map<int32_t, const sema::Statement *> lets, definitions; // by local; by tensor
  bool anyRows = false;
  std::set<int32_t> keysOfOneRow; // of rows that are the same at all points
  std::vector<Product> products;
  std::vector<sema::ExprPtr> liftedProducts;
  std::set<const sema::Expr *> liftedSet;
  std::map<const sema::Statement *, int32_t> stages;
  int32_t stageCount = 1;
  mutable std::map<std::pair<const sema::Expr *, int32_t>, RowFacts> facts;
};

} // namespace espalier::emission

#endif
