//===- Extents.h - Between the signature and the arguments of a function ----===//
#ifndef ESPALIER_COMPILER_PIPELINE_EXTENTS_H
#define ESPALIER_COMPILER_PIPELINE_EXTENTS_H

#include "runtime/Error/Result.h"
#include "runtime/Kernel/Signature.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace espalier {

/// Says which tables of trees the schedules of sweeps ask for.
void describeTables(mlir::func::FuncOp function, Signature &signature);

/// Writes the sizes of tensors and trees on the function's arguments (`tile.shape`, `tree.vertices`, `tree.leaves`), as
/// rows of signature.extents. Rows for the sizes of trees that are missing are appended, to both, and trees that the
/// kernel grows become arguments: places that it fills.
Result<void> describeArguments(mlir::func::FuncOp function, Signature &signature);

/// Appends the workspaces and the fault locations of a function in the mid-level form. Results that are trees, which
/// the runtime writes, become arguments without use.
void describeWorkspaces(mlir::func::FuncOp function, Signature &signature);

} // namespace espalier

#endif
