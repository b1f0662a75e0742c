//===- AffineParts.h - What affine values are made of ------------------------===//
//
//   h[v] = b[v] + sum(a[c] * h[c] for c in ..)     coefficient of h: a[c];  term: b[v]
//
// Of a sweep that is affine by elements in its state (dialects/Tree/IR/Affine.h), these are values of the same region.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_AFFINEPARTS_H
#define ESPALIER_COMPILER_LOWERING_AFFINEPARTS_H

#include "dialects/Tree/IR/Affine.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace espalier::lowering {

/// The parts of values that are affine by elements, computed at the end of the sweep's region. Null stands for zero.
class AffineParts {
public:
  explicit AffineParts(tree::SweepOp sweep)
      : states(sweep), builder(sweep.getLoc(), sweep.getBody().front().getTerminator()) {}

  /// `state` counts numbers().
  mlir::Value coefficient(mlir::Value value, unsigned state);
  /// What the value is where the state is zero.
  mlir::Value term(mlir::Value value);
  bool depends(mlir::Value value, unsigned state) const { return states.statesIn(value).test(state); }
  /// The definitions that are states.
  mlir::ArrayRef<unsigned> numbers() const { return states.states(); }
  /// Groups of states (counted as numbers()) that depend on each other, directly or through others; `values` are what
  /// is yielded of them.
  llvm::SmallVector<llvm::SmallVector<unsigned>> connected(mlir::ValueRange values) const;

private:
  using Part = llvm::function_ref<mlir::Value(mlir::Value)>;
  mlir::Value combined(mlir::Operation *op, Part part);
  mlir::Value orZero(mlir::Value part, mlir::Type type);

  tree::AffineStates states;
  mlir::ImplicitLocOpBuilder builder;
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, mlir::Value> coefficients;
  llvm::DenseMap<mlir::Value, mlir::Value> terms;
};

/// The region yields these; what nobody uses goes.
void yieldOnly(tree::SweepOp sweep, llvm::ArrayRef<mlir::Value> values);

/// What is read of a definition's handle at the neighbour is this value.
void readsBecome(mlir::BlockArgument handle, mlir::Value value);

} // namespace espalier::lowering

#endif
