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
  double timesWork = 1;         // it does the work so many times over; 1/16: for one element of a batch of 16
  std::optional<double> wanted; // how many times faster ours is meant to be
};

/// One row of the table.
struct Workload {
  std::string name;
  std::function<Result<void>()> run;
  std::vector<Peer> peers = {};
  // What the limits are counted from; 0: this limit is not asked for.
  double bytes = 0, operations = 0;
  std::optional<double> wantedOfCopy, wantedOfFma; // fractions of the rates
  double points = 0;                               // vertices or steps, for times per point
  std::optional<double> compileMs, wantedCompileMs;
};

/// Makes the workloads whose names contain `filter`, one after the other, and hands each to `measure`: only one holds
/// its data at a time.
Result<void> forEachWorkload(const std::string &filter, const std::function<Result<void>(Workload &)> &measure);

} // namespace espalier::benchmarks

#endif
