//===- Group.h - Groups of sweeps as grids of tasks -------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_GROUP_H
#define ESPALIER_COMPILER_LOWERING_GROUP_H

#include "compiler/Lowering/Buffers.h"
#include "compiler/Lowering/Locations.h"

namespace espalier::lowering {

/// Emits the grids of sweeps that share one schedule's group, at the builder's position: one, or several that work on
/// parts of a tree (SubtreeGrids.h).
void emitGroup(mlir::OpBuilder &builder, const Buffers &buffers, Locations &locations,
               llvm::ArrayRef<tree::SweepOp> group);

} // namespace espalier::lowering

#endif
