//===- Group.cpp - Groups of sweeps as grids of tasks -----------------------===//
//
// The tasks of a group are the points of batch x axes, or blocks of vertices of such a
// point, or coarser where accumulators ask for an order; numbered row by row in one
// dimension. Within a task, the members of the group traverse the tree one after the
// other; points that are independent are visited by all members together.
//===----------------------------------------------------------------------===//
#include "compiler/Lowering/Group.h"

#include "compiler/Lowering/BatchBlock.h"
#include "compiler/Lowering/BatchLanes.h"
#include "compiler/Lowering/ChainScan.h"
#include "compiler/Lowering/ChannelTile.h"
#include "compiler/Lowering/ChildSums.h"
#include "compiler/Lowering/Copies.h"
#include "compiler/Lowering/Grid.h"
#include "compiler/Lowering/OwnTensors.h"
#include "compiler/Lowering/PathRuns.h"
#include "compiler/Lowering/PointBlock.h"
#include "compiler/Lowering/Prefetch.h"
#include "compiler/Lowering/SubtreeGrids.h"
#include "compiler/Lowering/VertexBlock.h"
#include "compiler/Lowering/VertexOrder.h"
#include "compiler/Lowering/Visit.h"
#include "dialects/Tree/IR/Abreast.h"
#include "runtime/ABI/ABI.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using espalier::tree::ScheduleAttr;
using espalier::tree::SweepOp;
using espalier::tree::TaskLevel;

namespace espalier::lowering {

/// Whether the last part of a domain has what is left too, so that only a domain of fewer points than a block has any
/// that are visited one by one.
static bool joinsRest(ScheduleAttr schedule) {
  return schedule.getTogether() > 1 && schedule.getPoints() >= schedule.getTogether();
}

/// Parts of a domain of so many points.
static Value numParts(OpBuilder &builder, Location loc, Value numPoints, ScheduleAttr schedule) {
  if (!joinsRest(schedule))
    return numBlocks(builder, loc, numPoints, schedule.getPoints());
  Value size = arith::ConstantIndexOp::create(builder, loc, schedule.getPoints());
  Value whole = arith::DivUIOp::create(builder, loc, numPoints, size);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  return arith::MinUIOp::create(builder, loc, arith::MaxUIOp::create(builder, loc, whole, one), numPoints);
}

static bool isOfPart(Share share) { return share != Share::all && share != Share::top; }

/// The axes that tasks run along. Points of a sweep without a tree are those of its last axis.
static OperandRange taskAxesOf(SweepOp sweep, ScheduleAttr schedule) {
  bool splitsLast = schedule.getTasks() == TaskLevel::points && !sweep.getTree();
  return splitsLast ? sweep.getAxes().drop_back() : sweep.getAxes();
}

/// Tasks of one point of batch and axes: one for all channels, or one per tile of them.
static int64_t numChannelTiles(ArrayRef<SweepOp> group, ScheduleAttr schedule) {
  if (schedule.getChannels() == 0)
    return 1;
  std::optional<tree::Channels> channels = tree::Channels::of(group);
  return channels ? llvm::divideCeil(channels->size(), schedule.getChannels()) : 1;
}

namespace {
/// A sweep, and what a visit of it evaluates: its body or that of a copy for some of its channels.
struct Member {
  Member(SweepOp sweep, OwningOpRef<SweepOp> narrow)
      : sweep(sweep), narrow(std::move(narrow)), body(this->narrow ? this->narrow->getBody() : sweep.getBody()),
        groups(body), pushed(pushedSums(this->narrow ? *this->narrow : sweep)) {}

  size_t numAxes() const { return SweepOp(sweep).getAxes().size(); }
  Block::BlockArgListType axisIndices() const { return body.front().getArguments().take_front(numAxes()); }
  Value vertex() const { return body.front().getArgument(numAxes()); }
  ValueRange definitions() const { return body.front().getTerminator()->getOperands(); }
  bool wantsDepth() const { return SweepOp(sweep).getSchedule().getStreamed() || !pushed.empty(); }

  SweepOp sweep;
  OwningOpRef<SweepOp> narrow;
  Region &body;
  ElementwiseGroups groups;
  SmallVector<tree::ReduceOp, 1> pushed; // sums over children to which these add
};

/// Emits the body of one grid.
class GroupBody {
public:
  GroupBody(Task &task, ArrayRef<SweepOp> group, const Stage &stage)
      : task(task), group(group), stage(stage), first(group.front()), schedule(first.getSchedule()),
        loc(first.getLoc()), builder(task.builder) {
    for (SweepOp sweep : stage.sweeps)
      members.push_back(std::make_unique<Member>(sweep, OwningOpRef<SweepOp>()));
  }

  void emit(Value number);

private:
  Value divide(Value &number, Extent size, bool outermost);
  void enterLoops(ArrayRef<Extent> sizes, SmallVectorImpl<Value> &indices);
  void copyInitialValues();
  void visitPart(Value part, Value parts);
  Buffer makeOwnBuffer(OpResult result, bool isOwn);
  void makeOwnBuffers();
  void standAbreast(Value number, ArrayRef<Extent> axes);
  void makeAbreastBuffers();
  void visitAbreast(const Member &member, Value point, Value next);
  void makeSums(const Member &member);
  void traverseAll();
  void traverseChannels(const tree::Channels &channels, Value tile);
  void traverseWidth(const tree::Channels &channels, int64_t width);
  void traverse(const Member &member);
  void visitInOrder(const Member &member, VertexOrder order);
  void prefetchLater(const Member &member, VertexOrder &order, Value ordinal);
  void bindPoint(Visit &visit, const Member &member, Value point, Value vertex);
  Value vertexOf(const Member &member, Value point);
  SmallVector<Value> indicesAt(const Member &member, Value point);
  void visit(const Member &member, Value point);
  void visitTogether(const Member &member, PointBlock &block, Value first);
  scf::ForOp enterLoop(Value lower, Value upper, int64_t step = 1);

  Task &task;
  ArrayRef<SweepOp> group;
  const Stage &stage;
  SweepOp first;
  ScheduleAttr schedule;
  std::vector<std::unique_ptr<Member>> members;
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
    return traverse(*members.front());
  }

  Value part, parts;
  if (level == TaskLevel::points) {
    parts = numParts(builder, loc, task.extent(pointsOf(task.buffers, first)), schedule);
    part = arith::RemUIOp::create(builder, loc, number, parts);
    number = arith::DivUIOp::create(builder, loc, number, parts);
  }
  if (isOfPart(stage.share)) {
    Value parts = task.index(schedule.getParts());
    task.part = arith::RemUIOp::create(builder, loc, number, parts);
    number = arith::DivUIOp::create(builder, loc, number, parts);
  }
  Value channelTile;
  if (int64_t tiles = numChannelTiles(group, schedule); tiles > 1) {
    channelTile = arith::RemUIOp::create(builder, loc, number, task.index(tiles));
    number = arith::DivUIOp::create(builder, loc, number, task.index(tiles));
  }
  if (schedule.getAbreast() > 1) {
    standAbreast(number, axes);
    task.beginVisits();
    makeAbreastBuffers();
    return traverseAll();
  }
  task.axisIndices.resize(axes.size());
  for (int64_t axis = int64_t(axes.size()) - 1; axis >= 0; --axis)
    task.axisIndices[axis] =
        divide(number, axes[axis],
               batch.isOne() && llvm::all_of(ArrayRef(axes).take_front(axis), [](Extent e) { return e.isOne(); }));
  task.batch = divide(number, batch, true);
  task.beginVisits();
  if (level == TaskLevel::points)
    return visitPart(part, parts);
  makeOwnBuffers();
  if (channelTile)
    return traverseChannels(*tree::Channels::of(group), channelTile);
  traverseAll();
}

void GroupBody::traverseAll() {
  for (const std::unique_ptr<Member> &member : members)
    traverse(*member);
}

//===-- Points abreast --------------------------------------------------------===//

/// The task's points: those of block `number`.
void GroupBody::standAbreast(Value number, ArrayRef<Extent> axes) {
  bool alongBatch = bool(tree::batchAbreast(group));
  if (!alongBatch) {
    Value blocks = numBlocks(builder, loc, task.product(axes), schedule.getAbreast());
    task.batch = arith::DivUIOp::create(builder, loc, number, blocks);
    number = arith::RemUIOp::create(builder, loc, number, blocks);
  }
  task.abreast = std::make_unique<BatchLanes>(task, loc, schedule.getAbreast(), alongBatch, axes, number);
  if (alongBatch)
    task.batch = task.abreast->first(BatchLanes::kBatch);
  for (size_t axis = 0; axis < axes.size(); ++axis)
    task.axisIndices.push_back(task.abreast->first(int64_t(axis)));
}

/// What sweeps of the group read of a definition lies in the task's scratch, with its points innermost.
void GroupBody::makeAbreastBuffers() {
  for (SweepOp sweep : group)
    for (auto [result, handle] : llvm::zip(sweep.getDefinitions(), sweep.getDefinitionHandles())) {
      bool isReadLater = isReadInGroup(result);
      if (handle.use_empty() && !isReadLater)
        continue;
      Buffer buffer = task.buffers[result];
      buffer.axesOfTask = (sweep.getBatch() ? 1 : 0) + sweep.getAxes().size();
      buffer.isAbreast = true;
      SmallVector<int64_t> sizes;
      for (Extent extent : ArrayRef(buffer.extents).drop_front(buffer.axesOfTask + (sweep.getTree() ? 1 : 0)))
        sizes.push_back(extent.constant);
      sizes.push_back(schedule.getAbreast());
      buffer.holdsTwo = !isReadLater && looksBackOne(sweep);
      Extent vertices = sweep.getTree() ? buffer.extents[buffer.axesOfTask] : Extent{1, -1};
      if (buffer.holdsTwo)
        vertices = buffer.extents[buffer.axesOfTask] = {2, -1};
      buffer.memref = task.scratchOf(vertices, sizes, getElementTypeOrSelf(result.getType()));
      task.ownBuffers.insert({result, buffer});
      task.ownBuffers.insert({handle, buffer});
    }
}

//===-- Channels ------------------------------------------------------------===//

/// The part of a definition that a task keeps: all of it where `isOwn`, else what its own sweep looks back to.
Buffer GroupBody::makeOwnBuffer(OpResult result, bool isOwn) {
  auto sweep = cast<SweepOp>(result.getOwner());
  Buffer buffer = task.buffers[result];
  buffer.axesOfTask = (sweep.getBatch() ? 1 : 0) + sweep.getAxes().size();
  Extent &vertices = buffer.extents[buffer.axesOfTask];
  if (schedule.getChannels() > 0)
    buffer.extents.back().constant = std::min(buffer.extents.back().constant, schedule.getChannels());
  SmallVector<int64_t> sizes;
  for (Extent extent : ArrayRef(buffer.extents).drop_front(buffer.axesOfTask + 1))
    sizes.push_back(extent.constant);
  buffer.liesByVisit = isOwn && liesByVisit(result);
  buffer.holdsTwo = isOwn && isReadNextOnly(result);
  buffer.holdsOne = !isOwn && sweep.getDirection() == tree::Direction::up;
  buffer.holdsPath = !isOwn && !buffer.holdsOne;
  if (buffer.holdsTwo || buffer.holdsOne)
    vertices = {buffer.holdsTwo ? 2 : 1, -1};
  buffer.inLanes = staysInLanes(result);
  buffer.tree = sweep.getTree();
  if (buffer.inLanes && !task.places.contains(buffer.tree))
    task.places[buffer.tree] = task.scratchOf(vertices, {}, builder.getI32Type());
  buffer.memref = task.scratchOf(vertices, sizes, getElementTypeOrSelf(result.getType()),
                                 buffer.inLanes ? kMostPartialBlocks * ESPALIER_BLOCK_WIDTH : 0);
  return buffer;
}

/// Definitions that nobody else reads lie in the task's scratch, for as many channels as a task has; of those that are
/// streamed, the part that their own sweep looks back to.
void GroupBody::makeOwnBuffers() {
  for (SweepOp sweep : group)
    for (auto [result, handle] : llvm::zip(sweep.getDefinitions(), sweep.getDefinitionHandles())) {
      bool isOwn = isOwnTensor(result);
      // The state of a scan that nobody reads afterwards lies with its blocks.
      if (isOwn && isScanned(sweep) && result.use_empty())
        continue;
      if (isOwn)
        task.ownBuffers.insert({result, makeOwnBuffer(result, true)});
      if (isStreamed(result))
        task.ownBuffers.insert({handle, makeOwnBuffer(result, false)});
      else if (isOwn)
        task.ownBuffers.insert({handle, Buffer(task.bufferOf(result))});
    }
}

/// As deep as a tree can be.
void GroupBody::makeSums(const Member &member) {
  for (tree::ReduceOp sum : member.pushed)
    for (Value result : sum.getOutputs()) {
      auto type = dyn_cast<RankedTensorType>(result.getType());
      task.sumsByDepth[result] =
          task.scratchOf(task.buffers.verticesOf(sum.getTree()), type ? type.getShape() : ArrayRef<int64_t>(),
                         getElementTypeOrSelf(result));
    }
}

/// Tiles of `width` channels in their own copies of the code; own buffers are as narrow.
void GroupBody::traverseWidth(const tree::Channels &channels, int64_t width) {
  members.clear();
  for (SweepOp sweep : stage.sweeps)
    members.push_back(std::make_unique<Member>(sweep, onChannels(sweep, channels, width)));
  for (auto &[tensor, buffer] : task.ownBuffers)
    buffer.extents.back().constant = width;
  traverseAll();
}

/// All tiles but perhaps the last are of the schedule's width.
void GroupBody::traverseChannels(const tree::Channels &channels, Value tile) {
  int64_t width = schedule.getChannels(), numWhole = channels.size() / width, rest = channels.size() % width;
  task.channel = arith::MulIOp::create(builder, loc, tile, task.index(width));
  if (rest == 0)
    return traverseWidth(channels, width);
  Value isWhole = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, tile, task.index(numWhole));
  auto branch = scf::IfOp::create(builder, loc, isWhole, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(branch.thenYield());
  traverseWidth(channels, width);
  builder.setInsertionPoint(branch.elseYield());
  traverseWidth(channels, rest);
}

//===-- Visits --------------------------------------------------------------===//

void GroupBody::bindPoint(Visit &visit, const Member &member, Value point, Value vertex) {
  SweepOp sweep = member.sweep;
  SmallVector<Value> axisIndices(task.axisIndices);
  if (point && !sweep.getTree())
    axisIndices.push_back(point);
  for (auto [source, index, size] : llvm::zip_equal(member.axisIndices(), axisIndices, sweep.getAxes()))
    visit.bind(source, index, task.buffers.extentOf(size));
  if (sweep.getTree())
    visit.bindVertex(member.vertex(), vertex);
  visit.standAt(sweep, axisIndices, vertex);
}

/// Of what the sweep defines at the point.
SmallVector<Value> GroupBody::indicesAt(const Member &member, Value point) {
  SmallVector<Value> indices;
  if (SweepOp(member.sweep).getBatch())
    indices.push_back(task.batch);
  llvm::append_range(indices, task.axisIndices);
  if (point)
    indices.push_back(point);
  return indices;
}

/// The vertex of a point that may be the rank of a leaf.
Value GroupBody::vertexOf(const Member &member, Value point) {
  SweepOp sweep = member.sweep;
  if (!sweep.getLeaves())
    return point;
  return arith::IndexCastOp::create(
      builder, loc, builder.getIndexType(),
      memref::LoadOp::create(builder, loc, task.table(tree::Table::leaves, sweep.getTree()), point));
}

/// `point`: the vertex, or the rank of a leaf; without a tree the index on the last axis, or null where tasks run along
/// it.
void GroupBody::visit(const Member &member, Value point) {
  SweepOp sweep = member.sweep;
  Value vertex = vertexOf(member, point);
  Visit visit(task, member.body, member.groups);
  bindPoint(visit, member, point, vertex);
  SmallVector<Value> indices = indicesAt(member, point);
  if (member.wantsDepth())
    task.depth = arith::IndexCastOp::create(
        builder, loc, builder.getIndexType(),
        memref::LoadOp::create(builder, loc, task.table(tree::Table::depth, sweep.getTree()), vertex));
  SmallVector<std::pair<View, View>, 1> streams;
  for (auto [value, result, handle] :
       llvm::zip_equal(member.definitions(), sweep.getDefinitions(), sweep.getDefinitionHandles())) {
    View place = visit.partOf(task.bufferOf(result), indices, value.getType(), loc);
    if (isStreamed(result)) {
      View onPath = visit.partOf(task.bufferOf(handle), indices, value.getType(), loc);
      streams.push_back({onPath, place});
      place = onPath;
    }
    visit.define(value, place);
  }
  visit.emit();
  for (auto &[onPath, place] : streams)
    streamTile(builder, loc, onPath, place);
  for (tree::ReduceOp sum : member.pushed)
    visit.addToParent(sum);
}

/// `point` as in visit(); rows of the vertex `next`, if there is one, are asked for.
void GroupBody::visitAbreast(const Member &member, Value point, Value next) {
  BatchBlock(task, member.sweep, member.groups).emit(point, vertexOf(member, point), next);
}

/// Asks for the rows of a vertex that is visited later: those it reads, and those it defines.
void GroupBody::prefetchLater(const Member &member, VertexOrder &order, Value ordinal) {
  SweepOp sweep = member.sweep;
  bool isFar = llvm::any_of(group, [](SweepOp each) { return each.getSchedule().getStreamed(); });
  Value visitLater = order.later(ordinal, sweep.getSchedule().getAhead()), vertex = order.at(visitLater);
  task.visit = order.number(visitLater);
  Visit later(task, member.body, member.groups);
  bindPoint(later, member, vertex, vertex);
  for (const View &row : rowsOf(later, member.body, member.vertex(), vertex, sweep.getHandles()))
    prefetch(builder, loc, row, /*isWritten=*/false, isFar);
  SmallVector<Value> indices = indicesAt(member, vertex);
  for (auto [value, result] : llvm::zip_equal(member.definitions(), sweep.getDefinitions()))
    if (!isStreamed(result) && !replacesDefinition(result))
      prefetch(builder, loc, later.partOf(task.bufferOf(result), indices, value.getType(), loc), /*isWritten=*/true,
               isFar);
}

void GroupBody::visitTogether(const Member &member, PointBlock &block, Value first) {
  SmallVector<std::optional<View>> places;
  for (auto [value, result] : llvm::zip_equal(member.definitions(), SweepOp(member.sweep).getDefinitions()))
    places.push_back(block.placeOf(first, result, value.getType()));
  block.emit(first, places);
}

void GroupBody::traverse(const Member &member) {
  SweepOp sweep = member.sweep;
  if (!sweep.getTree())
    return task.abreast ? visitAbreast(member, Value(), Value()) : visit(member, Value());
  if (isScanned(sweep))
    return ChainScan(task, sweep).emit(stage.share);
  makeSums(member);
  if (hasRuns(sweep) && stage.share != Share::part)
    return PathRuns(task, sweep, member.narrow ? *member.narrow : sweep,
                    [&](Value from, Value to) { visitInOrder(member, VertexOrder(task, sweep, from, to)); })
        .emit(stage.share);
  visitInOrder(member, VertexOrder(task, sweep, stage.share));
}

void GroupBody::visitInOrder(const Member &member, VertexOrder order) {
  SweepOp sweep = member.sweep;
  OpBuilder::InsertionGuard guard(builder);
  Value ordinal = enterLoop(order.lower(), order.upper()).getInductionVar();
  if (order.isByBlocks())
    return VertexBlock(task, sweep, member.groups).emit(order.at(ordinal), order.at(order.later(ordinal, 1)));
  if (task.abreast) {
    int64_t ahead = sweep.getSchedule().getAhead();
    return visitAbreast(member, order.at(ordinal), ahead > 0 ? order.at(order.later(ordinal, ahead)) : Value());
  }
  if (sweep.getSchedule().getAhead() > 0)
    prefetchLater(member, order, ordinal);
  task.visit = order.number(ordinal);
  visit(member, order.at(ordinal));
}

/// All members at each point of a part of the domain: at `together` points at a time, where there are so many. What is
/// left of a block is a block that ends with the part: points that it shares with the block before get the same values
/// again. So all points of a domain are evaluated by the same operations; one by one only where there are fewer than a
/// block has.
void GroupBody::visitPart(Value part, Value parts) {
  Value size = task.index(schedule.getPoints());
  Value lower = arith::MulIOp::create(builder, loc, part, size);
  Value all = task.extent(pointsOf(task.buffers, first)), upper = arith::AddIOp::create(builder, loc, lower, size);
  if (joinsRest(schedule)) {
    Value next = arith::AddIOp::create(builder, loc, part, task.index(1));
    Value isLast = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, next, parts);
    upper = arith::SelectOp::create(builder, loc, isLast, all, upper);
  } else {
    upper = arith::MinUIOp::create(builder, loc, upper, all);
  }
  if (int64_t together = schedule.getTogether(); together > 1) {
    Value count = arith::SubIOp::create(builder, loc, upper, lower);
    Value fits = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::uge, count, task.index(together));
    Value end = arith::SelectOp::create(builder, loc, fits, upper, lower);
    std::vector<std::unique_ptr<PointBlock>> blocks;
    for (const std::unique_ptr<Member> &member : members)
      blocks.push_back(
          std::make_unique<PointBlock>(task, member->sweep, member->groups, together, member->definitions()));
    OpBuilder::InsertionGuard guard(builder);
    Value point = enterLoop(lower, end, together).getInductionVar();
    point =
        arith::MinUIOp::create(builder, loc, point, arith::SubIOp::create(builder, loc, upper, task.index(together)));
    for (auto [member, block] : llvm::zip_equal(members, blocks))
      visitTogether(*member, *block, point);
    lower = end;
  }
  OpBuilder::InsertionGuard guard(builder);
  Value point = enterLoop(lower, upper).getInductionVar();
  for (const std::unique_ptr<Member> &member : members)
    visit(*member, point);
}

/// Whether a visit soon reads what the one before it stored: a sweep up or down a tree, vertex by vertex.
static bool looksAtNeighbours(SweepOp sweep) {
  return sweep.getDirection() != tree::Direction::each && sweep.getSchedule().getTogether() == 1 &&
         sweep.getSchedule().getAbreast() == 1;
}

static void emitGrid(OpBuilder &builder, const Buffers &buffers, Locations &locations, ArrayRef<SweepOp> group,
                     const Stage &stage) {
  SweepOp first = group.front();
  Location loc = first.getLoc();
  ScheduleAttr schedule = first.getSchedule();
  SmallVector<Extent> sizes;
  if (schedule.getTasks() >= TaskLevel::batch)
    sizes.push_back(buffers.batchOf(first));
  if (schedule.getTasks() >= TaskLevel::axes)
    for (Value size : taskAxesOf(first, schedule))
      sizes.push_back(buffers.extentOf(size));
  Value tasks;
  if (schedule.getAbreast() > 1 && !tree::batchAbreast(group)) { // the batch is in front
    Value batch = materialise(builder, loc, buffers, sizes.front());
    tasks = productOf(builder, loc, buffers, ArrayRef(sizes).drop_front());
    tasks = arith::MulIOp::create(builder, loc, batch, numBlocks(builder, loc, tasks, schedule.getAbreast()));
  } else {
    tasks = numBlocks(builder, loc, productOf(builder, loc, buffers, sizes), schedule.getAbreast());
  }
  auto multiply = [&](int64_t number) {
    if (number > 1)
      tasks = arith::MulIOp::create(builder, loc, tasks, arith::ConstantIndexOp::create(builder, loc, number));
  };
  if (schedule.getTasks() == TaskLevel::points)
    tasks = arith::MulIOp::create(
        builder, loc, tasks,
        numParts(builder, loc, materialise(builder, loc, buffers, pointsOf(buffers, first)), schedule));
  multiply(numChannelTiles(group, schedule));
  multiply(isOfPart(stage.share) ? schedule.getParts() : 1);
  scf::ForallOp grid = makeGrid(builder, loc, tasks, schedule.getGrain(), schedule.getLanes());
  if (llvm::any_of(stage.sweeps, looksAtNeighbours))
    grid->setAttr("tile.forwards", builder.getUnitAttr());
  Task task(buffers, locations, {schedule.getRows(), schedule.getVectors()}, grid.getBody(), loc);
  GroupBody(task, group, stage).emit(grid.getInductionVar(0));
}

void emitGroup(OpBuilder &builder, const Buffers &buffers, Locations &locations, ArrayRef<SweepOp> group) {
  for (const Stage &stage : stagesOf(group))
    emitGrid(builder, buffers, locations, group, stage);
}

} // namespace espalier::lowering
