//===- LowerScans.cpp - Affine recurrences, many steps in a vector -----------===//
//
// A vector holds several steps of a tile that is small. Within it, steps are composed with
// those 1, 2, 4, .. before them (a scan by doubling); one multiply-add then brings in what
// is carried from the vector before.
//
// A product of coefficients may vanish though the states step by step would not. That loses
// no more than the smallest normal number times a state: nothing, unless the state is large,
// or what is lost would have grown again. So the states are trusted if none of them is large
// (a multiple of every state is added up: it overflows), and if no product vanishes beside a
// coefficient above 1.
//
//   h_i = b_i + sum_j a_ij h_j,     (a, b) after (a', b')  =  (a a', b + a b')
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/CarriedLoop.h"
#include "compiler/Target/Cpu/Lanes.h"
#include "compiler/Target/Cpu/Passes.h"

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

using namespace mlir;

namespace espalier::cpu {

namespace {

struct LowerScans : PassWrapper<LowerScans, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerScans)
  explicit LowerScans(const CpuTarget &target) : target(target) {}
  StringRef getArgument() const override { return "cpu-lower-scans"; }
  StringRef getDescription() const override { return "tile.scan_into becomes scans within vectors"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry
        .insert<arith::ArithDialect, LLVM::LLVMDialect, math::MathDialect, scf::SCFDialect, vector::VectorDialect>();
  }
  void runOnOperation() override;

  CpuTarget target;
};

/// A step, or several composed: k x k coefficients, row by row, and k terms. A null coefficient is 0.
struct Step {
  SmallVector<Value> coefficients, terms;
};

class ScanEmitter {
public:
  ScanEmitter(tile::ScanIntoOp op, const CpuTarget &target);
  /// Whether all targets are finite, and can be trusted.
  Value emit();

private:
  // From step to step; whether a state is not finite.
  Value emitSteps(const Piece &piece);
  // Several steps in a vector.
  Value emitVectors();
  /// What goes from vector to vector.
  struct Run {
    SmallVector<Value> states; // carried, repeated in all lanes
    Value check;               // finite as long as no state was large
    Value largest, smallest;   // coefficient and product, in each lane

    SmallVector<Value> all() const;
    static Run of(ValueRange values);
  };
  Run emitVector(Amount first, int64_t numSteps, const Run &before);
  Value anyOf(arith::CmpFPredicate side, Value value, double limit) {
    Value mask = arith::CmpFOp::create(builder, location, side, value, constant(pieceOf(1), limit));
    return vector::ReductionOp::create(builder, location, vector::CombiningKind::OR, mask);
  }
  /// In each active lane the size of `value` where it lies on that side of `extreme`, else this.
  Value moreExtreme(Value extreme, arith::CmpFPredicate side, Value value, const Piece &piece);
  void compose(Step &step, int64_t distance, int64_t numSteps);
  /// Lane l of the result is the one `distance` steps before; `neutral` where there is none.
  Value shifted(Value vector, int64_t distance, int64_t numSteps, Value neutral);
  /// The tile at lanes from .. from + numElements - 1, again and again.
  Value repeated(Value vector, int64_t from);
  Piece pieceOf(int64_t numSteps) const { return {0, lanes, numSteps * numElements, {}}; }

  Step load(Amount first, const Piece &piece, bool isVector);
  /// Whether a number, or a lane, is NaN.
  Value isNan(Value check);
  /// a b + c; null factors are 0, a null sum is left out.
  Value multiplyAdd(Value a, Value b, Value sum);
  Value constant(const Piece &piece, double number) {
    return emitter.constant(builder.getFloatAttr(element, number), element, piece);
  }
  int64_t numStates() const { return targets.size(); }

  OpBuilder builder;
  Location location;
  tile::ScanIntoOp op;
  const CpuTarget &target;
  LaneBuilder emitter;
  SmallVector<FlatBuffer> coefficients, terms, carried, targets;
  SmallVector<bool> isUniform; // of each coefficient
  SmallVector<Value> uniform;  // these, repeated in all lanes
  Type element;
  int64_t numPoints, numElements, lanes;
};

} // namespace

ScanEmitter::ScanEmitter(tile::ScanIntoOp op, const CpuTarget &target)
    : builder(op), location(op.getLoc()), op(op), target(target), emitter(builder, location) {
  auto flat = [&](ValueRange buffers) {
    return llvm::map_to_vector(buffers, [&](Value buffer) { return FlatBuffer::of(builder, location, buffer); });
  };
  auto type = cast<MemRefType>(op.getTargets().front().getType());
  element = type.getElementType();
  numPoints = type.getDimSize(0);
  numElements = llvm::product_of(type.getShape().drop_front());
  lanes = target.lanes(elementBytes(element));
  coefficients.assign(flat(op.getCoefficients()));
  terms.assign(flat(op.getTerms()));
  carried.assign(flat(op.getCarried()));
  targets.assign(flat(op.getTargets()));
  for (Value coefficient : op.getCoefficients())
    isUniform.push_back(cast<MemRefType>(coefficient.getType()).getRank() < type.getRank());
}

Value ScanEmitter::multiplyAdd(Value a, Value b, Value sum) {
  if (!a || !b)
    return sum;
  if (sum && target.fusedMultiplyAdd)
    return math::FmaOp::create(builder, location, a, b, sum);
  Value product = arith::MulFOp::create(builder, location, a, b);
  return sum ? arith::AddFOp::create(builder, location, product, sum).getResult() : product;
}

/// The step at elements `first` + piece of the buffers: of one point, or (`isVector`) of several.
Step ScanEmitter::load(Amount first, const Piece &piece, bool isVector) {
  auto at = [&](const FlatBuffer &buffer, Amount index, const Piece &which) {
    return emitter.load(buffer, add(builder, location, index, Amount::of(which.offset)), Amount::of(1), which);
  };
  Step step;
  for (int64_t number : op.getPattern()) {
    if (number < 0)
      step.coefficients.push_back({});
    else if (!isUniform[number])
      step.coefficients.push_back(at(coefficients[number], first, piece));
    else
      step.coefficients.push_back(isVector ? uniform[number] : at(coefficients[number], Amount::of(0), piece));
  }
  for (const FlatBuffer &term : terms)
    step.terms.push_back(at(term, first, piece));
  return step;
}

//===-- From step to step -----------------------------------------------------===//

Value ScanEmitter::isNan(Value check) {
  Value isNan = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::UNO, check, check);
  return isa<VectorType>(isNan.getType())
             ? vector::ReductionOp::create(builder, location, vector::CombiningKind::OR, isNan).getResult()
             : isNan;
}

/// last - number.
static Amount countedDown(OpBuilder &builder, Location location, int64_t last, Amount number) {
  if (number.isKnown())
    return Amount::of(last - number.known);
  return Amount::of(arith::SubIOp::create(builder, location, Amount::of(last).materialise(builder, location),
                                          number.materialise(builder, location))
                        .getResult());
}

Value ScanEmitter::emitSteps(const Piece &piece) {
  auto step = [&](Amount number, ValueRange before) {
    Amount point = op.getDescending() ? countedDown(builder, location, numPoints - 1, number) : number;
    Amount first = multiply(builder, location, point, Amount::of(numElements));
    Step step = load(first, piece, /*isVector=*/false);
    SmallVector<Value> next;
    Value check = before.back();
    for (int64_t i = 0; i < numStates(); ++i) {
      Value state = step.terms[i];
      for (int64_t j = 0; j < numStates(); ++j)
        state = multiplyAdd(step.coefficients[i * numStates() + j], before[j], state);
      emitter.store(state, targets[i], add(builder, location, first, Amount::of(piece.offset)), Amount::of(1), piece);
      check = multiplyAdd(state, constant(piece, 0), check);
      next.push_back(state);
    }
    next.push_back(check);
    return next;
  };
  SmallVector<Value> values;
  for (const FlatBuffer &state : carried)
    values.push_back(emitter.load(state, Amount::of(piece.offset), Amount::of(1), piece));
  values.push_back(constant(piece, 0));
  values =
      emitCarriedLoop(builder, location, Amount::of(0), Amount::of(numPoints), 1, values, /*mostWrittenOut=*/1, step);
  return isNan(values.back());
}

//===-- Several steps in a vector -----------------------------------------------===//

Value ScanEmitter::shifted(Value vector, int64_t distance, int64_t numSteps, Value neutral) {
  SmallVector<int64_t> mask;
  int64_t by = distance * numElements, active = numSteps * numElements;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    int64_t from = op.getDescending() ? lane + by : lane - by;
    mask.push_back(from >= 0 && from < active ? from : lanes + lane);
  }
  return vector::ShuffleOp::create(builder, location, vector, neutral, mask);
}

Value ScanEmitter::repeated(Value vector, int64_t from) {
  SmallVector<int64_t> mask;
  for (int64_t lane = 0; lane < lanes; ++lane)
    mask.push_back(from + lane % numElements);
  return vector::ShuffleOp::create(builder, location, vector, vector, mask);
}

/// Every step becomes what it and the `distance` steps before it are together.
void ScanEmitter::compose(Step &step, int64_t distance, int64_t numSteps) {
  int64_t k = numStates();
  Value zero = constant(pieceOf(1), 0), one = constant(pieceOf(1), 1);
  Step before;
  for (Value term : step.terms)
    before.terms.push_back(shifted(term, distance, numSteps, zero));
  for (int64_t i = 0; i < k; ++i)
    for (int64_t j = 0; j < k; ++j) {
      Value coefficient = step.coefficients[i * k + j];
      if (!coefficient && i == j)
        coefficient = zero;
      before.coefficients.push_back(coefficient ? shifted(coefficient, distance, numSteps, i == j ? one : zero)
                                                : Value());
    }
  Step both;
  for (int64_t i = 0; i < k; ++i) {
    Value term = step.terms[i];
    for (int64_t j = 0; j < k; ++j)
      term = multiplyAdd(step.coefficients[i * k + j], before.terms[j], term);
    both.terms.push_back(term);
    for (int64_t j = 0; j < k; ++j) {
      Value coefficient;
      for (int64_t m = 0; m < k; ++m)
        coefficient = multiplyAdd(step.coefficients[i * k + m], before.coefficients[m * k + j], coefficient);
      both.coefficients.push_back(coefficient);
    }
  }
  step = std::move(both);
}

SmallVector<Value> ScanEmitter::Run::all() const {
  SmallVector<Value> values(states);
  values.append({check, largest, smallest});
  return values;
}

ScanEmitter::Run ScanEmitter::Run::of(ValueRange values) {
  ValueRange last = values.take_back(3);
  return {llvm::to_vector(values.drop_back(3)), last[0], last[1], last[2]};
}

Value ScanEmitter::moreExtreme(Value extreme, arith::CmpFPredicate side, Value value, const Piece &piece) {
  Value size = math::AbsFOp::create(builder, location, value);
  if (piece.isMasked())
    size = emitter.selectActive(size, extreme, piece);
  Value isMore = arith::CmpFOp::create(builder, location, side, size, extreme);
  return arith::SelectOp::create(builder, location, isMore, size, extreme);
}

/// Times this, states overflow that are large: above half the range of exponents.
static double overflowing(Type element) { return element.isF64() ? 0x1p512 : 0x1p64; }

ScanEmitter::Run ScanEmitter::emitVector(Amount first, int64_t numSteps, const Run &before) {
  Piece piece = pieceOf(numSteps);
  Step step = load(first, piece, /*isVector=*/true);
  Run next = before;
  for (Value coefficient : step.coefficients)
    if (coefficient)
      next.largest = moreExtreme(next.largest, arith::CmpFPredicate::OGT, coefficient, piece);
  for (int64_t distance = 1; distance < numSteps; distance *= 2)
    compose(step, distance, numSteps);
  for (Value coefficient : step.coefficients)
    if (coefficient)
      next.smallest = moreExtreme(next.smallest, arith::CmpFPredicate::OLT, coefficient, piece);
  Value scale = constant(piece, overflowing(element));
  for (int64_t i = 0; i < numStates(); ++i) {
    Value state = step.terms[i];
    for (int64_t j = 0; j < numStates(); ++j)
      state = multiplyAdd(step.coefficients[i * numStates() + j], before.states[j], state);
    emitter.store(state, targets[i], first, Amount::of(1), piece);
    next.check = multiplyAdd(state, scale, next.check);
    next.states[i] = repeated(state, op.getDescending() ? 0 : (numSteps - 1) * numElements);
  }
  return next;
}

Value ScanEmitter::emitVectors() {
  int64_t stepsPerVector = lanes / numElements, numVectors = numPoints / stepsPerVector,
          rest = numPoints % stepsPerVector;
  // In front of the loop: nobody else could say that its stores leave them alone.
  for (auto [coefficient, isSame] : llvm::zip_equal(coefficients, isUniform))
    uniform.push_back(isSame ? repeated(emitter.load(coefficient, Amount::of(0), Amount::of(1), pieceOf(1)), 0)
                             : Value());
  Run run{{}, constant(pieceOf(1), 0), constant(pieceOf(1), 0), constant(pieceOf(1), 1)};
  for (const FlatBuffer &state : carried) {
    run.states.push_back(repeated(emitter.load(state, Amount::of(0), Amount::of(1), pieceOf(1)), 0));
    run.check = multiplyAdd(run.states.back(), constant(pieceOf(1), overflowing(element)), run.check);
  }
  int64_t length = stepsPerVector * numElements, end = numPoints * numElements;
  auto at = [&](Amount begin, ValueRange before) {
    Amount first = op.getDescending() ? countedDown(builder, location, end - length, begin) : begin;
    return emitVector(first, stepsPerVector, Run::of(before)).all();
  };
  run = Run::of(emitCarriedLoop(builder, location, Amount::of(0), Amount::of(numVectors * length), length, run.all(),
                                /*mostWrittenOut=*/1, at));
  if (rest > 0)
    run = emitVector(Amount::of(op.getDescending() ? 0 : numVectors * length), rest, run);
  double least = element.isF64() ? std::numeric_limits<double>::min() : std::numeric_limits<float>::min();
  Value grows = anyOf(arith::CmpFPredicate::OGT, run.largest, 1);
  Value isLossy =
      arith::AndIOp::create(builder, location, grows, anyOf(arith::CmpFPredicate::OLT, run.smallest, least));
  Value isLarge = isNan(arith::MulFOp::create(builder, location, run.check, constant(pieceOf(1), 0)));
  return arith::OrIOp::create(builder, location, isLarge, isLossy);
}

Value ScanEmitter::emit() {
  Value isBad = arith::ConstantOp::create(builder, location, builder.getBoolAttr(false));
  if (numElements > 0 && lanes / numElements > 1)
    isBad = emitVectors();
  else
    for (const Piece &piece : cut(numElements, lanes, elementBytes(element), target))
      isBad = arith::OrIOp::create(builder, location, isBad, emitSteps(piece));
  Value yes = arith::ConstantOp::create(builder, location, builder.getBoolAttr(true));
  return arith::XOrIOp::create(builder, location, isBad, yes);
}

void LowerScans::runOnOperation() {
  SmallVector<tile::ScanIntoOp> ops;
  getOperation().walk([&](tile::ScanIntoOp op) { ops.push_back(op); });
  for (tile::ScanIntoOp op : ops) {
    op.replaceAllUsesWith(ScanEmitter(op, target).emit());
    op.erase();
  }
}

std::unique_ptr<Pass> createLowerScans(const CpuTarget &target) { return std::make_unique<LowerScans>(target); }

} // namespace espalier::cpu
