//===- CallTrees.h - The trees that a kernel builds while it runs -----------===//
#ifndef ESPALIER_RUNTIME_KERNEL_CALLTREES_H
#define ESPALIER_RUNTIME_KERNEL_CALLTREES_H

#include "runtime/ABI/CallState.h"
#include "runtime/Kernel/BuiltTree.h"
#include "runtime/Memory/Scratch.h"

#include <list>

namespace espalier {

/// The state of espalier_list_edges and espalier_build_trees for the time of one call. The memory of the trees is that
/// of the calling thread's scopes (Memory/Scratch.h), so a call like the last one allocates none.
class CallTrees {
public:
  /// `built` by row of Signature::trees; `table` are the trees of the call, whose rows are filled as they are built.
  CallTrees(std::span<BuiltTree> built, std::span<espalier_trees> table, CallState &state)
      : built(built), table(table), state(state) {}
  ~CallTrees();

  /// What the functions of ABI.h do; false after recording a fault.
  bool listEdges(int64_t row, int64_t location, const int32_t *pairs, Edge *ends);
  bool build(int64_t row, int64_t location, const void *data, const Edge *ends, int64_t root, int64_t seed);

private:
  /// The memory of a row's trees.
  struct Grown {
    Grown(int64_t row, int64_t bytes) : row(row), memory(bytes) {}
    int64_t row;
    Scratch memory;
  };

  bool takeParents(BuiltTree &tree, int64_t location, const int32_t *parents);
  bool grow(int64_t row, int64_t location, const double *numbers, const Edge *ends, int64_t root, uint64_t seed);
  void *memoryOf(int64_t row, int64_t bytes);
  bool refuse(int64_t location, int64_t batch, const Error &error);

  std::span<BuiltTree> built;
  std::span<espalier_trees> table;
  CallState &state;
  std::list<Grown> grown;
};

} // namespace espalier

#endif
