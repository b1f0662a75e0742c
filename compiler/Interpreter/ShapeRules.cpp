//===- ShapeRules.cpp - Tile operations that only move elements -------------===//
//
// Each of them is a table made once: element i of the result is element source[i] of
// the input, or zero where source[i] < 0.
//===----------------------------------------------------------------------===//
#include "compiler/Interpreter/Plan.h"

#include "dialects/Tile/IR/TileDialect.h"

using namespace mlir;

namespace espalier::interpreter {

/// Calls visit(position of each axis, flat row-major index) for every element of a shape.
template <class Visit> static void forEachElement(const Shape &shape, Visit visit) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  std::vector<int64_t> position(shape.size(), 0);
  for (int64_t flat = 0; flat < count; ++flat) {
    visit(position, flat);
    for (size_t axis = shape.size(); axis-- > 0 && ++position[axis] == shape[axis];)
      position[axis] = 0;
  }
}

static int64_t flatten(const std::vector<int64_t> &position, const Shape &shape) {
  int64_t flat = 0;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    flat = flat * shape[axis] + position[axis];
  return flat;
}

static Step move(Operation *op, Plan &plan, std::vector<int64_t> source) {
  return [input = plan.slot(op->getOperand(0)), result = plan.slot(op->getResult(0)),
          source = std::move(source)](Machine &machine) {
    for (int64_t i = 0; i < result.size; ++i)
      machine.at(result)[i] = source[i] < 0 ? Element{.integer = 0} : machine.at(input)[source[i]];
  };
}

static Step broadcast(Operation *op, Plan &plan) {
  Shape input = shapeOf(op->getOperand(0).getType()), result = shapeOf(op->getResult(0).getType());
  size_t newAxes = result.size() - input.size();
  std::vector<int64_t> source;
  forEachElement(result, [&](const std::vector<int64_t> &position, int64_t) {
    std::vector<int64_t> from(position.begin() + newAxes, position.end());
    for (size_t axis = 0; axis < from.size(); ++axis)
      from[axis] = input[axis] == 1 ? 0 : from[axis];
    source.push_back(flatten(from, input));
  });
  return move(op, plan, std::move(source));
}

static Step transpose(Operation *op, Plan &plan) {
  Shape input = shapeOf(op->getOperand(0).getType()), result = shapeOf(op->getResult(0).getType());
  ArrayRef<int64_t> permutation = cast<tile::TransposeOp>(op).getPermutation();
  std::vector<int64_t> source;
  forEachElement(result, [&](const std::vector<int64_t> &position, int64_t) {
    std::vector<int64_t> from(position.size());
    for (size_t axis = 0; axis < from.size(); ++axis)
      from[permutation[axis]] = position[axis];
    source.push_back(flatten(from, input));
  });
  return move(op, plan, std::move(source));
}

static Step reshape(Operation *op, Plan &plan) {
  std::vector<int64_t> source(sizeOf(op->getResult(0).getType()));
  for (size_t i = 0; i < source.size(); ++i)
    source[i] = static_cast<int64_t>(i);
  return move(op, plan, std::move(source));
}

static Step slice(Operation *op, Plan &plan) {
  Shape input = shapeOf(op->getOperand(0).getType()), result = shapeOf(op->getResult(0).getType());
  ArrayRef<int64_t> offsets = cast<tile::SliceOp>(op).getOffsets();
  std::vector<int64_t> source;
  forEachElement(result, [&](std::vector<int64_t> position, int64_t) {
    for (size_t axis = 0; axis < position.size(); ++axis)
      position[axis] += offsets[axis];
    source.push_back(flatten(position, input));
  });
  return move(op, plan, std::move(source));
}

static Step pad(Operation *op, Plan &plan) {
  Shape input = shapeOf(op->getOperand(0).getType()), result = shapeOf(op->getResult(0).getType());
  ArrayRef<int64_t> offsets = cast<tile::PadOp>(op).getOffsets();
  std::vector<int64_t> source(sizeOf(op->getResult(0).getType()), -1);
  forEachElement(input, [&](std::vector<int64_t> position, int64_t flat) {
    for (size_t axis = 0; axis < position.size(); ++axis)
      position[axis] += offsets[axis];
    source[flatten(position, result)] = flat;
  });
  return move(op, plan, std::move(source));
}

static Step concat(Operation *op, Plan &plan) {
  auto concat = cast<tile::ConcatOp>(op);
  Shape result = shapeOf(concat.getType());
  std::vector<Slot> inputs = plan.slots(concat.getInputs());
  std::vector<std::vector<int64_t>> targets; // of each input: where each element goes
  int64_t offset = 0;
  for (mlir::Value input : concat.getInputs()) {
    Shape shape = shapeOf(input.getType());
    forEachElement(shape, [&, &target = targets.emplace_back()](std::vector<int64_t> position, int64_t) {
      position[concat.getAxis()] += offset;
      target.push_back(flatten(position, result));
    });
    offset += shape[concat.getAxis()];
  }
  return [inputs, targets = std::move(targets), y = plan.slot(concat.getResult())](Machine &machine) {
    for (size_t k = 0; k < inputs.size(); ++k)
      for (int64_t i = 0; i < inputs[k].size; ++i)
        machine.at(y)[targets[k][i]] = machine.at(inputs[k])[i];
  };
}

static Step eye(Operation *op, Plan &plan) {
  int64_t n = shapeOf(op->getResult(0).getType())[0];
  return [n, y = plan.slot(op->getResult(0))](Machine &machine) {
    for (int64_t i = 0; i < n * n; ++i)
      machine.at(y)[i].real = i / n == i % n;
  };
}

/// The number of the part of a tile at computed positions of its leading axes; -1 after a fault.
static int64_t partNumber(Machine &machine, Operation *op, const std::vector<Slot> &positions, const Shape &shape) {
  int64_t number = 0;
  for (size_t axis = 0; axis < positions.size(); ++axis) {
    int64_t position = machine.integer(positions[axis]);
    if (position < 0 || position >= shape[axis]) {
      machine.fail(op, "index {} of {} is out of range ({})", position, nameOf(op->getLoc(), "a tile"),
                   expectedRange(shape[axis]));
      return -1;
    }
    number = number * shape[axis] + position;
  }
  return number;
}

static Step element(Operation *op, Plan &plan) {
  auto element = cast<tile::ElementOp>(op);
  return [op, input = plan.slot(element.getInput()), positions = plan.slots(element.getPositions()),
          shape = shapeOf(element.getInput().getType()), y = plan.slot(element.getResult())](Machine &machine) {
    if (int64_t part = partNumber(machine, op, positions, shape); part >= 0)
      std::copy_n(machine.at(input) + part * y.size, y.size, machine.at(y));
  };
}

static Step place(Operation *op, Plan &plan) {
  auto place = cast<tile::PlaceOp>(op);
  return [op, input = plan.slot(place.getInput()), positions = plan.slots(place.getPositions()),
          shape = shapeOf(place.getType()), y = plan.slot(place.getResult())](Machine &machine) {
    std::fill_n(machine.at(y), y.size, Element{.integer = 0});
    if (int64_t part = partNumber(machine, op, positions, shape); part >= 0)
      std::copy_n(machine.at(input), input.size, machine.at(y) + part * input.size);
  };
}

void addShapeRules(RuleTable &table) {
  table["tile.broadcast"] = broadcast;
  table["tile.transpose"] = transpose;
  table["tile.reshape"] = reshape;
  table["tile.slice"] = slice;
  table["tile.pad"] = pad;
  table["tile.concat"] = concat;
  table["tile.eye"] = eye;
  table["tile.element"] = element;
  table["tile.place"] = place;
}

} // namespace espalier::interpreter
