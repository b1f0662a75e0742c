//===- SweepGroups.cpp - Which sweeps share their tasks ---------------------===//
#include "compiler/Schedule/SweepGroups.h"

#include "compiler/Schedule/PointBlocks.h"

using namespace mlir;
using espalier::tree::SweepOp;
using espalier::tree::TaskLevel;

namespace espalier::schedule {

static bool isOwnAxisIndex(SweepOp sweep, unsigned axis, Value index) {
  return axis < sweep.getAxes().size() && index == sweep.getAxisIndices()[axis];
}

/// Every accumulation goes to the batch element of its own visit.
static bool accumulatesPerBatchElement(SweepOp sweep) {
  bool own = bool(sweep.getBatch());
  sweep.walk([&](tree::AccumulateOp op) {
    auto tile = dyn_cast<RankedTensorType>(op.getValue().getType());
    int64_t leading = cast<RankedTensorType>(op.getTarget().getType()).getRank() - (tile ? tile.getRank() : 0);
    own &= leading > int64_t(op.getIndices().size());
  });
  return own;
}

Tasks tasksOf(SweepOp sweep) {
  if (!sweep.getInits().empty()) {
    if (accumulatesPerBatchElement(sweep))
      return {TaskLevel::batch, "accumulators of one batch element are summed in a fixed order"};
    return {TaskLevel::whole, "accumulators are summed in a fixed order"};
  }
  if (gainsFromBlocks(sweep))
    return {TaskLevel::points, gainsAsNumbers(sweep) ? "points are independent" : "points share a matrix"};
  if (sweep.getDirection() == tree::Direction::each && sweep.getTree())
    return {TaskLevel::points, "points are independent"};
  return {TaskLevel::axes, sweep.getTree() ? "a vertex waits for its neighbours" : "points are independent"};
}

/// Whether `read` stays within the task that visits it.
static bool staysInTask(tree::ReadOp read, SweepOp writer, SweepOp reader, TaskLevel level) {
  auto indices = read.getIndices();
  unsigned axes = writer.getAxes().size();
  if (indices.size() < axes || bool(writer.getBatch()) != read.isBatched())
    return false;
  for (unsigned axis = 0; axis < axes; ++axis)
    if (!isOwnAxisIndex(reader, axis, indices[axis]))
      return false;
  // Without a tree the axes were all.
  return level != TaskLevel::points || !reader.getTree() ||
         (indices.size() > axes && indices[axes] == reader.getVertex());
}

bool mayJoin(ArrayRef<SweepOp> group, TaskLevel level, SweepOp next) {
  SweepOp first = group.front();
  if (level < TaskLevel::axes || tasksOf(next).level != level || next.getBatch() != first.getBatch() ||
      !llvm::equal(next.getAxes(), first.getAxes()))
    return false;
  if (level == TaskLevel::points && (next.getTree() != first.getTree() || next.getLeaves() != first.getLeaves()))
    return false;
  bool joins = true;
  next.walk([&](tree::ReadOp read) {
    // The points of a view are those of other tasks.
    bool isView = bool(read.getTensor().getDefiningOp<tree::ViewOp>());
    auto writer = tree::ViewOp::baseOf(read.getTensor()).getDefiningOp<SweepOp>();
    if (writer && llvm::is_contained(group, writer))
      joins &= !isView && staysInTask(read, writer, next, level);
  });
  return joins;
}

} // namespace espalier::schedule
