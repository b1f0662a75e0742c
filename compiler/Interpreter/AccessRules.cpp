//===- AccessRules.cpp - Reads, accumulations and checks at a point ---------===//
#include "compiler/Interpreter/Plan.h"

#include "dialects/Tree/IR/TreeDialect.h"

#include <cmath>

using namespace mlir;

namespace espalier::interpreter {

namespace {
/// One point of a tensor: [batch] x positions; the rest of the axes is the tile.
struct Point {
  Operation *op;
  std::string name;
  TensorPlace tensor;
  std::vector<Slot> positions;
  std::vector<bool> isVertex; // of each position: a vertex may be none
  bool isBatched;
  int64_t tileSize;

  static Point of(Operation *op, Plan &plan, mlir::Value tensor, ValueRange indices, Type tile) {
    std::string name = nameOf(op->getLoc(), nameOf(tensor.getLoc(), "a tensor"));
    Point point{op, name, plan.tensor(tensor), plan.slots(indices), {}, false, sizeOf(tile)};
    for (mlir::Value index : indices)
      point.isVertex.push_back(isa<tree::VertexType>(index.getType()));
    int64_t innerRank = static_cast<int64_t>(indices.size() + shapeOf(tile).size());
    point.isBatched = cast<RankedTensorType>(tensor.getType()).getRank() > innerRank;
    if (point.isBatched && !(op->getParentOfType<tree::SweepOp>() && op->getParentOfType<tree::SweepOp>().getBatch()))
      plan.refuse(op, "a tensor with a batch axis is used outside a sweep over a batch");
    return point;
  }

  /// The first element of the tile; null where a vertex is none, and after an error.
  Element *find(Machine &machine) const {
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
};
} // namespace

static Step read(Operation *op, Plan &plan) {
  auto read = cast<tree::ReadOp>(op);
  return [point = Point::of(op, plan, read.getTensor(), read.getIndices(), read.getType()),
          y = plan.slot(read.getResult())](Machine &machine) {
    if (const Element *tile = point.find(machine))
      std::copy_n(tile, y.size, machine.at(y));
    else
      std::fill_n(machine.at(y), y.size, Element{.integer = 0});
  };
}

static Step accumulate(Operation *op, Plan &plan) {
  auto accumulate = cast<tree::AccumulateOp>(op);
  return [point = Point::of(op, plan, accumulate.getTarget(), accumulate.getIndices(), accumulate.getValue().getType()),
          x = plan.slot(accumulate.getValue())](Machine &machine) {
    if (Element *tile = point.find(machine))
      for (int64_t i = 0; i < x.size; ++i)
        tile[i].real += machine.at(x)[i].real;
  };
}

static Step checkFinite(Operation *op, Plan &plan) {
  return [op, name = nameOf(op->getLoc(), "a value"), x = plan.slot(op->getOperand(0))](Machine &machine) {
    for (int64_t i = 0; i < x.size; ++i)
      if (!std::isfinite(machine.at(x)[i].real))
        return machine.fail(op, "{} is not finite", name);
  };
}

void addAccessRules(RuleTable &table) {
  table["tree.read"] = read;
  table["tree.check_finite"] = checkFinite;
  table["tree.accumulate"] = accumulate;
}

} // namespace espalier::interpreter
