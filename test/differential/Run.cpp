//===- Run.cpp - One program on both targets --------------------------------===//
#include "test/differential/Run.h"

#include "runtime/ABI/ParallelFor.h"
#include "test/differential/CompareResults.h"
#include "test/differential/DrawSchedule.h"
#include "test/differential/FillArguments.h"

#include <algorithm>
#include <cctype>

namespace espalier::differential {

namespace {

using Kind = Outcome::Kind;

/// The first line of a diagnostic without its place, and with numbers and quoted names made alike.
std::string causeOf(std::string message) {
  message = message.substr(0, message.find('\n'));
  if (size_t error = message.find("error: "); error != std::string::npos)
    message.erase(0, error + 7);
  std::string cause;
  for (size_t k = 0; k < message.size(); ++k) {
    if (message[k] == '`') {
      size_t end = message.find('`', k + 1);
      cause += "`..`";
      k = end == std::string::npos ? message.size() : end;
    } else if (!std::isdigit(static_cast<unsigned char>(message[k]))) {
      cause += message[k];
    } else if (cause.empty() || cause.back() != '#') {
      cause += '#';
    }
  }
  return cause;
}

Outcome failed(std::string what, std::string details) { return {Kind::failed, std::move(what), std::move(details)}; }

class Comparison {
public:
  Comparison(const Case &sketch, Program program) : sketch(sketch), program(std::move(program)) {}

  Outcome run() {
    Result<std::vector<NamedValue>> filled = fillArguments(sketch);
    if (!filled)
      return {Kind::refused, "arguments: " + causeOf(filled.error().message), filled.error().message};
    arguments = std::move(*filled);
    if (std::optional<Outcome> outcome = compile())
      return *outcome;
    setNumThreads(1);
    auto expected = call(Target::interp), compiled = call(Target::cpu);
    if (!expected && !compiled)
      return {Kind::faulted, causeOf(expected.error().message), expected.error().message};
    if (!expected)
      return failed("only interp faults: " + causeOf(expected.error().message), expected.error().message);
    if (!compiled)
      return failed("only cpu faults: " + causeOf(compiled.error().message), compiled.error().message);
    oracle = std::move(*expected);
    Outcome outcome = compare({});
    for (int number = 0; number < sketch.schedules && outcome.kind != Kind::failed; ++number)
      outcome = worse(outcome, runScheduled(sketch.seed * 1000 + static_cast<uint64_t>(number)));
    return outcome;
  }

private:
  Result<std::vector<Tensor>> call(Target target, const schedule::Overrides &schedule = {}) const {
    return program.call("f", arguments, {target, sketch.floatType, false, schedule});
  }

  std::optional<Outcome> compile() const {
    auto onInterp = program.kernel("f", arguments, {Target::interp, sketch.floatType});
    auto onCpu = program.kernel("f", arguments, {Target::cpu, sketch.floatType});
    if (onInterp && onCpu)
      return std::nullopt;
    const std::string &message = onCpu ? onInterp.error().message : onCpu.error().message;
    if (!onCpu && message.find("is not compiled by this version") != std::string::npos)
      return Outcome{Kind::notCompiled, causeOf(message), message};
    if (!onInterp && !onCpu)
      return Outcome{Kind::refused, causeOf(onInterp.error().message), onInterp.error().message};
    return failed((onInterp ? "only cpu refuses: " : "only interp refuses: ") + causeOf(message), message);
  }

  //===-- Schedules -----------------------------------------------------------===//

  Outcome runScheduled(uint64_t seed) const {
    Result<schedule::Overrides> drawn = drawOverrides(seed);
    if (!drawn)
      return failed("a schedule is refused: " + causeOf(drawn.error().message), drawn.error().message);
    if (drawn->empty())
      return {};
    Outcome outcome = compare(*drawn);
    if (outcome.kind == Kind::failed)
      return explained(std::move(*drawn), std::move(outcome));
    outcome.details = "--schedule=" + schedule::spelled(*drawn) + "\n";
    return outcome;
  }

  Result<schedule::Overrides> drawOverrides(uint64_t seed) const {
    Result<LoadedKernel> chosen = program.kernel("f", arguments, {Target::cpu, sketch.floatType});
    schedule::Overrides drawn = drawTasks(chosen->report().groups, seed);
    if (!drawn.empty())
      chosen = program.kernel("f", arguments, {Target::cpu, sketch.floatType, false, drawn});
    if (!chosen)
      return chosen.error();
    for (const schedule::Override &size : drawSizes(chosen->report().groups, seed))
      drawn.push_back(size);
    return drawn;
  }

  /// Leaves out what the failure does not need.
  Outcome explained(schedule::Overrides overrides, Outcome outcome) const {
    for (size_t k = overrides.size(); k-- > 0 && overrides.size() > 1;) {
      schedule::Overrides fewer = overrides;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(k));
      Outcome again = compare(fewer);
      if (again.kind != Kind::failed || again.what != outcome.what)
        continue;
      overrides = std::move(fewer);
      outcome = std::move(again);
    }
    outcome.what += " (with another schedule)";
    outcome.details += "\n  --schedule=" + schedule::spelled(overrides);
    return outcome;
  }

  static Outcome worse(Outcome one, Outcome other) {
    if (other.kind == Kind::failed)
      return other;
    std::string details = one.details + other.details; // of all schedules
    Outcome outcome = other.kind == Kind::equal ? std::move(one) : std::move(other);
    outcome.details = std::move(details);
    return outcome;
  }

  //===-- Results -------------------------------------------------------------===//

  /// The bits of 1, 2 and 3 threads, and the values of the oracle.
  Outcome compare(const schedule::Overrides &schedule) const {
    setNumThreads(1);
    auto compiled = call(Target::cpu, schedule);
    if (!compiled)
      return failed("only cpu faults: " + causeOf(compiled.error().message), compiled.error().message);
    if (std::optional<std::string> difference = differenceOfForm(*compiled, oracle))
      return failed("results of another form", *difference);
    for (int threads : {2, 3}) {
      setNumThreads(threads);
      auto threaded = call(Target::cpu, schedule);
      if (!threaded || !sameBits(*threaded, *compiled))
        return failed("another number of threads gives other results",
                      threaded ? "other bits" : threaded.error().message);
    }
    setNumThreads(1);
    return compareValues(*compiled);
  }

  /// Where the results differ, the oracle says how much of it a rounding of the arguments could cause.
  Outcome compareValues(const std::vector<Tensor> &compiled) const {
    Deviation deviation = deviationOf(compiled, oracle);
    if (deviation.largest <= toleranceOf(sketch.floatType))
      return {Kind::equal, "", ""};
    double rounding = roundingOf(sketch.floatType), step = std::min(16 * rounding, 1e-3), sensitivity = 0;
    for (uint64_t signs = 1; signs <= 3; ++signs) {
      auto perturbed = fillArguments(sketch, step, signs);
      auto moved = perturbed ? program.call("f", *perturbed, {Target::interp, sketch.floatType}) : perturbed.error();
      if (moved)
        sensitivity = std::max(sensitivity, deviationOf(*moved, oracle).largest * rounding / step);
    }
    if (deviation.largest <= 64 * sensitivity)
      return {Kind::illConditioned, "", ""};
    return failed("values differ",
                  fmt::format("{} (relative {:.3g}, allowed {:.3g}; a rounding of the arguments makes {:.3g})",
                              deviation.text, deviation.largest, toleranceOf(sketch.floatType), sensitivity));
  }

  const Case &sketch;
  Program program;
  std::vector<NamedValue> arguments;
  std::vector<Tensor> oracle; // the interpreter's results
};

} // namespace

Outcome run(const Case &sketch) {
  auto program = Program::fromText(textOf(sketch));
  if (!program)
    return {Kind::refused, causeOf(program.error().message), program.error().message};
  return Comparison(sketch, std::move(*program)).run();
}

} // namespace espalier::differential
