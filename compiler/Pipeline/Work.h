//===- Work.h - The arithmetic of a kernel, for whoever measures ------------===//
#ifndef ESPALIER_COMPILER_PIPELINE_WORK_H
#define ESPALIER_COMPILER_PIPELINE_WORK_H

#include "runtime/Kernel/Signature.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace espalier {

/// Fills signature.work from the sweeps of a function whose arguments are described (Extents.h).
void describeWork(mlir::func::FuncOp function, Signature &signature);

} // namespace espalier

#endif
