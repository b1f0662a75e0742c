//===- Codegen.cpp - From the LLVM dialect to an object file ----------------===//
//
// The loops are final when they come here: LLVM simplifies, selects and allocates. Its
// own pipelines cost ten times as much for the same code or worse.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/Codegen.h"

#include "compiler/Target/Cpu/LimitHoisting.h"
#include "compiler/Target/Cpu/Stopwatch.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace espalier::cpu {

static constexpr const char *pipeline = "function(sroa,early-cse,instcombine<no-verify-fixpoint>,simplifycfg,limit-"
                                        "hoisting,loop-mssa(licm),instcombine<no-verify-fixpoint>)";

static Result<std::unique_ptr<TargetMachine>> createMachine(const CpuTarget &target) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  std::string problem;
  Triple triple(target.triple);
  const Target *backend = TargetRegistry::lookupTarget(triple, problem);
  if (!backend)
    return espalier::Error{problem};
  std::unique_ptr<TargetMachine> machine(backend->createTargetMachine(
      triple, target.name, target.features, TargetOptions(), Reloc::PIC_, CodeModel::Small, CodeGenOptLevel::Default));
  if (!machine)
    return Error::of("no code generator for {}", target.triple);
  return machine;
}

static void setAttributes(Module &module, const CpuTarget &target) {
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", target.name);
    function.addFnAttr("target-features", target.features);
    function.addFnAttr("prefer-vector-width", std::to_string(target.vectorBytes * 8));
    function.addFnAttr(Attribute::NoUnwind);
  }
}

static Result<void> optimise(Module &module, TargetMachine &machine) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassBuilder builder(&machine, PipelineTuningOptions());
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.registerPipelineParsingCallback(
      [](StringRef name, FunctionPassManager &passes, ArrayRef<PassBuilder::PipelineElement>) {
        if (name != "limit-hoisting")
          return false;
        passes.addPass(LimitHoisting());
        return true;
      });
  ModulePassManager passes;
  if (llvm::Error error = builder.parsePassPipeline(passes, pipeline))
    return espalier::Error{toString(std::move(error))};
  passes.run(module, modules);
  return {};
}

static Result<std::string> emit(Module &module, TargetMachine &machine, CodeGenFileType kind) {
  SmallString<0> bytes;
  raw_svector_ostream stream(bytes);
  legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, kind, /*DisableVerify=*/true))
    return Error::of("the code generator cannot write this kind of file");
  passes.run(module);
  return std::string(bytes.str());
}

Result<JitCode> compileObject(mlir::ModuleOp source, const CpuOptions &options) {
  JitCode code;
  Stopwatch watch(code.times);
  LLVMContext context;
  std::unique_ptr<Module> module =
      mlir::translateModuleToLLVMIR(source, context, "kernel", /*disableVerification=*/!options.verify);
  if (!module)
    return Error::of("the lowered kernel has no translation to LLVM IR");
  watch.lap("translate");
  auto machine = createMachine(options.target);
  if (!machine)
    return machine.error();
  module->setDataLayout((*machine)->createDataLayout());
  module->setTargetTriple((*machine)->getTargetTriple());
  setAttributes(*module, options.target);
  if (Result<void> optimised = optimise(*module, **machine); !optimised)
    return optimised.error();
  watch.lap("optimise");
  if (options.emitLlvm)
    raw_string_ostream(code.llvm) << *module;
  if (options.emitAssembly) {
    auto assembly = emit(*CloneModule(*module), **machine, CodeGenFileType::AssemblyFile);
    if (!assembly)
      return assembly.error();
    code.assembly = std::move(*assembly);
    watch.lap("print");
  }
  auto object = emit(*module, **machine, CodeGenFileType::ObjectFile);
  if (!object)
    return object.error();
  code.object = std::move(*object);
  watch.lap("generate");
  return code;
}

} // namespace espalier::cpu
