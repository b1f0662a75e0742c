//===- PointBlocks.h - Which sweeps evaluate points together ----------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_POINTBLOCKS_H
#define ESPALIER_COMPILER_SCHEDULE_POINTBLOCKS_H

#include "compiler/Schedule/CostModel.h"
#include "dialects/Block/IR/Dependence.h"
#include "dialects/Tree/IR/Effects.h"

namespace espalier::schedule {

/// Whether a factor of a product of what is the points' own is a matrix that is the same for all of them, too large to
/// stay in registers.
bool isSharedMatrix(mlir::Value factor, const block::Dependences &dependences);
/// Of a tile or a number.
int64_t bytesOf(mlir::Type tile);

/// Whether points of the sweep gain by being evaluated as one. They do not wait for each other, and multiply what is
/// their own with a matrix that is the same for all: such a product reads its matrix once for a block of points. Or
/// all that they define are numbers, with divisions and functions of numbers on the way: these fill vectors, a point
/// in each lane.
bool gainsFromBlocks(tree::SweepOp sweep);
/// For the second of these reasons alone.
bool gainsAsNumbers(tree::SweepOp sweep);

/// What evaluating points of a group as one means.
struct PointBlocks {
  bool isPossible = true; // no point has effects
  bool gains = false;     // some sweep does
  bool areNumbers = true; // no sweep does by a matrix
  PointBytes bytes;
  int64_t operations = 0; // of a point of each sweep
};
PointBlocks pointBlocksOf(llvm::ArrayRef<tree::SweepOp> group);

} // namespace espalier::schedule

#endif
