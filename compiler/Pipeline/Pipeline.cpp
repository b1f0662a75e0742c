//===- Pipeline.cpp - The way of a kernel from the dialects to code ---------===//
#include "compiler/Pipeline/Pipeline.h"

#include "compiler/Fusion/Passes.h"
#include "compiler/Lowering/Locations.h"
#include "compiler/Lowering/StructureSweeps.h"
#include "compiler/Pipeline/Extents.h"
#include "compiler/Pipeline/PhaseClock.h"
#include "compiler/Pipeline/Work.h"
#include "compiler/Schedule/AttachSchedules.h"
#include "compiler/Target/Cpu/Cpu.h"
#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Block/Transforms/Passes.h"
#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tile/Transforms/Passes.h"
#include "dialects/Tree/IR/TreeDialect.h"
#include "dialects/Tree/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include <algorithm>

using namespace mlir;

namespace espalier {

void registerCompilerDialects(DialectRegistry &registry) {
  registry.insert<block::BlockDialect, tile::TileDialect, tree::TreeDialect, arith::ArithDialect, func::FuncDialect,
                  linalg::LinalgDialect, math::MathDialect, memref::MemRefDialect, scf::SCFDialect,
                  tensor::TensorDialect>();
  cpu::registerCpuDialects(registry);
}

void registerCompilerPasses() {
  registerCanonicalizer();
  registerCSE();
  tile::registerEspalierTilePasses();
  tree::registerEspalierTreePasses();
  block::registerEspalierBlockPasses();
  fusion::registerEspalierFusionPasses();
  schedule::registerSchedulePasses();
  lowering::registerLoweringPasses();
  cpu::registerCpuPasses();
}

static schedule::TargetDescription describe(const cpu::CpuTarget &cpu, const CpuOptions &options) {
  schedule::TargetDescription target;
  target.vectorBytes = cpu.vectorBytes;
  target.numVectorRegisters = cpu.vectorRegisters;
  target.secondCacheBytes = cpu.secondCacheBytes;
  target.cores = cpu.cores;
  target.vertices = options.vertices;
  target.tasks = options.batch;
  target.threads = options.threads;
  target.isDeep = options.isDeep;
  return target;
}

/// Same dialects, less of them: what no later pass wants to see is gone, what can run together is together.
static void addSimplification(OpPassManager &passes, const CpuOptions &options) {
  OpPassManager &function = passes.nest<func::FuncOp>();
  function.addPass(createCanonicalizerPass());
  function.addPass(createCSEPass());
  if (options.checkFinite) {
    function.addPass(tree::createTreeCheckFinite());
    function.addPass(block::createBlockCheckFinite());
  }
  function.addPass(tile::createTileDecomposeNormalisations());
  function.addPass(tile::createTileOrderContractions());
  function.addPass(tile::createTileMergeSolves());
  function.addPass(tree::createTreeMergeReductions());
  function.addPass(tree::createTreeHoistFromEdges());
  function.addPass(fusion::createTreeFuseSweeps());
  function.addPass(createCanonicalizerPass());
  function.addPass(createCSEPass());
}

namespace {
/// One compilation: phases, their times, their diagnostics.
class Compilation {
public:
  Compilation(ModuleOp module, const CpuOptions &options)
      : module(module), options(options), clock(times),
        handler(module.getContext(), [this](Diagnostic &diagnostic) { note(diagnostic); }) {}

  /// Runs passes under the name of a phase.
  Result<void> run(const char *phase, llvm::function_ref<void(OpPassManager &)> add) {
    PassManager passes(module.getContext());
    passes.enableVerifier(false);
    add(passes);
    bool done = succeeded(passes.run(module));
    clock.lap(phase);
    if (!done)
      return Error::of("{}: {}", phase, errors.empty() ? "failed without a diagnostic" : errors);
    return {};
  }

  void report(Form form, llvm::function_ref<std::string()> text) const {
    if (options.receive && std::find(options.report.begin(), options.report.end(), form) != options.report.end())
      options.receive(form, text());
  }

  std::string text() const {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream);
    return text;
  }

  ModuleOp module;
  const CpuOptions &options;
  std::vector<PhaseTime> times;

private:
  void note(Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return;
    if (!errors.empty())
      errors += "; ";
    lowering::Place place = lowering::placeOf(diagnostic.getLocation());
    errors += (place.position.empty() ? "" : place.position + ": ") + diagnostic.str();
  }

  PhaseClock clock;
  std::string errors;
  ScopedDiagnosticHandler handler;
};
} // namespace

static std::string commented(StringRef text) {
  std::string comments;
  for (StringRef line : llvm::split(text.trim('\n'), '\n'))
    comments += ("// " + line + "\n").str();
  return comments;
}

static func::FuncOp onlyFunction(ModuleOp module) {
  auto functions = module.getOps<func::FuncOp>();
  return functions.empty() || std::next(functions.begin()) != functions.end() ? func::FuncOp() : *functions.begin();
}

Result<CompiledKernel> compileForCpu(ModuleOp module, Signature &signature, const CpuOptions &options) {
  if (!onlyFunction(module))
    return Error::of("a module of one kernel is expected");
  const cpu::CpuTarget &target = cpu::CpuTarget::host();
  Compilation compilation(module, options);
  CompiledKernel kernel;

  if (Result<void> described = describeArguments(onlyFunction(module), signature); !described)
    return described.error();
  auto schedule = [&](OpPassManager &passes) {
    passes.addNestedPass<func::FuncOp>(
        schedule::createAttachSchedules(describe(target, options), options.schedule, &kernel.report.groups));
  };
  if (Result<void> ran =
          compilation.run("simplify", [&](OpPassManager &passes) { addSimplification(passes, options); });
      !ran)
    return ran.error();
  if (Result<void> ran = compilation.run("schedule", schedule); !ran)
    return ran.error();
  describeWork(onlyFunction(module), signature);
  describeTables(onlyFunction(module), signature);
  kernel.report.schedule = schedule::describe(kernel.report.groups);
  compilation.report(Form::scheduled, [&] { return commented(kernel.report.schedule) + compilation.text(); });
  if (options.last == Form::scheduled)
    return kernel;

  auto structure = [](OpPassManager &passes) {
    passes.addPass(lowering::createStructureSweeps());
    passes.addNestedPass<func::FuncOp>(createCSEPass());
  };
  if (Result<void> ran = compilation.run("structure", structure); !ran)
    return ran.error();
  describeWorkspaces(onlyFunction(module), signature);
  compilation.report(Form::structured, [&] { return compilation.text(); });
  if (options.last == Form::structured)
    return kernel;

  cpu::CpuOptions native;
  native.emitLlvm = options.last == Form::llvm ||
                    std::find(options.report.begin(), options.report.end(), Form::llvm) != options.report.end();
  native.emitAssembly = options.last == Form::assembly ||
                        std::find(options.report.begin(), options.report.end(), Form::assembly) != options.report.end();
  Result<cpu::JitCode> code = cpu::compileMidLevel(module, native);
  if (!code)
    return code.error();
  compilation.report(Form::llvm, [&] { return code->llvm; });
  compilation.report(Form::assembly, [&] { return code->assembly; });
  compilation.report(Form::object, [&] { return code->object; });
  kernel.report.times = std::move(compilation.times);
  for (const cpu::StageTime &time : code->times)
    kernel.report.times.push_back({time.stage, time.milliseconds});
  kernel.object = std::move(code->object);
  if (options.last == Form::object) {
    kernel.entry = code->entry;
    kernel.code = code->keepAlive;
  }
  return kernel;
}

} // namespace espalier
