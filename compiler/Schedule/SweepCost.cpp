//===- SweepCost.cpp - Counts what one visit of a sweep does ----------------===//
#include "compiler/Schedule/SweepCost.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace espalier::schedule {

static double numElements(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? double(tensor.getNumElements()) : 1;
}

static double numBytes(Type type) {
  Type element = getElementTypeOrSelf(type);
  return numElements(type) * (element.isIntOrFloat() ? llvm::divideCeil(element.getIntOrFloatBitWidth(), 8) : 8);
}

/// The product of the sizes of all letters.
static double numProducts(tile::ContractOp op) {
  std::array<double, 256> size;
  size.fill(1);
  StringRef letters = op.getSubscripts().split("->").first;
  for (Value factor : op.getFactors()) {
    auto [group, rest] = letters.split(',');
    letters = rest;
    if (auto tensor = dyn_cast<RankedTensorType>(factor.getType()))
      for (auto [letter, extent] : llvm::zip(group, tensor.getShape()))
        size[uint8_t(letter)] = double(extent);
  }
  double product = 1;
  for (double extent : size)
    product *= extent;
  return product;
}

/// 1/3 n^3 multiply-adds for the factors (half of it for a Cholesky factor), n^2 for each right-hand column; n
/// divisions.
static VisitCost costOfSolve(tile::SolveOp op) {
  double n = double(cast<RankedTensorType>(op.getMatrix().getType()).getDimSize(0));
  double columns = 0;
  for (Value side : op.getRightSides())
    columns += n == 0 ? 0 : numElements(side.getType()) / n;
  double factor = op.getMethod() == tile::SolveMethod::cholesky ? n * n * n / 6 : n * n * n / 3;
  return {factor + n * n * columns, n, 0, 2 * (factor + n * n * columns)};
}

static VisitCost costOf(Region &region, const TargetDescription &target);

VisitCost costOf(Operation &op, const TargetDescription &target) {
  if (auto read = dyn_cast<tree::ReadOp>(op))
    return {0, 0, numBytes(read.getType())};
  if (auto contract = dyn_cast<tile::ContractOp>(op))
    return {numProducts(contract), 0, 0, 2 * numProducts(contract)};
  if (auto solve = dyn_cast<tile::SolveOp>(op))
    return costOfSolve(solve);
  if (auto reduce = dyn_cast<tile::ReduceOp>(op)) {
    double elements = numElements(reduce.getInput().getType());
    return {elements, reduce.getKind() == tile::ReductionKind::logsumexp ? elements : 0, 0, elements};
  }
  if (auto accumulate = dyn_cast<tree::AccumulateOp>(op)) {
    double elements = numElements(accumulate.getValue().getType());
    return {elements, 0, 2 * numBytes(accumulate.getValue().getType()), elements};
  }
  if (auto reduce = dyn_cast<tree::ReduceOp>(op)) {
    VisitCost element = costOf(reduce.getBody(), target);
    element += costOf(reduce.getFilter(), target);
    for (Value value : reduce.getOutputs()) {
      element.operations += numElements(value.getType());
      element.floatOperations += numElements(value.getType());
    }
    return element.scaled(reduce.getDomain() == tree::DomainKind::children ? 1 : double(target.visitsExpected));
  }
  if (auto yield = dyn_cast<tree::YieldOp>(op)) {
    double bytes = 0;
    if (isa<tree::SweepOp>(op.getParentOp()))
      for (Value value : yield.getValues())
        bytes += numBytes(value.getType());
    return {0, 0, bytes};
  }
  double elements = 0;
  for (Value value : op.getResults())
    elements += numElements(value.getType());
  if (isa<arith::DivFOp>(op) || (isa<math::MathDialect>(op.getDialect()) && !isa<math::AbsFOp, math::FmaOp>(op)))
    return {0, elements, 0, elements};
  bool computesFloats = isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::MaximumFOp, arith::MinimumFOp>(op);
  return {isa<arith::ConstantOp>(op) ? 0 : elements, 0, 0, computesFloats ? elements : 0};
}

static VisitCost costOf(Region &region, const TargetDescription &target) {
  VisitCost sum;
  for (Operation &op : region.getOps())
    sum += costOf(op, target);
  return sum;
}

VisitCost costOf(tree::SweepOp sweep, const TargetDescription &target) { return costOf(sweep.getBody(), target); }

int64_t elementBytesOf(tree::SweepOp sweep) {
  int64_t bytes = 4;
  sweep.walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (auto element = dyn_cast<FloatType>(getElementTypeOrSelf(type)))
        bytes = std::max<int64_t>(bytes, element.getWidth() / 8);
  });
  return bytes;
}

double rowBytes(ArrayRef<tree::SweepOp> group) {
  double bytes = 0;
  DenseSet<Value> seen;
  for (tree::SweepOp sweep : group) {
    seen.insert(sweep.result_begin(), sweep.result_end());
    seen.insert(sweep.getHandles().begin(), sweep.getHandles().end());
    for (Value value : sweep.getYield().getValues())
      bytes += numBytes(value.getType());
    sweep.walk([&](tree::ReadOp read) {
      bool isOfVertex =
          llvm::any_of(read.getIndices(), [](Value index) { return isa<tree::VertexType>(index.getType()); });
      if (isOfVertex && seen.insert(read.getTensor()).second)
        bytes += numBytes(read.getType());
    });
  }
  return bytes;
}

} // namespace espalier::schedule
