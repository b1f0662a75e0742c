//===- GrowTrees.h - Trees from data in the mid-level form ------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_GROWTREES_H
#define ESPALIER_COMPILER_LOWERING_GROWTREES_H

#include "compiler/Lowering/Buffers.h"
#include "compiler/Lowering/Locations.h"

namespace espalier::lowering {

/// Emits the operation of the mid-level form for one that lists edges or builds trees (tree::growsTree).
void emitGrowth(mlir::OpBuilder &builder, const Buffers &buffers, Locations &locations, mlir::Operation *op);

} // namespace espalier::lowering

#endif
