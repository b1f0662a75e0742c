//===- BatchLanes.cpp - Points of batch and axes, a lane each ---------------===//
#include "compiler/Lowering/BatchLanes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::lowering {

BatchLanes::BatchLanes(Task &task, Location loc, int64_t width, bool alongBatch, ArrayRef<Extent> axes, Value block)
    : task(task), loc(loc), numLanes(width), withBatch(alongBatch), axes(axes), tables(axes.size() + 1) {
  OpBuilder &builder = task.builder;
  auto table = [&] { return task.scratch({width}, builder.getIndexType()).base; };
  Value numPoints = alongBatch ? task.numBatch : task.index(1);
  for (Extent size : axes)
    numPoints = arith::MulIOp::create(builder, loc, numPoints, task.extent(size));
  Value last = arith::SubIOp::create(builder, loc, numPoints, task.index(1)),
        first = arith::MulIOp::create(builder, loc, block, task.index(width));
  if (alongBatch)
    tables[0] = table();
  for (size_t axis = 0; axis < axes.size(); ++axis)
    tables[axis + 1] = table();

  auto each = scf::ForOp::create(builder, loc, task.index(0), task.index(width), task.index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(each.getBody()->getTerminator());
  Value lane = each.getInductionVar();
  Value point = arith::MinUIOp::create(builder, loc, arith::AddIOp::create(builder, loc, first, lane), last);
  for (size_t axis = axes.size(); axis > 0; --axis) {
    Value size = task.extent(axes[axis - 1]);
    memref::StoreOp::create(builder, loc, arith::RemUIOp::create(builder, loc, point, size).getResult(), tables[axis],
                            lane);
    point = arith::DivUIOp::create(builder, loc, point, size);
  }
  if (alongBatch)
    memref::StoreOp::create(builder, loc, point, tables[0], lane);
}

Value BatchLanes::first(int64_t axis) { return at(axis, task.index(0)); }

Value BatchLanes::at(int64_t axis, Value lane) {
  return memref::LoadOp::create(task.builder, loc, indices(axis), lane);
}

Value BatchLanes::makeTable(Type element, llvm::function_ref<Value(OpBuilder &, Value)> entry) {
  OpBuilder &front = task.beforeVisits();
  Value table = task.scratch({numLanes}, element).base;
  auto each = scf::ForOp::create(front, loc, task.index(0), task.index(numLanes), task.index(1));
  OpBuilder inside(each.getBody()->getTerminator());
  Value lane = each.getInductionVar();
  memref::StoreOp::create(inside, loc, entry(inside, lane), table, lane);
  return table;
}

Value BatchLanes::numberOf(OpBuilder &builder, ArrayRef<int64_t> axes, Value lane) {
  Value number = task.index(0);
  for (int64_t axis : axes) {
    Value size = axis == kBatch ? task.numBatch : task.extent(this->axes[axis]);
    number = arith::MulIOp::create(builder, loc, number, size);
    number = arith::AddIOp::create(builder, loc, number,
                                   memref::LoadOp::create(builder, loc, indices(axis), lane).getResult());
  }
  return number;
}

/// Counted from the least of them: the distances between a few points fit into 32 bits, whatever the sizes are.
BatchLanes::Rows BatchLanes::rows(ArrayRef<int64_t> axes) {
  Rows &found = known[SmallVector<int64_t>(axes)];
  if (found.numbers)
    return found;
  OpBuilder &front = task.beforeVisits();
  Value numbers =
      makeTable(front.getIndexType(), [&](OpBuilder &inside, Value lane) { return numberOf(inside, axes, lane); });
  Value atFirst = memref::LoadOp::create(front, loc, numbers, task.index(0));
  auto least = scf::ForOp::create(front, loc, task.index(1), task.index(numLanes), task.index(1), atFirst,
                                  [&](OpBuilder &inside, Location, Value lane, ValueRange carried) {
                                    Value number = memref::LoadOp::create(inside, loc, numbers, lane);
                                    number = arith::MinUIOp::create(inside, loc, carried.front(), number);
                                    scf::YieldOp::create(inside, loc, number);
                                  });
  found.first = least.getResult(0);
  found.numbers = makeTable(front.getI32Type(), [&](OpBuilder &inside, Value lane) -> Value {
    Value number = memref::LoadOp::create(inside, loc, numbers, lane);
    number = arith::SubIOp::create(inside, loc, number, found.first);
    return arith::IndexCastOp::create(inside, loc, inside.getI32Type(), number);
  });
  return found;
}

Value BatchLanes::positions(Extent vertices) {
  Value &positions = knownPositions[{vertices.row, vertices.constant}];
  if (!positions) {
    SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, int64_t(axes.size())));
    positions = makeTable(task.builder.getIndexType(), [&](OpBuilder &inside, Value lane) -> Value {
      return arith::MulIOp::create(inside, loc, numberOf(inside, all, lane), task.extent(vertices));
    });
  }
  return positions;
}

} // namespace espalier::lowering
