//===- Dependence.cpp - What of a point a value depends on ------------------===//
#include "dialects/Block/IR/Dependence.h"

#include "mlir/IR/Operation.h"

using namespace mlir;

namespace espalier::block {

Dependences::Dependences(Block &block, ArrayRef<std::pair<Value, PointSet>> arguments) {
  for (auto [argument, set] : arguments)
    if (argument)
      sets[argument] = set;
  visit(block);
}

/// What the values that the block uses depend on.
PointSet Dependences::visit(Block &block) {
  PointSet used = 0;
  for (Operation &op : block) {
    PointSet set = 0;
    for (Value operand : op.getOperands())
      set |= of(operand);
    PointSet operands = set;
    for (Region &region : op.getRegions())
      for (Block &inner : region) {
        for (Value argument : inner.getArguments())
          if (operands)
            sets[argument] = operands;
        set |= visit(inner);
      }
    if (set)
      for (Value result : op.getResults())
        sets[result] = set;
    used |= set;
  }
  return used;
}

} // namespace espalier::block
