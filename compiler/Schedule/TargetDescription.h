//===- TargetDescription.h - What the schedule asks of a machine ------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_TARGETDESCRIPTION_H
#define ESPALIER_COMPILER_SCHEDULE_TARGETDESCRIPTION_H

#include <cstdint>

namespace espalier::schedule {

/// Sizes and rates of one core. The defaults are those of a core with 512-bit vectors.
struct TargetDescription {
  int64_t vectorBytes = 64;
  int64_t numVectorRegisters = 32;
  double vectorOpsPerNanosecond = 4;  // additions, products or multiply-adds of whole vectors
  double bytesPerNanosecond = 10;     // from memory
  double nanosecondsPerVisit = 5;     // what a visit costs that does nothing
  double nanosecondsPerChunk = 20000; // work that is worth giving to another thread
  int64_t nearCacheBytes = 96 * 1024; // what stays near a core while it works on a tile: of its second-level cache
  int64_t secondCacheBytes = 2 << 20; // of one core
  int64_t cores = 1;                  // of the machine, however many threads a call has
  int64_t visitsExpected = 512;       // of a tree whose size is not known

  // What is known of the call that a kernel is made for, whatever other calls it will serve. 0: nothing.
  int64_t vertices = 0; // of its largest tree
  int64_t tasks = 0;    // elements of its batch
  int64_t threads = 1;
  bool isDeep = false; // whether one of its trees is (CostModel.h)
};

} // namespace espalier::schedule

#endif
