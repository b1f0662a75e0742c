//===- CompileText.h - Textual IR as native code ----------------------------===//
#ifndef ESPALIER_TEST_UNIT_COMPILER_LOWERING_COMPILETEXT_H
#define ESPALIER_TEST_UNIT_COMPILER_LOWERING_COMPILETEXT_H

#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Pipeline/Pipeline.h"

#include "mlir/IR/OwningOpRef.h"

#include <string>
#include <utility>
#include <vector>

namespace espalier {

/// A context with all dialects of the compiler, made once.
mlir::MLIRContext &compilerContext();

/// Parses and verifies; null after an error, which fails the test.
mlir::OwningOpRef<mlir::ModuleOp> parse(const std::string &text);

/// Compiles a copy of a function of sweeps for the CPU and calls it. Its arguments, in any order, are those of the
/// interpreter; every size that its types leave open has the value `size`.
Result<std::vector<Tensor>> compileAndRun(mlir::func::FuncOp function, const std::vector<interpreter::Value> &arguments,
                                          int64_t size, const CpuOptions &options = {});

/// A value and its type: {"%x", "tensor<4x3xf32>"}.
using Named = std::pair<std::string, std::string>;

/// A function @f of one visit of a sweep over nothing: it reads its parameters (tiles, scalars; an `index` stays an
/// index), runs the body and yields.
std::string visitOf(const std::vector<Named> &parameters, const std::string &body, const std::vector<Named> &yielded);

} // namespace espalier

#endif
