//===- DoubleExp.h - The exponential of doubles as arithmetic ---------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_DOUBLEEXP_H
#define ESPALIER_COMPILER_TARGET_CPU_DOUBLEEXP_H

#include "compiler/Target/Cpu/CpuTarget.h"

#include "mlir/IR/Builders.h"

namespace espalier::cpu {

/// e^x of an f64 or a vector of them, each lane by the same operations as a number alone: within 3e-16 of the true
/// value, relatively, wherever that is a normal number; 0, infinities, NaN and denormals as libm has them.
mlir::Value expOfDoubles(mlir::OpBuilder &builder, mlir::Location location, mlir::Value x, const CpuTarget &target);

} // namespace espalier::cpu

#endif
