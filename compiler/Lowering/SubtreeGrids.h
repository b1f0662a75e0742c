//===- SubtreeGrids.h - A group of sweeps over parts of a tree --------------===//
//
//   up, down      ->      grid over the parts: up
//                         grid over the top:   up, down
//                         grid over the parts: down
//
// A tree with parts (runtime/Tree/Partition.h) gives an `up` sweep two grids, the parts
// and then the top, and a `down` sweep the same two in the other order; neighbours of one
// kind become one grid. Sweeps over the top are one task, so that they may follow each
// other there whatever they read. Over the parts, a later sweep follows an earlier one
// within the task if it reads of it what lies in the same part or right above it.
//
// Every visit is the same as without parts, and finds the same values.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_SUBTREEGRIDS_H
#define ESPALIER_COMPILER_LOWERING_SUBTREEGRIDS_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::lowering {

/// Which vertices of its tree a task visits.
enum class Share { all, part, top };

/// Sweeps that one grid runs, one after the other in each task.
struct Stage {
  Share share;
  llvm::SmallVector<tree::SweepOp> sweeps;
};

/// The grids of a group, in order; one for all of it where its schedule has no parts.
llvm::SmallVector<Stage> stagesOf(llvm::ArrayRef<tree::SweepOp> group);

/// Whether a schedule of the group may have parts: `up` and `down` sweeps over one tree, of a kind that has subtrees
/// beside each other.
bool canHaveParts(llvm::ArrayRef<tree::SweepOp> group);

} // namespace espalier::lowering

#endif
