//===- Codegen.h - From the LLVM dialect to an object file ------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_CODEGEN_H
#define ESPALIER_COMPILER_TARGET_CPU_CODEGEN_H

#include "compiler/Target/Cpu/Cpu.h"

namespace espalier::cpu {

/// Translates a module of the LLVM dialect and compiles it for `options.target`. Fills object, times and the texts that
/// were asked for.
Result<JitCode> compileObject(mlir::ModuleOp module, const CpuOptions &options);

} // namespace espalier::cpu

#endif
