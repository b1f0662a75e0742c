//===- Interleave.h - Times of things that run in turn ----------------------===//
//
//   std::vector<Contender> contenders = {{"ours", runOurs}, {"copy", runCopy}};
//   Result<void> done = interleave(contenders, {.seconds = 2});
//   double ratio = contenders[1].times.least() / contenders[0].times.least();
//
// A machine that others use too is slow at times. What is compared takes turns, so that each has its share of the good
// moments, and the least of many times is what counts.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_MEASURE_INTERLEAVE_H
#define ESPALIER_COMPILER_TOOLS_MEASURE_INTERLEAVE_H

#include "runtime/Error/Result.h"

#include <functional>
#include <string>
#include <vector>

namespace espalier::measure {

/// Seconds of single runs.
class Times {
public:
  void add(double seconds) { all.push_back(seconds); }
  size_t count() const { return all.size(); }
  /// Of at least one.
  double least() const;
  double median() const;

private:
  std::vector<double> all;
};

struct Contender {
  std::string name;
  std::function<Result<void>()> run;
  Times times = {};
};

struct Budget {
  double seconds = 1;             // of all contenders together
  int leastTurns = 5;             // of each, however long it takes
  double secondsPerTurn = 0.002;  // short runs fill a turn
  double mostSecondsOfTurn = 0.1; // a turn has three runs, longer ones have fewer
};

/// Runs each once to warm up, then all in turn until the budget is spent. Of a turn of several runs the first, which
/// finds the caches as others left them, does not count. The first error ends it.
Result<void> interleave(std::vector<Contender> &contenders, const Budget &budget);

} // namespace espalier::measure

#endif
