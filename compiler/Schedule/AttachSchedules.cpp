//===- AttachSchedules.cpp - Decide how every sweep runs --------------------===//
#include "compiler/Schedule/AttachSchedules.h"

#include "compiler/Schedule/AttentionCost.h"
#include "compiler/Schedule/PointBlocks.h"
#include "compiler/Schedule/SweepCost.h"
#include "compiler/Schedule/SweepGroups.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using espalier::tree::ScheduleAttr;
using espalier::tree::SweepOp;
using espalier::tree::TaskLevel;
using espalier::tree::Traversal;

namespace espalier::schedule {

/// A chunk holds at most so many tasks, a task at most so many points: more would save nothing and could hide an error
/// of the estimate.
constexpr int64_t kMostTasksPerChunk = 4096, kMostPointsPerTask = 4096;

static Traversal traversalOf(SweepOp sweep) {
  if (sweep.getDirection() == tree::Direction::each)
    return sweep.getLeaves() ? Traversal::leaves : Traversal::points;
  // A chain's parent of t is t + 1: its numbers are a post-order.
  bool chain = cast<tree::TreeType>(sweep.getTree().getType()).getKind() == tree::Kind::chain;
  if (sweep.getDirection() == tree::Direction::up)
    return chain ? Traversal::ascending : Traversal::post_order;
  return chain ? Traversal::descending : Traversal::reverse_post_order;
}

/// The sizes that all members of a group share.
static void schedule(ArrayRef<SweepOp> group, int64_t number, Tasks tasks, const TargetDescription &target) {
  double visit = 0, task = 0;
  for (SweepOp sweep : group) {
    double cost = nanoseconds(costOf(sweep, target), target, elementBytesOf(sweep));
    visit += cost;
    task += cost * (sweep.getTree() && tasks.level != TaskLevel::points ? double(target.visitsExpected) : 1);
  }
  // A task of points has a quarter of a chunk's work: short domains of many tasks still fill a chunk.
  int64_t points = 1, together = 1;
  if (tasks.level == TaskLevel::points) {
    together = pointsTogether(group, target);
    points = llvm::alignTo(grain(visit, target.nanosecondsPerChunk / 4, kMostPointsPerTask), together);
    task = visit * double(points);
  }
  int64_t tasksPerChunk =
      tasks.level == TaskLevel::whole ? 1 : grain(task, target.nanosecondsPerChunk, kMostTasksPerChunk);
  RegisterBlock block = registerBlock(target);
  for (SweepOp sweep : group)
    sweep->setAttr(ScheduleAttr::attributeName,
                   ScheduleAttr::get(sweep.getContext(), traversalOf(sweep), tasks.level, number, tasksPerChunk, points,
                                     lanes(target, elementBytesOf(sweep)), block.rows, block.vectors, together,
                                     tasks.reason));
}

namespace {
struct AttachSchedules : PassWrapper<AttachSchedules, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(AttachSchedules)
  explicit AttachSchedules(const TargetDescription &target) : target(target) {}

  StringRef getArgument() const override { return "attach-schedules"; }
  StringRef getDescription() const override {
    return "Decide the order, the tasks and the sizes of every sweep and of attention";
  }

  void runOnOperation() override {
    int64_t number = 0;
    SmallVector<SweepOp> group;
    Tasks tasks{};
    auto close = [&] {
      if (!group.empty())
        schedule(group, number++, tasks, target);
      group.clear();
    };
    for (Operation &op : getOperation().getBody().front()) {
      if (tree::growsTree(&op)) // between the sweeps before it and those after it
        close();
      if (auto attend = dyn_cast<block::AttendOp>(op)) {
        close();
        schedule::schedule(attend, target);
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
  }

  TargetDescription target;
};
} // namespace

std::unique_ptr<Pass> createAttachSchedules(const TargetDescription &target) {
  return std::make_unique<AttachSchedules>(target);
}

static void describe(block::AttendOp attend, llvm::raw_ostream &out) {
  auto chosen = attend->getAttrOfType<block::ScheduleAttr>(block::ScheduleAttr::attributeName);
  if (!chosen)
    return;
  out << "attention: tasks " << stringifyTaskLevel(chosen.getTasks()) << ", rows " << chosen.getRows() << ", keys "
      << chosen.getKeys() << ", grain " << chosen.getGrain() << ", lanes " << chosen.getLanes() << ", block "
      << chosen.getProductRows() << " x " << chosen.getProductVectors() << " (" << chosen.getReason() << ")\n";
}

std::string describeSchedules(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream out(text);
  module.walk([&](Operation *op) {
    if (auto attend = dyn_cast<block::AttendOp>(op))
      describe(attend, out);
    auto sweep = dyn_cast<SweepOp>(op);
    if (!sweep)
      return;
    auto chosen = sweep->getAttrOfType<ScheduleAttr>(ScheduleAttr::attributeName);
    if (!chosen)
      return;
    out << "group " << chosen.getGroup() << ": " << stringifyDirection(sweep.getDirection()) << " by "
        << stringifyTraversal(chosen.getTraversal()) << ", tasks " << stringifyTaskLevel(chosen.getTasks())
        << ", grain " << chosen.getGrain() << ", points " << chosen.getPoints() << ", lanes " << chosen.getLanes()
        << ", block " << chosen.getRows() << " x " << chosen.getVectors();
    if (chosen.getTogether() > 1)
      out << ", together " << chosen.getTogether();
    out << " (" << chosen.getReason() << ")\n";
  });
  return text;
}

void registerSchedulePasses() {
  registerPass([] { return createAttachSchedules(); });
}

} // namespace espalier::schedule
