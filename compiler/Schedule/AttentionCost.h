//===- AttentionCost.h - The sizes of a tile of attention -------------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_ATTENTIONCOST_H
#define ESPALIER_COMPILER_SCHEDULE_ATTENTIONCOST_H

#include "compiler/Schedule/Choices.h"
#include "compiler/Schedule/CostModel.h"
#include "dialects/Block/IR/BlockDialect.h"

namespace espalier::schedule {

/// What attention keeps of its points while it works.
struct AttentionSizes {
  double rowBytes = 0;  // of one row: what belongs to it, and its sums
  double keyBytes = 0;  // of one key
  double pairBytes = 0; // of one pair: its score, and tiles that depend on both
  VisitCost pair;       // what one pair costs
  int64_t elementBytes = 4;
};
AttentionSizes sizesOf(block::AttendOp attend);

/// Puts a #block.schedule on the operation, which is a group of its own.
void schedule(block::AttendOp attend, Choices &choices, const TargetDescription &target);

} // namespace espalier::schedule

#endif
