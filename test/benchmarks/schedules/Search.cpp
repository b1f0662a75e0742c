//===- Search.cpp - The best schedule of a kernel that can be found ---------===//
#include "test/benchmarks/schedules/Search.h"

#include "compiler/Tools/Measure/Interleave.h"

#include <algorithm>

namespace espalier::benchmarks {

using measure::Contender;
using schedule::Key;

namespace {

/// What a size may be changed to: nothing, powers of two and what is half way between them.
std::vector<int64_t> candidatesOf(const schedule::Choice &choice) {
  std::vector<int64_t> values;
  if (choice.key == Key::tasks) {
    for (int64_t value = choice.least; value <= choice.most; ++value)
      values.push_back(value);
  } else {
    int64_t most = std::min<int64_t>(choice.most, 4096);
    if (choice.least == 0)
      values.push_back(0);
    for (int64_t power = 1; power <= most; power *= 2)
      for (int64_t value : {power, power + power / 2})
        if (value >= choice.least && value <= most && (values.empty() || values.back() < value))
          values.push_back(value);
  }
  values.erase(std::remove(values.begin(), values.end(), choice.value), values.end());
  return values;
}

/// With this setting in the place of another of the same size, if there is one.
schedule::Overrides changed(schedule::Overrides overrides, const schedule::Override &setting) {
  for (schedule::Override &other : overrides)
    if (other.key == setting.key && other.group == setting.group)
      return other.value = setting.value, overrides;
  overrides.push_back(setting);
  return overrides;
}

class Search {
public:
  Search(const GridPoint &point, Program program, const SearchBudget &budget)
      : point(point), program(std::move(program)), budget(budget), values(point.arguments()) {}

  Result<Found> run() {
    Result<PreparedCall> model = prepare({});
    if (!model)
      return model.error();
    Result<std::vector<Tensor>> first = model->kernel.call(model->arguments);
    if (!first)
      return first.error();
    results = std::move(*first);
    best = *model;
    for (bool isBetter = true; isBetter && found.tries < kMostTries;) {
      isBetter = false;
      for (size_t group = 0; group < best->kernel.report().groups.size(); ++group)
        isBetter |= improve(group);
    }
    return compareAtEnd(*model);
  }

private:
  static constexpr int64_t kMostTries = 400;
  static constexpr double kWorthIt = 0.97; // of the time before

  Result<PreparedCall> prepare(const schedule::Overrides &overrides) {
    CallOptions options;
    options.schedule = overrides;
    return program.prepare(point.kernel, values, options);
  }

  Contender contender(const PreparedCall &call) {
    return {"", [this, &call] { return call.kernel.callInto(call.arguments, results); }};
  }

  bool improve(size_t group) {
    bool isBetter = false;
    // By number: what is better may have other choices.
    for (size_t k = 0; k < best->kernel.report().groups[group].choices.size(); ++k) {
      schedule::Choice choice = best->kernel.report().groups[group].choices[k];
      if (choice.key == Key::grain && !budget.withGrain)
        continue;
      for (int64_t value : candidatesOf(choice))
        isBetter |= tryOut({choice.key, value, static_cast<int64_t>(group)});
    }
    return isBetter;
  }

  bool tryOut(const schedule::Override &setting) {
    schedule::Overrides overrides = changed(found.best, setting);
    Result<PreparedCall> call = prepare(overrides);
    if (!call) // what was set before does not go with it
      return false;
    ++found.tries;
    std::vector<Contender> both = {contender(*best), contender(*call)};
    if (!interleave(both, {.seconds = budget.secondsPerTry}) ||
        both[1].times.least() > kWorthIt * both[0].times.least())
      return false;
    best = *call;
    found.best = overrides;
    return true;
  }

  Result<Found> compareAtEnd(const PreparedCall &model) {
    std::vector<Contender> both = {contender(model), contender(*best)};
    if (Result<void> done = interleave(both, {.seconds = budget.secondsAtEnd}); !done)
      return done.error();
    found.modelMs = 1e3 * both[0].times.least();
    found.bestMs = 1e3 * both[1].times.least();
    if (found.bestMs > found.modelMs) { // what was better, was so by chance
      found.bestMs = found.modelMs;
      found.best.clear();
    }
    return found;
  }

  const GridPoint &point;
  Program program;
  const SearchBudget &budget;
  std::vector<NamedValue> values;
  std::vector<Tensor> results;
  std::optional<PreparedCall> best;
  Found found;
};

} // namespace

Result<Found> searchSchedule(const GridPoint &point, const SearchBudget &budget) {
  Result<Program> program = point.program();
  return program ? Search(point, std::move(*program), budget).run() : program.error();
}

} // namespace espalier::benchmarks
