//===- Work.cpp - The arithmetic of a kernel, for whoever measures ----------===//
#include "compiler/Pipeline/Work.h"

#include "compiler/Lowering/Buffers.h"
#include "compiler/Schedule/AttentionCost.h"
#include "compiler/Schedule/SweepCost.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
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

/// A range that ends at the row, or begins there, holds half of the keys on average; others count as whole.
static double shareOfKeys(block::AttendOp attend) {
  if (attend.getAxes().empty())
    return 1;
  Value row = attend.getAxisIndices(attend.getBounds()).back();
  auto isRow = [&](Value bound) {
    auto next = bound.getDefiningOp<arith::AddIOp>();
    return bound == row || (next && next.getLhs() == row && matchPattern(next.getRhs(), m_Constant()));
  };
  ValueRange bounds = attend.getBounds().front().getTerminator()->getOperands();
  bool endsAtRow = isRow(bounds[1]) && matchPattern(bounds[0], m_Zero());
  bool beginsAtRow = isRow(bounds[0]) && bounds[1] == attend.getKeys();
  return endsAtRow || beginsAtRow ? 0.5 : 1;
}

static WorkSpec workOf(block::AttendOp attend, const Sizes &sizes) {
  WorkSpec work;
  size_t numSums = attend.getNumValues();
  work.what = "attention of " + std::to_string(numSums) + (numSums == 1 ? " value" : " values");
  work.operationsPerPoint = schedule::sizesOf(attend).pair.floatOperations * shareOfKeys(attend);
  if (attend.getBatch())
    work.points.push_back(sizes.of(attend.getBatch()));
  for (Value axis : attend.getAxes())
    work.points.push_back(sizes.of(axis));
  work.points.push_back(sizes.of(attend.getKeys()));
  return work;
}

void describeWork(func::FuncOp function, Signature &signature) {
  Sizes sizes(function, signature);
  for (block::AttendOp attend : function.getOps<block::AttendOp>())
    signature.work.push_back(workOf(attend, sizes));
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
