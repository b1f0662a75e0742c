//===- StructureSweeps.cpp - From sweeps to the mid-level form --------------===//
#include "compiler/Lowering/StructureSweeps.h"

#include "compiler/Lowering/Attention.h"
#include "compiler/Lowering/ChainScan.h"
#include "compiler/Lowering/Chains.h"
#include "compiler/Lowering/ChildSums.h"
#include "compiler/Lowering/Dots.h"
#include "compiler/Lowering/Grid.h"
#include "compiler/Lowering/Group.h"
#include "compiler/Lowering/GrowTrees.h"
#include "compiler/Lowering/Levels.h"
#include "compiler/Lowering/SubtreeGrids.h"
#include "compiler/Lowering/SweepGroup.h"
#include "compiler/Lowering/Visit.h"
#include "dialects/Tree/IR/Abreast.h"
#include "dialects/Tree/IR/Affine.h"
#include "dialects/Tree/IR/Channels.h"
#include "runtime/ABI/ABI.h"
#include "runtime/Tree/Partition.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using espalier::tree::ScheduleAttr;
using espalier::tree::SweepOp;

namespace espalier::lowering {

/// A function of sweeps, attention, arithmetic on extents, views, growing trees and a return, nothing else.
static LogicalResult checkBody(func::FuncOp source) {
  if (!source.getBody().hasOneBlock())
    return source.emitError("expects one block of sweeps");
  for (Operation &op : source.getBody().front()) {
    if (auto attend = dyn_cast<block::AttendOp>(op)) {
      if (failed(checkSupported(attend)))
        return failure();
      continue;
    }
    auto sweep = dyn_cast<SweepOp>(op);
    if (!sweep) {
      if (isa<func::ReturnOp, tree::ViewOp, tree::NumVerticesOp, tree::NumLeavesOp>(op) || tree::growsTree(&op) ||
          (isa<arith::ArithDialect>(op.getDialect()) && op.getNumResults() == 1))
        continue;
      return op.emitOpError(
          "has no mid-level form: between sweeps stand arithmetic on extents, views and growing trees");
    }
    if (!sweep.getSchedule())
      return sweep.emitOpError("has no schedule: attach-schedules runs before");
    if (failed(checkSupported(sweep.getBody())))
      return failure();
  }
  return success();
}

/// A schedule that cuts channels is one of sweeps that are separable.
static LogicalResult checkChannels(func::FuncOp source) {
  for (SweepOp sweep : source.getBody().front().getOps<SweepOp>()) {
    ScheduleAttr schedule = sweep.getSchedule();
    if (schedule.getChannels() == 0)
      continue;
    if (schedule.getChannels() < 0 || schedule.getTasks() != tree::TaskLevel::axes ||
        !tree::Channels::of(groupOf(sweep)))
      return sweep.emitOpError("is scheduled for ")
             << schedule.getChannels() << " channels per task, but they meet, or a task is no point of axes";
  }
  return success();
}

/// Parts are those of one tree, of all sweeps of a group.
static LogicalResult checkParts(func::FuncOp source) {
  for (SweepOp sweep : source.getBody().front().getOps<SweepOp>()) {
    auto partsOf = [](SweepOp sweep) { return sweep.getSchedule().getParts(); };
    int64_t parts = partsOf(sweep);
    SmallVector<SweepOp> group = groupOf(sweep);
    bool areAlike = llvm::all_of(group, [&](SweepOp member) { return partsOf(member) == parts; });
    if (areAlike && parts == 0)
      continue;
    ScheduleAttr schedule = sweep.getSchedule();
    if (!areAlike || parts < 0 || schedule.getTasks() != tree::TaskLevel::axes || !canHaveParts(group))
      return sweep.emitOpError("is scheduled for ")
             << parts << " parts of its tree, but its group does not go up and down one tree with the same parts, a "
             << "task for each point of axes";
  }
  return success();
}

/// Steps that are composed are those of a state that is affine by elements; their parts are whole blocks, with room for
/// what they make of each state.
static LogicalResult checkSteps(func::FuncOp source) {
  for (SweepOp sweep : source.getBody().front().getOps<SweepOp>()) {
    if (!isScanned(sweep))
      continue;
    ScheduleAttr schedule = sweep.getSchedule();
    tree::AffineStates states(sweep);
    if (schedule.getTasks() != tree::TaskLevel::axes || !tree::composesSteps(sweep, states))
      return sweep.emitOpError("is scheduled for ")
             << schedule.getTogether()
             << " steps together, but these cannot be composed, or a task is no point of axes";
    int64_t least = std::max<int64_t>(schedule.getTogether(), int64_t(states.states().size()) + 2);
    if (schedule.getParts() > 0 && (schedule.getPoints() < least || schedule.getPoints() % schedule.getTogether() != 0))
      return sweep.emitOpError("is scheduled for parts of at least ")
             << schedule.getPoints() << " steps, expected a multiple of " << schedule.getTogether() << " from " << least
             << " on";
  }
  return success();
}

/// Runs are of the long paths of trees with parts, of a state that is affine by elements, visited vertex by vertex.
static LogicalResult checkPaths(func::FuncOp source) {
  for (SweepOp sweep : source.getBody().front().getOps<SweepOp>()) {
    ScheduleAttr schedule = sweep.getSchedule();
    if (schedule.getPaths() == 0)
      continue;
    tree::AffineStates states(sweep);
    bool goesByTable = schedule.getTraversal() == tree::Traversal::post_order ||
                       schedule.getTraversal() == tree::Traversal::reverse_post_order;
    if (schedule.getPaths() < 0 || schedule.getParts() == 0 || !goesByTable || !tree::composesPaths(sweep, states))
      return sweep.emitOpError(
          "is scheduled for runs of paths, but these cannot be composed, or its tree has no parts, or "
          "is not visited vertex by vertex");
    if (int64_t(states.states().size()) >= leastRun)
      return sweep.emitOpError("is scheduled for runs of paths, but ")
             << states.states().size() << " states find no room in one of " << leastRun << " vertices";
  }
  return success();
}

/// Sums to which children add are those of whole trees, in post-order.
static LogicalResult checkSums(func::FuncOp source) {
  for (SweepOp sweep : source.getBody().front().getOps<SweepOp>()) {
    ScheduleAttr schedule = sweep.getSchedule();
    if (!schedule.getPushed())
      continue;
    if (schedule.getTraversal() != tree::Traversal::post_order || schedule.getTasks() != tree::TaskLevel::axes ||
        schedule.getParts() != 0 || pushedSums(sweep).empty())
      return sweep.emitOpError("is scheduled for sums to which children add, but it has none, or does not go up whole "
                               "trees in post-order, a task for each point of axes");
  }
  return success();
}

/// Points go abreast in all sweeps of a group, each of which visits vertex by vertex.
static LogicalResult checkAbreast(func::FuncOp source) {
  for (SweepOp sweep : source.getBody().front().getOps<SweepOp>()) {
    auto abreastOf = [](SweepOp sweep) { return sweep.getSchedule().getAbreast(); };
    int64_t abreast = abreastOf(sweep);
    SmallVector<SweepOp> group = groupOf(sweep);
    bool areAlike = llvm::all_of(group, [&](SweepOp member) { return abreastOf(member) == abreast; });
    if (areAlike && abreast == 1)
      continue;
    ScheduleAttr schedule = sweep.getSchedule();
    tree::Traversal traversal = schedule.getTraversal();
    bool isPlain = schedule.getTasks() == tree::TaskLevel::axes && schedule.getChannels() == 0 &&
                   schedule.getParts() == 0 && !schedule.getStreamed() && !schedule.getPushed() &&
                   schedule.getTogether() == 1 && traversal != tree::Traversal::blocks &&
                   traversal != tree::Traversal::reverse_blocks;
    StringRef reason = tree::whyNotAbreast(group);
    if (!areAlike || abreast != ESPALIER_BLOCK_WIDTH || !isPlain || !reason.empty())
      return sweep.emitOpError("is scheduled for ")
             << abreast << " points abreast, but "
             << (reason.empty() ? "its group is not, or they are no block that visits whole trees vertex by vertex"
                                : reason);
  }
  return success();
}

/// Results are stored over definitions by all sweeps of a group or by none: where each vertex of each tree is visited
/// once by each of them, and what is defined lies by its number.
static LogicalResult checkInPlace(func::FuncOp source) {
  for (SweepOp sweep : source.getBody().front().getOps<SweepOp>()) {
    bool inPlace = sweep.getSchedule().getInPlace();
    for (SweepOp member : groupOf(sweep)) {
      ScheduleAttr schedule = member.getSchedule();
      bool isPlain = schedule.getTasks() == tree::TaskLevel::axes && schedule.getPaths() == 0 &&
                     schedule.getTogether() == 1 && schedule.getAbreast() == 1;
      if (schedule.getInPlace() != inPlace || (inPlace && !isPlain))
        return sweep.emitOpError("is scheduled for results over definitions, but its group is not, or does not visit "
                                 "vertex by vertex, a task for each point of axes, without paths");
    }
  }
  return success();
}

static LogicalResult structure(func::FuncOp source) {
  if (failed(checkBody(source)) || failed(checkChannels(source)) || failed(checkParts(source)) ||
      failed(checkSteps(source)) || failed(checkPaths(source)) || failed(checkSums(source)) ||
      failed(checkAbreast(source)) || failed(checkInPlace(source)))
    return failure();
  FailureOr<Buffers> buffers = Buffers::create(source);
  if (failed(buffers))
    return failure();
  func::FuncOp target = buffers->function();
  OpBuilder builder = OpBuilder::atBlockEnd(&target.getBody().front());
  func::ReturnOp exit = func::ReturnOp::create(builder, source.getLoc());
  builder.setInsertionPoint(exit);
  Locations locations;
  SweepOp last; // of the groups that stand
  for (Operation &op : source.getBody().front()) {
    if (tree::growsTree(&op))
      emitGrowth(builder, *buffers, locations, &op);
    if (auto attend = dyn_cast<block::AttendOp>(op))
      emitAttention(builder, *buffers, locations, attend);
    auto sweep = dyn_cast<SweepOp>(op);
    if (!sweep || (last && !last->isBeforeInBlock(sweep)))
      continue;
    SmallVector<SweepOp> group = groupOf(sweep);
    last = group.back();
    for (SweepOp member : group) {
      expandLevels(member.getBody());
      inlineChainReductions(member);
      sumDotsElementwise(member);
    }
    emitGroup(builder, *buffers, locations, group);
  }
  for (const auto &[from, to] : buffers->copies())
    emitCopy(builder, *buffers, source.getLoc(), from, to);
  target->setAttr(kLocationsAttribute, locations.table(source.getContext()));
  source.erase();
  return success();
}

namespace {
struct StructureSweeps : PassWrapper<StructureSweeps, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(StructureSweeps)

  StringRef getArgument() const override { return "structure-sweeps"; }
  StringRef getDescription() const override { return "Turn scheduled sweeps into grids of tasks that work in memory"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, math::MathDialect, memref::MemRefDialect,
                    scf::SCFDialect>();
  }

  void runOnOperation() override {
    for (func::FuncOp function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (failed(structure(function)))
        return signalPassFailure();
  }
};
} // namespace

std::unique_ptr<Pass> createStructureSweeps() { return std::make_unique<StructureSweeps>(); }

void registerLoweringPasses() {
  registerPass([] { return createStructureSweeps(); });
}

} // namespace espalier::lowering
