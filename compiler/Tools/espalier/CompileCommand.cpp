//===- CompileCommand.cpp - espalier compile --------------------------------===//
#include "compiler/Tools/espalier/CallFlags.h"
#include "compiler/Tools/espalier/Commands.h"
#include "compiler/Tools/espalier/KernelName.h"
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

Result<void> compile(const CompileFlags &flags) {
  Result<CallOptions> options = flags.call.options();
  if (!options)
    return options.error();
  Result<Stage> stage = parseStage(flags.stage);
  if (!stage)
    return stage.error();
  if (*stage == Stage::object && flags.output.empty() && isatty(STDOUT_FILENO))
    return Error::of("an object file is no text: name a file with -o");
  if (!flags.output.empty())
    if (Result<Output> opened = Output::open(flags.output); !opened)
      return opened.error();
  Result<std::string> text = formOf(flags, *stage, *options);
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
  compile->add_option("--emit", flags->stage, "Which form: " + stageNames())->type_name("STAGE");
  compile->add_option("-o", flags->output, "Write it to this file instead of standard output")
      ->type_name("FILE")
      ->check([](const std::string &path) { return path.empty() ? "needs a file or a folder" : ""; });
  compile->footer(R"(The shapes of the arguments fix the dimensions; their values do not matter.
Examples:
  espalier compile tree_scan.esp:tree_scan --emit=ast
  espalier compile tree_scan.esp:tree_scan T=perfect:2,4 u=random:31,8 a=random:31,8 --emit=mlir
  espalier compile myo.esp:myo G=perfect:2,4 A=random:31,8,8 B=random:31,8,8 C=random:31,8,8 u=random:31,8,1 --emit=asm -o myo.s
)");
  compile->callback([flags, &command] { command = [flags] { return tool::compile(*flags); }; });
}

} // namespace espalier::tool
