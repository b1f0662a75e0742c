//===- Streams.h - Which results are stored past the caches -----------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_STREAMS_H
#define ESPALIER_COMPILER_SCHEDULE_STREAMS_H

#include "compiler/Schedule/Choices.h"
#include "compiler/Schedule/TargetDescription.h"
#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// The sweeps of a group that store past the caches. Those can that define something which no sweep of the group reads
/// later: from the roots down, by a table of its tree, where a visit needs no more than the rows of its ancestors; or,
/// where children add to sums (`pushes`), from the leaves up, where it needs its own. These can also store so what
/// sweeps of the group alone read, in the order of the visits. `channels` of a task, 0: all.
llvm::SmallVector<tree::SweepOp> chooseStores(llvm::ArrayRef<tree::SweepOp> group, int64_t channels, bool pushes,
                                              Choices &choices, const TargetDescription &target);

/// Whether there is one that can, whoever adds to sums.
bool canStream(llvm::ArrayRef<tree::SweepOp> group, const TargetDescription &target);

} // namespace espalier::schedule

#endif
