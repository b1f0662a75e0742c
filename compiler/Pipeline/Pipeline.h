//===- Pipeline.h - The way of a kernel from the dialects to code -----------===//
//
//   mlir::DialectRegistry registry;
//   registerCompilerDialects(registry);                   // before the context is made
//   auto module = emit(kernel, sources, context, signature);
//   Result<CompiledKernel> code = compileForCpu(**module, signature);
//
// The one place where the phases of the compiler meet (design: the way of a kernel).
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_PIPELINE_PIPELINE_H
#define ESPALIER_COMPILER_PIPELINE_PIPELINE_H

#include "compiler/Pipeline/Report.h"
#include "compiler/Schedule/Overrides.h"
#include "runtime/ABI/ABI.h"
#include "runtime/Error/Result.h"
#include "runtime/Kernel/Signature.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mlir {
class DialectRegistry;
class ModuleOp;
} // namespace mlir

namespace espalier {

/// The forms that a kernel has on its way (`--emit=`), in this order.
enum class Form : uint8_t {
  scheduled,  // the dialects, simplified, each sweep with its schedule
  structured, // the mid-level form that CPU and GPU share (compiler/Lowering/MidLevelForm.md)
  llvm,       // LLVM IR
  assembly,
  object, // bytes of a relocatable object file
};

struct CpuOptions {
  /// Every definition is checked; the first that is not finite is a fault that names its vertex.
  bool checkFinite = false;
  /// Sizes that the schedule does not choose.
  schedule::Overrides schedule = {};
  /// The call that the kernel is made for: vertices of its largest tree, elements of its batch (0: not known), threads.
  /// The schedule suits it; the code serves every call.
  int64_t vertices = 0, batch = 0, threads = 1;
  bool isDeep = false; // whether one of its trees is (compiler/Schedule/CostModel.h)
  /// The last form to make. Nothing is loaded if it is not `object`, and the kernel has no entry then.
  Form last = Form::object;
  /// Called with every form among `report` as it is made.
  std::vector<Form> report;
  std::function<void(Form, std::string_view)> receive;
};

struct CompiledKernel {
  espalier_kernel entry = nullptr;  // callable while `code` lives
  std::shared_ptr<const void> code; // keeps the machine code loaded
  std::string object;               // what a cache stores
  CompileReport report;
};

/// Every dialect that a form of a kernel uses, with the translations to LLVM IR.
void registerCompilerDialects(mlir::DialectRegistry &registry);

/// The passes of espalier-opt.
void registerCompilerPasses();

/// Compiles the one function of `module`, which is consumed. Its arguments and results are those that Emit writes (rows
/// of signature.trees, .tensors, .extents; rows of .results). Appends to the signature: workspaces, extents that only
/// these need, and the locations of faults. An error is either what the dialects allow and the target does not, or a
/// fault of ours; its message names the operation and its place in the program.
Result<CompiledKernel> compileForCpu(mlir::ModuleOp module, Signature &signature, const CpuOptions &options = {});

} // namespace espalier

#endif
