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

/// Reads and writes in the ratio of some traffic, in streams of neighbouring bytes that are far larger than the caches:
/// what is written goes past the caches where the processor can. Whoever moves as much through memory is hardly faster;
/// a copy is, where writes cost less than reads.
class TrafficProbe {
public:
  /// The ratio is that of two numbers of at least 0, not both 0.
  TrafficProbe(double readBytes, double writtenBytes);
  ~TrafficProbe();
  /// Of one run.
  int64_t readBytes() const;
  int64_t writtenBytes() const;
  int64_t bytes() const { return readBytes() + writtenBytes(); }
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
