//===- Search.h - The best schedule of a kernel that can be found -----------===//
#ifndef ESPALIER_TEST_BENCHMARKS_SCHEDULES_SEARCH_H
#define ESPALIER_TEST_BENCHMARKS_SCHEDULES_SEARCH_H

#include "test/benchmarks/schedules/Grid.h"

namespace espalier::benchmarks {

struct SearchBudget {
  double secondsPerTry = 0.06; // of a schedule beside the best one so far
  double secondsAtEnd = 0.5;   // of the best one beside the model's
  bool withGrain = false;      // with one thread it says nothing
};

struct Found {
  double modelMs = 0, bestMs = 0; // taken in turn
  schedule::Overrides best;       // empty: the model's own
  int64_t tries = 0;

  double ratio() const { return modelMs / bestMs; }
};

/// Changes one size of one group after the other (tasks first, whatever follows from them after), and keeps what is
/// faster; until nothing is.
Result<Found> searchSchedule(const GridPoint &point, const SearchBudget &budget);

} // namespace espalier::benchmarks

#endif
