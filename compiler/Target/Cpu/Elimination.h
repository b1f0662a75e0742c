//===- Elimination.h - A function that eliminates without exchanges ---------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_ELIMINATION_H
#define ESPALIER_COMPILER_TARGET_CPU_ELIMINATION_H

#include "compiler/Target/Cpu/CpuTarget.h"

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace espalier::cpu {

/// |pivot| >= 0.1 times the largest entry of its row (of its column, where a system has a lane): the customary bound of
/// threshold pivoting. It rarely asks for exchanges, and an entry grows at most elevenfold per step; what it may grow
/// in all is bounded by the second number, at which backward errors are those of partial pivoting in practice.
constexpr double largestMultiplier = 10, largestGrowth = 16;

/// The work area of a solve: n rows; S in the columns 0 .. n-1, right-hand sides from column `first` on, both padded to
/// whole vectors (with zeros), so that no loop over columns has a tail.
struct WorkArea {
  mlir::Type element;
  int64_t n, lanes, first, stride;
  llvm::SmallVector<int64_t> places; // the first column of each right-hand side
  /// Whether a right-hand side has vectors of its own. Several narrow ones share theirs.
  llvm::SmallVector<bool> isAlone;

  static WorkArea of(mlir::Type element, int64_t n, llvm::ArrayRef<int64_t> columns, const CpuTarget &target);
  mlir::MemRefType type() const { return mlir::MemRefType::get({n, stride}, element); }
  /// Columns of all right-hand sides, with what is padded.
  int64_t width() const { return stride - first; }
};

/// The private function `(work) -> i1` that eliminates and substitutes in place, made once per module and shape. It
/// returns false, and leaves the work area in any state, unless it met no reason for distrust:
///   general   S = L U with ones on the diagonal of U: every entry of U is at most 10 in size, every entry of L at most
///             16 times max |S|, and every pivot larger than 16 n epsilon max |S|
///   cholesky  every pivot is positive, and larger than n * epsilon * max |S|
/// A NaN in S is a reason for distrust, and so is an S so large or so small (max |S| above 1e15 or below 1e-9 in f32,
/// 1e140 and 1e-100 in f64) that products of two entries may leave the range of numbers. With `isFetching` it has a
/// second argument (!llvm.ptr), a list whose chunks it asks for as it goes (FetchList.h).
mlir::func::FuncOp eliminationFor(mlir::ModuleOp module, const WorkArea &area, tile::SolveMethod method,
                                  bool isFetching, const CpuTarget &target);

/// A system of at most as many equations as a vector has lanes, of tiles whose columns follow one another in memory. It
/// is solved where it lies: rows go from their places to registers, and solutions from there to theirs.
struct PlacedSystem {
  mlir::Type element;
  int64_t n, lanes, matrixStep; // matrixStep: elements from row to row
  struct Side {
    int64_t columns, sourceStep, targetStep;
  };
  llvm::SmallVector<Side> sides;
};

/// The private function `(factors, matrix, [source, target, rest: index].. [, list]) -> i1` of pointers that does as
/// the other one for the method general. `factors` has room for n vectors, `rest` is columns % lanes. It leaves all
/// targets as they are if it returns false; a target may be its own source.
mlir::func::FuncOp placedEliminationFor(mlir::ModuleOp module, const PlacedSystem &system, bool isFetching,
                                        const CpuTarget &target);

} // namespace espalier::cpu

#endif
