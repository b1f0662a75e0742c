//===- BlockLevelRules.cpp - Nested blocks and prefixes ---------------------===//
#include "compiler/Interpreter/Plan.h"

#include "dialects/Block/IR/BlockDialect.h"

using namespace mlir;

namespace espalier::interpreter {

static int64_t floorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Counts down from the finest level until both positions lie in one block; a block is half of the next coarser one.
static Step sharedLevels(Operation *op, Plan &plan) {
  auto shared = cast<block::SharedLevelsOp>(op);
  return [i = plan.slot(shared.getLeft()), j = plan.slot(shared.getRight()),
          numPositions = plan.slot(shared.getPositions()), levels = int64_t(shared.getLevels()),
          y = plan.slot(shared.getResult())](Machine &machine) {
    int64_t numBlocks = int64_t(1) << (levels - 1), positions = machine.integer(numPositions);
    int64_t finest = positions > 0 ? (positions - 1) / numBlocks + 1 : 1;
    int64_t blockOfI = floorDiv(machine.integer(i), finest), blockOfJ = floorDiv(machine.integer(j), finest);
    int64_t count = levels;
    for (; count > 0 && blockOfI != blockOfJ; --count) {
      blockOfI = floorDiv(blockOfI, 2);
      blockOfJ = floorDiv(blockOfJ, 2);
    }
    machine.integer(y) = count;
  };
}

/// The tile is outer x axis x inner; what lies behind the prefix is zero.
static Step prefix(Operation *op, Plan &plan) {
  auto prefix = cast<block::PrefixOp>(op);
  Shape shape = shapeOf(prefix.getType());
  int64_t axisSize = shape[prefix.getAxis()], inner = 1;
  for (size_t axis = prefix.getAxis() + 1; axis < shape.size(); ++axis)
    inner *= shape[axis];
  return [=, table = std::vector<int64_t>(prefix.getTable()), x = plan.slot(prefix.getInput()),
          count = plan.slot(prefix.getCount()), y = plan.slot(prefix.getResult())](Machine &machine) {
    int64_t length = table[machine.integer(count)];
    for (int64_t at = 0; at < y.size; ++at) {
      bool isKept = at / inner % axisSize < length;
      machine.at(y)[at].real = isKept ? machine.at(x)[at].real : 0;
    }
  };
}

void addLevelRules(RuleTable &table) {
  table["block.shared_levels"] = sharedLevels;
  table["block.prefix"] = prefix;
}

} // namespace espalier::interpreter
