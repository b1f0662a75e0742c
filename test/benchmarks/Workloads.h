//===- Workloads.h - What is measured, and against what ---------------------===//
#ifndef ESPALIER_TEST_BENCHMARKS_WORKLOADS_H
#define ESPALIER_TEST_BENCHMARKS_WORKLOADS_H

#include "compiler/Driver/Program.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace espalier::benchmarks {

/// Somebody else's way to the same result.
struct Peer {
  std::string name;
  std::function<Result<void>()> run;
  double timesWork = 1;              // it does the work so many times over; 1/16: for one element of a batch of 16
  std::optional<double> wanted = {}; // how many times faster ours is meant to be
};

/// Ours too, done by itself: what the whole is made of.
struct Part {
  std::string name;
  std::function<Result<void>()> run;
};

/// One row of the table.
struct Workload {
  std::string name;
  std::function<Result<void>()> run;
  std::vector<Peer> peers = {};
  std::vector<Part> parts = {};
  std::optional<double> wantedOfParts = {}; // how many times the sum of its parts the whole is meant to be fast

  // What the limits are counted from; 0: this limit is not asked for.
  double bytes = 0, operations = 0;
  std::optional<double> wantedOfCopy, wantedOfFma; // fractions of the rates
  double readBytes = 0, writtenBytes = 0;          // traffic through memory that no order of the work saves
  double points = 0;                               // vertices or steps, for times per point
  double movedBytes = 0;                           // of arguments and results, for the roofline

  // What a call holds at most beyond arguments and results, and what of that it has to store for a later sweep.
  std::optional<int64_t> peakBytes, storedBytes;
  std::optional<double> compileMs, wantedCompileMs;
};

/// Makes the workloads whose names contain `filter`, one after the other, and hands each to `measure`: only one holds
/// its data at a time.
Result<void> forEachWorkload(const std::string &filter, const std::function<Result<void>(Workload &)> &measure);

} // namespace espalier::benchmarks

#endif
