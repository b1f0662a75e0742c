//===- Table.h - Measured workloads as lines and as JSON --------------------===//
#ifndef ESPALIER_TEST_BENCHMARKS_TABLE_H
#define ESPALIER_TEST_BENCHMARKS_TABLE_H

#include "test/benchmarks/Workloads.h"

#include <string>
#include <vector>

namespace espalier::benchmarks {

/// A figure beside what it is meant to be at least.
struct Figure {
  std::string of; // "NumPy by levels", "copy", "traffic", "multiply-adds", "growing"
  double found;   // times faster, or the fraction of a limit
  std::optional<double> wanted;
  bool isFraction = false;
};

struct Row {
  std::string name;
  double ms = 0, medianMs = 0, nanosecondsPerPoint = 0;
  double copyGbPerS = 0, fmaGflopPerS = 0; // beside it
  std::optional<double> compileMs, wantedCompileMs;
  double operations = 0, movedBytes = 0;  // of one run; 0: not known
  double readBytes = 0, writtenBytes = 0; // through memory at least; 0: not known
  std::optional<double> trafficGbPerS;    // of a probe that reads and writes as much
  std::optional<int64_t> peakBytes, storedBytes;
  std::vector<Figure> figures;
};

/// Runs a workload in turn with its peers and the probes.
Result<Row> measureRow(Workload &workload, double seconds);
void print(const Row &row);
std::string jsonOf(const std::vector<Row> &rows);

} // namespace espalier::benchmarks

#endif
