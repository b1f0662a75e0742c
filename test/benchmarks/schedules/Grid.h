//===- Grid.h - Kernels and shapes whose schedules are searched -------------===//
#ifndef ESPALIER_TEST_BENCHMARKS_SCHEDULES_GRID_H
#define ESPALIER_TEST_BENCHMARKS_SCHEDULES_GRID_H

#include "compiler/Driver/Program.h"

#include <functional>
#include <string>
#include <vector>

namespace espalier::benchmarks {

/// A kernel of examples/layers, or of a text of its own, and its arguments. The arguments are made when they are
/// needed.
struct GridPoint {
  std::string name;
  std::string file, text; // one of them
  std::string kernel;
  std::function<std::vector<NamedValue>()> arguments;

  Result<Program> program() const;
};

/// Scans, tree solves, product layers and attention: sizes from one vector to beyond the caches.
std::vector<GridPoint> scheduleGrid();

} // namespace espalier::benchmarks

#endif
