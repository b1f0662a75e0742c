//===- Scratch.cpp - Memory for the time of one scope, reused by its thread -===//
#include "runtime/Memory/Scratch.h"

#include <vector>

namespace espalier {

namespace {
struct Kept {
  AlignedBlock block;
  int64_t capacity;
};
} // namespace

/// Last in, first out: the outermost scope, which ends last, finds its own block again.
static thread_local std::vector<Kept> keptBlocks;

Scratch::Scratch(int64_t bytes) {
  if (!keptBlocks.empty()) {
    block = std::move(keptBlocks.back().block);
    capacity = keptBlocks.back().capacity;
    keptBlocks.pop_back();
  }
  if (!block || capacity < bytes) {
    block.reset(); // before more is asked for
    block = allocateAligned(bytes);
    capacity = block ? bytes : 0;
  }
}

Scratch::~Scratch() {
  if (block)
    keptBlocks.push_back({std::move(block), capacity});
}

void Scratch::releaseUnused() { keptBlocks.clear(); }

} // namespace espalier
