//===- RunCommand.cpp - espalier run ----------------------------------------===//
#include "compiler/Tools/espalier/CallFlags.h"
#include "compiler/Tools/espalier/Commands.h"
#include "compiler/Tools/espalier/KernelName.h"
#include "compiler/Tools/espalier/Output.h"
#include "compiler/Tools/espalier/Progress.h"
#include "compiler/Tools/espalier/Summary.h"
#include "compiler/Tools/espalier/Values.h"

#include <optional>

namespace espalier::tool {

namespace {

struct RunFlags {
  CallFlags call;
  std::string output;
};

Result<void> report(const Signature &signature, const std::vector<Tensor> &results) {
  for (size_t i = 0; i < results.size(); ++i) {
    Result<std::string> line = summarise(signature.results[i].name, results[i]);
    if (!line)
      return line.error();
    fmt::print("{}\n", *line);
  }
  return {};
}

Result<void> run(const RunFlags &flags) {
  Result<CallOptions> options = flags.call.options();
  if (!options)
    return options.error();
  std::optional<Output> output;
  if (!flags.output.empty()) {
    Result<Output> opened = Output::open(flags.output);
    if (!opened)
      return opened.error();
    output = *opened;
  }
  Result<NamedKernel> named = openKernel(flags.call.kernel);
  if (!named)
    return named.error();
  Result<sema::Interface> interface = named->program.interfaceOf(named->kernel);
  if (!interface)
    return interface.error();
  Result<std::vector<NamedValue>> values = parseValues(flags.call.values, *interface, *options);
  if (!values)
    return values.error();

  Result<PreparedCall> call = [&] {
    Progress progress("compiling " + named->kernel);
    return named->program.prepare(named->kernel, *values, *options);
  }();
  if (!call)
    return call.error();
  const Signature &signature = call->kernel.signature();
  if (output)
    if (Result<void> accepted = output->accepts(signature); !accepted)
      return accepted;
  Result<std::vector<Tensor>> results = [&] {
    Progress progress("running " + named->kernel);
    return call->kernel.call(call->arguments);
  }();
  if (!results)
    return results.error();
  return output ? output->write(signature, *results) : report(signature, *results);
}

} // namespace

void addRun(CLI::App &app, Command &command) {
  CLI::App *run = app.add_subcommand("run", "Run a kernel on tensors and trees");
  auto flags = std::make_shared<RunFlags>();
  flags->call.add(*run);
  run->add_option(
         "-o", flags->output,
         "Write the result to this .npy file, or each result to FOLDER/NAME.npy; without it a summary is printed")
      ->type_name("FILE.npy | FOLDER/")
      ->check([](const std::string &path) { return path.empty() ? "needs a file or a folder" : ""; });
  run->footer(R"(Examples:
  espalier run tree_scan.esp:tree_scan T=perfect:2,4 u=random:31,8 a=random:31,8
      31 vertices with 8 channels each; prints shape, smallest, largest, mean and norm of the result
  espalier run myo.esp:myo G=parents.npy A=A.npy B=B.npy C=C.npy u=u.npy -o x.npy
  espalier run ssm.esp:headed_scan time=chain:64 a=a.npy k=k.npy x=x.npy q=q.npy -o results/
      several results: results/y.npy, results/last.npy
  espalier run tree_scan.esp:tree_scan T=chain:9 u=random:9,4 a=random:9,4 --target=interp
      in float64, by the interpreter: slow, and what tests compare with
)");
  run->callback([flags, &command] { command = [flags] { return tool::run(*flags); }; });
}

} // namespace espalier::tool
