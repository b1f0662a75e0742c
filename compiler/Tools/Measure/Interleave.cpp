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

/// Where time allows: one that warms the caches, and two that count.
constexpr int kRunsOfTurn = 3;

/// Runs until the turn is over; the first run, which finds the caches as others left them, counts only where it is
/// alone.
Result<void> takeTurn(Contender &contender, const Budget &budget) {
  double start = now(), before = start, first = 0;
  int runs = 0;
  do {
    if (Result<void> done = contender.run(); !done)
      return done;
    double after = now();
    if (runs++ == 0)
      first = after - before;
    else
      contender.times.add(after - before);
    before = after;
  } while (before - start < (runs < kRunsOfTurn ? budget.mostSecondsOfTurn : budget.secondsPerTurn));
  if (runs == 1)
    contender.times.add(first);
  return {};
}

} // namespace

Result<void> interleave(std::vector<Contender> &contenders, const Budget &budget) {
  for (Contender &contender : contenders)
    if (Result<void> done = contender.run(); !done)
      return done;
  double start = now();
  for (int turn = 0; turn < budget.leastTurns || now() - start < budget.seconds; ++turn)
    for (Contender &contender : contenders)
      if (Result<void> done = takeTurn(contender, budget); !done)
        return done;
  return {};
}

} // namespace espalier::measure
