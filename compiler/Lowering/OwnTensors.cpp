//===- OwnTensors.cpp - Definitions that only their own task sees -----------===//
#include "compiler/Lowering/OwnTensors.h"

using namespace mlir;
using espalier::tree::ScheduleAttr;
using espalier::tree::SweepOp;

namespace espalier::lowering {

/// Whether `definition` is one of a scheduled sweep, not an accumulator.
static bool isScheduledDefinition(OpResult definition) {
  auto sweep = dyn_cast<SweepOp>(definition.getOwner());
  return sweep && sweep.getSchedule() && definition.getResultNumber() < sweep.getNumDefinitions();
}

static bool isReadInGroup(Operation *user, int64_t group) {
  auto read = dyn_cast<tree::ReadOp>(user);
  SweepOp reader = read ? read.getSweep() : SweepOp();
  return reader && reader.getSchedule() && reader.getSchedule().getGroup() == group;
}

bool isOwnTensor(OpResult definition) {
  if (!isScheduledDefinition(definition))
    return false;
  auto sweep = cast<SweepOp>(definition.getOwner());
  ScheduleAttr schedule = sweep.getSchedule();
  return schedule.getTasks() == tree::TaskLevel::axes && schedule.getParts() == 0 && sweep.getTree() &&
         llvm::all_of(definition.getUsers(), [&](Operation *user) { return isReadInGroup(user, schedule.getGroup()); });
}

bool isStreamed(OpResult definition) {
  if (!isScheduledDefinition(definition) || isOwnTensor(definition))
    return false;
  ScheduleAttr schedule = cast<SweepOp>(definition.getOwner()).getSchedule();
  return schedule.getStreamed() && llvm::none_of(definition.getUsers(), [&](Operation *user) {
           return isReadInGroup(user, schedule.getGroup());
         });
}

/// Within its sweep a definition is read at the neighbour that was visited before.
bool isReadNextOnly(OpResult definition) {
  tree::Traversal traversal = cast<SweepOp>(definition.getOwner()).getSchedule().getTraversal();
  return definition.use_empty() &&
         (traversal == tree::Traversal::ascending || traversal == tree::Traversal::descending);
}

} // namespace espalier::lowering
