//===- Nest.cpp - The loops of a linalg.generic, as strides -----------------===//
#include "compiler/Target/Cpu/Nest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace espalier::cpu {

FailureOr<Nest> Nest::of(OpBuilder &builder, linalg::GenericOp op) {
  Nest nest;
  nest.op = op;
  nest.readsPositions = op.hasIndexSemantics();
  unsigned rank = op.getNumLoops();
  nest.extents.resize(rank, Amount::of(-1));
  for (utils::IteratorType type : op.getIteratorTypesArray())
    nest.reduced.push_back(type == utils::IteratorType::reduction);
  for (auto [operand, map] : llvm::zip_equal(op->getOperands(), op.getIndexingMapsArray())) {
    if (operand.getType().isIntOrIndexOrFloat()) {
      Access access{operand, {}, SmallVector<Amount>(rank, Amount::of(0))};
      access.buffer.element = operand.getType();
      nest.accesses.push_back(std::move(access));
      continue;
    }
    if (!isa<MemRefType>(operand.getType()) || !map.isProjectedPermutation(/*allowZeroInResults=*/true))
      return op.emitError("the CPU has no lowering for an operand of type ")
             << operand.getType() << " under the map " << AffineMapAttr::get(map);
    Access access{{}, FlatBuffer::of(builder, op.getLoc(), operand), SmallVector<Amount>(rank, Amount::of(0))};
    for (auto [axis, result] : llvm::enumerate(map.getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(result);
      if (!dim)
        continue; // the constant 0
      access.strides[dim.getPosition()] = access.buffer.strides[axis];
      Amount &extent = nest.extents[dim.getPosition()];
      if (!extent.isKnown() || extent.known < 0)
        extent = access.buffer.sizes[axis];
    }
    nest.accesses.push_back(std::move(access));
  }
  for (Amount &extent : nest.extents)
    if (extent.is(-1))
      return op.emitError("an axis has no extent: no operand varies along it");
  return nest;
}

/// One step along `outer` is all of `inner`: every stride fits.
static bool canMerge(const Nest &nest, unsigned outer, unsigned inner) {
  if (nest.reduced[outer] != nest.reduced[inner] || !nest.extents[inner].isKnown())
    return false;
  return llvm::all_of(nest.accesses, [&](const Access &access) {
    const Amount &far = access.strides[outer], &near = access.strides[inner];
    return far.isKnown() && near.isKnown() && far.known == near.known * nest.extents[inner].known;
  });
}

static void dropAxis(Nest &nest, unsigned axis) {
  nest.extents.erase(nest.extents.begin() + axis);
  nest.reduced.erase(nest.reduced.begin() + axis);
  for (Access &access : nest.accesses)
    access.strides.erase(access.strides.begin() + axis);
}

static bool mergeOnce(Nest &nest) {
  for (unsigned outer = 0; outer < nest.rank(); ++outer)
    for (unsigned inner = 0; inner < nest.rank(); ++inner)
      if (outer != inner && nest.extents[outer].isKnown() && canMerge(nest, outer, inner)) {
        nest.extents[inner].known *= nest.extents[outer].known;
        dropAxis(nest, outer);
        return true;
      }
  return false;
}

void Nest::merge() {
  if (readsPositions)
    return;
  for (unsigned axis = rank(); axis-- > 0;)
    if (extents[axis].is(1))
      dropAxis(*this, axis);
  while (mergeOnce(*this)) {
  }
}

Operation *combinerOf(Nest &nest, unsigned output) {
  Block &body = *nest.op.getBody();
  BlockArgument old = body.getArgument(nest.numInputs() + output);
  Operation *combiner = body.getTerminator()->getOperand(output).getDefiningOp();
  if (!combiner || combiner->getBlock() != &body || combiner->getNumOperands() != 2 || !old.hasOneUse() ||
      *old.user_begin() != combiner)
    return nullptr;
  bool known = isa<arith::AddFOp, arith::MulFOp, arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
                   arith::MinNumFOp, arith::AddIOp, arith::MulIOp, arith::MaxSIOp, arith::MinSIOp, arith::MaxUIOp,
                   arith::MinUIOp, arith::AndIOp, arith::OrIOp, arith::XOrIOp>(combiner);
  return known && combiner->getResult(0).hasOneUse() ? combiner : nullptr;
}

/// The widest element that the nest moves or computes.
static int64_t widestElement(Nest &nest) {
  int64_t bytes = 1;
  auto consider = [&](Type type) {
    if (type.isIntOrIndexOrFloat() && !type.isInteger(1))
      bytes = std::max(bytes, elementBytes(type));
  };
  for (Access &access : nest.accesses)
    consider(access.buffer.element);
  for (Operation &op : *nest.op.getBody())
    for (Type type : op.getResultTypes())
      consider(type);
  return bytes;
}

static bool isVectorizable(Operation &op) {
  return isa<linalg::IndexOp, linalg::YieldOp, arith::ConstantOp>(op) ||
         (OpTrait::hasElementwiseMappableTraits(&op) && op.getNumResults() == 1);
}

/// Extents that are not known count as this many elements.
static constexpr double assumedExtent = 64;

static double sizeOf(const Amount &extent) {
  return extent.isKnown() ? static_cast<double>(extent.known) : assumedExtent;
}

/// Instructions per vector along `axis` (-1: per element).
static double instructionsPerStep(Nest &nest, int64_t axis, int64_t lanes) {
  double count = static_cast<double>(std::distance(nest.op.getBody()->begin(), nest.op.getBody()->end()));
  for (auto [i, access] : llvm::enumerate(nest.accesses)) {
    bool isUnit = axis < 0 || access.strides[axis].is(0) || access.strides[axis].is(1);
    count += isUnit ? 1 : static_cast<double>(lanes) * (i < nest.numInputs() ? 1 : 2);
  }
  return count;
}

static bool canReduceAlong(Nest &nest) {
  for (unsigned i = 0; i < nest.numOutputs(); ++i)
    if (!combinerOf(nest, i))
      return false;
  return true;
}

Direction chooseDirection(Nest &nest, const CpuTarget &target) {
  Direction best;
  if (!llvm::all_of(*nest.op.getBody(), isVectorizable))
    return best;
  int64_t widest = widestElement(nest), lanes = target.lanes(widest);
  // The schedule may ask for fewer lanes, of the operation or of all of its task.
  auto chosen = nest.op->getAttrOfType<IntegerAttr>("tile.lanes");
  if (!chosen)
    chosen = nest.op->getParentOfType<func::FuncOp>()->getAttrOfType<IntegerAttr>("tile.lanes");
  if (chosen && chosen.getInt() >= 1)
    lanes = std::min<int64_t>(lanes, llvm::bit_floor(static_cast<uint64_t>(chosen.getInt())));
  double all = 1;
  for (const Amount &extent : nest.extents)
    all *= std::max(sizeOf(extent), 1.0);
  double least = all * instructionsPerStep(nest, -1, 1);
  for (unsigned axis = 0; axis < nest.rank(); ++axis) {
    if (nest.extents[axis].is(1) || lanes == 1)
      continue;
    bool outputsVary = true;
    for (unsigned i = 0; i < nest.numOutputs(); ++i)
      outputsVary &= !nest.output(i).strides[axis].is(0);
    if (nest.reduced[axis] ? !canReduceAlong(nest) : !outputsVary)
      continue;
    double size = std::max(sizeOf(nest.extents[axis]), 1.0), others = all / size;
    double cost = others * std::ceil(size / lanes) * instructionsPerStep(nest, axis, lanes);
    if (nest.reduced[axis]) {
      double sums = others;
      for (unsigned other = 0; other < nest.rank(); ++other)
        if (other != axis && nest.reduced[other])
          sums /= std::max(sizeOf(nest.extents[other]), 1.0);
      cost += sums * 10; // shuffles of a horizontal sum
    }
    // Of equals the innermost: its elements are the nearest.
    if (cost <= least) {
      least = cost;
      best = {static_cast<int64_t>(axis), lanes};
    }
  }
  return best;
}

} // namespace espalier::cpu
