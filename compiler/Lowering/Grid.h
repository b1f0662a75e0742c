//===- Grid.h - Groups of sweeps as grids of tasks --------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_GRID_H
#define ESPALIER_COMPILER_LOWERING_GRID_H

#include "compiler/Lowering/Buffers.h"
#include "compiler/Lowering/Locations.h"

namespace espalier::lowering {

/// Emits the grid of sweeps that share one schedule's group, at the builder's position.
void emitGroup(mlir::OpBuilder &builder, const Buffers &buffers, Locations &locations,
               llvm::ArrayRef<tree::SweepOp> group);

/// Emits a grid that copies one tensor.
void emitCopy(mlir::OpBuilder &builder, const Buffers &buffers, mlir::Location loc, const Buffer &from,
              const Buffer &to);

} // namespace espalier::lowering

#endif
