//===- AlignedBlock.cpp - Memory aligned to a cache line --------------------===//
#include "runtime/Memory/AlignedBlock.h"

#include <algorithm>
#include <cstdlib>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

namespace espalier {

/// A large page of most machines. Trees visit rows all over a tensor: with small pages each costs a walk through
/// tables.
constexpr int64_t largePage = int64_t{2} << 20;

void FreeAligned::operator()(void *memory) const { std::free(memory); }

/// Asks for large pages where the block spans one; where the system has none, nothing changes.
static void askForLargePages([[maybe_unused]] void *memory, [[maybe_unused]] int64_t bytes) {
#ifdef MADV_HUGEPAGE
  (void)madvise(memory, static_cast<size_t>(bytes / largePage * largePage), MADV_HUGEPAGE);
#endif
}

AlignedBlock allocateAligned(int64_t bytes) {
  // A block of no bytes still has an address of its own.
  int64_t size = alignedSize(std::max<int64_t>(bytes, 1));
  if (bytes < 0 || size < 0)
    return nullptr;
  bool isLarge = size >= largePage;
  // std::aligned_alloc may refuse sizes that are no multiple of the alignment.
  void *memory = nullptr;
  if (posix_memalign(&memory, isLarge ? largePage : blockAlignment, static_cast<size_t>(size)) != 0)
    return nullptr;
  if (isLarge)
    askForLargePages(memory, size);
  return AlignedBlock(memory);
}

} // namespace espalier
