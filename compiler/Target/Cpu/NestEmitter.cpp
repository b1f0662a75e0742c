//===- NestEmitter.cpp - A nest as loops over vectors -----------------------===//
#include "compiler/Target/Cpu/NestEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace espalier::cpu {

/// Vectors whose work is interleaved: enough to hide the latency of an addition.
static constexpr int64_t interleaved = 4;
/// Operations that one nest may come to by unrolling.
static constexpr int64_t unrolledOperations = 120;

/// Operations of the body; a math function counts as its polynomial.
constexpr int64_t weightOfFunction = 20;
static int64_t weigh(Block &body) {
  int64_t weight = 1;
  for (Operation &op : body) {
    bool isFunction = isa<math::MathDialect>(op.getDialect()) && !isa<math::AbsFOp, math::SqrtOp, math::FmaOp>(op);
    weight += isFunction ? weightOfFunction : 1;
  }
  return weight;
}

NestEmitter::NestEmitter(OpBuilder &builder, Nest &nest, const CpuTarget &target)
    : builder(builder), location(nest.op.getLoc()), nest(nest), target(target), lanes(builder, location),
      direction(chooseDirection(nest, target)), positions(nest.rank(), Amount::of(0)),
      unrollBudget(std::clamp<int64_t>(unrolledOperations / weigh(*nest.op.getBody()), 1, 16)) {}

void NestEmitter::emit() {
  if (!nest.hasReduction())
    return emitMap();
  for (unsigned i = 0; i < nest.numOutputs(); ++i)
    for (unsigned axis : axesWhere(/*reduced=*/true))
      if (!nest.output(i).strides[axis].is(0))
        return emitInMemory();
  if (direction.axis >= 0 && nest.reduced[direction.axis])
    return emitAlong();
  emitAcross();
}

//===-- Loops ---------------------------------------------------------------===//

SmallVector<unsigned> NestEmitter::axesWhere(bool reduced) const {
  SmallVector<unsigned> axes;
  for (unsigned axis = 0; axis < nest.rank(); ++axis)
    if (nest.reduced[axis] == reduced && axis != static_cast<unsigned>(direction.axis))
      axes.push_back(axis);
  return axes;
}

int64_t NestEmitter::groupSize() const { return std::min(interleaved, unrollBudget); }

/// scf.for from..to by step, carrying values; sets `position` to the induction variable.
static SmallVector<Value> emitFor(OpBuilder &builder, Location location, Amount from, Amount to, int64_t step,
                                  ValueRange carried, Amount &position,
                                  const std::function<SmallVector<Value>(ValueRange)> &body) {
  if (from.isKnown() && to.isKnown() && to.known - from.known <= step) {
    position = from;
    SmallVector<Value> results = from.known < to.known ? body(carried) : SmallVector<Value>(carried);
    position = Amount::of(0);
    return results;
  }
  auto loop =
      scf::ForOp::create(builder, location, from.materialise(builder, location), to.materialise(builder, location),
                         Amount::of(step).materialise(builder, location), carried);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  position = Amount{loop.getInductionVar(), 0};
  SmallVector<Value> results = body(loop.getRegionIterArgs());
  if (!carried.empty()) {
    builder.setInsertionPointToEnd(loop.getBody());
    scf::YieldOp::create(builder, location, results);
  }
  position = Amount::of(0);
  return SmallVector<Value>(loop.getResults());
}

NestEmitter::Values NestEmitter::loopAxis(unsigned axis, ValueRange carried, const LoopBody &body) {
  Amount extent = nest.extents[axis];
  if (!extent.isKnown() || extent.known > unrollBudget)
    return emitFor(builder, location, Amount::of(0), extent, 1, carried, positions[axis], body);
  Values values(carried);
  int64_t budget = unrollBudget;
  for (int64_t i = 0; i < extent.known; ++i) {
    unrollBudget = std::max<int64_t>(budget / extent.known, 1);
    positions[axis] = Amount::of(i);
    values = body(values);
  }
  unrollBudget = budget;
  positions[axis] = Amount::of(0);
  return values;
}

NestEmitter::Values NestEmitter::loop(ArrayRef<unsigned> axes, ValueRange carried, const LoopBody &body) {
  if (axes.empty())
    return body(carried);
  return loopAxis(axes.front(), carried, [&](ValueRange values) { return loop(axes.drop_front(), values, body); });
}

Piece NestEmitter::dynamicTail(Amount covered) {
  Value rest = arith::SubIOp::create(builder, location, nest.extents[direction.axis].value,
                                     covered.materialise(builder, location));
  Value mask =
      vector::CreateMaskOp::create(builder, location, VectorType::get({direction.lanes}, builder.getI1Type()), rest);
  return {0, direction.lanes, direction.lanes, mask};
}

/// Whether what is stored had better not be stored through a mask: processors do not forward that to a load soon after.
/// Narrower vectors then pay where their elements cost little.
static bool isForwarded(linalg::GenericOp op) {
  return op->getParentOfType<func::FuncOp>()->hasAttr("tile.forwards") && weigh(*op.getBody()) < weightOfFunction;
}

NestEmitter::Values NestEmitter::loopPieces(int64_t group, ValueRange carried, const GroupBody &body) {
  if (direction.axis < 0)
    return body(scalarPiece(), carried);
  Amount extent = nest.extents[direction.axis], &position = positions[direction.axis];
  int64_t width = direction.lanes;
  if (!extent.isKnown()) {
    Value step = Amount::of(width).materialise(builder, location);
    Value covered =
        arith::MulIOp::create(builder, location, arith::DivUIOp::create(builder, location, extent.value, step), step);
    Piece whole{0, width, width, {}};
    Values values = emitFor(builder, location, Amount::of(0), Amount{covered, 0}, width, carried, position,
                            [&](ValueRange values) { return body(whole, values); });
    position = Amount{covered, 0};
    values = body(dynamicTail(position), values);
    position = Amount::of(0);
    return values;
  }

  // An axis shorter than a register is one narrow vector; a reduction needs equal widths, which masks give.
  bool along = nest.reduced[direction.axis];
  CpuTarget cutting = target;
  cutting.maskedVectors = along || (target.maskedVectors && !isForwarded(nest.op));
  cutting.vectorBytes = along ? 64 : target.vectorBytes;
  int64_t bytes = 8;
  for (Access &access : nest.accesses)
    if (!stride(access).is(0))
      bytes = std::min(bytes, access.buffer.bytes());
  SmallVector<Piece> pieces = cut(extent.known, width, bytes, cutting);
  if (along && pieces.size() > 1)
    for (Piece &piece : pieces) {
      piece.active = piece.isScalar() ? 1 : piece.active;
      piece.width = width;
    }

  int64_t numWhole = extent.known / width;
  Values values(carried);
  ArrayRef<Piece> rest = pieces;
  if (static_cast<int64_t>(pieces.size()) > std::min<int64_t>(unrollBudget, 2 * interleaved)) {
    // Groups that leave nothing over, if there are such of more than one piece.
    int64_t size = group;
    while (size > 2 && numWhole % size != 0)
      --size;
    if (carried.empty() && numWhole % size == 0)
      group = size;
    int64_t inLoop = numWhole / group * group;
    values = emitFor(builder, location, Amount::of(0), Amount::of(inLoop * width), group * width, values, position,
                     [&](ValueRange values) { return body(rest.take_front(group), values); });
    rest = rest.drop_front(inLoop);
  }
  while (!rest.empty()) {
    int64_t count = std::min<int64_t>(group, rest.size());
    values = body(rest.take_front(count), values);
    rest = rest.drop_front(count);
  }
  return values;
}

//===-- Elements ------------------------------------------------------------===//

Amount NestEmitter::index(Access &access, const Piece &piece) {
  Amount sum = Amount::of(0);
  for (unsigned axis = 0; axis < nest.rank(); ++axis)
    sum = add(builder, location, sum, multiply(builder, location, positions[axis], access.strides[axis]));
  return add(builder, location, sum, multiply(builder, location, Amount::of(piece.offset), stride(access)));
}

NestEmitter::Values NestEmitter::loadInputs(const Piece &piece) {
  Values inputs;
  for (unsigned i = 0; i < nest.numInputs(); ++i) {
    bool isRead = !nest.op.getBody()->getArgument(i).use_empty();
    Access &access = nest.accesses[i];
    if (access.scalar)
      inputs.push_back(lanes.broadcast(access.scalar, piece));
    else
      inputs.push_back(isRead ? lanes.load(access.buffer, index(access, piece), stride(access), piece) : Value());
  }
  return inputs;
}

Value NestEmitter::loadOutput(unsigned output, const Piece &piece) {
  Access &access = nest.output(output);
  return lanes.load(access.buffer, index(access, piece), stride(access), piece);
}

void NestEmitter::storeOutput(unsigned output, Value value, const Piece &piece) {
  Access &access = nest.output(output);
  lanes.store(value, access.buffer, index(access, piece), stride(access), piece);
}

Value NestEmitter::position(unsigned axis, const Piece &piece) {
  Value first = positions[axis].materialise(builder, location);
  if (direction.axis != axis)
    return lanes.broadcast(first, piece);
  first = add(builder, location, positions[axis], Amount::of(piece.offset)).materialise(builder, location);
  return lanes.positions(first, piece);
}

NestEmitter::Values NestEmitter::evaluate(const Piece &piece, ArrayRef<Value> inputs, ArrayRef<Value> outputs) {
  Block &body = *nest.op.getBody();
  IRMapping map;
  Values operands(inputs);
  llvm::append_range(operands, outputs);
  for (auto [argument, value] : llvm::zip_equal(body.getArguments(), operands))
    if (value)
      map.map(argument, value);
  auto widen = [&](Value value) -> Value {
    if (Value mapped = map.lookupOrNull(value))
      return mapped;
    Value wide = lanes.broadcast(value, piece); // captured from outside the body
    map.map(value, wide);
    return wide;
  };
  for (Operation &op : body.without_terminator()) {
    if (auto axis = dyn_cast<linalg::IndexOp>(op)) {
      map.map(axis.getResult(), position(axis.getDim(), piece));
    } else if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      map.map(constant.getResult(), lanes.constant(constant.getValue(), constant.getType(), piece));
    } else {
      if (!piece.isScalar())
        for (Value operand : op.getOperands())
          widen(operand);
      Operation *wide = builder.clone(op, map);
      if (!piece.isScalar())
        wide->getResult(0).setType(piece.type(op.getResult(0).getType()));
      // A product that feeds a sum may be rounded once.
      if (isa<arith::AddFOp, arith::SubFOp, arith::MulFOp>(wide)) {
        auto arithmetic = cast<arith::ArithFastMathInterface>(wide);
        auto flags = arithmetic.getFastMathFlagsAttr().getValue() | arith::FastMathFlags::contract;
        wide->setAttr(arithmetic.getFastMathAttrName(), arith::FastMathFlagsAttr::get(builder.getContext(), flags));
      }
    }
  }
  Values results;
  for (Value result : body.getTerminator()->getOperands())
    results.push_back(piece.isScalar() ? map.lookupOrDefault(result) : widen(result));
  return results;
}

//===-- The four forms ------------------------------------------------------===//

void NestEmitter::emitMap() {
  loop(axesWhere(/*reduced=*/false), {}, [&](ValueRange) {
    return loopPieces(groupSize(), {}, [&](ArrayRef<Piece> pieces, ValueRange) -> Values {
      for (const Piece &piece : pieces) {
        Values outputs;
        for (unsigned i = 0; i < nest.numOutputs(); ++i)
          outputs.push_back(nest.op.getBody()->getArgument(nest.numInputs() + i).use_empty() ? Value()
                                                                                             : loadOutput(i, piece));
        Values results = evaluate(piece, loadInputs(piece), outputs);
        for (unsigned i = 0; i < nest.numOutputs(); ++i)
          storeOutput(i, results[i], piece);
      }
      return {};
    });
  });
}

void NestEmitter::emitAcross() {
  unsigned numOutputs = nest.numOutputs();
  loop(axesWhere(/*reduced=*/false), {}, [&](ValueRange) {
    return loopPieces(groupSize(), {}, [&](ArrayRef<Piece> pieces, ValueRange) -> Values {
      Values start;
      for (const Piece &piece : pieces)
        for (unsigned i = 0; i < numOutputs; ++i)
          start.push_back(loadOutput(i, piece));
      int64_t budget = unrollBudget;
      unrollBudget = std::max<int64_t>(budget / static_cast<int64_t>(pieces.size()), 1);
      Values sums = loop(axesWhere(/*reduced=*/true), start, [&](ValueRange carried) {
        Values next;
        for (auto [p, piece] : llvm::enumerate(pieces))
          llvm::append_range(next,
                             evaluate(piece, loadInputs(piece), Values(carried.slice(p * numOutputs, numOutputs))));
        return next;
      });
      unrollBudget = budget;
      for (auto [p, piece] : llvm::enumerate(pieces))
        for (unsigned i = 0; i < numOutputs; ++i)
          storeOutput(i, sums[p * numOutputs + i], piece);
      return {};
    });
  });
}

Value NestEmitter::combine(Operation *combiner, Value a, Value b) {
  Operation *op = builder.clone(*combiner);
  op->setOperands({a, b});
  op->getResult(0).setType(a.getType());
  return op->getResult(0);
}

Value NestEmitter::combineLanes(Operation *combiner, Value vector) {
  auto type = dyn_cast<VectorType>(vector.getType());
  if (!type)
    return vector;
  if (isa<arith::AddFOp>(combiner))
    return lanes.sumLanes(vector);
  // Halves onto each other: NaNs travel as the combiner lets them.
  for (int64_t half = type.getDimSize(0) / 2; half >= 1; half /= 2) {
    SmallVector<int64_t> low(half), high(half);
    std::iota(low.begin(), low.end(), 0);
    std::iota(high.begin(), high.end(), half);
    Value a = vector::ShuffleOp::create(builder, location, vector, vector, low),
          b = vector::ShuffleOp::create(builder, location, vector, vector, high);
    vector = combine(combiner, a, b);
  }
  return vector::ExtractOp::create(builder, location, vector, ArrayRef<int64_t>{0});
}

void NestEmitter::emitAlong() {
  unsigned numOutputs = nest.numOutputs();
  SmallVector<Operation *> combiners;
  for (unsigned i = 0; i < numOutputs; ++i)
    combiners.push_back(combinerOf(nest, i));
  Amount extent = nest.extents[direction.axis];
  if (extent.isKnown()) // an axis shorter than a register is one narrow vector
    direction.lanes = std::min<int64_t>(direction.lanes, llvm::PowerOf2Ceil(std::max<int64_t>(extent.known, 1)));
  int64_t numPieces = extent.isKnown() ? llvm::divideCeil(extent.known, direction.lanes) : 1;
  int64_t group = std::clamp<int64_t>(numPieces, 1, groupSize());
  Piece whole{0, direction.lanes, direction.lanes, {}};

  loop(axesWhere(/*reduced=*/false), {}, [&](ValueRange) -> Values {
    Values neutral;
    for (int64_t p = 0; p < group; ++p)
      for (Operation *combiner : combiners)
        neutral.push_back(lanes.constant(*arith::getNeutralElement(combiner), combiner->getResult(0).getType(), whole));
    Values sums = loop(axesWhere(/*reduced=*/true), neutral, [&](ValueRange carried) {
      return loopPieces(group, carried, [&](ArrayRef<Piece> pieces, ValueRange values) {
        Values next(values);
        for (auto [p, piece] : llvm::enumerate(pieces)) {
          Values old(values.slice(p * numOutputs, numOutputs));
          Values results = evaluate(piece, loadInputs(piece), old);
          for (unsigned i = 0; i < numOutputs; ++i)
            next[p * numOutputs + i] = lanes.selectActive(results[i], old[i], piece);
        }
        return next;
      });
    });
    for (unsigned i = 0; i < numOutputs; ++i) {
      Value sum = sums[i];
      for (int64_t p = 1; p < group; ++p)
        sum = combine(combiners[i], sum, sums[p * numOutputs + i]);
      Access &access = nest.output(i);
      Amount place = index(access, scalarPiece());
      Value old = lanes.load(access.buffer, place, Amount::of(0), scalarPiece());
      lanes.store(combine(combiners[i], old, combineLanes(combiners[i], sum)), access.buffer, place, Amount::of(0),
                  scalarPiece());
    }
    return {};
  });
}

void NestEmitter::emitInMemory() {
  direction = {};
  SmallVector<unsigned> axes(nest.rank());
  std::iota(axes.begin(), axes.end(), 0);
  loop(axes, {}, [&](ValueRange) -> Values {
    Piece piece = scalarPiece();
    Values outputs;
    for (unsigned i = 0; i < nest.numOutputs(); ++i)
      outputs.push_back(loadOutput(i, piece));
    Values results = evaluate(piece, loadInputs(piece), outputs);
    for (unsigned i = 0; i < nest.numOutputs(); ++i)
      storeOutput(i, results[i], piece);
    return {};
  });
}

} // namespace espalier::cpu
