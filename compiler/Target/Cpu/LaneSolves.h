//===- LaneSolves.h - tile.solve_into of a system per lane ------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_LANESOLVES_H
#define ESPALIER_COMPILER_TARGET_CPU_LANESOLVES_H

#include "compiler/Target/Cpu/CpuTarget.h"

#include "dialects/Tile/IR/TileDialect.h"

namespace espalier::cpu {

/// Lowers one op that has positions. Systems whose elimination is not trusted go to the runtime one by one. Failure,
/// with an error at the op, for what the verifier of the tensor form excludes.
mlir::LogicalResult lowerLaneSolve(tile::SolveIntoOp op, const CpuTarget &target);

/// The call of the runtime for one system in `work` (runtime/ABI/ABI.h); whether it failed.
mlir::Value callRuntimeSolve(mlir::OpBuilder &builder, tile::SolveIntoOp op, mlir::Value work, int64_t n,
                             int64_t stride, int64_t first, int64_t columns);

/// The address of element 0 of a buffer that begins at its own.
mlir::Value addressOf(mlir::OpBuilder &builder, mlir::Location location, mlir::Value buffer);

} // namespace espalier::cpu

#endif
