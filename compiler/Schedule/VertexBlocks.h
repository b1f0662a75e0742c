//===- VertexBlocks.h - Which sweeps evaluate a vertex in each lane ---------===//
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

} // namespace espalier::schedule

#endif
