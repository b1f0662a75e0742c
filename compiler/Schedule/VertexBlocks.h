//===- VertexBlocks.h - Which sweeps evaluate a vertex, or a point, in each lane ===//
#ifndef ESPALIER_COMPILER_SCHEDULE_VERTEXBLOCKS_H
#define ESPALIER_COMPILER_SCHEDULE_VERTEXBLOCKS_H

#include "compiler/Schedule/TargetDescription.h"
#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// Whether an `up` or `down` sweep can be evaluated by blocks of vertices of one height, one in each lane
/// (runtime/Tree/Blocks.h): it goes over a perfect tree, whose blocks are full but for the top, and has no effects.
bool canUseLanes(tree::SweepOp sweep);

/// Whether it gains by that: its tiles are too narrow to fill vectors, and a block of them stays in the cache.
bool gainsFromLanes(tree::SweepOp sweep, const TargetDescription &target);

/// Whether sweeps of a group gain by visiting points of batch and axes abreast (dialects/Tree/IR/Abreast.h): there are
/// points enough, and their tiles leave lanes empty or are multiplied with matrices that all points share.
/// `haveLanes`: some of the sweeps gain from lanes of vertices otherwise.
bool gainsAbreast(llvm::ArrayRef<tree::SweepOp> group, bool haveLanes, const TargetDescription &target);

} // namespace espalier::schedule

#endif
