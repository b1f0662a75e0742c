//===- PeakMemory.h - How much memory something needs at most ---------------===//
//
//   PeakMemory memory;
//   run();
//   std::optional<int64_t> bytes = memory.growth();
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_MEASURE_PEAKMEMORY_H
#define ESPALIER_COMPILER_TOOLS_MEASURE_PEAKMEMORY_H

#include <cstdint>
#include <optional>

namespace espalier::measure {

class PeakMemory {
public:
  /// The process's memory now is the ground that growth is counted from, without what this thread and the allocator
  /// keep of earlier calls.
  PeakMemory();

  /// The most bytes that the process has held since then, beyond what it held then; nothing where the system does not
  /// tell.
  std::optional<int64_t> growth() const;

private:
  std::optional<int64_t> before;
};

} // namespace espalier::measure

#endif
