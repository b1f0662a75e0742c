//===- Products.cpp - Contractions, solves, sums of products ----------------===//
#include "compiler/Lowering/Visit.h"

#include "compiler/Lowering/BatchLanes.h"
#include "compiler/Lowering/Combining.h"

#include "dialects/Tile/Math/Subscripts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace espalier::lowering {

/// A factor in memory with one letter per axis. A transpose renames axes; an axis along which the factor is stretched
/// is left out if its letter stands elsewhere.
std::pair<Value, std::string> Visit::factor(Value value, StringRef letters, StringRef elsewhere, Location loc) {
  if (!isTile(value)) {
    View place = task.scratch({}, value.getType());
    store(scalar(value), place, loc);
    return {place.memref(builder, loc), ""};
  }
  View view;
  if (uniformConstant(value) || uniformScalar(value)) {
    view = scratchFor(value);
    assign(value, view);
  } else {
    view = tile(value);
  }
  bool stretchedAlone = false;
  for (auto [axis, letter] : llvm::enumerate(letters))
    stretchedAlone |= view.strides[axis] == 0 && !elsewhere.contains(letter);
  if (stretchedAlone) {
    View whole = scratchFor(value);
    copy(view, whole, loc);
    view = whole;
  }
  Operand operand = operandFor(view, builder, loc);
  std::string names;
  for (int64_t axis : operand.axes)
    names += letters[axis];
  return {operand.memref, names};
}

void Visit::contract(tile::ContractOp op, const View &target, tile::UpdateKind update) {
  Location loc = op.getLoc();
  tile::Subscripts letters = tile::Subscripts::of(op.getSubscripts());
  if (op.getFactors().size() == 1) {
    // A sum over some axes, the others permuted.
    View view = tile(op.getFactors().front());
    SmallVector<int64_t> order, reduced;
    for (char letter : letters.output)
      order.push_back(letters.factors.front().find(letter));
    for (auto [axis, letter] : llvm::enumerate(letters.factors.front()))
      if (letters.output.find(letter) == std::string::npos) {
        reduced.push_back(order.size());
        order.push_back(axis);
      }
    return sumAxes(view.transposed(order), target, reduced, update == tile::UpdateKind::set,
                   update == tile::UpdateKind::subtract, loc);
  }
  auto [left, leftLetters] = factor(op.getFactors()[0], letters.factors[0], letters.factors[1], loc);
  auto [right, rightLetters] = factor(op.getFactors()[1], letters.factors[1], leftLetters, loc);
  tile::Subscripts kept{{leftLetters, rightLetters}, letters.output};
  tile::ContractIntoOp::create(builder, loc, kept.str(), update, left, right, target.memref(builder, loc),
                               task.productBlock);
}

void Visit::accumulate(Value value, const View &target, bool subtract) {
  Operation *op = value.getDefiningOp();
  bool fresh = op && value.hasOneUse() && !tiles.contains(value) && isInside(value);
  if (fresh && mannerOf(value) == Manner::sum) {
    Sum sum = sumOf(value);
    accumulate(sum.initial, target, subtract);
    return accumulate(sum.added, target, subtract != sum.subtract);
  }
  if (auto contract = dyn_cast_if_present<tile::ContractOp>(op);
      fresh && contract && mannerOf(value) == Manner::written)
    return this->contract(contract, target, subtract ? tile::UpdateKind::subtract : tile::UpdateKind::add);
  if (auto reduce = dyn_cast_if_present<tree::ReduceOp>(op);
      fresh && reduce && isAddedInPlace(reduce, cast<OpResult>(value).getResultNumber())) {
    onto[value] = {target, subtract};
    return reduceElements(reduce);
  }
  bool isFloat = isa<FloatType>(target.element());
  combine(value, {target}, {}, [&](ImplicitLocOpBuilder &b, ValueRange old, Value element) {
    if (!subtract)
      return combined(b, tile::ReductionKind::sum, old, element);
    return SmallVector<Value>{isFloat ? arith::SubFOp::create(b, old[0], element).getResult()
                                      : arith::SubIOp::create(b, old[0], element).getResult()};
  });
}

void Visit::solve(tile::SolveOp op) {
  Location loc = op.getLoc();
  auto inMemory = [&](Value value) {
    View view;
    if (uniformConstant(value) || uniformScalar(value)) {
      view = scratchFor(value);
      assign(value, view);
    } else {
      view = tile(value);
    }
    if (llvm::is_contained(view.strides, 0)) {
      View whole = scratchFor(value);
      copy(view, whole, loc);
      view = whole;
    }
    return view.memref(builder, loc);
  };
  auto matrix = cast<RankedTensorType>(op.getMatrix().getType());
  int64_t points = positions ? 1 : 0, size = matrix.getDimSize(points), columns = 0;
  Value left = inMemory(op.getMatrix());
  SmallVector<Value> sides, targets;
  SmallVector<View> places;
  for (auto [side, solution] : llvm::zip_equal(op.getRightSides(), op.getSolutions())) {
    auto type = cast<RankedTensorType>(side.getType());
    columns += type.getRank() == points + 1 ? 1 : type.getDimSize(points + 1);
    places.push_back(locationOf(solution));
    if (isGathered(side.getDefiningOp()) && !tiles.contains(side) && side.hasOneUse()) {
      place(side, places.back());
      sides.push_back(places.back().memref(builder, loc));
    } else {
      sides.push_back(inMemory(side));
    }
  }
  for (View &place : places)
    targets.push_back(place.memref(builder, loc));
  View work = task.scratch({size, size + columns}, matrix.getElementType());
  Value batches = abreast.rows && task.abreast->alongBatch() ? task.abreast->indices(BatchLanes::kBatch) : Value();
  tile::SolveIntoOp::create(builder, loc, op.getMethod(), op.getTransposed(),
                            task.locations.rowOf(loc, op.getMatrix(), loopAxes), task.batch,
                            abreast.rows ? abreast.vertex : position, positions, batches, left, sides, targets,
                            work.base, /*fetching=*/Value(), task.productBlock);
  for (auto [solution, place] : llvm::zip_equal(op.getSolutions(), places))
    tiles[solution] = place;
}

} // namespace espalier::lowering
