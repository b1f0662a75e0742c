//===- AccessRules.cpp - Reads, accumulations and checks at a point ---------===//
#include "compiler/Interpreter/Point.h"

#include "dialects/Tree/IR/TreeDialect.h"

#include <cmath>

using namespace mlir;

namespace espalier::interpreter {

static Step read(Operation *op, Plan &plan) {
  auto read = cast<tree::ReadOp>(op);
  return [point = Point::of(op, plan, read.getTensor(), read.getIndices(), read.getType()),
          y = plan.slot(read.getResult())](Machine &machine) { readPoint(machine, point, y); };
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
