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
// Every visit is the same as without parts, and finds the same values, but where states are composed:
//
// Of a deep tree, the top is most of it. Where a sweep is affine by elements and its schedule says so (`paths`), the
// long paths of the top are cut into runs that are tasks as well (PathRuns.h):
//
//   up            ->      parts; effects of the runs; top; runs
//   down          ->      effects of the runs; top; runs; parts
//
// A chain has no subtrees beside each other, but a sweep along it that is affine by elements says what a part of the
// chain makes of any state (ChainScan.h): a grid over the parts finds that, one task then the state before each part,
// and a grid over the parts visits. These states are combined in another order than along the whole chain.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_SUBTREEGRIDS_H
#define ESPALIER_COMPILER_LOWERING_SUBTREEGRIDS_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::lowering {

/// Which vertices of its tree a task visits; `effect`: what the runs of a task make of any state. Of a chain, `effect`
/// is what a part makes of any state, and `top` the states before the parts.
enum class Share { all, part, top, effect, run };

/// Sweeps that one grid runs, one after the other in each task.
struct Stage {
  Share share;
  llvm::SmallVector<tree::SweepOp> sweeps;
};

/// Whether the schedule says so of a sweep: long paths of its tree are cut into runs.
bool hasRuns(tree::SweepOp sweep);

/// The grids of a group, in order; one for all of it where its schedule has no parts.
llvm::SmallVector<Stage> stagesOf(llvm::ArrayRef<tree::SweepOp> group);

/// Whether a schedule of the group may have parts: `up` and `down` sweeps over one tree, of a kind that has subtrees
/// beside each other, or along a chain, if all compose steps.
bool canHaveParts(llvm::ArrayRef<tree::SweepOp> group);

} // namespace espalier::lowering

#endif
