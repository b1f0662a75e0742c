//===- differential.cpp - Random programs, compiled and interpreted ---------===//
//
// differential [--programs=N] [--seed=S] [--only=SEED] [--schedules=N] [--float=f64|f32|f16|bf16] [--jobs=N] [--print]
//
// Draws programs of the language, runs each compiled for this processor and in the interpreter, which evaluates in
// float64, and compares; then again with other schedules, drawn among those that it can take. A program that fails is
// made small and printed with the command that reproduces it.
//===----------------------------------------------------------------------===//
#include "test/differential/DrawCase.h"
#include "test/differential/Isolate.h"
#include "test/differential/Shrink.h"

#include "compiler/Driver/Program.h"
#include "runtime/ABI/ParallelFor.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <malloc.h>

using namespace espalier;
using namespace espalier::differential;

namespace {

struct Settings {
  uint64_t seed = 1;
  int64_t programs = 500;
  std::optional<uint64_t> only;
  std::string floatName;
  std::optional<DType> floatType;
  int schedules = 1, jobs = 2, seconds = 30, attempts = 300;
  bool prints = false;
};

class Report {
public:
  explicit Report(const Settings &settings) : settings(settings) {}

  void add(const Case &sketch, const Outcome &outcome) {
    if (settings.prints)
      fmt::print("seed {}: {}\n{}\n{}{}\n", sketch.seed, names[static_cast<int>(outcome.kind)], argumentsText(sketch),
                 textOf(sketch), outcome.details);
    auto kind = static_cast<size_t>(outcome.kind);
    ++counts[kind];
    if (!outcome.what.empty() && outcome.kind != Outcome::Kind::failed)
      ++causes[kind][outcome.what];
    if (outcome.kind == Outcome::Kind::failed)
      failures.emplace_back(sketch, outcome);
  }

  /// Shrinks one program of each cause; true if none failed and some were compared.
  bool close() {
    std::sort(failures.begin(), failures.end(),
              [](const auto &a, const auto &b) { return a.first.seed < b.first.seed; });
    std::map<std::string, int> explained;
    for (const auto &[sketch, outcome] : failures) {
      bool isShrunk = explained[outcome.what]++ < 3;
      fmt::print("FAILED seed {}: {}\n{}", sketch.seed, outcome.what, isShrunk ? explanation(sketch, outcome) : "");
    }
    for (size_t kind = 0; kind < std::size(names); ++kind) {
      fmt::print("{:6} {}\n", counts[kind], names[kind]);
      for (const auto &[cause, count] : causes[kind])
        fmt::print("       {:6} {}\n", count, cause);
    }
    int64_t passed = counts[0] + counts[1];
    fmt::print("{} passed, {} failed\n", passed, failures.size());
    return failures.empty() && passed > 0;
  }

private:
  std::string explanation(const Case &sketch, const Outcome &outcome) const {
    auto runOnce = [&](const Case &smaller) { return runIsolated(smaller, settings.seconds); };
    Case small = shrink(sketch, outcome, settings.attempts, runOnce);
    Outcome again = runOnce(small);
    std::string choice = settings.floatName.empty() ? "" : " --float=" + settings.floatName;
    if (settings.schedules != Settings().schedules)
      choice += fmt::format(" --schedules={}", settings.schedules);
    return fmt::format("  {}\n  {}\n{}  differential --only={}{}\n\n", again.details, argumentsText(small),
                       textOf(small), sketch.seed, choice);
  }

  static constexpr const char *names[] = {"agree",
                                          "fault on both targets",
                                          "are refused by both targets",
                                          "are not compiled by this version",
                                          "are ill-conditioned, so that their numbers say nothing",
                                          "failed"};
  const Settings &settings;
  int64_t counts[std::size(names)] = {};
  std::map<std::string, int64_t> causes[std::size(names)];
  std::vector<std::pair<Case, Outcome>> failures;
};

/// What compiling touches for the first time is touched here, once for all children.
void warmUp() {
  setNumThreads(1);
  auto program = Program::fromText("def f(x: float[d]) -> float[d]:\n    return tanh(x)\n");
  auto x = Tensor::of<float>({2}, {1, 2});
  for (Target target : {Target::cpu, Target::interp})
    if (program && x)
      (void)program->call("f", {{"x", *x}}, {target, std::nullopt, false});
}

int readSettings(Settings &settings, int argc, char **argv) {
  CLI::App app("Random programs, compiled and interpreted");
  app.add_option("--programs", settings.programs, "how many")->check(CLI::PositiveNumber);
  app.add_option("--seed", settings.seed, "of the first program");
  app.add_option("--only", settings.only, "the program of this seed");
  app.add_option("--float", settings.floatName, "f64, f32, f16 or bf16; else f32 and f64");
  app.add_option("--schedules", settings.schedules, "other schedules of each program")->check(CLI::NonNegativeNumber);
  app.add_option("--jobs", settings.jobs, "processes")->check(CLI::PositiveNumber);
  app.add_option("--attempts", settings.attempts, "programs that making a failure small may take")
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--print", settings.prints, "print every program");
  CLI11_PARSE(app, argc, argv);
  if (settings.floatName.empty())
    return 0;
  Result<DType> floatType = parseFloatType(settings.floatName);
  if (!floatType) {
    fmt::print(stderr, "differential: {}\n", floatType.error().message);
    return 1;
  }
  settings.floatType = *floatType;
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  Settings settings;
  if (int status = readSettings(settings, argc, argv))
    return status;
  if (settings.only) {
    settings.seed = *settings.only;
    settings.programs = 1;
  }
  // What nobody writes must not hold the results of the run before: allocated memory is full of -4.7e129 or -3.1e16.
  mallopt(M_PERTURB, 0x25);
  warmUp();
  uint64_t seed = settings.seed, end = seed + static_cast<uint64_t>(settings.programs);
  auto next = [&]() -> std::optional<Case> {
    if (seed == end)
      return std::nullopt;
    Case sketch = drawCase(seed++, settings.floatType);
    sketch.schedules = settings.schedules;
    return sketch;
  };
  Report report(settings);
  runIsolated(next, settings.jobs, settings.seconds,
              [&](const Case &sketch, const Outcome &outcome) { report.add(sketch, outcome); });
  return report.close() ? 0 : 1;
}
