//===- Main.cpp - The model's schedules beside the best that a search finds -===//
//
// For each point of a grid of kernels and shapes: how much faster the best schedule is that overrides allow. The model
// is good where that is little.
//===----------------------------------------------------------------------===//
#include "runtime/ABI/ParallelFor.h"
#include "test/benchmarks/schedules/Search.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

using namespace espalier;
using namespace espalier::benchmarks;

int main(int argc, char **argv) {
  std::string filter;
  int threads = 1;
  double limit = 1.3;
  SearchBudget budget;
  CLI::App app{"The schedules of the cost model beside the best that a search over all overrides finds."};
  app.add_option("filter", filter, "only points of the grid whose names contain this");
  app.add_option("--threads", threads, "of our parallel loops; with one, `grain` is not searched")
      ->capture_default_str()
      ->check(CLI::Range(1, 4096));
  app.add_option("--seconds", budget.secondsPerTry, "how long to measure each schedule")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--limit", limit, "the ratio from which on a point is marked")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  setNumThreads(threads);
  budget.withGrain = threads > 1;
  int64_t points = 0, marked = 0;
  for (const GridPoint &point : scheduleGrid()) {
    if (point.name.find(filter) == std::string::npos)
      continue;
    Result<Found> found = searchSchedule(point, budget);
    if (!found) {
      fmt::print(stderr, "espalier-schedules: error: {}: {}\n", point.name, found.error().message);
      return 1;
    }
    bool isMarked = found->ratio() > limit;
    ++points;
    marked += isMarked;
    fmt::print("{} {:<40} {:>9.4g} ms  best {:>9.4g} ms  {:>5.2f}x  of {:>3}  {}\n", isMarked ? "!" : " ", point.name,
               found->modelMs, found->bestMs, found->ratio(), found->tries, schedule::spelled(found->best));
    std::fflush(stdout);
  }
  fmt::print("{} of {} points are more than {:.2g}x slower than the best schedule found\n", marked, points, limit);
  return 0;
}
