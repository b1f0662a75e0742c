//===- RunCommand.cpp - espalier run ----------------------------------------===//
#include "compiler/Tools/espalier/Commands.h"
#include "compiler/Tools/espalier/Invocation.h"
#include "compiler/Tools/espalier/Output.h"
#include "compiler/Tools/espalier/Progress.h"
#include "compiler/Tools/espalier/Summary.h"

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
  std::optional<Output> output;
  if (!flags.output.empty()) {
    Result<Output> opened = Output::openForResults(flags.output);
    if (!opened)
      return opened.error();
    output = *opened;
  }
  Result<Invocation> invocation = Invocation::read(flags.call);
  if (!invocation)
    return invocation.error();
  Result<PreparedCall> call = invocation->prepare();
  if (!call)
    return call.error();
  const Signature &signature = call->kernel.signature();
  if (output)
    if (Result<void> accepted = output->accepts(signature); !accepted)
      return accepted;
  Result<std::vector<Tensor>> results = [&] {
    Progress progress("running " + invocation->named.kernel);
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
