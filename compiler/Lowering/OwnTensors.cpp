//===- OwnTensors.cpp - Definitions that only their own task sees -----------===//
#include "compiler/Lowering/OwnTensors.h"

#include "compiler/Lowering/SweepGroup.h"
#include "dialects/Tree/IR/ChildSums.h"
#include "dialects/Tree/IR/InPlace.h"
#include "dialects/Tree/IR/Point.h"

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

bool isReadInGroup(OpResult definition) {
  int64_t group = cast<SweepOp>(definition.getOwner()).getSchedule().getGroup();
  return llvm::any_of(definition.getUsers(), [&](Operation *user) { return isReadInGroup(user, group); });
}

bool isOwnTensor(OpResult definition) {
  if (!isScheduledDefinition(definition))
    return false;
  auto sweep = cast<SweepOp>(definition.getOwner());
  ScheduleAttr schedule = sweep.getSchedule();
  return schedule.getTasks() == tree::TaskLevel::axes && schedule.getParts() == 0 && sweep.getTree() &&
         llvm::all_of(definition.getUsers(),
                      [&](Operation *user) { return isReadInGroup(user, schedule.getGroup()); }) &&
         !storedOver(definition);
}

static SmallVector<tree::InPlace> inPlaceOf(SweepOp sweep) {
  bool areAny = sweep.getSchedule() && sweep.getSchedule().getInPlace();
  return areAny ? tree::definitionsInPlace(groupOf(sweep)) : SmallVector<tree::InPlace>();
}

OpResult storedOver(OpResult definition) {
  auto sweep = dyn_cast<SweepOp>(definition.getOwner());
  for (const tree::InPlace &pair : sweep ? inPlaceOf(sweep) : SmallVector<tree::InPlace>())
    if (pair.definition == definition)
      return pair.result;
  return {};
}

bool replacesDefinition(OpResult result) {
  return llvm::any_of(inPlaceOf(cast<SweepOp>(result.getOwner())),
                      [&](const tree::InPlace &pair) { return pair.result == result; });
}

static bool goesByBlocks(SweepOp sweep) {
  tree::Traversal traversal = sweep.getSchedule().getTraversal();
  return traversal == tree::Traversal::blocks || traversal == tree::Traversal::reverse_blocks;
}

static BlockArgument handleOf(OpResult definition) {
  return cast<SweepOp>(definition.getOwner()).getDefinitionHandles()[definition.getResultNumber()];
}

/// A tree of arity 1 has a block for every vertex. What is read are whole tiles: elements of them have no lanes.
bool staysInLanes(OpResult definition) {
  if (!isOwnTensor(definition))
    return false;
  auto sweep = cast<SweepOp>(definition.getOwner());
  auto isByBlocks = [&](Operation *user) {
    auto read = cast<tree::ReadOp>(user);
    return goesByBlocks(read.getSweep()) && read.getSweep().getTree() == sweep.getTree() &&
           isa<tree::VertexType>(read.getIndices().back().getType());
  };
  return goesByBlocks(sweep) && sweep.getSchedule().getChannels() == 0 &&
         cast<tree::TreeType>(sweep.getTree().getType()).getArity() > 1 &&
         llvm::all_of(definition.getUsers(), isByBlocks) && llvm::all_of(handleOf(definition).getUsers(), isByBlocks);
}

/// Within its sweep a definition is read at the neighbour that was visited before.
bool looksBackOne(SweepOp sweep) {
  tree::Traversal traversal = sweep.getSchedule().getTraversal();
  return traversal == tree::Traversal::ascending || traversal == tree::Traversal::descending;
}

bool isReadNextOnly(OpResult definition) {
  return definition.use_empty() && looksBackOne(cast<SweepOp>(definition.getOwner()));
}

/// Along the table of post-order, one way or the other.
static bool goesByTable(SweepOp sweep) {
  tree::Traversal traversal = sweep.getSchedule().getTraversal();
  return traversal == tree::Traversal::post_order || traversal == tree::Traversal::reverse_post_order;
}

/// At a child only while that adds to its parent's sum.
static bool isAtVisited(Operation *user) {
  auto read = cast<tree::ReadOp>(user);
  bool isOwn = tree::pointOf(read.getSweep(), read.getIndices()) == tree::Point::own;
  return tree::isAtVisited(read) && (isOwn || read.getSweep().getSchedule().getPushed());
}

bool liesByVisit(OpResult definition) {
  auto sweep = cast<SweepOp>(definition.getOwner());
  auto isInOrder = [&](Operation *user) {
    SweepOp reader = cast<tree::ReadOp>(user).getSweep();
    return reader.getTree() == sweep.getTree() && goesByTable(reader) && isAtVisited(user);
  };
  return isOwnTensor(definition) && goesByTable(sweep) && llvm::all_of(definition.getUsers(), isInOrder) &&
         llvm::all_of(handleOf(definition).getUsers(), isInOrder);
}

/// From the roots down, a sweep finds its parents' rows on the path; from the leaves up, it has to look at nothing but
/// the visited vertex.
bool isStreamed(OpResult definition) {
  if (!isScheduledDefinition(definition) || !cast<SweepOp>(definition.getOwner()).getSchedule().getStreamed())
    return false;
  auto sweep = cast<SweepOp>(definition.getOwner());
  if (storedOver(definition) || replacesDefinition(definition))
    return false;
  bool isUp = sweep.getDirection() == tree::Direction::up;
  if (isUp && !llvm::all_of(handleOf(definition).getUsers(), isAtVisited))
    return false;
  if (isOwnTensor(definition))
    return isUp && liesByVisit(definition);
  return llvm::none_of(definition.getUsers(),
                       [&](Operation *user) { return isReadInGroup(user, sweep.getSchedule().getGroup()); });
}

} // namespace espalier::lowering
