//===- OwnTensors.cpp - Definitions that only their own task sees -----------===//
#include "compiler/Lowering/OwnTensors.h"

using namespace mlir;
using espalier::tree::ScheduleAttr;
using espalier::tree::SweepOp;

namespace espalier::lowering {

static ScheduleAttr scheduleOf(SweepOp sweep) {
  return sweep ? sweep->getAttrOfType<ScheduleAttr>(ScheduleAttr::attributeName) : ScheduleAttr();
}

bool isOwnTensor(OpResult definition) {
  auto sweep = dyn_cast<SweepOp>(definition.getOwner());
  ScheduleAttr schedule = scheduleOf(sweep);
  if (!schedule || schedule.getTasks() != tree::TaskLevel::axes || schedule.getParts() > 0 || !sweep.getTree() ||
      definition.getResultNumber() >= sweep.getNumDefinitions())
    return false;
  return llvm::all_of(definition.getUsers(), [&](Operation *user) {
    auto read = dyn_cast<tree::ReadOp>(user);
    ScheduleAttr reader = read ? scheduleOf(read.getSweep()) : ScheduleAttr();
    return reader && reader.getGroup() == schedule.getGroup();
  });
}

bool isStreamed(OpResult definition) {
  auto sweep = dyn_cast<SweepOp>(definition.getOwner());
  ScheduleAttr schedule = scheduleOf(sweep);
  if (!schedule || !schedule.getStreamed() || isOwnTensor(definition) ||
      definition.getResultNumber() >= sweep.getNumDefinitions())
    return false;
  return llvm::none_of(definition.getUsers(), [&](Operation *user) {
    auto read = dyn_cast<tree::ReadOp>(user);
    ScheduleAttr reader = read ? scheduleOf(read.getSweep()) : ScheduleAttr();
    return reader && reader.getGroup() == schedule.getGroup();
  });
}

/// Within its sweep a definition is read at the neighbour that was visited before.
bool isReadNextOnly(OpResult definition) {
  tree::Traversal traversal = scheduleOf(cast<SweepOp>(definition.getOwner())).getTraversal();
  return definition.use_empty() &&
         (traversal == tree::Traversal::ascending || traversal == tree::Traversal::descending);
}

} // namespace espalier::lowering
