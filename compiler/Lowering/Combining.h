//===- Combining.h - The arithmetic of reductions on elements ---------------===//
//
// A reduction of a kind keeps one number, or two for log-sum-exp: the maximum m so far
// and the sum s of exp(x - m). With an element x:
//   m' = max(m, x);  c = m' if it is finite, else 0;  s' = s exp(m - c) + exp(x - c)
// and the result is c + log s. Without elements, or only -inf: s = 0, so -inf; no
// difference of equal infinities arises, and NaN stays NaN.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_COMBINING_H
#define ESPALIER_COMPILER_LOWERING_COMBINING_H

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace espalier::lowering {

/// The numbers that a reduction keeps at first.
llvm::SmallVector<mlir::TypedAttr> initialState(tile::ReductionKind kind, mlir::Type element);
/// What they are with one element more.
llvm::SmallVector<mlir::Value> combined(mlir::ImplicitLocOpBuilder &b, tile::ReductionKind kind, mlir::ValueRange state,
                                        mlir::Value element);
/// c of a maximum m.
mlir::Value reference(mlir::ImplicitLocOpBuilder &b, mlir::Value maximum);
/// The result.
mlir::Value finished(mlir::ImplicitLocOpBuilder &b, tile::ReductionKind kind, mlir::ValueRange state);

} // namespace espalier::lowering

#endif
