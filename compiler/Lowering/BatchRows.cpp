//===- BatchRows.cpp - A point of batch and axes in each lane ---------------===//
//
// What a task keeps lies in lanes already. A tile of each point in any other tensor is a
// row of it: the points' indices are its leading axes, and say which; what follows is the
// same for all of them.
//===----------------------------------------------------------------------===//
#include "compiler/Lowering/BatchLanes.h"
#include "compiler/Lowering/PackedPoints.h"
#include "compiler/Lowering/Visit.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace espalier::lowering {

void Visit::bindPoints(Abreast points) {
  abreast = std::move(points);
  positions = abreast.positions;
}

void Visit::bindAs(Value argument, Value source, Visit &outer) {
  scalars[argument] = outer.scalar(source);
  if (outer.present.contains(source))
    present.insert(argument);
  if (auto bound = outer.boundedBy.find(source); bound != outer.boundedBy.end())
    boundedBy.try_emplace(argument, bound->second);
}

/// Without the axis of the points.
static int64_t rankOfTile(tree::ReadOp op) { return cast<RankedTensorType>(op.getType()).getRank() - 1; }

static int64_t elementsOfTile(tree::ReadOp op) {
  return llvm::product_of(cast<RankedTensorType>(op.getType()).getShape().drop_front());
}

static bool isBatchedRow(tree::ReadOp op) {
  return cast<RankedTensorType>(op.getTensor().getType()).getRank() > int64_t(op.getIndices().size()) + rankOfTile(op);
}

View Visit::readAbreast(tree::ReadOp op) {
  Location loc = op.getLoc();
  const Buffer &buffer = task.bufferOf(op.getTensor());
  Place place = placeOf(op.getTensor(), isBatchedRow(op), op.getIndices(), 1, loc);
  View tile = laneBlock(task, buffer, place.linear ? place.linear : task.index(0),
                        cast<RankedTensorType>(op.getType()).getShape());
  return orZeros(tile, place.valid, loc);
}

/// Where they begin, and the numbers of the rows behind that.
Visit::Line Visit::rowsOfPoints(tree::ReadOp op, Value &numbers) {
  Location loc = op.getLoc();
  const Buffer &buffer = task.bufferOf(op.getTensor());
  bool isBatched = isBatchedRow(op);
  SmallVector<int64_t> leading; // of the tensor, along which points differ
  Line line;
  if (isBatched && task.abreast->alongBatch())
    leading.push_back(BatchLanes::kBatch);
  else if (isBatched)
    line.start = task.batch;
  auto indices = op.getIndices();
  size_t axis = 0;
  for (; axis < indices.size() && abreast.axes.contains(indices[axis]); ++axis) {
    leading.push_back(abreast.axes.lookup(indices[axis]));
    if (line.start)
      line.start = arith::MulIOp::create(builder, loc, line.start, task.extent(buffer.extents[axis + isBatched]));
  }
  BatchLanes::Rows rows = task.abreast->rows(leading);
  numbers = rows.numbers;
  line.start = plus(line.start, rows.first, loc);
  line.step = task.index(1);
  for (; axis < indices.size(); ++axis) {
    Value source = indices[axis], index = scalar(source), valid;
    Extent size = buffer.extents[axis + isBatched];
    if (isa<tree::VertexType>(source.getType())) {
      if (!present.contains(source))
        valid = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge, index, task.index(0));
    } else if (auto bound = boundedBy.find(source); bound == boundedBy.end() || !(bound->second == size)) {
      valid = checked(index, task.extent(size), loc, op.getTensor());
    }
    line.valid = both(line.valid, valid, loc);
    for (Value *amount : {&line.start, &line.step})
      *amount = arith::MulIOp::create(builder, loc, *amount, task.extent(size));
    line.start = plus(line.start, index, loc);
  }
  line.start = times(line.start, elementsOfTile(op), loc);
  line.step = times(line.step, elementsOfTile(op), loc);
  return line;
}

/// Where there is no vertex, all points find zeros.
void Visit::gatherPoints(tree::ReadOp op, const View &target) {
  Location loc = op.getLoc();
  Value numbers;
  Line line = rowsOfPoints(op, numbers);
  if (abreast.next && !op.getIndices().empty() && op.getIndices().back() == abreast.vertexArgument)
    fetchPoints(op, abreast.vertexArgument, abreast.next);
  Value from = task.flat(task.memrefOf(task.bufferOf(op.getTensor())));
  if (line.valid) {
    from = arith::SelectOp::create(builder, loc, line.valid, from, task.zeros(target.element(), elementsOfTile(op)));
    line.start = arith::SelectOp::create(builder, loc, line.valid, line.start, task.index(0));
    line.step = arith::SelectOp::create(builder, loc, line.valid, line.step, task.index(0));
  }
  tile::GatherRowsOp::create(builder, loc, /*mayMiss=*/false, from, line.start, line.step, numbers,
                             target.memref(builder, loc));
}

void Visit::fetchPoints(tree::ReadOp op, Value source, Value vertex) {
  const Buffer &buffer = task.bufferOf(op.getTensor());
  if (buffer.isAbreast)
    return;
  Value known = scalars.lookup(source);
  bool wasPresent = present.contains(source);
  bindVertex(source, vertex);
  bool isKnown = llvm::all_of(op.getIndices(), [&](Value index) {
    return abreast.axes.contains(index) || scalars.contains(index) || (index.getDefiningOp() && !isInside(index));
  });
  if (isKnown) {
    Value numbers;
    Line line = rowsOfPoints(op, numbers);
    tile::FetchRowsOp::create(builder, op.getLoc(), /*forWriting=*/false, task.flat(task.memrefOf(buffer)), line.start,
                              line.step, numbers, elementsOfTile(op));
  }
  if (known)
    scalars[source] = known;
  else
    scalars.erase(source);
  if (!wasPresent)
    present.erase(source);
}

} // namespace espalier::lowering
