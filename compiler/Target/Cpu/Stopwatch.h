//===- Stopwatch.h - Times the stages of a compilation ----------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_STOPWATCH_H
#define ESPALIER_COMPILER_TARGET_CPU_STOPWATCH_H

#include "compiler/Target/Cpu/Jit.h"

#include <chrono>

namespace espalier::cpu {

/// Each lap appends the time since the last one.
class Stopwatch {
public:
  explicit Stopwatch(std::vector<StageTime> &times) : times(times), last(std::chrono::steady_clock::now()) {}

  void lap(const char *stage) {
    auto now = std::chrono::steady_clock::now();
    times.push_back({stage, std::chrono::duration<double, std::milli>(now - last).count()});
    last = now;
  }

private:
  std::vector<StageTime> &times;
  std::chrono::steady_clock::time_point last;
};

} // namespace espalier::cpu

#endif
