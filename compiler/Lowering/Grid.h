//===- Grid.h - Grids of tasks ----------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_GRID_H
#define ESPALIER_COMPILER_LOWERING_GRID_H

#include "compiler/Lowering/Buffers.h"
#include "compiler/Lowering/Locations.h"
#include "compiler/Lowering/Task.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace espalier::lowering {

/// Emits a grid that copies one tensor.
void emitCopy(mlir::OpBuilder &builder, const Buffers &buffers, mlir::Location loc, const Buffer &from,
              const Buffer &to);

//===-- What every grid begins with -------------------------------------------===//

/// A size in front of a grid; a product of sizes; the number of blocks of `points` points.
mlir::Value materialise(mlir::OpBuilder &builder, mlir::Location loc, const Buffers &buffers, Extent extent);
mlir::Value productOf(mlir::OpBuilder &builder, mlir::Location loc, const Buffers &buffers,
                      llvm::ArrayRef<Extent> extents);
mlir::Value numBlocks(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value numPoints, int64_t points);
/// An empty grid in one dimension.
mlir::scf::ForallOp makeGrid(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tasks, int64_t grain,
                             int64_t lanes);
/// Within a task: an accumulator begins with its initial value, all of it or that of the task's batch element.
void copyInitialValue(Task &task, mlir::Location loc, const Buffer &from, const Buffer &to, bool perBatch);

} // namespace espalier::lowering

#endif
