//===- Run.cpp - One program on both targets --------------------------------===//
#include "test/differential/Run.h"

#include "runtime/ABI/ParallelFor.h"
#include "test/differential/CompareResults.h"
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
    Result<std::vector<NamedValue>> arguments = fillArguments(sketch);
    if (!arguments)
      return {Kind::refused, "arguments: " + causeOf(arguments.error().message), arguments.error().message};
    if (std::optional<Outcome> outcome = compile(*arguments))
      return *outcome;
    setNumThreads(1);
    auto oracle = call(*arguments, Target::interp), compiled = call(*arguments, Target::cpu);
    if (!oracle && !compiled)
      return {Kind::faulted, causeOf(oracle.error().message), oracle.error().message};
    if (!oracle)
      return failed("only interp faults: " + causeOf(oracle.error().message), oracle.error().message);
    if (!compiled)
      return failed("only cpu faults: " + causeOf(compiled.error().message), compiled.error().message);
    if (std::optional<std::string> difference = differenceOfForm(*compiled, *oracle))
      return failed("results of another form", *difference);
    setNumThreads(3);
    auto threaded = call(*arguments, Target::cpu);
    if (!threaded || !sameBits(*threaded, *compiled))
      return failed("another number of threads gives other results",
                    threaded ? "other bits" : threaded.error().message);
    setNumThreads(1);
    return compareValues(*compiled, *oracle);
  }

private:
  Result<std::vector<Tensor>> call(const std::vector<NamedValue> &arguments, Target target) const {
    return program.call("f", arguments, {target, sketch.floatType, false});
  }

  std::optional<Outcome> compile(const std::vector<NamedValue> &arguments) const {
    auto onInterp = program.kernel("f", arguments, {Target::interp, sketch.floatType, false});
    auto onCpu = program.kernel("f", arguments, {Target::cpu, sketch.floatType, false});
    if (onInterp && onCpu)
      return std::nullopt;
    const std::string &message = onCpu ? onInterp.error().message : onCpu.error().message;
    if (!onCpu && message.find("is not compiled by this version") != std::string::npos)
      return Outcome{Kind::notCompiled, causeOf(message), message};
    if (!onInterp && !onCpu)
      return Outcome{Kind::refused, causeOf(onInterp.error().message), onInterp.error().message};
    return failed((onInterp ? "only cpu refuses: " : "only interp refuses: ") + causeOf(message), message);
  }

  /// Where the results differ, the oracle says how much of it a rounding of the arguments could cause.
  Outcome compareValues(const std::vector<Tensor> &compiled, const std::vector<Tensor> &oracle) const {
    Deviation deviation = deviationOf(compiled, oracle);
    if (deviation.largest <= toleranceOf(sketch.floatType))
      return {Kind::equal, "", ""};
    double rounding = roundingOf(sketch.floatType), step = std::min(16 * rounding, 1e-3), sensitivity = 0;
    for (uint64_t signs = 1; signs <= 3; ++signs) {
      auto perturbed = fillArguments(sketch, step, signs);
      auto moved = perturbed ? call(*perturbed, Target::interp) : perturbed.error();
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
};

} // namespace

Outcome run(const Case &sketch) {
  auto program = Program::fromText(textOf(sketch));
  if (!program)
    return {Kind::refused, causeOf(program.error().message), program.error().message};
  return Comparison(sketch, std::move(*program)).run();
}

} // namespace espalier::differential
