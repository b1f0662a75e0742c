//===- Recurrence.h - A sweep along a chain, taken apart --------------------===//
//
//   for t in up(time):                                     a_t, b_t at many t      of `coefficients`
//       h[t] = b[t] + sum(a[t] * h[c] for c in ..)    ->   h = scan(a, b)
//       y[t] = g[t] * h[t]                                 y_t at many t           of `rest`, given h
//
// Of a sweep that is affine by elements (dialects/Tree/IR/Affine.h), only the scan waits from vertex to vertex. `step`
// is one vertex as the program says it, given the state before.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_RECURRENCE_H
#define ESPALIER_COMPILER_LOWERING_RECURRENCE_H

#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/IR/OwningOpRef.h"

namespace espalier::lowering {

struct Recurrence {
  /// Of a sweep whose sums over children are values already (Chains.h).
  explicit Recurrence(tree::SweepOp sweep);

  /// Definitions of one shape that depend on each other.
  struct System {
    llvm::SmallVector<unsigned> states;          // numbers of definitions
    llvm::SmallVector<mlir::Value> coefficients; // row by row; null: 0
    llvm::SmallVector<mlir::Value> terms;        // null: 0
  };
  /// A copy of the sweep in which the values of the systems are computed; nothing in it depends on the state. Where a
  /// vertex of an up sweep has no child, its coefficients stand for nothing.
  mlir::OwningOpRef<tree::SweepOp> coefficients;
  llvm::SmallVector<System> systems;

  /// Copies of the sweep in which the state at the neighbour is given; in `rest` the vertex's own as well, and what is
  /// no state is yielded.
  mlir::OwningOpRef<tree::SweepOp> step, rest;
  struct State {
    unsigned number; // of the definition
    mlir::BlockArgument previous, restPrevious, restOwn;
  };
  llvm::SmallVector<State> states;
  /// Definitions that are no states, and their values in `rest`.
  llvm::SmallVector<std::pair<unsigned, mlir::Value>> others;

private:
  void makeCoefficients(tree::SweepOp sweep);
  void makeStep(tree::SweepOp sweep);
  void makeRest(tree::SweepOp sweep);
};

} // namespace espalier::lowering

#endif
