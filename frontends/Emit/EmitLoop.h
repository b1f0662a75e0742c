//===- EmitLoop.h - A loop as a sweep ---------------------------------------===//
#ifndef ESPALIER_FRONTENDS_EMIT_EMITLOOP_H
#define ESPALIER_FRONTENDS_EMIT_EMITLOOP_H

#include "frontends/Emit/Visit.h"

#include <map>
#include <set>

namespace espalier::emission {

/// Definitions of 16-bit dtype that their own sweep reads are stored as f32; a rounded copy is made of those asked for.
struct RoundedCopies {
  std::set<int32_t> wanted; // rows of Kernel::tensors
  std::map<int32_t, mlir::Value> made;
};

/// Whether the stored elements of a tensor are wider than those of its dtype.
bool isStoredWide(const sema::Tensor &tensor);

/// Writes the sweep of a loop (two where only some of its definitions are batched) and enters its definitions into
/// kernel.tensors and copies.made.
void emitLoop(KernelValues &kernel, const sema::Loop &loop, RoundedCopies &copies, mlir::ImplicitLocOpBuilder &builder);

/// A sweep that copies a tensor.
mlir::Value emitCopy(KernelValues &kernel, mlir::Value tensor, const sema::Tensor &row,
                     mlir::ImplicitLocOpBuilder &builder);

} // namespace espalier::emission

#endif
