//===- Cpu.cpp - From the mid-level form to native code ---------------------===//
#include "compiler/Target/Cpu/Cpu.h"

#include "compiler/Target/Cpu/Codegen.h"
#include "compiler/Target/Cpu/Passes.h"
#include "compiler/Target/Cpu/Stopwatch.h"

#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"

using namespace mlir;

namespace espalier::cpu {

void registerCpuDialects(DialectRegistry &registry) {
  registry.insert<tile::TileDialect, tree::TreeDialect, arith::ArithDialect, cf::ControlFlowDialect, func::FuncDialect,
                  linalg::LinalgDialect, LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect, scf::SCFDialect,
                  ub::UBDialect, vector::VectorDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

void buildCpuPipeline(OpPassManager &passes, const CpuTarget &target) {
  passes.addPass(createOutlineGrid());
  passes.addPass(createLowerFetches());
  // Solves and products leave copies of tiles to the vectoriser.
  passes.addPass(createLowerSolves(target));
  passes.addPass(createLowerRows(target));
  passes.addNestedPass<func::FuncOp>(createLowerScans(target));
  passes.addNestedPass<func::FuncOp>(createLowerContractions(target));
  passes.addNestedPass<func::FuncOp>(createVectorizeTiles(target));
  passes.addPass(createLowerFaults());
  passes.addPass(createLowerTrees());
  passes.addPass(createExpandMath(target));
  passes.addPass(createPlanScratch());
  passes.addPass(createConvertToLLVM());
}

void registerCpuPasses() {
  registerPass([] { return createOutlineGrid(); });
  registerPass([] { return createLowerFetches(); });
  registerPass([] { return createLowerSolves(CpuTarget::host()); });
  registerPass([] { return createLowerRows(CpuTarget::host()); });
  registerPass([] { return createLowerScans(CpuTarget::host()); });
  registerPass([] { return createLowerContractions(CpuTarget::host()); });
  registerPass([] { return createVectorizeTiles(CpuTarget::host()); });
  registerPass([] { return createLowerFaults(); });
  registerPass([] { return createLowerTrees(); });
  registerPass([] { return createExpandMath(CpuTarget::host()); });
  registerPass([] { return createPlanScratch(); });
  registerPass([] { return createConvertToLLVM(); });
}

/// The kernel: the one public function with a body.
static Result<std::string> entryOf(ModuleOp module) {
  std::string entry;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isExternal() || function.isPrivate())
      continue;
    if (!entry.empty())
      return Error::of("a module holds one kernel, this one {} and {}", entry, function.getSymName().str());
    entry = function.getSymName().str();
  }
  if (entry.empty())
    return Error::of("the module holds no kernel");
  return entry;
}

/// Runs the passes; their errors become one value.
static Result<void> lower(ModuleOp module, const CpuOptions &options) {
  std::string problems;
  ScopedDiagnosticHandler handler(module.getContext(), [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
      problems += (problems.empty() ? "" : "; ") + diagnostic.str();
    return success();
  });
  PassManager passes(module.getContext(), ModuleOp::getOperationName());
  passes.enableVerifier(options.verify);
  buildCpuPipeline(passes, options.target);
  if (failed(passes.run(module)))
    return Error::of("the CPU cannot lower this kernel: {}", problems.empty() ? "a pass failed" : problems);
  return {};
}

Result<JitCode> compileMidLevel(ModuleOp module, const CpuOptions &options) {
  Result<std::string> entry = entryOf(module);
  if (!entry)
    return entry.error();
  std::vector<StageTime> times;
  Stopwatch watch(times);
  if (Result<void> lowered = lower(module, options); !lowered)
    return lowered.error();
  watch.lap("lower");
  Result<JitCode> compiled = compileObject(module, options);
  if (!compiled)
    return compiled;
  Result<JitCode> loaded = loadObject(std::move(compiled->object), *entry);
  if (!loaded)
    return loaded;
  times.insert(times.end(), compiled->times.begin(), compiled->times.end());
  times.insert(times.end(), loaded->times.begin(), loaded->times.end());
  loaded->times = std::move(times);
  loaded->llvm = std::move(compiled->llvm);
  loaded->assembly = std::move(compiled->assembly);
  return loaded;
}

} // namespace espalier::cpu
