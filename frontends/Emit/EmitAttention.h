//===- EmitAttention.h - Rows as block.attend -------------------------------===//
#ifndef ESPALIER_FRONTENDS_EMIT_EMITATTENTION_H
#define ESPALIER_FRONTENDS_EMIT_EMITATTENTION_H

#include "frontends/Emit/SplitRows.h"
#include "frontends/Emit/Visit.h"

namespace espalier::emission {

/// Writes one block.attend and enters its sums into kernel.tensors.
void emitAttention(KernelValues &kernel, const Attention &attention, mlir::ImplicitLocOpBuilder &builder);

} // namespace espalier::emission

#endif
