//===- Interleave.cpp - Times of things that run in turn --------------------===//
#include "compiler/Tools/Measure/Interleave.h"

#include <algorithm>
#include <chrono>

namespace espalier::measure {

double Times::least() const { return *std::min_element(all.begin(), all.end()); }

double Times::median() const {
  std::vector<double> sorted = all;
  auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

namespace {
double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
} // namespace

Result<void> interleave(std::vector<Contender> &contenders, const Budget &budget) {
  for (Contender &contender : contenders)
    if (Result<void> done = contender.run(); !done)
      return done;
  double start = now();
  for (int round = 0; round < budget.mostRuns && (round < budget.leastRuns || now() - start < budget.seconds); ++round)
    for (Contender &contender : contenders) {
      double begin = now();
      if (Result<void> done = contender.run(); !done)
        return done;
      contender.times.add(now() - begin);
    }
  return {};
}

} // namespace espalier::measure
