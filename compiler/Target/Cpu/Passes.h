//===- Passes.h - The passes from the mid-level form to the LLVM dialect ----===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_PASSES_H
#define ESPALIER_COMPILER_TARGET_CPU_PASSES_H

#include "compiler/Target/Cpu/CpuTarget.h"

#include "mlir/Pass/Pass.h"

#include <memory>

namespace espalier::cpu {

/// Each grid scf.forall becomes a function over a range of its tasks, called through espalier_parallel_for; arguments
/// become loads from the tables of the call.
std::unique_ptr<mlir::Pass> createOutlineGrid();
/// tile.fetch becomes prefetches; what is long, rows too, a list that a solve beside it asks for.
std::unique_ptr<mlir::Pass> createLowerFetches();
/// tile.solve_into becomes elimination in scratch: one function per shape, called from each site.
std::unique_ptr<mlir::Pass> createLowerSolves(const CpuTarget &target);
/// tile.gather_rows and tile.scatter_rows become transpositions in registers.
std::unique_ptr<mlir::Pass> createLowerRows(const CpuTarget &target);
/// tile.scan_into becomes scans of several steps in a vector.
std::unique_ptr<mlir::Pass> createLowerScans(const CpuTarget &target);
/// tile.contract_into becomes register-blocked loops.
std::unique_ptr<mlir::Pass> createLowerContractions(const CpuTarget &target);
/// linalg on tiles becomes loops over 1-D vectors.
std::unique_ptr<mlir::Pass> createVectorizeTiles(const CpuTarget &target);
/// tile.fault calls espalier_report under its condition.
std::unique_ptr<mlir::Pass> createLowerFaults();
/// tree.list_edges and tree.build call the runtime; the kernel ends where there is no tree.
std::unique_ptr<mlir::Pass> createLowerTrees();
/// math on vectors of f32 becomes polynomials, other math calls of libm; bf16 rounding where the machine has none.
std::unique_ptr<mlir::Pass> createExpandMath(const CpuTarget &target);
/// memref.alloca of a task becomes a place in the task's scratch arena.
std::unique_ptr<mlir::Pass> createPlanScratch();
/// Everything becomes the LLVM dialect in one conversion.
std::unique_ptr<mlir::Pass> createConvertToLLVM();

} // namespace espalier::cpu

#endif
