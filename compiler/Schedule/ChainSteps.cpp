//===- ChainSteps.cpp - Which sweeps evaluate steps of a chain together -----===//
#include "compiler/Schedule/ChainSteps.h"

#include "compiler/Schedule/PointBlocks.h"
#include "compiler/Schedule/SweepCost.h"
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/Affine.h"
#include "dialects/Tree/IR/Chains.h"

using namespace mlir;
using espalier::tree::AffineStates;
using espalier::tree::Affinity;
using espalier::tree::SweepOp;

namespace espalier::schedule {

bool canScan(SweepOp sweep) { return tree::composesSteps(sweep, AffineStates(sweep)); }

/// The largest of the states' tiles, and how many states there are.
static StateSize sizeOf(SweepOp sweep, const AffineStates &states) {
  StateSize size;
  size.numStates = states.states().size();
  for (unsigned number : states.states())
    size.numElements = std::max(size.numElements, tile::numElements(sweep.getYield().getValues()[number].getType()));
  return size;
}

/// Why the states of a sweep cannot be composed, or do not gain by it.
static std::string reasonOf(SweepOp sweep, const AffineStates &states, int64_t together, int64_t lanes) {
  std::string what = tree::spelled(states.recurrence()).str();
  if (Operation *obstacle = states.obstacle())
    what += fmt::format(" ({})", obstacle->getName().getStringRef().str());
  StateSize size = sizeOf(sweep, states);
  if (states.recurrence() == Affinity::elementwise && !tree::composesSteps(sweep, states))
    what += ", but a sum over children that looks at it cannot become a value";
  else if (together > 1)
    what += fmt::format(": blocks of {} steps, {} of {} elements in {} lanes", together,
                        std::max<int64_t>(1, lanes / std::max<int64_t>(1, size.numElements)), size.numElements, lanes);
  else if (tree::composesSteps(sweep, states))
    what += fmt::format(": blocks of steps of {} x {} elements in {} lanes gain nothing", size.numStates,
                        size.numElements, lanes);
  return "the state is " + what;
}

int64_t chooseSteps(ArrayRef<SweepOp> group, Choices &choices, const TargetDescription &target) {
  int64_t steps = 1;
  bool isPossible = false;
  std::string reason;
  for (SweepOp sweep : group) {
    if (sweep.getDirection() == tree::Direction::each || !tree::isChain(sweep.getTree()) || hasEffects(sweep))
      continue;
    AffineStates states(sweep);
    if (states.states().empty())
      continue;
    int64_t lanes = schedule::lanes(target, elementBytesOf(sweep)), together = 1;
    if (tree::composesSteps(sweep, states)) {
      isPossible = true;
      together = stepsTogether(sizeOf(sweep, states), lanes, target);
    }
    if (reason.empty() || (together > 1 && steps == 1))
      reason = reasonOf(sweep, states, together, lanes);
    steps = std::max(steps, together);
  }
  if (reason.empty())
    return 1;
  return choices.choose(Key::together, steps, std::move(reason),
                        isPossible ? Range{} : Range{1, 1, "no steps can be composed"});
}

} // namespace espalier::schedule
