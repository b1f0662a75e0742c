//===- Report.cpp - Faults inside kernels -----------------------------------===//
#include "runtime/ABI/CallState.h"

namespace espalier {

void CallState::record(const Fault &fault) {
  std::lock_guard lock(mutex);
  if (!least || fault < *least)
    least = fault;
}

std::optional<Fault> CallState::fault() const {
  std::lock_guard lock(mutex);
  return least;
}

void CallState::recordMemoryRefused(int64_t bytes) {
  std::lock_guard lock(mutex);
  refusedBytes = bytes;
}

std::optional<int64_t> CallState::memoryRefused() const {
  std::lock_guard lock(mutex);
  return refusedBytes;
}

} // namespace espalier

void espalier_report(const espalier_call *call, int32_t fault, int64_t location, int64_t batch, int64_t position,
                     int64_t value, int64_t limit) {
  static_cast<espalier::CallState *>(call->host)->record({location, batch, position, fault, value, limit});
}
