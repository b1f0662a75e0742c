//===- PhaseClock.h - Times the phases of a compilation ---------------------===//
#ifndef ESPALIER_COMPILER_PIPELINE_PHASECLOCK_H
#define ESPALIER_COMPILER_PIPELINE_PHASECLOCK_H

#include "compiler/Pipeline/Report.h"

#include <chrono>

namespace espalier {

/// Each lap appends the time since the last one, so that the phases sum up to the whole.
class PhaseClock {
public:
  explicit PhaseClock(std::vector<PhaseTime> &times) : times(times), last(std::chrono::steady_clock::now()) {}

  void lap(const char *phase) { times.push_back({phase, elapsed()}); }

  /// The time since the last lap belongs to phases that timed themselves; what they leave is `rest`.
  void add(const std::vector<PhaseTime> &phases, const char *rest) {
    double milliseconds = elapsed();
    for (const PhaseTime &phase : phases) {
      times.push_back(phase);
      milliseconds -= phase.milliseconds;
    }
    times.push_back({rest, std::max(0.0, milliseconds)});
  }

private:
  double elapsed() {
    auto now = std::chrono::steady_clock::now();
    double milliseconds = std::chrono::duration<double, std::milli>(now - last).count();
    last = now;
    return milliseconds;
  }

  std::vector<PhaseTime> &times;
  std::chrono::steady_clock::time_point last;
};

} // namespace espalier

#endif
