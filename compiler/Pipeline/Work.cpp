//===- Work.cpp - The arithmetic of a kernel, for whoever measures ----------===//
#include "compiler/Pipeline/Work.h"

#include "compiler/Lowering/Buffers.h"
#include "compiler/Schedule/SweepCost.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace espalier {

namespace {
/// The sizes of domains, as rows of the extents.
class Sizes {
public:
  Sizes(func::FuncOp function, const Signature &signature)
      : function(function), signature(signature), firstExtent(signature.trees.size() + signature.tensors.size()) {}

  AxisSize of(Value size) const {
    APInt constant;
    if (matchPattern(size, m_ConstantInt(&constant)))
      return {std::to_string(constant.getSExtValue()), constant.getSExtValue(), -1};
    auto argument = dyn_cast<BlockArgument>(size);
    return argument ? ofRow(int64_t(argument.getArgNumber()) - firstExtent) : AxisSize{"?", 1, -1};
  }
  AxisSize ofTree(tree::SweepOp sweep) {
    auto argument = dyn_cast<BlockArgument>(sweep.getTree());
    StringRef name = sweep.getLeaves() ? lowering::kLeavesAttribute : lowering::kVerticesAttribute;
    auto row = argument ? function.getArgAttrOfType<IntegerAttr>(argument.getArgNumber(), name) : IntegerAttr();
    return row ? ofRow(row.getInt()) : AxisSize{"?", 1, -1};
  }

private:
  AxisSize ofRow(int64_t row) const { return {signature.extents[row].name, -1, int32_t(row)}; }

  func::FuncOp function;
  const Signature &signature;
  int64_t firstExtent;
};
} // namespace

void describeWork(func::FuncOp function, Signature &signature) {
  Sizes sizes(function, signature);
  for (tree::SweepOp sweep : function.getOps<tree::SweepOp>()) {
    WorkSpec work;
    work.what = (stringifyDirection(sweep.getDirection()) + " over " + Twine(sweep.getNumDefinitions()) +
                 (sweep.getNumDefinitions() == 1 ? " definition" : " definitions"))
                    .str();
    work.operationsPerPoint = schedule::costOf(sweep, {}).floatOperations;
    if (sweep.getBatch())
      work.points.push_back(sizes.of(sweep.getBatch()));
    for (Value axis : sweep.getAxes())
      work.points.push_back(sizes.of(axis));
    if (sweep.getTree())
      work.points.push_back(sizes.ofTree(sweep));
    signature.work.push_back(std::move(work));
  }
}

} // namespace espalier
