//===- CostModel.cpp - How long a visit takes, and what follows -------------===//
#include "compiler/Schedule/CostModel.h"

#include <algorithm>
#include <cmath>

namespace espalier::schedule {

/// A transcendental function of a vector in units of elementwise operations: a polynomial of degree 6 with its scaling.
constexpr double kTranscendentalOperations = 12;

VisitCost &VisitCost::operator+=(const VisitCost &other) {
  operations += other.operations;
  transcendental += other.transcendental;
  bytes += other.bytes;
  floatOperations += other.floatOperations;
  return *this;
}

int64_t lanes(const TargetDescription &target, int64_t elementBytes) {
  return std::max<int64_t>(1, target.vectorBytes / std::max<int64_t>(1, elementBytes));
}

double nanoseconds(const VisitCost &visit, const TargetDescription &target, int64_t elementBytes) {
  double vectorOps =
      (visit.operations + visit.transcendental * kTranscendentalOperations) / lanes(target, elementBytes);
  return target.nanosecondsPerVisit +
         std::max(vectorOps / target.vectorOpsPerNanosecond, visit.bytes / target.bytesPerNanosecond);
}

int64_t grain(double nanosecondsPerTask, double wanted, int64_t most) {
  if (!(nanosecondsPerTask > 0))
    return most;
  double tasks = std::ceil(wanted / nanosecondsPerTask);
  return tasks >= double(most) ? most : std::max<int64_t>(1, int64_t(tasks));
}

RegisterBlock registerBlock(const TargetDescription &target) {
  // Two vectors per row hide the latency of a multiply-add; one register holds the broadcast element, one stays free.
  int64_t vectors = target.numVectorRegisters >= 8 ? 2 : 1;
  int64_t rows = (target.numVectorRegisters - vectors - 2) / vectors;
  return {std::max<int64_t>(1, rows), vectors};
}

} // namespace espalier::schedule
