//===- AlignedBlock.cpp - Memory aligned to a cache line --------------------===//
#include "runtime/Memory/AlignedBlock.h"

#include <algorithm>
#include <cstdlib>

namespace espalier {

void FreeAligned::operator()(void *memory) const { std::free(memory); }

AlignedBlock allocateAligned(int64_t bytes) {
  // A block of no bytes still has an address of its own.
  int64_t size = alignedSize(std::max<int64_t>(bytes, 1));
  if (bytes < 0 || size < 0)
    return nullptr;
  return AlignedBlock(std::aligned_alloc(blockAlignment, static_cast<size_t>(size)));
}

} // namespace espalier
