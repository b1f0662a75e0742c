//===- BenchCommand.cpp - espalier bench ------------------------------------===//
#include "compiler/Tools/Measure/PeakMemory.h"
#include "compiler/Tools/Measure/Probes.h"
#include "compiler/Tools/espalier/Commands.h"
#include "compiler/Tools/espalier/Invocation.h"
#include "compiler/Tools/espalier/NumberFlags.h"
#include "compiler/Tools/espalier/Output.h"
#include "compiler/Tools/espalier/Progress.h"
#include "runtime/ABI/ParallelFor.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>

namespace espalier::tool {

namespace {

using measure::Contender;

struct BenchFlags {
  CallFlags call;
  int threads = 1;
  double seconds = 2;
  std::string json;
};

/// What was measured, in the units of its names.
struct Measurement {
  std::string kernel, target, schedule;
  int threads = 1;
  double compileMs = 0;
  std::vector<PhaseTime> phases;
  double minMs = 0, medianMs = 0;
  int64_t runs = 0;
  int64_t bytes = 0; // each argument read once, each result written once
  double operations = 0;
  double copyGbPerS = 0, fmaGflopPerS = 0; // of one thread, in turn with the kernel
  std::optional<int64_t> peakBytes;        // beyond arguments and results

  double gbPerS() const { return 1e-6 * static_cast<double>(bytes) / minMs; }
  double gflopPerS() const { return 1e-6 * operations / minMs; }
  /// The time that the machine's limits leave to one thread: traffic and arithmetic overlap.
  double limitMs() const {
    return std::max(1e-6 * static_cast<double>(bytes) / copyGbPerS, 1e-6 * operations / fmaGflopPerS);
  }
};

int64_t bytesOf(const Argument &argument) {
  const Tensor *tensor = std::get_if<Tensor>(&argument);
  return tensor ? tensor->numBytes() : 0;
}

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Compiles, and runs the kernel in turn with the probes.
Result<Measurement> measureKernel(const Invocation &invocation, const BenchFlags &flags) {
  Measurement found;
  found.kernel = invocation.named.kernel;
  found.target = name(invocation.options.target);
  found.threads = flags.threads;
  setNumThreads(flags.threads);
  auto start = std::chrono::steady_clock::now();
  Result<PreparedCall> call = invocation.prepare();
  if (!call)
    return call.error();
  found.compileMs = 1e3 * secondsSince(start);
  found.schedule = call->kernel.report().schedule;
  found.phases = call->kernel.report().times;

  Result<double> operations = call->kernel.operations(call->arguments);
  if (!operations)
    return operations.error();
  found.operations = *operations;
  Result<std::vector<Tensor>> results = call->kernel.call(call->arguments);
  if (!results)
    return results.error();
  for (const Argument &argument : call->arguments)
    found.bytes += bytesOf(argument);
  for (const Tensor &result : *results)
    found.bytes += result.numBytes();

  measure::PeakMemory memory;
  auto run = [&] { return call->kernel.callInto(call->arguments, *results); };
  if (Result<void> done = run(); !done)
    return done.error();
  found.peakBytes = memory.growth();

  measure::CopyProbe copy;
  measure::FmaProbe fma;
  std::vector<Contender> contenders = {{found.kernel, run},
                                       {"copy", [&]() -> Result<void> { return copy.run(), Result<void>(); }},
                                       {"fma", [&]() -> Result<void> { return fma.run(), Result<void>(); }}};
  Progress progress("measuring " + found.kernel);
  if (Result<void> done = interleave(contenders, {.seconds = flags.seconds}); !done)
    return done.error();
  found.minMs = 1e3 * contenders[0].times.least();
  found.medianMs = 1e3 * contenders[0].times.median();
  found.runs = static_cast<int64_t>(contenders[0].times.count());
  found.copyGbPerS = 1e-9 * static_cast<double>(measure::CopyProbe::bytes()) / contenders[1].times.least();
  found.fmaGflopPerS = 1e-9 * fma.operations() / contenders[2].times.least();
  return found;
}

void print(const Measurement &found) {
  fmt::print("kernel    {} on {}, {} thread{}\n", found.kernel, found.target, found.threads,
             found.threads == 1 ? "" : "s");
  fmt::print("compile   {:.0f} ms", found.compileMs);
  for (const PhaseTime &phase : found.phases)
    if (phase.milliseconds >= 0.5)
      fmt::print(", {} {:.1f}", phase.phase, phase.milliseconds);
  fmt::print("\nrun       {:.4g} ms at best, {:.4g} median of {}\n", found.minMs, found.medianMs, found.runs);
  fmt::print("bytes     {:.4g} MB: {:.3g} GB/s, {:.0f} % of a copy ({:.3g} GB/s)\n",
             1e-6 * static_cast<double>(found.bytes), found.gbPerS(), 100 * found.gbPerS() / found.copyGbPerS,
             found.copyGbPerS);
  if (found.operations > 0)
    fmt::print("flops     {:.4g} M: {:.3g} GF/s, {:.0f} % of multiply-adds ({:.3g} GF/s)\n", 1e-6 * found.operations,
               found.gflopPerS(), 100 * found.gflopPerS() / found.fmaGflopPerS, found.fmaGflopPerS);
  fmt::print("limit     {:.4g} ms of one thread: {:.0f} %\n", found.limitMs(), 100 * found.limitMs() / found.minMs);
  if (found.peakBytes)
    fmt::print("memory    {:.4g} MB beyond arguments and results\n", 1e-6 * static_cast<double>(*found.peakBytes));
  fmt::print("{}", found.schedule);
}

std::string jsonOf(const Measurement &found) {
  llvm::json::Object phases;
  for (const PhaseTime &phase : found.phases)
    phases[phase.phase] = phase.milliseconds;
  llvm::json::Object object{
      {"kernel", found.kernel},
      {"target", found.target},
      {"threads", found.threads},
      {"schedule", found.schedule},
      {"compile_ms", found.compileMs},
      {"compile_stages_ms", std::move(phases)},
      {"min_ms", found.minMs},
      {"median_ms", found.medianMs},
      {"runs", found.runs},
      {"bytes", found.bytes},
      {"flops", found.operations},
      {"copy_gb_s", found.copyGbPerS},
      {"fma_gflop_s", found.fmaGflopPerS},
      {"peak_bytes", found.peakBytes ? llvm::json::Value(*found.peakBytes) : llvm::json::Value(nullptr)}};
  std::string text;
  llvm::raw_string_ostream(text) << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)));
  return text;
}

Result<void> bench(const BenchFlags &flags) {
  if (!flags.json.empty())
    if (Result<Output> opened = Output::open(flags.json); !opened)
      return opened.error();
  Result<Invocation> invocation = Invocation::read(flags.call);
  if (!invocation)
    return invocation.error();
  Result<Measurement> found = measureKernel(*invocation, flags);
  if (!found)
    return found.error();
  print(*found);
  return flags.json.empty() ? Result<void>() : writeText(flags.json, jsonOf(*found));
}

} // namespace

void addBench(CLI::App &app, Command &command) {
  CLI::App *bench = app.add_subcommand("bench", "Measure a kernel beside the limits of this machine");
  auto flags = std::make_shared<BenchFlags>();
  flags->call.add(*bench);
  bench->add_option("--threads", flags->threads, "Threads of parallel loops")
      ->capture_default_str()
      ->check(CLI::Range(1, 4096));
  bench->add_option("--seconds", flags->seconds, "How long to measure")
      ->capture_default_str()
      ->check(numberWithin(0, 3600));
  bench->add_option("--json", flags->json, "Write the figures to this file")->type_name("FILE.json");
  bench->footer(
      R"(The kernel, a large copy and multiply-adds in registers run in turn; the least time of each counts, without the
first run of a turn, which finds the caches as others left them. Bytes are those of the arguments and results, flops
those that the program asks for, on cpu.
Examples:
  espalier bench tree_scan.esp:tree_scan T=perfect:2,12 u=random:8191,96 a=random:8191,96
  espalier bench myo.esp:myo G=perfect:2,9 "A=random:16,1023,8,8;diagonal=20" B=random:16,1023,8,8 C=random:16,1023,8,8 u=random:16,1023,8,1
)");
  bench->callback([flags, &command] { command = [flags] { return tool::bench(*flags); }; });
}

} // namespace espalier::tool
