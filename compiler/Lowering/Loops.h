//===- Loops.h - Elementwise loops and reductions over views ----------------===//
#ifndef ESPALIER_COMPILER_LOWERING_LOOPS_H
#define ESPALIER_COMPILER_LOWERING_LOOPS_H

#include "compiler/Lowering/View.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace espalier::lowering {

/// New elements of the targets from the elements read and the targets' own.
using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::ImplicitLocOpBuilder &, mlir::ValueRange read,
                                                                   mlir::ValueRange old)>;

/// One linalg.generic over `sizes`. Inputs have all of its axes (stretched ones have stride 0), targets lack the axes
/// that are `reduced`.
void emitLoops(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int64_t> sizes, llvm::ArrayRef<View> inputs,
               llvm::ArrayRef<View> targets, llvm::ArrayRef<int64_t> reduced, LoopBody body);

} // namespace espalier::lowering

#endif
