//===- Affine.h - Sweeps that are affine in their state ---------------------===//
//
// The state of an up or down sweep are the definitions that it reads at neighbours. Where
// each is affine in the neighbours' state,
//
//   h_v = b_v + sum over neighbours n of A_vn h_n,
//
// paths contract: two steps of a path are one step of the same form, (A' A, A' b + b').
// What A is decides what that costs: with one coefficient per element it is a product,
// with a matrix a product of matrices.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_DIALECTS_TREE_IR_AFFINE_H
#define ESPALIER_DIALECTS_TREE_IR_AFFINE_H

#include "dialects/Tree/IR/TreeDialect.h"

#include "llvm/ADT/SmallBitVector.h"

namespace espalier::tree {

/// How a value depends on the state.
enum class Affinity : uint8_t {
  constant,    // not at all
  elementwise, // element i = b + sum over states s of a_s * element i of s
  matrix,      // affine, but elements meet: a sum, a product, a transpose
  other,       // not affine, or not known to be
};
llvm::StringRef spelled(Affinity affinity);

class AffineStates {
public:
  /// Of an up or down sweep, before or after the sums over children of a chain have become values (Chains.h).
  /// A state in 16 bits is rounded at every vertex: it is not affine.
  explicit AffineStates(SweepOp sweep);

  /// The definitions that are read at neighbours, ascending.
  llvm::ArrayRef<unsigned> states() const { return numbers; }
  /// How the states depend on their neighbours': the worst of all.
  Affinity recurrence() const { return worst; }
  /// Where it is no better than `matrix`: the first operation that makes it so. Null otherwise.
  mlir::Operation *obstacle() const { return reason; }

  Affinity of(mlir::Value value) const { return forms.lookup(value).affinity; }
  /// Bit s: it may depend on states()[s].
  llvm::SmallBitVector statesIn(mlir::Value value) const;

private:
  struct Form {
    Affinity affinity = Affinity::constant;
    llvm::SmallBitVector states;
    mlir::Operation *obstacle = nullptr;
  };
  void visit(mlir::Block &block);
  void visit(mlir::Operation *op);
  void visit(ReduceOp op);
  Form formOf(mlir::Operation *op);
  Form joined(mlir::Operation *op, mlir::ValueRange values) const;
  bool isConstant(mlir::ValueRange values) const;

  SweepOp sweep;
  llvm::SmallVector<unsigned> numbers;
  llvm::DenseMap<mlir::Value, Form> forms; // of what is not constant
  Affinity worst = Affinity::constant;
  mlir::Operation *reason = nullptr;
};

/// Whether the sweep runs along a chain, is affine by elements in its state and has no effects, so that steps may be
/// composed: `states` are its own. Sums over children that look at the state must be values of one child (Chains.h).
bool composesSteps(SweepOp sweep, const AffineStates &states);

/// The same along the paths of a tree that is no chain: what a vertex makes of the state of one child (up) or of its
/// parent (down), the other children's being known, is affine by elements. `states` are the sweep's own. Up: sums over
/// children that look at the state do so at the child alone, and evaluating one for a child that its filter leaves out
/// is cheap and no fault.
bool composesPaths(SweepOp sweep, const AffineStates &states);

} // namespace espalier::tree

#endif
