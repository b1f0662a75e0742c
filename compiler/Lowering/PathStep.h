//===- PathStep.h - What a vertex of a path adds to an effect -----------------===//
//
// A path of a tree makes of any state h below it (up; above it: down)  M * h + b, by elements. One vertex more, whose
// own state is  a * (that of its neighbour on the path) + rest:
//
//   b' = a * b + rest,   M' = a * M
//
// Up, `rest` has the sum over all children but the one on the path. With several states that depend on each other, a
// and M have an element for each pair of them.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_PATHSTEP_H
#define ESPALIER_COMPILER_LOWERING_PATHSTEP_H

#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/IR/OwningOpRef.h"

namespace espalier::lowering {

struct PathStep {
  /// Of a sweep whose paths compose (tree::composesPaths). `body` is the sweep, or a copy for some of its channels that
  /// reads the sweep's handles.
  PathStep(tree::SweepOp sweep, tree::SweepOp body);

  /// A copy in which the new effect is computed, from the old one and, up, the vertex's child on the path, which are
  /// arguments of its region. It reads the other children's states from the sweep's handles.
  mlir::OwningOpRef<tree::SweepOp> copy;
  mlir::BlockArgument pathChild; // null: down
  struct Factor {
    unsigned from; // number in `states`
    mlir::BlockArgument old;
    mlir::Value next;
  };
  struct State {
    unsigned number; // of the definition
    mlir::BlockArgument oldTerm;
    mlir::Value nextTerm;
    llvm::SmallVector<Factor> factors; // of those that it depends on, directly or through others
  };
  std::vector<State> states;

private:
  void splitSums(tree::SweepOp sweep);
  void addEffects();
};

} // namespace espalier::lowering

#endif
