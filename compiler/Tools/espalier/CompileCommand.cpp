//===- CompileCommand.cpp - espalier compile --------------------------------===//
#include "compiler/Tools/espalier/CallFlags.h"
#include "compiler/Tools/espalier/Commands.h"
#include "compiler/Tools/espalier/Invocation.h"
#include "compiler/Tools/espalier/Output.h"
#include "compiler/Tools/espalier/Progress.h"
#include "compiler/Tools/espalier/Values.h"

#include <unistd.h>

namespace espalier::tool {

namespace {

struct CompileFlags {
  CallFlags call;
  std::string stage = "asm";
  std::string output;
  bool times = false;
};

Result<std::string> formOf(const CompileFlags &flags, Stage stage, const CallOptions &options) {
  Result<NamedKernel> named = openKernel(flags.call.kernel);
  if (!named)
    return named.error();
  if (stage == Stage::ast)
    return named->program.stage(stage, named->kernel, {}, options);
  Result<sema::Interface> interface = named->program.interfaceOf(named->kernel);
  if (!interface)
    return interface.error();
  Result<std::vector<NamedValue>> values = parseValues(flags.call.values, *interface, options);
  if (!values)
    return values.error();
  Progress progress("compiling " + named->kernel);
  return named->program.stage(stage, named->kernel, *values, options);
}

/// A line for each stage and one for all.
Result<std::string> timesOf(const CompileFlags &flags) {
  Result<Invocation> invocation = Invocation::read(flags.call);
  if (!invocation)
    return invocation.error();
  if (invocation->options.target == Target::interp)
    return Error::of("--time: the interpreter compiles nothing; leave out --target=interp");
  Result<PreparedCall> call = invocation->prepare();
  if (!call)
    return call.error();
  const CompileReport &report = call->kernel.report();
  double total = report.milliseconds();
  std::string text;
  for (const PhaseTime &phase : report.times)
    text += fmt::format("{:<10} {:>9.3f} ms {:>5.1f} %\n", phase.phase, phase.milliseconds,
                        100 * phase.milliseconds / total);
  return text + fmt::format("{:<10} {:>9.3f} ms\n", "total", total);
}

Result<void> compile(const CompileFlags &flags) {
  Result<CallOptions> options = flags.call.options();
  if (!options)
    return options.error();
  Result<Stage> stage = parseStage(flags.stage);
  if (!stage)
    return stage.error();
  if (options->target == Target::interp && *stage > Stage::mlir && !flags.times)
    return Error::of("--emit={}: the interpreter evaluates mlir and compiles nothing; leave out --target=interp",
                     name(*stage));
  if (*stage == Stage::object && flags.output.empty() && isatty(STDOUT_FILENO))
    return Error::of("an object file is no text: name a file with -o");
  if (!flags.output.empty())
    if (Result<Output> opened = Output::open(flags.output); !opened)
      return opened.error();
  Result<std::string> text = flags.times ? timesOf(flags) : formOf(flags, *stage, *options);
  return text ? writeText(flags.output, *text) : text.error();
}

std::string stageNames() {
  std::string names;
  for (Stage stage : allStages())
    names += (names.empty() ? "" : ", ") + std::string(name(stage));
  return names;
}

} // namespace

void addCompile(CLI::App &app, Command &command) {
  CLI::App *compile = app.add_subcommand("compile", "Show the forms that a kernel has on its way to machine code");
  auto flags = std::make_shared<CompileFlags>();
  flags->call.add(*compile);
  CLI::Option *emit = compile->add_option("--emit", flags->stage, "Which form: " + stageNames())->type_name("STAGE");
  compile->add_flag("--time", flags->times, "How long each stage of the compilation took, instead of a form")
      ->excludes(emit);
  compile->add_option("-o", flags->output, "Write it to this file instead of standard output")
      ->type_name("FILE")
      ->check([](const std::string &path) { return path.empty() ? "needs a file or a folder" : ""; });
  compile->footer(R"(The shapes of the arguments fix the dimensions; their values do not matter.
Examples:
  espalier compile tree_scan.esp:tree_scan --emit=ast
  espalier compile tree_scan.esp:tree_scan T=perfect:2,4 u=random:31,8 a=random:31,8 --emit=mlir
  espalier compile myo.esp:myo G=perfect:2,4 A=random:31,8,8 B=random:31,8,8 C=random:31,8,8 u=random:31,8,1 --emit=asm -o myo.s
  espalier compile tree_scan.esp:tree_scan T=perfect:2,4 u=random:31,8 a=random:31,8 --time
)");
  compile->callback([flags, &command] { command = [flags] { return tool::compile(*flags); }; });
}

} // namespace espalier::tool
