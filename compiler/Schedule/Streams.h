//===- Streams.h - Which results are stored past the caches -----------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_STREAMS_H
#define ESPALIER_COMPILER_SCHEDULE_STREAMS_H

#include "compiler/Schedule/Choices.h"
#include "compiler/Schedule/TargetDescription.h"
#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// Whether a sweep of the group defines something that no sweep of the group reads later, from the roots down, by a
/// table of its tree: then a visit needs no more than the rows of its ancestors.
bool canStream(tree::SweepOp sweep, llvm::ArrayRef<tree::SweepOp> group);

/// Whether the sweeps that can store past the caches; `channels` of a task, 0: all.
bool chooseStores(llvm::ArrayRef<tree::SweepOp> group, int64_t channels, Choices &choices,
                  const TargetDescription &target);

} // namespace espalier::schedule

#endif
