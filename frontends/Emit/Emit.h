//===- Emit.h - From a resolved kernel to the dialects ----------------------===//
//
//   if (refuse(kernel, diagnostics)) ...                                   // what the dialects do not hold yet
//   Result<mlir::OwningOpRef<mlir::ModuleOp>> module = emit(kernel, sources, context, signature);
//
// A kernel becomes one function of its name. Its arguments are
//   the trees            (rows of Signature::trees, but those at the end that the kernel grows)
//   the tensors          (rows of Signature::tensors): [batch] x axes; `?` where a size is not a constant
//   one index per row of Signature::extents: batch, axes, vertices, leaves, index parameters
// and its results are rows of Signature::results: trees, and tensors, each the result of a sweep (or attention) of its
// own place, perhaps viewed: no tensor that is an argument is returned, and none twice. The body is a sequence of
// sweeps and attention (block.attend), with nothing but arithmetic on extents, views and growing trees between them.
//
// f16 and bf16 are held as f32: extended where they are read, rounded where they are stored or enter a product of
// 16-bit operands (L16). What a sweep reads of itself is stored as f32; its rounded copy is a result of its own.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_EMIT_EMIT_H
#define ESPALIER_FRONTENDS_EMIT_EMIT_H

#include "frontends/AST/Diagnostics.h"
#include "frontends/Sema/Kernel.h"
#include "runtime/Error/Result.h"
#include "runtime/Kernel/Signature.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace espalier {

/// Reports every construct of a specialised kernel that the dialects do not hold; true if there is one.
bool refuse(const sema::Kernel &kernel, Diagnostics &diagnostics);

/// The module of a specialised kernel that was not refused. Fills in all of `signature` but its `parameters`, which are
/// those of sema::Interface, its workspaces and its locations, which the target knows. An error is a fault of ours.
Result<mlir::OwningOpRef<mlir::ModuleOp>> emit(const sema::Kernel &kernel, const SourceManager &sources,
                                               mlir::MLIRContext &context, Signature &signature);

/// The dialects of emitted modules.
void registerEmittedDialects(mlir::DialectRegistry &registry);

} // namespace espalier

#endif
