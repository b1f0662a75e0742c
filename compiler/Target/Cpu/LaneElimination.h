//===- LaneElimination.h - Many small systems, one in each lane -------------===//
//
// The same steps on `points` systems of n equations, without exchanges of rows. An
// element of all systems is a run of `points` numbers; an operation is one of vectors.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_LANEELIMINATION_H
#define ESPALIER_COMPILER_TARGET_CPU_LANEELIMINATION_H

#include "compiler/Target/Cpu/CpuTarget.h"

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace espalier::cpu {

struct LaneSystems {
  mlir::Type element; // f32 or f64
  int64_t n, points;  // points: a multiple of a vector's lanes, at most 64
  tile::SolveMethod method;
};

/// Both functions ask for the chunks of a list (FetchList.h) as they go if they are given one, as a last argument.

/// The private function `(work: !llvm.ptr) -> i64` that factors S, n x n runs, in place: L below the diagonal, U above,
/// the reciprocals of the pivots on it. Bit p of the result: nothing gave reason for distrust of system p
/// (Elimination.h). Made once per module and shape.
mlir::func::FuncOp laneFactorFor(mlir::ModuleOp module, const LaneSystems &systems, bool isFetching,
                                 const CpuTarget &target);

/// The private function `(work, side: !llvm.ptr, rowStep, columnStep, numColumns: index)` that turns right-hand sides
/// into solutions; element (i, c) of all systems is the run at i * rowStep + c * columnStep.
mlir::func::FuncOp laneSubstituteFor(mlir::ModuleOp module, const LaneSystems &systems, bool isFetching,
                                     const CpuTarget &target);

} // namespace espalier::cpu

#endif
