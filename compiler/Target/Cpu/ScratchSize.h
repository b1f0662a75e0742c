//===- ScratchSize.h - Bytes of a task's scratch buffers --------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_SCRATCHSIZE_H
#define ESPALIER_COMPILER_TARGET_CPU_SCRATCHSIZE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace espalier::cpu {

/// Scratch buffers begin at a line.
constexpr int64_t scratchAlignment = 64;

/// Whole lines that a buffer of static shape takes.
int64_t scratchBytes(mlir::MemRefType type);
/// The same (an i64) of a buffer whose first axis alone is dynamic: `tiles`, an index.
mlir::Value scratchBytes(mlir::OpBuilder &builder, mlir::Location location, mlir::MemRefType type, mlir::Value tiles);

} // namespace espalier::cpu

#endif
