//===- Probes.h - The limits of this machine, as they are now ---------------===//
//
// Rates of one thread. What others do on the machine changes them from second to second, so they are taken in turn with
// what they are compared to (Interleave.h).
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_MEASURE_PROBES_H
#define ESPALIER_COMPILER_TOOLS_MEASURE_PROBES_H

#include "compiler/Tools/Measure/Interleave.h"

#include <cstdint>
#include <memory>

namespace espalier::measure {

/// Copies between two buffers that are far larger than the caches, past the caches where the processor can.
class CopyProbe {
public:
  CopyProbe();
  ~CopyProbe();
  /// Bytes of one run: those read and those written.
  static int64_t bytes();
  void run();

private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers;
};

/// Multiply-adds in registers with the widest vectors of the processor.
class FmaProbe {
public:
  /// Floating-point operations of one run (two for each multiply-add), for 4 or 8 bytes an element.
  explicit FmaProbe(int64_t elementBytes = 4) : elementBytes(elementBytes) {}
  double operations() const;
  void run();

private:
  int64_t elementBytes;
};

} // namespace espalier::measure

#endif
