//===- EmitTree.h - Trees that a kernel grows -------------------------------===//
#ifndef ESPALIER_FRONTENDS_EMIT_EMITTREE_H
#define ESPALIER_FRONTENDS_EMIT_EMITTREE_H

#include "frontends/Emit/Visit.h"

namespace espalier::emission {

/// Writes what builds a tree of the kernel (a row of Kernel::trees that is grown): a spanning tree lists its edges, and
/// its costs are a sweep over them, in f64.
mlir::Value emitGrownTree(KernelValues &kernel, int32_t tree, mlir::ImplicitLocOpBuilder &builder);

} // namespace espalier::emission

#endif
