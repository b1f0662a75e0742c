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

static int64_t chooseChainParts(ArrayRef<SweepOp> group, const WholeTree &whole, Choices &choices,
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

bool hasPaths(SweepOp sweep) {
  tree::AffineStates states(sweep);
  return tree::composesPaths(sweep, states) && int64_t(states.states().size()) <= kMostStatesInRuns;
}

/// Why no sweep of a group has paths; empty where one has.
static std::string whyNoPaths(ArrayRef<SweepOp> group, const WholeTree &whole) {
  if (whole.inLanes)
    return "blocks of vertices are visited together";
  std::string reason;
  for (SweepOp sweep : group) {
    if (hasPaths(sweep))
      return "";
    tree::AffineStates states(sweep);
    reason = fmt::format("the state is {}", tree::spelled(states.recurrence()).str());
    if (Operation *obstacle = states.obstacle())
      reason += fmt::format(" ({})", obstacle->getName().getStringRef().str());
    else if (int64_t(states.states().size()) > kMostStatesInRuns)
      reason += fmt::format(", but there are {}", states.states().size());
    else if (states.recurrence() == tree::Affinity::elementwise)
      reason += ", but a sum over children that looks at it cannot be taken apart";
  }
  return reason;
}

/// The trees of which the members gain that have paths; `states`: the most of one of them.
static int64_t chooseTreesWithRuns(int64_t gaining, int64_t states, const std::string &whyNone, Choices &choices) {
  if (!whyNone.empty())
    return choices.choose(Key::paths, 0, whyNone, {0, 0, whyNone});
  std::string work =
      fmt::format("{:.2g} times the work to know states before runs of a long path", workInParts(states));
  return choices.choose(Key::paths, gaining, gaining > 0 ? work : "");
}

static TreeWork workOf(ArrayRef<SweepOp> group, const WholeTree &whole, const TargetDescription &target) {
  return {whole.nanoseconds, int64_t(group.size()), numTasks(group, whole.channels, target),
          whole.inLanes ? kLeastBlocks * ESPALIER_BLOCK_WIDTH : kLeastVertices};
}

bool partsFillThreads(ArrayRef<SweepOp> group, const WholeTree &whole, const TargetDescription &target) {
  if (!whole.asked.empty() || !obstacle(group).empty() || tree::isChain(SweepOp(group.front()).getTree()))
    return false;
  TreeWork work = workOf(group, whole, target);
  return work.tasks > 0 && subtreeParts(work, target) * work.tasks >= target.threads;
}

TreeParts chooseParts(ArrayRef<SweepOp> group, const WholeTree &whole, Choices &choices,
                      const TargetDescription &target) {
  if (llvm::none_of(group, [](SweepOp sweep) { return bool(sweep.getTree()); }))
    return {};
  if (StringRef reason = obstacle(group); !reason.empty())
    return {choices.choose(Key::parts, 0, "", {0, 0, reason})};
  if (tree::isChain(SweepOp(group.front()).getTree()))
    return {chooseChainParts(group, whole, choices, target)};
  TreeWork work = workOf(group, whole, target);
  std::string whyNone = whyNoPaths(group, whole);
  int64_t states = 1;
  for (SweepOp sweep : group)
    if (hasPaths(sweep))
      states = std::max<int64_t>(states, tree::AffineStates(sweep).states().size());
  bool mayBeCut = whole.asked.empty();
  int64_t gaining = mayBeCut && whyNone.empty() ? treesWithRuns(states, target) : 0;
  int64_t parts = gaining > 0 ? partsWithRuns(target) : mayBeCut ? subtreeParts(work, target) : 0;
  std::string reason;
  if (!mayBeCut)
    reason = reasonOf(whole.asked);
  else if (gaining > 0)
    reason = fmt::format("{} cores, however many threads a call has", target.cores);
  else if (parts > 0)
    reason = fmt::format("{} of {} threads would be idle; parts of {}", target.threads - work.tasks, target.threads,
                         durationText(work.nanoseconds / double(parts)));
  parts = choices.choose(Key::parts, parts, std::move(reason));
  return {parts, parts > 0 ? chooseTreesWithRuns(gaining, states, whyNone, choices) : 0};
}

} // namespace espalier::schedule
