//===- AlignedBlock.h - Memory aligned to a cache line ----------------------===//
#ifndef ESPALIER_RUNTIME_MEMORY_ALIGNEDBLOCK_H
#define ESPALIER_RUNTIME_MEMORY_ALIGNEDBLOCK_H

#include <cstdint>
#include <memory>

namespace espalier {

/// What the runtime owns starts at a multiple of this many bytes: a cache line and the widest vector register.
constexpr int64_t blockAlignment = 64;

/// `bytes` rounded up to the alignment; -1 where that overflows or `bytes` is negative.
constexpr int64_t alignedSize(int64_t bytes) {
  return bytes < 0 || bytes > INT64_MAX - blockAlignment
             ? -1
             : (bytes + blockAlignment - 1) / blockAlignment * blockAlignment;
}

struct FreeAligned {
  void operator()(void *memory) const;
};

/// Uninitialised memory with one owner; convertible to a std::shared_ptr<void>.
using AlignedBlock = std::unique_ptr<void, FreeAligned>;

/// At least `bytes` (also 0) of memory; null where there is not so much. A block that fills a large page (2 MiB) begins
/// at one and asks the system for such pages.
AlignedBlock allocateAligned(int64_t bytes);

} // namespace espalier

#endif
