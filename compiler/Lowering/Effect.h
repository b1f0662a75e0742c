//===- Effect.h - What steps in a row make of any state -----------------------===//
//
// Of sweeps that are affine by elements in their state (dialects/Tree/IR/Affine.h): a run of steps makes of the state h
// before it  M * h + b, with an M for each state that another depends on.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_EFFECT_H
#define ESPALIER_COMPILER_LOWERING_EFFECT_H

#include "compiler/Lowering/View.h"

namespace espalier::lowering {

/// target = term + the sum of the products.
void applyEffect(mlir::OpBuilder &builder, mlir::Location loc, const View &term,
                 llvm::ArrayRef<std::pair<View, View>> products, const View &target);

/// `check`, a number of type f64 that is 0 at first, becomes NaN where an element of `state` is not finite.
void noteInfinite(mlir::OpBuilder &builder, mlir::Location loc, const View &state, const View &check);
/// Whether that happened.
mlir::Value isNoted(mlir::OpBuilder &builder, mlir::Location loc, const View &check);

} // namespace espalier::lowering

#endif
