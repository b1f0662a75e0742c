//===- VerifyAttend.cpp - Constraints of attention --------------------------===//
#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace espalier::block {

namespace {
/// One of the regions, for messages.
struct RegionRow {
  const char *name;
  Region &(AttendOp::*region)();
  bool hasKey, hasHandles;
};
} // namespace

static const RegionRow regionRows[] = {
    {"bounds", &AttendOp::getBounds, false, false},
    {"filter", &AttendOp::getFilter, true, false},
    {"score", &AttendOp::getScore, true, false},
    {"values", &AttendOp::getValues, true, true},
};

//===-- Results -------------------------------------------------------------===//

static LogicalResult verifyKinds(AttendOp op) {
  bool isSoftmax = op.getWeights() == Weights::softmax;
  // attend-C4
  if (op.getStatistics() && !isSoftmax)
    return op.emitOpError("expects 'softmax' for 'statistics', got '") << stringifyWeights(op.getWeights()) << "'";
  // attend-C5
  if (!op.getInits().empty() && isSoftmax)
    return op.emitOpError("expects 'exp' for accumulators, got 'softmax'");
  size_t numOthers = op.getInits().size() + (op.getStatistics() ? 1 : 0);
  if (op.getNumResults() < numOthers)
    return op.emitOpError("expects a result per accumulator and one of 'statistics': ")
           << numOthers << ", got " << op.getNumResults() << " results";
  for (auto [init, result] : llvm::zip_equal(op.getInits(), op.getAccumulated()))
    if (init.getType() != result.getType())
      return op.emitOpError("expects an accumulator's result of its initial value's type ")
             << init.getType() << ", got " << result.getType();
  return success();
}

//===-- Regions -------------------------------------------------------------===//

static LogicalResult verifyArguments(AttendOp op, const RegionRow &row) {
  Region &region = (op.*row.region)();
  if (region.empty())
    return success(); // a filter
  // attend-C1
  if (!region.hasOneBlock())
    return op.emitOpError("expects one block in its ") << row.name;
  SmallVector<Type> expected(op.getAxes().size() + (row.hasKey ? 1 : 0), IndexType::get(op.getContext()));
  if (row.hasHandles)
    llvm::append_range(expected, op.getAccumulated().getTypes());
  if (region.getNumArguments() != expected.size())
    return op.emitOpError("expects ") << expected.size() << " arguments of its " << row.name << " (axis indices"
                                      << (row.hasKey ? ", key" : "") << (row.hasHandles ? ", handles" : "") << "), got "
                                      << region.getNumArguments();
  for (auto [i, argument, type] : llvm::enumerate(region.getArguments(), expected))
    if (argument.getType() != type)
      return op.emitOpError("expects argument ")
             << i << " of its " << row.name << " to be of type " << type << ", got " << argument.getType();
  return success();
}

/// attend-C6: what a lowering can lift from one pair to a tile of pairs.
static LogicalResult verifyContents(AttendOp op, const RegionRow &row) {
  for (Operation &inner : (op.*row.region)().getOps()) {
    StringRef dialect = inner.getName().getDialectNamespace();
    bool isLifted = llvm::is_contained({"arith", "math", "tile", "block"}, dialect) && inner.getNumRegions() == 0;
    bool isAllowedEffect = isMemoryEffectFree(&inner) || (row.hasHandles && isa<AccumulateOp>(inner));
    if (!isLifted || !isAllowedEffect)
      return inner.emitOpError("cannot stand in the ")
             << row.name << " of a block.attend: arith, math, tile and block without regions and effects can";
  }
  return success();
}

LogicalResult AttendOp::verify() {
  // attend-C7
  if (!isa_and_nonnull<FunctionOpInterface>((*this)->getParentOp()))
    return emitOpError("expects to stand in the body of a function");
  if (failed(verifyKinds(*this)))
    return failure();
  for (const RegionRow &row : regionRows)
    if (failed(verifyArguments(*this, row)))
      return failure();
  return success();
}

/// attend-C2: the types that a region answers.
static FailureOr<TypeRange> yieldedTypes(AttendOp op, const RegionRow &row) {
  Region &region = (op.*row.region)();
  auto yield = region.front().empty() ? YieldOp() : dyn_cast<YieldOp>(region.front().back());
  if (!yield)
    return op.emitOpError("expects its ") << row.name << " to end in block.yield";
  return TypeRange(yield.getValues().getTypes());
}

static LogicalResult verifyAnswers(AttendOp op) {
  for (const RegionRow &row : regionRows) {
    if ((op.*row.region)().empty())
      continue;
    FailureOr<TypeRange> types = yieldedTypes(op, row);
    if (failed(types))
      return failure();
    bool fits = true;
    StringRef expected;
    if (row.region == &AttendOp::getBounds) {
      expected = "two indices";
      fits = types->size() == 2 && llvm::all_of(*types, [](Type type) { return type.isIndex(); });
    } else if (row.region == &AttendOp::getFilter) {
      expected = "one i1";
      fits = types->size() == 1 && types->front().isInteger(1);
    } else if (row.region == &AttendOp::getScore) {
      expected = "one f32 or f64";
      fits = types->size() == 1 && tile::isComputedFloat(types->front());
    }
    if (!fits) {
      InFlightDiagnostic error = op.emitOpError("expects its ") << row.name << " to yield " << expected << ", got ";
      llvm::interleaveComma(*types, error);
      return error << " (" << types->size() << ")";
    }
  }
  return success();
}

static LogicalResult verifySums(AttendOp op) {
  // attend-C3: one value per sum, behind the sizes of the domain.
  auto yield = cast<YieldOp>(op.getValues().front().back());
  if (yield.getValues().size() != op.getNumValues())
    return op.emitOpError("expects one yielded value per sum: ")
           << op.getNumValues() << " sums, got " << yield.getValues().size();
  for (auto [i, value, result] : llvm::enumerate(yield.getValues(), op.getSums())) {
    auto element = dyn_cast<FloatType>(tile::elementOf(value.getType()));
    if (!element)
      return op.emitOpError("expects values of floats, got ") << value.getType() << " as value " << i;
    Type summed = element.getWidth() < 32 ? Type(Float32Type::get(op.getContext())) : Type(element);
    Type expected = op.getRowType(tile::tileType(tile::shapeOf(value.getType()), summed));
    if (result.getType() != expected)
      return op.emitOpError("yields ") << value.getType() << " as value " << i << ": expects the result " << expected
                                       << ", got " << result.getType();
  }
  // attend-C4
  Type score = cast<YieldOp>(op.getScore().front().back()).getValues().front().getType();
  if (Value statistic = op.getStatistic(); statistic && statistic.getType() != op.getRowType(score))
    return op.emitOpError("expects the result ")
           << op.getRowType(score) << " of 'statistics', got " << statistic.getType();
  return success();
}

LogicalResult AttendOp::verifyRegions() {
  if (failed(verifyAnswers(*this)) || failed(verifySums(*this)))
    return failure();
  for (const RegionRow &row : regionRows)
    if (failed(verifyContents(*this, row)))
      return failure();
  // attend-C8
  for (BlockArgument handle : getAccumulatorHandles())
    for (Operation *user : handle.getUsers())
      if (!isa<AccumulateOp>(user))
        return user->emitOpError("cannot use the handle of an accumulator; it is only for block.accumulate");
  return success();
}

} // namespace espalier::block
