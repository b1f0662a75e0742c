//===- Grid.cpp - Groups of sweeps as grids of tasks ------------------------===//
//
// The tasks of a group are the points of batch x axes, or blocks of vertices of such a
// point, or coarser where accumulators ask for an order; numbered row by row in one
// dimension. Within a task, the members of the group traverse the tree one after the
// other; points that are independent are visited by all members together.
//===----------------------------------------------------------------------===//
#include "compiler/Lowering/Grid.h"

#include "compiler/Lowering/Copies.h"
#include "compiler/Lowering/PointBlock.h"
#include "compiler/Lowering/Visit.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using espalier::tree::ScheduleAttr;
using espalier::tree::SweepOp;
using espalier::tree::TaskLevel;
using espalier::tree::Traversal;

namespace espalier::lowering {

Value materialise(OpBuilder &builder, Location loc, const Buffers &buffers, Extent extent) {
  return extent.row < 0 ? arith::ConstantIndexOp::create(builder, loc, extent.constant).getResult()
                        : buffers.extentArgument(extent.row);
}

Value productOf(OpBuilder &builder, Location loc, const Buffers &buffers, ArrayRef<Extent> extents) {
  Value product;
  for (Extent extent : extents) {
    if (extent.isOne())
      continue;
    Value size = materialise(builder, loc, buffers, extent);
    product = product ? arith::MulIOp::create(builder, loc, product, size).getResult() : size;
  }
  return product ? product : arith::ConstantIndexOp::create(builder, loc, 1).getResult();
}

Value numBlocks(OpBuilder &builder, Location loc, Value numPoints, int64_t points) {
  if (points == 1)
    return numPoints;
  Value rounded =
      arith::AddIOp::create(builder, loc, numPoints, arith::ConstantIndexOp::create(builder, loc, points - 1));
  return arith::DivUIOp::create(builder, loc, rounded, arith::ConstantIndexOp::create(builder, loc, points));
}

scf::ForallOp makeGrid(OpBuilder &builder, Location loc, Value tasks, int64_t grain, int64_t lanes) {
  auto level = tile::LevelAttr::get(builder.getContext(), tile::LevelKind::grid, 0);
  auto grid =
      scf::ForallOp::create(builder, loc, ArrayRef<OpFoldResult>{tasks}, ValueRange(), builder.getArrayAttr({level}));
  grid->setAttr("tile.grain", builder.getI64IntegerAttr(grain));
  grid->setAttr("tile.lanes", builder.getI64IntegerAttr(lanes));
  return grid;
}

void copyInitialValue(Task &task, Location loc, const Buffer &from, const Buffer &to, bool perBatch) {
  OpBuilder &builder = task.builder;
  Rows rows = Rows::of(from);
  Value numRows = task.product(perBatch ? rows.leading.drop_front() : rows.leading);
  OpBuilder::InsertionGuard guard(builder);
  auto loop = scf::ForOp::create(builder, loc, task.index(0), numRows, task.index(1));
  builder.setInsertionPoint(loop.getBody()->getTerminator());
  Value row = loop.getInductionVar();
  if (perBatch)
    row = arith::AddIOp::create(builder, loc, arith::MulIOp::create(builder, loc, task.batch, numRows), row);
  copyTile(builder, loc, rows.view(builder, loc, task.memrefOf(from), row), rows.view(builder, loc, to.memref, row));
}

static ScheduleAttr scheduleOf(SweepOp sweep) {
  return sweep->getAttrOfType<ScheduleAttr>(ScheduleAttr::attributeName);
}

/// The axes that tasks run along. Points of a sweep without a tree are those of its last axis.
static OperandRange taskAxesOf(SweepOp sweep, ScheduleAttr schedule) {
  bool splitsLast = schedule.getTasks() == TaskLevel::points && !sweep.getTree();
  return splitsLast ? sweep.getAxes().drop_back() : sweep.getAxes();
}

namespace {
/// Emits the body of one grid.
class GroupBody {
public:
  GroupBody(Task &task, ArrayRef<SweepOp> group)
      : task(task), group(group), first(group.front()), schedule(scheduleOf(first)), loc(first.getLoc()),
        builder(task.builder) {
    for (SweepOp sweep : group)
      groups.emplace_back(sweep.getBody());
  }

  void emit(Value number);

private:
  Value divide(Value &number, Extent size, bool outermost);
  void enterLoops(ArrayRef<Extent> sizes, SmallVectorImpl<Value> &indices);
  void copyInitialValues();
  void visitPart(Value part);
  void traverse(unsigned member);
  void visit(unsigned member, Value point);
  scf::ForOp enterLoop(Value lower, Value upper, int64_t step = 1);

  Task &task;
  ArrayRef<SweepOp> group;
  SweepOp first;
  ScheduleAttr schedule;
  std::vector<ElementwiseGroups> groups; // of each member
  Location loc;
  OpBuilder &builder;
};
} // namespace

/// The number's index on its last axis; what remains counts the axes before.
Value GroupBody::divide(Value &number, Extent size, bool outermost) {
  if (size.isOne())
    return task.index(0);
  if (outermost)
    return number;
  Value extent = task.extent(size);
  Value index = arith::RemUIOp::create(builder, loc, number, extent);
  number = arith::DivUIOp::create(builder, loc, number, extent);
  return index;
}

scf::ForOp GroupBody::enterLoop(Value lower, Value upper, int64_t step) {
  auto loop = scf::ForOp::create(builder, loc, lower, upper, task.index(step));
  builder.setInsertionPoint(loop.getBody()->getTerminator());
  return loop;
}

void GroupBody::enterLoops(ArrayRef<Extent> sizes, SmallVectorImpl<Value> &indices) {
  for (Extent size : sizes)
    indices.push_back(size.isOne() ? task.index(0) : enterLoop(task.index(0), task.extent(size)).getInductionVar());
}

/// Accumulators begin with their initial values: all of them, or those of the task's batch element.
void GroupBody::copyInitialValues() {
  for (auto [initial, result] : llvm::zip_equal(first.getInits(), first.getAccumulated()))
    copyInitialValue(task, loc, task.buffers[initial], task.buffers[result], schedule.getTasks() == TaskLevel::batch);
}

void GroupBody::emit(Value number) {
  Extent batch = task.buffers.batchOf(first);
  SmallVector<Extent> axes;
  for (Value size : taskAxesOf(first, schedule))
    axes.push_back(task.buffers.extentOf(size));
  task.numBatch = task.extent(batch);
  OpBuilder::InsertionGuard guard(builder);

  TaskLevel level = schedule.getTasks();
  if (level <= TaskLevel::batch) {
    if (level == TaskLevel::batch)
      task.batch = number;
    copyInitialValues();
    SmallVector<Value, 1> batchIndex;
    if (level == TaskLevel::whole) {
      enterLoops(batch, batchIndex);
      task.batch = batchIndex.front();
    }
    enterLoops(axes, task.axisIndices);
    task.beginVisits();
    return traverse(0);
  }

  Value part;
  if (level == TaskLevel::points) {
    Value blocks = numBlocks(builder, loc, task.extent(pointsOf(task.buffers, first)), schedule.getPoints());
    part = arith::RemUIOp::create(builder, loc, number, blocks);
    number = arith::DivUIOp::create(builder, loc, number, blocks);
  }
  task.axisIndices.resize(axes.size());
  for (int64_t axis = int64_t(axes.size()) - 1; axis >= 0; --axis)
    task.axisIndices[axis] =
        divide(number, axes[axis],
               batch.isOne() && llvm::all_of(ArrayRef(axes).take_front(axis), [](Extent e) { return e.isOne(); }));
  task.batch = divide(number, batch, true);
  task.beginVisits();
  if (level == TaskLevel::points)
    return visitPart(part);
  for (unsigned member = 0; member < group.size(); ++member)
    traverse(member);
}

/// `point`: the vertex, or the rank of a leaf; without a tree the index on the last axis, or null where tasks run along
/// it.
void GroupBody::visit(unsigned member, Value point) {
  SweepOp sweep = group[member];
  Value vertex = point;
  if (sweep.getLeaves())
    vertex = arith::IndexCastOp::create(
        builder, loc, builder.getIndexType(),
        memref::LoadOp::create(builder, loc, task.table(tree::Table::leaves, sweep.getTree()), point));
  Visit visit(task, sweep.getBody(), groups[member]);
  Value position;
  SmallVector<Value> indices;
  if (sweep.getBatch())
    indices.push_back(task.batch);
  SmallVector<Value> axisIndices(task.axisIndices);
  if (point && !sweep.getTree())
    axisIndices.push_back(point);
  for (auto [source, index, size] : llvm::zip_equal(sweep.getAxisIndices(), axisIndices, sweep.getAxes())) {
    Extent limit = task.buffers.extentOf(size);
    visit.bind(source, index, limit);
    position = position ? arith::AddIOp::create(
                              builder, loc, arith::MulIOp::create(builder, loc, position, task.extent(limit)), index)
                        : index;
    indices.push_back(index);
  }
  if (sweep.getTree()) {
    visit.bindVertex(sweep.getVertex(), vertex);
    position = vertex;
    indices.push_back(point);
  }
  if (position)
    visit.standAt(position);
  for (auto [value, result] : llvm::zip_equal(sweep.getYield().getValues(), sweep.getDefinitions()))
    visit.define(value, visit.partOf(task.buffers[result], indices, value.getType(), loc));
  visit.emit();
}

void GroupBody::traverse(unsigned member) {
  SweepOp sweep = group[member];
  if (!sweep.getTree())
    return visit(member, Value());
  OpBuilder::InsertionGuard guard(builder);
  Value numPoints = task.extent(pointsOf(task.buffers, sweep));
  Value point = enterLoop(task.index(0), numPoints).getInductionVar();
  Traversal traversal = scheduleOf(sweep).getTraversal();
  if (traversal == Traversal::reverse_post_order || traversal == Traversal::descending) {
    Value last = arith::SubIOp::create(builder, loc, numPoints, task.index(1));
    point = arith::SubIOp::create(builder, loc, last, point);
  }
  if (traversal == Traversal::post_order || traversal == Traversal::reverse_post_order)
    point = arith::IndexCastOp::create(
        builder, loc, builder.getIndexType(),
        memref::LoadOp::create(builder, loc, task.table(tree::Table::post_order, sweep.getTree()), point));
  visit(member, point);
}

/// All members at each point of a part of the domain; at `together` points at a time, and one by one at the rest.
void GroupBody::visitPart(Value part) {
  Value size = task.index(schedule.getPoints());
  Value lower = arith::MulIOp::create(builder, loc, part, size);
  Value upper = arith::MinUIOp::create(builder, loc, arith::AddIOp::create(builder, loc, lower, size),
                                       task.extent(pointsOf(task.buffers, first)));
  if (int64_t together = schedule.getTogether(); together > 1) {
    Value count = arith::SubIOp::create(builder, loc, upper, lower);
    Value rest = arith::RemUIOp::create(builder, loc, count, task.index(together));
    Value last = arith::SubIOp::create(builder, loc, upper, rest);
    std::vector<std::unique_ptr<PointBlock>> blocks;
    for (unsigned member = 0; member < group.size(); ++member)
      blocks.push_back(std::make_unique<PointBlock>(task, group[member], groups[member], together));
    OpBuilder::InsertionGuard guard(builder);
    Value point = enterLoop(lower, last, together).getInductionVar();
    for (const std::unique_ptr<PointBlock> &block : blocks)
      block->emit(point);
    lower = last;
  }
  OpBuilder::InsertionGuard guard(builder);
  Value point = enterLoop(lower, upper).getInductionVar();
  for (unsigned member = 0; member < group.size(); ++member)
    visit(member, point);
}

void emitGroup(OpBuilder &builder, const Buffers &buffers, Locations &locations, ArrayRef<SweepOp> group) {
  SweepOp first = group.front();
  Location loc = first.getLoc();
  ScheduleAttr schedule = scheduleOf(first);
  SmallVector<Extent> sizes;
  if (schedule.getTasks() >= TaskLevel::batch)
    sizes.push_back(buffers.batchOf(first));
  if (schedule.getTasks() >= TaskLevel::axes)
    for (Value size : taskAxesOf(first, schedule))
      sizes.push_back(buffers.extentOf(size));
  Value tasks = productOf(builder, loc, buffers, sizes);
  if (schedule.getTasks() == TaskLevel::points)
    tasks = arith::MulIOp::create(
        builder, loc, tasks,
        numBlocks(builder, loc, materialise(builder, loc, buffers, pointsOf(buffers, first)), schedule.getPoints()));
  scf::ForallOp grid = makeGrid(builder, loc, tasks, schedule.getGrain(), schedule.getLanes());
  Task task(buffers, locations, {schedule.getRows(), schedule.getVectors()}, grid.getBody(), loc);
  GroupBody(task, group).emit(grid.getInductionVar(0));
}

void emitCopy(OpBuilder &builder, const Buffers &buffers, Location loc, const Buffer &from, const Buffer &to) {
  Rows rows = Rows::of(from);
  scf::ForallOp grid = makeGrid(builder, loc, productOf(builder, loc, buffers, rows.leading), 1, 1);
  OpBuilder inside(grid.getBody()->getTerminator());
  Value row = grid.getInductionVar(0);
  copyTile(inside, loc, rows.view(inside, loc, from.memref, row), rows.view(inside, loc, to.memref, row));
}

} // namespace espalier::lowering
