//===- SubtreeParts.h - Which sweeps have subtrees as tasks -----------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_SUBTREEPARTS_H
#define ESPALIER_COMPILER_SCHEDULE_SUBTREEPARTS_H

#include "compiler/Schedule/Choices.h"
#include "compiler/Schedule/TargetDescription.h"
#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// A task of a group, which is a point of batch and axes, as long as its tree is not cut.
struct WholeTree {
  double nanoseconds;
  int64_t channels; // that it has; 0: all
  bool inLanes;     // a vertex in each lane
  int64_t steps;    // of a chain that are composed; 1: none
  /// What is asked for by hand and only a tree has that is not cut: unless parts are asked for too, there are none.
  std::string_view asked;
};

struct TreeParts {
  int64_t parts = 0; // of the group's tree that are tasks of their own; 0: none
  int64_t paths = 0; // trees, at most, whose long paths are cut into runs (of sweeps with hasPaths()); 0: none
};
/// Whether subtrees of the group's tree are tasks enough for the threads that would be idle.
bool partsFillThreads(llvm::ArrayRef<tree::SweepOp> group, const WholeTree &whole, const TargetDescription &target);

/// Those of a chain, whose states are then combined in another order, follow from the machine alone, and from the sizes
/// of each call; so do those of a tree with runs.
TreeParts chooseParts(llvm::ArrayRef<tree::SweepOp> group, const WholeTree &whole, Choices &choices,
                      const TargetDescription &target);

/// Whether paths of the sweep's tree may be cut into runs: it composes their states.
bool hasPaths(tree::SweepOp sweep);

} // namespace espalier::schedule

#endif
