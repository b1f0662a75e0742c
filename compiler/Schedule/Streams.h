//===- Streams.h - Where sweeps store what they define ----------------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_STREAMS_H
#define ESPALIER_COMPILER_SCHEDULE_STREAMS_H

#include "compiler/Schedule/Choices.h"
#include "compiler/Schedule/TargetDescription.h"
#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// Whether definitions that can lie where a later result of the group will (dialects/Tree/IR/InPlace.h) do so.
/// That is a tensor less that passes the caches for each, and nothing is stored more often. Not where stores are asked
/// for by hand.
bool chooseInPlace(llvm::ArrayRef<tree::SweepOp> group, Choices &choices);

/// What is already known of a group.
struct StoreSetting {
  int64_t channels = 0; // of a task; 0: all
  bool pushes = false;  // children add to sums
  bool inPlace = false; // results are stored over definitions, where they can be
};

/// The sweeps of a group that store past the caches. Those can that define something which no sweep of the group reads
/// later: from the roots down, by a table of its tree, where a visit needs no more than the rows of its ancestors; or,
/// where children add to sums (`pushes`), from the leaves up, where it needs its own. These can also store so what
/// sweeps of the group alone read, in the order of the visits. Results over definitions are not stored so.
llvm::SmallVector<tree::SweepOp> chooseStores(llvm::ArrayRef<tree::SweepOp> group, const StoreSetting &setting,
                                              Choices &choices, const TargetDescription &target);

/// Whether there is one that can, whoever adds to sums and wherever definitions lie.
bool canStream(llvm::ArrayRef<tree::SweepOp> group, const TargetDescription &target);

} // namespace espalier::schedule

#endif
