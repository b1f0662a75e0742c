//===- Scratch.h - Memory for the time of one scope, reused by its thread ---===//
//
//   Scratch scratch(bytes);         // uninitialised; of a scope that ended earlier, where there is one
//   if (!scratch.data()) ...        // there is not so much memory
//
// Scopes of one thread nest, so each has memory of its own. A thread keeps the memory
// of its ended scopes until it ends (a page that has been touched once is not paid for
// again), or until releaseUnused.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_MEMORY_SCRATCH_H
#define ESPALIER_RUNTIME_MEMORY_SCRATCH_H

#include "runtime/Memory/AlignedBlock.h"

namespace espalier {

class Scratch {
public:
  /// `bytes` of memory aligned to 64 bytes.
  explicit Scratch(int64_t bytes);
  ~Scratch();
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;

  /// Null where memory was refused.
  void *data() const { return block.get(); }

  /// Frees what the calling thread keeps for later scopes.
  static void releaseUnused();

private:
  AlignedBlock block;
  int64_t capacity = 0;
};

} // namespace espalier

#endif
