//===- Compile.cpp - From bindings to a kernel ------------------------------===//
#include "compiler/Driver/Compile.h"

#include "compiler/Driver/Arguments.h"
#include "compiler/Driver/InterpretedKernel.h"
#include "compiler/Pipeline/PhaseClock.h"
#include "compiler/Pipeline/Pipeline.h"
#include "frontends/Emit/Emit.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/raw_ostream.h"

namespace espalier {

namespace {

/// A kernel on its way: what Emit made of it.
struct Emitted {
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Signature signature;
};

Error errorOf(const Source &source, const Diagnostics &diagnostics) { return {diagnostics.render(source.colour)}; }

Result<sema::Kernel> resolve(const Source &source, const std::string &kernel, const sema::Bindings &bindings) {
  Diagnostics diagnostics(source.sources);
  std::optional<sema::Kernel> resolved = sema::specialise(source.module, kernel, bindings, diagnostics);
  if (!resolved)
    return errorOf(source, diagnostics);
  return std::move(*resolved);
}

/// One context for each kernel, used by one thread: kernels are compiled side by side.
std::unique_ptr<mlir::MLIRContext> makeContext(Target target) {
  mlir::DialectRegistry registry;
  registerEmittedDialects(registry);
#ifdef ESPALIER_HAS_CPU_TARGET
  if (target == Target::cpu)
    registerCompilerDialects(registry);
#endif
  return std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
}

Result<Emitted> emitResolved(const Source &source, const sema::Kernel &resolved, const sema::Interface &interface,
                             Target target) {
  Diagnostics diagnostics(source.sources);
  if (refuse(resolved, diagnostics))
    return errorOf(source, diagnostics);
  Emitted emitted;
  emitted.context = makeContext(target);
  Result<mlir::OwningOpRef<mlir::ModuleOp>> module =
      emit(resolved, source.sources, *emitted.context, emitted.signature);
  if (!module)
    return module.error();
  emitted.module = std::move(*module);
  emitted.signature.parameters = interface.parameters;
  return emitted;
}

//===-- Kernels -------------------------------------------------------------===//

class CompiledCode final : public KernelCode {
public:
  explicit CompiledCode(Kernel kernel) : kernel(std::move(kernel)) {}
  const Signature &signature() const override { return kernel.signature(); }
  Result<std::vector<Tensor>> call(std::span<const Argument> arguments) const override {
    return kernel.call(arguments);
  }
  Result<void> callInto(std::span<const Argument> arguments, std::span<const Tensor> results) const override {
    return kernel.callInto(arguments, results);
  }
  Result<double> operations(std::span<const Argument> arguments) const override { return kernel.operations(arguments); }
  const CompileReport &report() const override { return compilation; }

  CompileReport compilation; // complete before the code is handed out

private:
  Kernel kernel;
};

/// Looks at the equations between sizes that only a call decides.
class CheckedCode final : public KernelCode {
public:
  CheckedCode(std::shared_ptr<const KernelCode> code, Source source, sema::Kernel resolved, sema::Interface interface)
      : code(std::move(code)), source(std::move(source)), resolved(std::move(resolved)),
        interface(std::move(interface)) {}

  const Signature &signature() const override { return code->signature(); }
  Result<std::vector<Tensor>> call(std::span<const Argument> arguments) const override {
    Result<void> checked = check(arguments);
    return checked ? code->call(arguments) : checked.error();
  }
  Result<void> callInto(std::span<const Argument> arguments, std::span<const Tensor> results) const override {
    Result<void> checked = check(arguments);
    return checked ? code->callInto(arguments, results) : checked;
  }
  Result<double> operations(std::span<const Argument> arguments) const override { return code->operations(arguments); }
  const CompileReport &report() const override { return code->report(); }

private:
  Result<void> check(std::span<const Argument> arguments) const {
    Result<std::map<std::string, int64_t>> dimensions = dimensionsOf(interface, arguments);
    if (!dimensions)
      return dimensions.error();
    Diagnostics diagnostics(source.sources);
    if (sema::checkRequirements(resolved, *dimensions, diagnostics))
      return {};
    return errorOf(source, diagnostics);
  }

  std::shared_ptr<const KernelCode> code;
  Source source;
  sema::Kernel resolved;
  sema::Interface interface;
};

#ifdef ESPALIER_HAS_CPU_TARGET

CpuOptions cpuOptions(const CallOptions &options, const CallSizes &sizes) {
  CpuOptions cpu;
  cpu.checkFinite = options.checkFinite;
  cpu.schedule = options.schedule;
  cpu.vertices = sizes.vertices;
  cpu.batch = sizes.batch;
  cpu.threads = sizes.threads;
  cpu.isDeep = sizes.isDeep;
  return cpu;
}

Result<std::shared_ptr<CompiledCode>> load(Emitted emitted, const CallOptions &options, const CallSizes &sizes) {
  CpuOptions cpu = cpuOptions(options, sizes);
  Result<CompiledKernel> compiled = compileForCpu(*emitted.module, emitted.signature, cpu);
  if (!compiled)
    return compiled.error();
  Result<Kernel> kernel =
      Kernel::create(std::move(emitted.signature), compiled->entry, std::const_pointer_cast<void>(compiled->code));
  if (!kernel)
    return kernel.error();
  auto code = std::make_shared<CompiledCode>(std::move(*kernel));
  code->compilation = std::move(compiled->report);
  return code;
}

/// `times`: what came before.
Result<std::shared_ptr<const KernelCode>> makeCompiled(Emitted emitted, const CallOptions &options,
                                                       const CallSizes &sizes, std::vector<PhaseTime> times) {
  PhaseClock clock(times);
  Result<std::shared_ptr<CompiledCode>> code = load(std::move(emitted), options, sizes);
  if (!code)
    return code.error();
  clock.add((*code)->compilation.times, "release");
  (*code)->compilation.times = std::move(times);
  return std::shared_ptr<const KernelCode>(*code);
}

Result<std::string> compiledText(Stage stage, Emitted emitted, const CallOptions &options, const CallSizes &sizes) {
  static constexpr std::pair<Stage, Form> forms[] = {{Stage::scheduled, Form::scheduled},
                                                     {Stage::structured, Form::structured},
                                                     {Stage::llvm, Form::llvm},
                                                     {Stage::assembly, Form::assembly},
                                                     {Stage::object, Form::object}};
  std::string text;
  CpuOptions cpu = cpuOptions(options, sizes);
  for (auto [of, form] : forms)
    if (of == stage) {
      cpu.last = form;
      cpu.report = {form};
    }
  cpu.receive = [&](Form, std::string_view form) { text = form; };
  Result<CompiledKernel> compiled = compileForCpu(*emitted.module, emitted.signature, cpu);
  return compiled ? Result<std::string>(std::move(text)) : compiled.error();
}

#else

Error noCpuTarget() {
  return Error::of("the cpu target is not part of this build; --target=interp evaluates the kernel");
}
Result<std::shared_ptr<const KernelCode>> makeCompiled(Emitted, const CallOptions &, const CallSizes &,
                                                       std::vector<PhaseTime>) {
  return noCpuTarget();
}
Result<std::string> compiledText(Stage, Emitted, const CallOptions &, const CallSizes &) { return noCpuTarget(); }

#endif

std::string textOf(mlir::ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, mlir::OpPrintingFlags().printNameLocAsPrefix());
  return text;
}

} // namespace

Result<LoadedKernel> compile(const Source &source, const std::string &kernel, const sema::Interface &interface,
                             const sema::Bindings &bindings, const CallOptions &options, const CallSizes &sizes) {
  if (options.target == Target::interp && !options.schedule.empty())
    return Error::of("schedule: {}: the interpreter follows none; leave it out, or run on cpu",
                     schedule::spelled(options.schedule));
  std::vector<PhaseTime> times = {{"parse", source.parseMilliseconds}};
  PhaseClock clock(times);
  Result<sema::Kernel> resolved = resolve(source, kernel, bindings);
  if (!resolved)
    return resolved.error();
  clock.lap("resolve");
  Result<Emitted> emitted = emitResolved(source, *resolved, interface, options.target);
  if (!emitted)
    return emitted.error();
  clock.lap("emit");
  Result<std::shared_ptr<const KernelCode>> code =
      options.target == Target::interp ? makeInterpreted(std::move(emitted->signature), std::move(emitted->context),
                                                         std::move(emitted->module), options.checkFinite)
                                       : makeCompiled(std::move(*emitted), options, sizes, std::move(times));
  if (!code)
    return code.error();
  if (resolved->requirements.empty())
    return LoadedKernel(*code);
  return LoadedKernel(std::make_shared<CheckedCode>(*code, source, std::move(*resolved), interface));
}

Result<std::string> textOfStage(Stage stage, const Source &source, const std::string &kernel,
                                const sema::Interface &interface, const sema::Bindings &bindings,
                                const CallOptions &options, const CallSizes &sizes) {
  Result<sema::Kernel> resolved = resolve(source, kernel, bindings);
  if (!resolved)
    return resolved.error();
  if (stage == Stage::resolved)
    return sema::dump(*resolved);
  Result<Emitted> emitted =
      emitResolved(source, *resolved, interface, stage == Stage::mlir ? Target::interp : Target::cpu);
  if (!emitted)
    return emitted.error();
  return stage == Stage::mlir ? textOf(*emitted->module) : compiledText(stage, std::move(*emitted), options, sizes);
}

} // namespace espalier
