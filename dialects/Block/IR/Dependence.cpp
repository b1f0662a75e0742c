//===- Dependence.cpp - What of a point a value depends on ------------------===//
#include "dialects/Block/IR/Dependence.h"

#include "mlir/IR/Operation.h"

using namespace mlir;

namespace espalier::block {

Dependences::Dependences(Block &block, ArrayRef<std::pair<Value, PointSet>> arguments) {
  for (auto [argument, set] : arguments)
    if (argument)
      sets[argument] = set;
  for (Operation &op : block) {
    PointSet set = 0;
    op.walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        set |= of(operand);
    });
    if (set)
      for (Value result : op.getResults())
        sets[result] = set;
  }
}

} // namespace espalier::block
