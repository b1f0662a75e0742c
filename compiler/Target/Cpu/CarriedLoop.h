//===- CarriedLoop.h - A loop that carries values ---------------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_CARRIEDLOOP_H
#define ESPALIER_COMPILER_TARGET_CPU_CARRIEDLOOP_H

#include "compiler/Target/Cpu/FlatBuffer.h"

#include <functional>

namespace espalier::cpu {

using CarriedBody = std::function<llvm::SmallVector<mlir::Value>(Amount at, mlir::ValueRange carried)>;

/// from, from + step, .. below `to`; what the last iteration carries on. Up to `mostWrittenOut` iterations whose number
/// is known are no loop.
llvm::SmallVector<mlir::Value> emitCarriedLoop(mlir::OpBuilder &builder, mlir::Location location, Amount from,
                                               Amount to, int64_t step, mlir::ValueRange carried,
                                               int64_t mostWrittenOut, const CarriedBody &body);

} // namespace espalier::cpu

#endif
