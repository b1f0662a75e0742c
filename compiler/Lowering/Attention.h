//===- Attention.h - Attention as a grid of tasks ---------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_ATTENTION_H
#define ESPALIER_COMPILER_LOWERING_ATTENTION_H

#include "compiler/Lowering/Buffers.h"
#include "compiler/Lowering/Locations.h"

namespace espalier::lowering {

/// Whether every operation of its regions has a mid-level form, and a schedule is there; says what is wrong.
mlir::LogicalResult checkSupported(block::AttendOp attend);

/// Emits the grid of a scheduled block.attend, at the builder's position.
void emitAttention(mlir::OpBuilder &builder, const Buffers &buffers, Locations &locations, block::AttendOp attend);

} // namespace espalier::lowering

#endif
