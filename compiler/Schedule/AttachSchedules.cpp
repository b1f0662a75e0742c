//===- AttachSchedules.cpp - Decide how every sweep runs --------------------===//
#include "compiler/Schedule/AttachSchedules.h"

#include "compiler/Schedule/AttentionCost.h"
#include "compiler/Schedule/ChainSteps.h"
#include "compiler/Schedule/ChannelTiles.h"
#include "compiler/Schedule/ChildSums.h"
#include "compiler/Schedule/PointBlocks.h"
#include "compiler/Schedule/SharedChoices.h"
#include "compiler/Schedule/Streams.h"
#include "compiler/Schedule/SubtreeParts.h"
#include "compiler/Schedule/SweepCost.h"
#include "compiler/Schedule/SweepGroups.h"
#include "compiler/Schedule/VertexBlocks.h"

#include "dialects/Tree/IR/Abreast.h"
#include "runtime/ABI/ABI.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <fmt/ranges.h>

using namespace mlir;
using espalier::tree::ScheduleAttr;
using espalier::tree::SweepOp;
using espalier::tree::TaskLevel;
using espalier::tree::Traversal;

namespace espalier::schedule {

/// A chunk holds at most so many tasks, a task at most so many points: more would save nothing and could hide an error
/// of the estimate.
constexpr int64_t kMostTasksPerChunk = 4096, kMostPointsPerTask = 4096;
/// Of a block of points, whatever is asked for: it lies in a thread's scratch.
constexpr double kMostBlockBytes = 16 << 20;

static Traversal traversalOf(SweepOp sweep, bool byBlocks) {
  if (sweep.getDirection() == tree::Direction::each)
    return sweep.getLeaves() ? Traversal::leaves : Traversal::points;
  // A chain's parent of t is t + 1: its numbers are a post-order.
  bool chain = cast<tree::TreeType>(sweep.getTree().getType()).getKind() == tree::Kind::chain;
  if (byBlocks)
    return sweep.getDirection() == tree::Direction::up ? Traversal::blocks : Traversal::reverse_blocks;
  if (sweep.getDirection() == tree::Direction::up)
    return chain ? Traversal::ascending : Traversal::post_order;
  return chain ? Traversal::descending : Traversal::reverse_post_order;
}

//===-- The sizes that all members of a group share --------------------------===//

/// "up by post_order, each by points".
static std::string describe(ArrayRef<SweepOp> group, llvm::function_ref<bool(SweepOp)> byBlocks) {
  std::vector<std::string> members;
  for (SweepOp sweep : group)
    members.push_back(fmt::format("{} by {}", stringifyDirection(sweep.getDirection()).str(),
                                  stringifyTraversal(traversalOf(sweep, byBlocks(sweep))).str()));
  return fmt::format("{}", fmt::join(members, ", "));
}

/// Tasks may be coarser than they could be, and each point of axes without a tree a task of its own or not.
static TaskLevel chooseTasks(ArrayRef<SweepOp> group, const Tasks &finest, Choices &choices) {
  TaskLevel least = group.size() > 1 ? TaskLevel::axes : TaskLevel::whole, most = finest.level;
  SweepOp first = group.front();
  if (most == TaskLevel::axes && !first.getAxes().empty() &&
      llvm::none_of(group, [](SweepOp sweep) { return bool(sweep.getTree()); }))
    most = TaskLevel::points;
  return TaskLevel(choices.choose(Key::tasks, int64_t(finest.level), finest.reason.str(),
                                  {int64_t(least), int64_t(most), finest.reason}));
}

/// Why so many points of a block are evaluated as one.
static std::string reasonOf(int64_t together, const PointBytes &bytes, const TargetDescription &target) {
  std::string own = bytesText(bytes.own), near = bytesText(double(target.nearCacheBytes));
  if (together == 1)
    return fmt::format("points of {} are too large to share a matrix", own);
  if (double(together) * bytes.own <= double(target.nearCacheBytes))
    return fmt::format("points share a matrix, {} x {} stay in {}", together, own, near);
  return fmt::format("points of {} share a matrix of {}, which blocks of {} read less often", own,
                     bytesText(bytes.shared), together);
}

static int64_t widestElementOf(ArrayRef<SweepOp> group) {
  int64_t bytes = 0;
  for (SweepOp sweep : group)
    bytes = std::max(bytes, elementBytesOf(sweep));
  return bytes;
}

static int64_t choosePointsTogether(ArrayRef<SweepOp> group, Choices &choices, const TargetDescription &target) {
  PointBlocks blocks = pointBlocksOf(group);
  if (!blocks.isPossible)
    return choices.choose(Key::together, 1, "", {1, 1, "points with effects, and leaves, are visited one by one"});
  int64_t together = 1;
  std::string reason;
  if (blocks.gains && blocks.areNumbers) {
    int64_t elementBytes = widestElementOf(group);
    together = numbersTogether(target, elementBytes, blocks.operations);
    reason = fmt::format("points are numbers, {} in a vector", lanes(target, elementBytes));
  } else if (blocks.gains) {
    together = pointsTogether(blocks.bytes, target);
    reason = reasonOf(together, blocks.bytes, target);
  }
  return choices.choose(Key::together, together, std::move(reason),
                        {1, int64_t(std::max(1.0, kMostBlockBytes / std::max(1.0, blocks.bytes.own))),
                         "points that are evaluated together stay below 16 MB"});
}

/// A task of points has a quarter of a chunk's work: short domains of many tasks still fill a chunk.
static int64_t choosePoints(Choices &choices, double visit, int64_t together, const TargetDescription &target) {
  double wanted = target.nanosecondsPerChunk / 4;
  int64_t points = llvm::alignTo(grain(visit, wanted, kMostPointsPerTask), together);
  return choices.choose(Key::points, points,
                        fmt::format("{} each, tasks of at least {}", durationText(visit), durationText(wanted)));
}

/// Of the sweeps of a group those that gain use lanes for vertices; if none does, but lanes are asked for, all that
/// can.
static bool usesLanes(SweepOp sweep, ArrayRef<SweepOp> group, const TargetDescription &target) {
  bool someGain = llvm::any_of(group, [&](SweepOp member) { return gainsFromLanes(member, target); });
  return someGain ? gainsFromLanes(sweep, target) : canUseLanes(sweep);
}

/// What stands in a lane of a vector: an element of a tile, a vertex, or a point of batch and axes.
enum class Lanes : uint8_t { elements, vertices, batch };

static Lanes chooseLanes(ArrayRef<SweepOp> group, Choices &choices, const TargetDescription &target) {
  bool hasVertices = llvm::any_of(group, canUseLanes);
  StringRef whyNot = tree::whyNotAbreast(group);
  if (!hasVertices && !whyNot.empty())
    return Lanes::elements;
  bool gains = llvm::any_of(group, [&](SweepOp sweep) { return gainsFromLanes(sweep, target); });
  Lanes lanes = gainsAbreast(group, gains, target) ? Lanes::batch : gains ? Lanes::vertices : Lanes::elements;
  static constexpr std::string_view reasons[] = {
      "tiles fill vectors, or visits are short", "tiles are small; {} vertices of one height at a time",
      "tiles are small, or share a matrix; {} points that share their tree at a time"};
  std::string reason = fmt::format(fmt::runtime(reasons[size_t(lanes)]), ESPALIER_BLOCK_WIDTH);
  Range range{0, int64_t(whyNot.empty() ? Lanes::batch : Lanes::vertices), whyNot};
  if (!hasVertices) {
    range.missing = int64_t(Lanes::vertices);
    range.reason = "only perfect trees have vertices of one height enough";
  }
  lanes = Lanes(choices.choose(Key::lanes, int64_t(lanes), std::move(reason), range));
  if (lanes == Lanes::vertices)
    choices.nameGroup(describe(group, [&](SweepOp sweep) { return usesLanes(sweep, group, target); }));
  return lanes;
}

static bool multiplies(ArrayRef<SweepOp> group) {
  bool does = false;
  for (SweepOp sweep : group)
    sweep.walk([&](tile::ContractOp) { does = true; });
  return does;
}

/// Whether the visits of a sweep follow a table of its tree.
static bool isTabular(SweepOp sweep) {
  Traversal traversal = traversalOf(sweep, /*byBlocks=*/false);
  return traversal == Traversal::post_order || traversal == Traversal::reverse_post_order;
}

/// A size that is asked for by hand, and that the group has if its tree is not cut; how many threads there are shall
/// not decide whether it is taken.
static std::string_view askedOfWholeTrees(ArrayRef<SweepOp> group, const Choices &choices,
                                          const TargetDescription &target) {
  if (choices.isStated(Key::sums) && llvm::any_of(group, canPush))
    return rowOf(Key::sums).name;
  return choices.isStated(Key::stores) && canStream(group, target) ? rowOf(Key::stores).name : "";
}

static void schedule(ArrayRef<SweepOp> group, const Tasks &finest, Choices &choices, const TargetDescription &target) {
  choices.beginGroup(describe(group, [](SweepOp) { return false; }));
  TaskLevel tasks = chooseTasks(group, finest, choices);
  double visit = 0, task = 0, vertices = double(std::max(target.vertices, target.visitsExpected));
  for (SweepOp sweep : group) {
    double cost = nanoseconds(costOf(sweep, target), target, elementBytesOf(sweep));
    visit += cost;
    task += cost * (sweep.getTree() && tasks != TaskLevel::points ? vertices : 1);
  }
  Lanes lane = tasks == TaskLevel::axes ? chooseLanes(group, choices, target) : Lanes::elements;
  bool inLanes = lane == Lanes::vertices, areAbreast = lane == Lanes::batch;
  int64_t steps = tasks == TaskLevel::axes && !areAbreast ? chooseSteps(group, choices, target) : 1;
  // Lanes that are vertices or points, and steps that are composed, take all channels.
  WholeTree whole{task, 0, inLanes, steps, inLanes ? "" : askedOfWholeTrees(group, choices, target)};
  TaskChannels channels;
  if (steps > 1)
    choices.choose(Key::channels, 0, "", {0, 0, "steps that are composed take all channels"});
  else if (tasks == TaskLevel::axes && lane == Lanes::elements)
    channels = chooseChannels(group, partsFillThreads(group, whole, target), choices, target);
  task *= channels.share;
  whole.nanoseconds = task;
  whole.channels = channels.channels;
  TreeParts cut;
  if (tasks == TaskLevel::axes && !areAbreast)
    cut = chooseParts(group, whole, choices, target);
  int64_t parts = cut.parts;
  if (parts > 0)
    task /= double(parts * int64_t(group.size())); // of one grid
  bool inOnePart = tasks == TaskLevel::axes && parts == 0 && lane == Lanes::elements;
  bool inPlace = tasks == TaskLevel::axes && lane == Lanes::elements && steps == 1 && cut.paths == 0 &&
                 chooseInPlace(group, choices);
  bool pushes = inOnePart && chooseSums(group, channels.share, inPlace, choices, target);
  SmallVector<SweepOp> streams;
  if (inOnePart)
    streams = chooseStores(group, {channels.channels, pushes, inPlace}, choices, target);
  int64_t ahead = tasks == TaskLevel::points ? 0
                                             : chooseAhead(group, llvm::any_of(group, isTabular), !streams.empty(),
                                                           areAbreast ? ESPALIER_BLOCK_WIDTH : 1, choices, target);
  if (areAbreast)
    task *= ESPALIER_BLOCK_WIDTH;
  int64_t points = 1, together = 1;
  if (tasks == TaskLevel::points) {
    together = choosePointsTogether(group, choices, target);
    points = choosePoints(choices, visit, together, target);
    task = visit * double(points);
  }
  if (parts > 0 && steps > 1)
    points = stepsOfPart(steps);
  int64_t tasksPerChunk = chooseGrain(choices, tasks == TaskLevel::whole, task, kMostTasksPerChunk, target);
  RegisterBlock block = chooseRegisterBlock(choices, multiplies(group), areAbreast, target);
  for (SweepOp sweep : group) {
    bool byBlocks = inLanes && usesLanes(sweep, group, target);
    sweep->setAttr(
        ScheduleAttr::attributeName,
        ScheduleAttr::get(sweep.getContext(), traversalOf(sweep, byBlocks), tasks, choices.group(), tasksPerChunk,
                          points, lanes(target, elementBytesOf(sweep)), block.rows, block.vectors,
                          byBlocks                      ? ESPALIER_BLOCK_WIDTH
                          : steps > 1 && canScan(sweep) ? steps
                                                        : together,
                          channels.channels, parts, cut.paths > 0 && hasPaths(sweep) ? cut.paths : 0,
                          isTabular(sweep) && !byBlocks ? ahead : 0, llvm::is_contained(streams, sweep),
                          pushes && canPush(sweep), areAbreast ? ESPALIER_BLOCK_WIDTH : 1, inPlace, choices.reasons()));
  }
}

namespace {
struct AttachSchedules : PassWrapper<AttachSchedules, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(AttachSchedules)
  AttachSchedules(const TargetDescription &target, Overrides overrides, std::vector<Group> *report)
      : target(target), overrides(std::move(overrides)), report(report) {}

  StringRef getArgument() const override { return "attach-schedules"; }
  StringRef getDescription() const override {
    return "Decide the order, the tasks and the sizes of every sweep and of attention";
  }

  void runOnOperation() override {
    Choices choices(overrides);
    SmallVector<SweepOp> group;
    Tasks tasks{};
    auto close = [&] {
      if (!group.empty())
        schedule(group, tasks, choices, target);
      group.clear();
    };
    for (Operation &op : getOperation().getBody().front()) {
      if (tree::growsTree(&op)) // between the sweeps before it and those after it
        close();
      if (auto attend = dyn_cast<block::AttendOp>(op)) {
        close();
        schedule::schedule(attend, choices, target);
      }
      auto sweep = dyn_cast<SweepOp>(op);
      if (!sweep)
        continue;
      if (group.empty() || !mayJoin(group, tasks.level, sweep)) {
        close();
        tasks = tasksOf(sweep);
      }
      group.push_back(sweep);
    }
    close();
    if (report)
      *report = choices.groups();
    for (const std::string &problem : choices.problems()) {
      emitError(UnknownLoc::get(&getContext()), problem); // no place of the program, but what the caller asked for
      signalPassFailure();
    }
  }

  TargetDescription target;
  Overrides overrides;
  std::vector<Group> *report;
};
} // namespace

std::unique_ptr<Pass> createAttachSchedules(const TargetDescription &target, Overrides overrides,
                                            std::vector<Group> *report) {
  return std::make_unique<AttachSchedules>(target, std::move(overrides), report);
}

void registerSchedulePasses() {
  registerPass([] { return createAttachSchedules(); });
}

} // namespace espalier::schedule
