//===- SweepGroup.cpp - Sweeps that run in one task, one after the other -----===//
#include "compiler/Lowering/SweepGroup.h"

#include "dialects/Block/IR/BlockDialect.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::lowering {

/// Whether no group goes on behind it, nor begins before it.
static bool isBetweenGroups(Operation *op, int64_t group) {
  auto sweep = dyn_cast<SweepOp>(op);
  if (sweep)
    return !sweep.getSchedule() || sweep.getSchedule().getGroup() != group;
  return isa<block::AttendOp>(op) || tree::growsTree(op);
}

SmallVector<SweepOp> groupOf(SweepOp member) {
  int64_t group = member.getSchedule().getGroup();
  Operation *first = member;
  for (Operation *op = first; op && !isBetweenGroups(op, group); op = op->getPrevNode())
    first = op;
  SmallVector<SweepOp> sweeps;
  for (Operation *op = first; op && !isBetweenGroups(op, group); op = op->getNextNode())
    if (auto sweep = dyn_cast<SweepOp>(op))
      sweeps.push_back(sweep);
  return sweeps;
}

} // namespace espalier::lowering
