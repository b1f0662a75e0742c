//===- SubtreeParts.cpp - Which sweeps have subtrees as tasks ---------------===//
#include "compiler/Schedule/SubtreeParts.h"

#include "compiler/Schedule/ChainSteps.h"
#include "compiler/Schedule/CostModel.h"
#include "compiler/Schedule/SharedChoices.h"
#include "dialects/Tree/IR/Affine.h"
#include "dialects/Tree/IR/Chains.h"
#include "dialects/Tree/IR/Channels.h"
#include "runtime/ABI/ABI.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::schedule {

/// A part has some vertices for each one of the top; in lanes, its levels fill blocks.
constexpr int64_t kLeastVertices = 64, kLeastBlocks = 8;

/// Why the group's sweeps cannot go over parts of a tree; empty where they can.
static StringRef obstacle(ArrayRef<SweepOp> group) {
  Value tree = SweepOp(group.front()).getTree();
  for (SweepOp sweep : group)
    if (!tree || sweep.getTree() != tree || sweep.getDirection() == tree::Direction::each)
      return "the sweeps of the group do not go up and down one tree";
  return "";
}

/// Why there are none.
static std::string reasonOf(std::string_view asked) {
  return fmt::format("{} is set by hand, and a tree that is cut has none", asked);
}

static int64_t chooseRuns(ArrayRef<SweepOp> group, const WholeTree &whole, Choices &choices,
                          const TargetDescription &target) {
  if (whole.steps == 1 || !llvm::all_of(group, [](SweepOp sweep) { return canScan(sweep); }))
    return choices.choose(Key::parts, 0, "", {0, 0, "a chain has no subtrees, and its states are not all composed"});
  int64_t states = 0;
  for (SweepOp sweep : group)
    states = std::max<int64_t>(states, tree::AffineStates(sweep).states().size());
  int64_t parts = whole.asked.empty() ? chainParts(states, target) : 0;
  std::string reason = fmt::format("{} cores, and {:.2g} times the work to know the states before parts", target.cores,
                                   workInParts(states));
  return choices.choose(Key::parts, parts, whole.asked.empty() ? reason : reasonOf(whole.asked),
                        {0, states <= kMostStatesInParts ? INT64_MAX : 0, "a part has no room for so many states"});
}

/// Points of batch and axes, by tiles of channels; 0: nobody knows.
static int64_t numTasks(ArrayRef<SweepOp> group, int64_t channels, const TargetDescription &target) {
  SweepOp first = group.front();
  int64_t tasks = first.getBatch() ? target.tasks : 1;
  for (Value axis : first.getAxes()) {
    APInt size;
    if (!matchPattern(axis, m_ConstantInt(&size)))
      return 0;
    tasks *= std::min<int64_t>(size.getSExtValue(), target.threads);
  }
  std::optional<tree::Channels> all = channels > 0 ? tree::Channels::of(group) : std::nullopt;
  return tasks * (all ? int64_t(llvm::divideCeil(all->size(), channels)) : 1);
}

int64_t chooseParts(ArrayRef<SweepOp> group, const WholeTree &whole, Choices &choices,
                    const TargetDescription &target) {
  if (llvm::none_of(group, [](SweepOp sweep) { return bool(sweep.getTree()); }))
    return 0;
  if (StringRef reason = obstacle(group); !reason.empty())
    return choices.choose(Key::parts, 0, "", {0, 0, reason});
  if (tree::isChain(SweepOp(group.front()).getTree()))
    return chooseRuns(group, whole, choices, target);
  TreeWork work{whole.nanoseconds, int64_t(group.size()), numTasks(group, whole.channels, target),
                whole.inLanes ? kLeastBlocks * ESPALIER_BLOCK_WIDTH : kLeastVertices};
  int64_t parts = whole.asked.empty() ? subtreeParts(work, target) : 0;
  std::string reason;
  if (!whole.asked.empty())
    reason = reasonOf(whole.asked);
  else if (parts > 0)
    reason = fmt::format("{} of {} threads would be idle; parts of {}", target.threads - work.tasks, target.threads,
                         durationText(work.nanoseconds / double(parts)));
  return choices.choose(Key::parts, parts, std::move(reason));
}

} // namespace espalier::schedule
