//===- PointBlocks.h - Which sweeps evaluate points together ----------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_POINTBLOCKS_H
#define ESPALIER_COMPILER_SCHEDULE_POINTBLOCKS_H

#include "compiler/Schedule/CostModel.h"
#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::schedule {

/// What has effects (accumulations, checks) runs point by point.
bool hasEffects(tree::SweepOp sweep);
/// Of a tile or a number.
int64_t bytesOf(mlir::Type tile);

/// Whether points of the sweep gain by being evaluated as one: they do not wait for each other, and multiply what is
/// their own with a matrix that is the same for all. Such a product reads its matrix once for a block of points.
bool gainsFromBlocks(tree::SweepOp sweep);

/// What evaluating points of a group as one means.
struct PointBlocks {
  bool isPossible = true; // no point has effects
  bool gains = false;     // some sweep does
  PointBytes bytes;
};
PointBlocks pointBlocksOf(llvm::ArrayRef<tree::SweepOp> group);

} // namespace espalier::schedule

#endif
