//===- PeakMemory.cpp - How much memory something needs at most -------------===//
#include "compiler/Tools/Measure/PeakMemory.h"

#include "runtime/Memory/Scratch.h"

#include <algorithm>
#include <fstream>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace espalier::measure {

namespace {
/// A row of /proc/self/status that is given in kB.
std::optional<int64_t> statusBytes(const std::string &row) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (int64_t kilobytes = 0; word == row + ":" && status >> kilobytes)
      return kilobytes * 1024;
  return std::nullopt;
}
} // namespace

PeakMemory::PeakMemory() {
  Scratch::releaseUnused();
#ifdef __GLIBC__
  malloc_trim(0);
#endif
  // 5 makes the high-water mark what is resident now (man 5 proc).
  std::ofstream reset("/proc/self/clear_refs");
  if (reset << "5" << std::flush)
    before = statusBytes("VmRSS");
}

std::optional<int64_t> PeakMemory::growth() const {
  std::optional<int64_t> peak = statusBytes("VmHWM");
  if (!before || !peak)
    return std::nullopt;
  return std::max<int64_t>(0, *peak - *before);
}

} // namespace espalier::measure
