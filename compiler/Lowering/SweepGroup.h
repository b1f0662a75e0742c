//===- SweepGroup.h - Sweeps that run in one task, one after the other -------===//
#ifndef ESPALIER_COMPILER_LOWERING_SWEEPGROUP_H
#define ESPALIER_COMPILER_LOWERING_SWEEPGROUP_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::lowering {

/// The group of a scheduled sweep, from its first sweep to its last: neighbours but for arithmetic and views.
llvm::SmallVector<tree::SweepOp> groupOf(tree::SweepOp member);

} // namespace espalier::lowering

#endif
