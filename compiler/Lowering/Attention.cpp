//===- Attention.cpp - Attention as a grid of tasks -------------------------===//
//
// A task has a tile of rows: neighbours on the last axis. It finds their keys, computes
// once what depends on the rows only, and goes through the keys tile by tile. Of each
// tile of keys it computes once what depends on the keys only; what depends on both is
// the lifted region (Lift.h): products become matrix products, numbers tiles of numbers.
// So there are never more scores than one tile of pairs, and no key is seen more than
// once per tile of rows.
//
// A pair that is no key of its row has a score of -inf, and so the weight 0. A value that
// is not finite would be NaN in the rows of other keys even so: where a tile has such
// values, they are added pair by pair, and stand as zeros in the product. No row's bits
// depend on keys that are not its own.
//===----------------------------------------------------------------------===//
#include "compiler/Lowering/Attention.h"

#include "compiler/Lowering/AttentionTile.h"
#include "compiler/Lowering/Grid.h"

using namespace mlir;
using espalier::block::AttendOp;
using espalier::block::ScheduleAttr;
using espalier::block::TaskLevel;

namespace espalier::lowering {

static ScheduleAttr scheduleOf(AttendOp attend) {
  return attend->getAttrOfType<ScheduleAttr>(ScheduleAttr::attributeName);
}

LogicalResult checkSupported(AttendOp attend) {
  if (!scheduleOf(attend))
    return attend.emitOpError("has no schedule: attach-schedules runs before");
  for (Region &region : attend->getRegions())
    if (failed(checkSupported(region)))
      return failure();
  return success();
}

namespace {
/// The loops of a task around its tiles of rows.
class AttentionTask {
public:
  AttentionTask(Task &task, AttendOp attend)
      : task(task), builder(task.builder), attend(attend), loc(attend.getLoc()), schedule(scheduleOf(attend)) {
    for (Value size : attend.getAxes())
      axes.push_back(task.buffers.extentOf(size));
  }

  void emit(Value number);

private:
  Value enterLoop(Value end) {
    auto loop = scf::ForOp::create(builder, loc, task.index(0), end, task.index(1));
    builder.setInsertionPoint(loop.getBody()->getTerminator());
    return loop.getInductionVar();
  }
  /// The number's index on its last axis; what remains counts the axes before.
  Value divide(Value &number, Extent size) {
    if (size.isOne())
      return task.index(0);
    Value extent = task.extent(size);
    Value index = arith::RemUIOp::create(builder, loc, number, extent);
    number = arith::DivUIOp::create(builder, loc, number, extent);
    return index;
  }
  Value numTiles() {
    return axes.empty() ? task.index(1) : numBlocks(builder, loc, task.extent(axes.back()), schedule.getRows());
  }
  ArrayRef<Extent> leadingAxes() const { return axes.empty() ? axes : ArrayRef(axes).drop_back(); }

  Task &task;
  OpBuilder &builder;
  AttendOp attend;
  Location loc;
  ScheduleAttr schedule;
  SmallVector<Extent> axes;
};
} // namespace

void AttentionTask::emit(Value number) {
  Extent batch = task.buffers.batchOf(attend.getBatch());
  task.numBatch = task.extent(batch);
  OpBuilder::InsertionGuard guard(builder);
  Value tile;
  SmallVector<Value> leading(leadingAxes().size());
  if (schedule.getTasks() == TaskLevel::tiles) {
    Value tiles = numTiles();
    tile = arith::RemUIOp::create(builder, loc, number, tiles);
    number = arith::DivUIOp::create(builder, loc, number, tiles);
    for (size_t axis = leading.size(); axis-- > 0;)
      leading[axis] = divide(number, axes[axis]);
    task.batch = number;
  } else {
    // Pairs are accumulated in the order of their rows.
    bool perBatch = schedule.getTasks() == TaskLevel::batch;
    task.batch = number;
    for (auto [initial, result] : llvm::zip_equal(attend.getInits(), attend.getAccumulated()))
      copyInitialValue(task, loc, task.buffers[initial], task.buffers[result], perBatch);
    if (!perBatch)
      task.batch = enterLoop(task.numBatch);
    for (auto [index, size] : llvm::zip_equal(leading, leadingAxes()))
      index = enterLoop(task.extent(size));
    tile = enterLoop(numTiles());
  }
  task.axisIndices = leading;
  task.beginVisits();
  AttentionTile(task, attend, schedule).emit(tile);
}

void emitAttention(OpBuilder &builder, const Buffers &buffers, Locations &locations, AttendOp attend) {
  Location loc = attend.getLoc();
  ScheduleAttr schedule = scheduleOf(attend);
  SmallVector<Extent> sizes;
  if (schedule.getTasks() >= TaskLevel::batch)
    sizes.push_back(buffers.batchOf(attend.getBatch()));
  Value tiles;
  if (schedule.getTasks() == TaskLevel::tiles && !attend.getAxes().empty()) {
    for (Value size : attend.getAxes().drop_back())
      sizes.push_back(buffers.extentOf(size));
    Value last = materialise(builder, loc, buffers, buffers.extentOf(attend.getAxes().back()));
    tiles = numBlocks(builder, loc, last, schedule.getRows());
  }
  Value tasks = productOf(builder, loc, buffers, sizes);
  if (tiles)
    tasks = arith::MulIOp::create(builder, loc, tasks, tiles);
  scf::ForallOp grid = makeGrid(builder, loc, tasks, schedule.getGrain(), schedule.getLanes());
  Task task(buffers, locations, {schedule.getProductRows(), schedule.getProductVectors()}, grid.getBody(), loc);
  AttentionTask(task, attend).emit(grid.getInductionVar(0));
}

} // namespace espalier::lowering
