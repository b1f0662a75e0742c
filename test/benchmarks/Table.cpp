//===- Table.cpp - Measured workloads as lines and as JSON ------------------===//
#include "test/benchmarks/Table.h"

#include "compiler/Tools/Measure/Probes.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

#include <optional>

namespace espalier::benchmarks {

Result<Row> measureRow(Workload &workload, double seconds) {
  measure::CopyProbe copy;
  measure::FmaProbe fma;
  std::vector<measure::Contender> contenders = {{workload.name, workload.run},
                                                {"copy", [&]() -> Result<void> { return copy.run(), Result<void>(); }},
                                                {"fma", [&]() -> Result<void> { return fma.run(), Result<void>(); }}};
  for (const Peer &peer : workload.peers)
    contenders.push_back({peer.name, peer.run});
  for (const Part &part : workload.parts)
    contenders.push_back({part.name, part.run});
  double trafficBytes = workload.readBytes + workload.writtenBytes;
  std::optional<measure::TrafficProbe> traffic;
  if (trafficBytes > 0) {
    traffic.emplace(workload.readBytes, workload.writtenBytes);
    contenders.push_back({"traffic", [&]() -> Result<void> { return traffic->run(), Result<void>(); }});
  }
  if (Result<void> done = measure::interleave(contenders, {.seconds = seconds}); !done)
    return done.error();

  Row row;
  row.name = workload.name;
  double ours = contenders[0].times.least();
  row.ms = 1e3 * ours;
  row.medianMs = 1e3 * contenders[0].times.median();
  row.nanosecondsPerPoint = workload.points > 0 ? 1e9 * ours / workload.points : 0;
  row.compileMs = workload.compileMs;
  row.wantedCompileMs = workload.wantedCompileMs;
  row.operations = workload.operations;
  row.movedBytes = workload.bytes > 0 ? workload.bytes : workload.movedBytes;
  row.peakBytes = workload.peakBytes;
  row.storedBytes = workload.storedBytes;
  double copyRate = double(measure::CopyProbe::bytes()) / contenders[1].times.least();
  double fmaRate = fma.operations() / contenders[2].times.least();
  row.copyGbPerS = 1e-9 * copyRate;
  row.fmaGflopPerS = 1e-9 * fmaRate;
  for (size_t i = 0; i < workload.peers.size(); ++i)
    row.figures.push_back({workload.peers[i].name, contenders[3 + i].times.least() / workload.peers[i].timesWork / ours,
                           workload.peers[i].wanted});
  double sumOfParts = 0;
  for (size_t i = 0; i < workload.parts.size(); ++i) {
    double part = contenders[3 + workload.peers.size() + i].times.least();
    sumOfParts += part;
    row.figures.push_back({workload.parts[i].name + " alone", part / ours, {}, true});
  }
  if (!workload.parts.empty())
    row.figures.push_back({"the sum of these", sumOfParts / ours, workload.wantedOfParts});
  if (workload.bytes > 0)
    row.figures.push_back({"copy", workload.bytes / copyRate / ours, workload.wantedOfCopy, true});
  if (traffic) {
    double rate = double(traffic->bytes()) / contenders.back().times.least();
    row.readBytes = workload.readBytes;
    row.writtenBytes = workload.writtenBytes;
    row.trafficGbPerS = 1e-9 * rate;
    row.figures.push_back({"traffic", trafficBytes / rate / ours, {}, true});
  }
  if (workload.operations > 0)
    row.figures.push_back({"multiply-adds", workload.operations / fmaRate / ours, workload.wantedOfFma, true});
  return row;
}

/// Memory beyond arguments and results; what it stores for a later sweep is no waste. Some pages more are rounding.
static void printMemory(const Row &row) {
  constexpr int64_t rounding = int64_t{6} << 20; // three large pages
  if (!row.peakBytes)
    return;
  fmt::print("; {:.3g} MB of its own", 1e-6 * double(*row.peakBytes));
  if (row.storedBytes)
    fmt::print(" ({} {:.3g} MB stored)", *row.peakBytes <= *row.storedBytes + rounding ? "within" : "ABOVE",
               1e-6 * double(*row.storedBytes));
}

void print(const Row &row) {
  fmt::print("{:<40} {:>10.4g} ms", row.name, row.ms);
  if (row.nanosecondsPerPoint > 0)
    fmt::print(" {:>9.4g} ns each", row.nanosecondsPerPoint);
  for (const Figure &figure : row.figures) {
    std::string found =
        figure.isFraction ? fmt::format("{:.0f} %", 100 * figure.found) : fmt::format("{:.2f}x", figure.found);
    fmt::print("; {} {}", figure.of, found);
    if (figure.wanted)
      fmt::print(" ({} {})", figure.found >= *figure.wanted ? "reaches" : "BELOW",
                 figure.isFraction ? fmt::format("{:.0f} %", 100 * *figure.wanted)
                                   : fmt::format("{:g}x", *figure.wanted));
  }
  if (row.compileMs) {
    fmt::print("; compiled in {:.0f} ms", *row.compileMs);
    if (row.wantedCompileMs)
      fmt::print(" ({} {:g})", *row.compileMs <= *row.wantedCompileMs ? "within" : "ABOVE", *row.wantedCompileMs);
  }
  printMemory(row);
  fmt::print("\n");
  std::fflush(stdout);
}

std::string jsonOf(const std::vector<Row> &rows) {
  using llvm::json::Value;
  llvm::json::Array all;
  for (const Row &row : rows) {
    llvm::json::Array figures;
    for (const Figure &figure : row.figures)
      figures.push_back(llvm::json::Object{{"of", figure.of},
                                           {"found", figure.found},
                                           {"fraction", figure.isFraction},
                                           {"wanted", figure.wanted ? Value(*figure.wanted) : Value(nullptr)}});
    all.push_back(llvm::json::Object{{"name", row.name},
                                     {"min_ms", row.ms},
                                     {"median_ms", row.medianMs},
                                     {"ns_per_point", row.nanosecondsPerPoint},
                                     {"copy_gb_s", row.copyGbPerS},
                                     {"fma_gflop_s", row.fmaGflopPerS},
                                     {"compile_ms", row.compileMs ? Value(*row.compileMs) : Value(nullptr)},
                                     {"operations", row.operations},
                                     {"moved_bytes", row.movedBytes},
                                     {"read_bytes", row.readBytes},
                                     {"written_bytes", row.writtenBytes},
                                     {"traffic_gb_s", row.trafficGbPerS ? Value(*row.trafficGbPerS) : Value(nullptr)},
                                     {"peak_bytes", row.peakBytes ? Value(*row.peakBytes) : Value(nullptr)},
                                     {"stored_bytes", row.storedBytes ? Value(*row.storedBytes) : Value(nullptr)},
                                     {"figures", std::move(figures)}});
  }
  std::string text;
  llvm::raw_string_ostream(text) << llvm::formatv("{0:2}\n", Value(std::move(all)));
  return text;
}

} // namespace espalier::benchmarks
