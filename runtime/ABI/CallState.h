//===- CallState.h - What the runtime knows of one call ---------------------===//
//
// espalier_call::host points to one of these for the time of the call.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_ABI_CALLSTATE_H
#define ESPALIER_RUNTIME_ABI_CALLSTATE_H

#include "runtime/ABI/ABI.h"

#include <compare>
#include <mutex>
#include <optional>
#include <string>

namespace espalier {

class CallTrees;

/// The arguments of espalier_report, in the order that decides which fault is kept.
struct Fault {
  int64_t location;
  int64_t batch;
  int64_t position;
  int32_t kind; // an espalier_fault
  int64_t value;
  int64_t limit;
  std::string reason = {}; // ESPALIER_FAULT_NO_TREE: in words

  auto operator<=>(const Fault &) const = default;
};

class CallState {
public:
  /// The trees that the kernel builds while it runs; null if its signature names none.
  CallTrees *trees = nullptr;

  /// Keeps the least fault of all, whatever the order of the calls.
  void record(const Fault &fault);
  std::optional<Fault> fault() const;

  /// A parallel loop had no memory for the scratch of a worker; the results of the call are void.
  void recordMemoryRefused(int64_t bytes);
  std::optional<int64_t> memoryRefused() const;

private:
  mutable std::mutex mutex;
  std::optional<Fault> least;
  std::optional<int64_t> refusedBytes;
};

} // namespace espalier

#endif
