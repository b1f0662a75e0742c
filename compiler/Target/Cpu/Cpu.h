//===- Cpu.h - From the mid-level form to native code -----------------------===//
//
// A kernel is a func.func without results whose arguments are, in order, trees
// (!tree.tree), memrefs (tensors, results, workspaces), and index extents in between
// or after; each kind is counted on its own: the k-th tree is call->trees[k], the k-th
// memref call->buffers[k], the k-th index call->extents[k]. A memref argument has the
// identity layout, and where its type says `?` an attribute
// `tile.shape = array<i64: ...>` with one entry per axis: a constant >= 0, or
// -1 - row for a row of the extents table.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_CPU_H
#define ESPALIER_COMPILER_TARGET_CPU_CPU_H

#include "compiler/Target/Cpu/CpuTarget.h"
#include "compiler/Target/Cpu/Jit.h"

#include "mlir/IR/BuiltinOps.h"

namespace mlir {
class DialectRegistry;
class OpPassManager;
} // namespace mlir

namespace espalier::cpu {

struct CpuOptions {
  CpuTarget target = CpuTarget::host();
  bool emitLlvm = false;     // JitCode::llvm
  bool emitAssembly = false; // JitCode::assembly
  bool verify = false;       // verify the module after each pass
};

/// The dialects that a mid-level module and its lowering need, and their translation to LLVM IR. Call before the
/// context is built.
void registerCpuDialects(mlir::DialectRegistry &registry);

/// The passes from the mid-level form to the LLVM dialect, in order.
void buildCpuPipeline(mlir::OpPassManager &passes, const CpuTarget &target);

/// For espalier-opt.
void registerCpuPasses();

/// Lowers, translates, compiles and loads a module with one kernel. The module is consumed: it is in the LLVM dialect
/// afterwards. Errors: an operation that the CPU has no lowering for, a captured value that a task cannot recompute;
/// each names the operation.
Result<JitCode> compileMidLevel(mlir::ModuleOp module, const CpuOptions &options = {});

} // namespace espalier::cpu

#endif
