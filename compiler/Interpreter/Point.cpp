//===- Point.cpp - One point of a tensor ------------------------------------===//
#include "compiler/Interpreter/Point.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

using namespace mlir;

namespace espalier::interpreter {

/// Whether an operation is evaluated for each element of a batch.
static bool runsOverBatch(Operation *op) {
  if (auto sweep = op->getParentOfType<tree::SweepOp>())
    return bool(sweep.getBatch());
  auto attend = op->getParentOfType<block::AttendOp>();
  return attend && attend.getBatch();
}

Point Point::of(Operation *op, Plan &plan, mlir::Value tensor, ValueRange indices, Type tile) {
  std::string name = nameOf(op->getLoc(), nameOf(tensor.getLoc(), "a tensor"));
  Point point{op, name, plan.tensor(tensor), plan.slots(indices), {}, false, sizeOf(tile)};
  for (mlir::Value index : indices)
    point.isVertex.push_back(isa<tree::VertexType>(index.getType()));
  int64_t innerRank = static_cast<int64_t>(indices.size() + shapeOf(tile).size());
  point.isBatched = cast<RankedTensorType>(tensor.getType()).getRank() > innerRank;
  if (point.isBatched && !runsOverBatch(op))
    plan.refuse(op, "a tensor with a batch axis is used outside a sweep over a batch");
  return point;
}

Element *Point::find(Machine &machine) const {
  TensorView view = machine.view(tensor);
  int64_t tile = isBatched ? machine.batchElement : 0;
  if (isBatched && tile >= view.shape[0]) {
    machine.fail(op, "{} has {} batch elements, expected {}", name, view.shape[0], machine.batchSize);
    return nullptr;
  }
  for (size_t k = 0; k < positions.size(); ++k) {
    int64_t position = machine.integer(positions[k]), size = view.shape[k + isBatched];
    if (isVertex[k] && position < 0)
      return nullptr;
    if (position < 0 || position >= size) {
      machine.fail(op, "index {} of {} is out of range ({})", position, name, expectedRange(size));
      return nullptr;
    }
    tile = tile * size + position;
  }
  return view.data + tile * tileSize;
}

void readPoint(Machine &machine, const Point &point, Slot y) {
  if (const Element *tile = point.find(machine))
    std::copy_n(tile, y.size, machine.at(y));
  else
    std::fill_n(machine.at(y), y.size, Element{.integer = 0});
}

} // namespace espalier::interpreter
