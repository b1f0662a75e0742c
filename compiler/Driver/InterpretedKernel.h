//===- InterpretedKernel.h - A kernel that the interpreter evaluates --------===//
#ifndef ESPALIER_COMPILER_DRIVER_INTERPRETEDKERNEL_H
#define ESPALIER_COMPILER_DRIVER_INTERPRETEDKERNEL_H

#include "compiler/Driver/LoadedKernel.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <memory>

namespace espalier {

/// Takes a module that Emit made in `context`. Arguments are checked as those of compiled kernels are; results are
/// rounded from float64 to their dtypes. Calls of several threads follow each other.
Result<std::shared_ptr<const KernelCode>> makeInterpreted(Signature signature,
                                                          std::unique_ptr<mlir::MLIRContext> context,
                                                          mlir::OwningOpRef<mlir::ModuleOp> module, bool checkFinite);

} // namespace espalier

#endif
