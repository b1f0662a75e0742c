//===- Elimination.cpp - A function that eliminates without exchanges -------===//
//
// Four pivot rows at a time. Their 4x4 corner is factored in scalars; one loop over the
// columns then finishes the pivot rows, and for each block of four rows below another
// subtracts their multiples: 16 multiply-adds for 8 loads and 4 stores. Substitution
// accumulates a block of four unknowns over all below it, in registers.
//
// Multipliers are not kept: the right-hand sides are eliminated with the matrix. What
// lies left of the diagonal is therefore nothing but rounding error, and loops may
// start at the vector that holds the first column they need.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/Elimination.h"

#include "compiler/Target/Cpu/CarriedLoop.h"
#include "compiler/Target/Cpu/Lanes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

#include <functional>
#include <limits>

using namespace mlir;

namespace espalier::cpu {

/// Rows of a block.
static constexpr int64_t block = 4;
WorkArea WorkArea::of(Type element, int64_t n, ArrayRef<int64_t> columns, const CpuTarget &target) {
  int64_t bytes = elementBytes(element), widest = *llvm::max_element(columns);
  WorkArea area{element, n, 0, 0, 0, SmallVector<int64_t>(columns.size()), {}};
  int64_t needed = static_cast<int64_t>(llvm::PowerOf2Ceil(static_cast<uint64_t>(std::max(n, widest))));
  area.lanes = std::clamp<int64_t>(needed, 16 / bytes, target.lanes(bytes));
  area.first = llvm::alignTo(n, area.lanes);
  area.stride = area.first;
  auto isNarrow = [&](int64_t count) { return 2 * count <= area.lanes; };
  bool share = llvm::count_if(columns, isNarrow) > 1;
  for (int64_t count : columns)
    area.isAlone.push_back(!share || !isNarrow(count));
  for (auto [i, count] : llvm::enumerate(columns))
    if (area.isAlone[i]) {
      area.places[i] = area.stride;
      area.stride += llvm::alignTo(count, area.lanes);
    }
  for (auto [i, count] : llvm::enumerate(columns))
    if (!area.isAlone[i]) {
      area.places[i] = area.stride;
      area.stride += count;
    }
  area.stride = llvm::alignTo(area.stride, area.lanes);
  return area;
}

namespace {

class EliminationEmitter {
public:
  EliminationEmitter(OpBuilder &builder, Location location, Value work, const WorkArea &area, tile::SolveMethod method,
                     const CpuTarget &target)
      : builder(builder), location(location), area(area), method(method), target(target), lanes(builder, location),
        buffer(FlatBuffer::of(builder, location, work)), whole{0, area.lanes, area.lanes, {}} {}

  /// The verdict.
  Value emit();

private:
  using Values = SmallVector<Value>;
  /// What distrust is decided by: the largest |multiplier|, the bits of the largest |entry of U| per lane, whether all
  /// pivots passed.
  struct Trust {
    Value multiplier, growth, pivots;
    Values all() const { return {multiplier, growth, pivots}; }
    static Trust of(ValueRange values) { return {values[0], values[1], values[2]}; }
  };
  using Factors = std::array<std::array<Value, block>, block>;

  Trust eliminateBlock(Amount k, int64_t pivots, Trust trust);
  Trust factorCorner(Amount k, int64_t pivots, Factors &multipliers, Trust trust);
  Trust finishPivotRows(Amount k, int64_t pivots, const Factors &multipliers, Trust trust);
  Trust updateRows(Amount row, int64_t rows, Amount k, Trust trust);
  void substituteBlock(Amount k, int64_t pivots);
  Value largestBits();
  Value accept(Trust trust, Value largest);

  // Elements.
  Amount place(Amount row, int64_t rowOffset, Amount column, int64_t columnOffset);
  Value scalar(Amount row, int64_t rowOffset, Amount column, int64_t columnOffset) {
    return lanes.load(buffer, place(row, rowOffset, column, columnOffset), Amount::of(0), scalarPiece());
  }
  Value vector(Amount row, int64_t rowOffset, Amount column, int64_t columnOffset = 0) {
    return lanes.load(buffer, place(row, rowOffset, column, columnOffset), Amount::of(1), whole);
  }
  void store(Value value, Amount row, int64_t rowOffset, Amount column, int64_t columnOffset = 0) {
    lanes.store(value, buffer, place(row, rowOffset, column, columnOffset), Amount::of(1), whole);
  }
  /// sum - a * b
  Value subtractProduct(Value sum, Value a, Value b);
  Value multiply(Value a, Value b) { return arith::MulFOp::create(builder, location, a, b); }
  Value absolute(Value value) { return math::AbsFOp::create(builder, location, value); }
  /// The larger of two numbers. A NaN may be lost: it turns up again in a pivot.
  Value larger(Value a, Value b) {
    return arith::SelectOp::create(builder, location,
                                   arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OGT, a, b), a, b);
  }
  /// The bits of |vector|, which order as the numbers do, NaN above all.
  Value magnitudeBits(Value vector);
  Value number(double value) {
    return arith::ConstantOp::create(builder, location, builder.getFloatAttr(area.element, value));
  }

  // Loops.
  Values loop(Amount from, Amount to, int64_t step, ValueRange carried,
              const std::function<Values(Amount, ValueRange)> &body);
  void loop(Amount from, Amount to, int64_t step, const std::function<void(Amount)> &body) {
    loop(from, to, step, {}, [&](Amount at, ValueRange) { return body(at), Values(); });
  }
  /// The first column of the vector that holds column k.
  Amount vectorOf(Amount k);

  OpBuilder &builder;
  Location location;
  const WorkArea &area;
  tile::SolveMethod method;
  const CpuTarget &target;
  LaneBuilder lanes;
  FlatBuffer buffer;
  Piece whole;
  Value tolerance; // pivots are larger
};

} // namespace

//===-- Elements and loops --------------------------------------------------===//

Amount EliminationEmitter::place(Amount row, int64_t rowOffset, Amount column, int64_t columnOffset) {
  Amount start = espalier::cpu::multiply(builder, location, row, Amount::of(area.stride));
  start = add(builder, location, start, column);
  return add(builder, location, start, Amount::of(rowOffset * area.stride + columnOffset));
}

Value EliminationEmitter::subtractProduct(Value sum, Value a, Value b) {
  if (!target.fusedMultiplyAdd)
    return arith::SubFOp::create(builder, location, sum, multiply(a, b));
  Value negated = arith::NegFOp::create(builder, location, a);
  if (isa<VectorType>(sum.getType()))
    return vector::FMAOp::create(builder, location, negated, b, sum);
  return LLVM::FMAOp::create(builder, location, negated, b, sum);
}

static IntegerType bitsOf(Type element) {
  return IntegerType::get(element.getContext(), element.getIntOrFloatBitWidth());
}

Value EliminationEmitter::magnitudeBits(Value vector) {
  IntegerType bits = bitsOf(area.element);
  Value asBits = arith::BitcastOp::create(builder, location, whole.type(bits), vector);
  Value mask = lanes.constant(builder.getIntegerAttr(bits, APInt::getSignedMaxValue(bits.getWidth())), bits, whole);
  return arith::AndIOp::create(builder, location, asBits, mask);
}

SmallVector<Value> EliminationEmitter::loop(Amount from, Amount to, int64_t step, ValueRange carried,
                                            const std::function<Values(Amount, ValueRange)> &body) {
  return emitCarriedLoop(builder, location, from, to, step, carried, /*mostWrittenOut=*/3, body);
}

Amount EliminationEmitter::vectorOf(Amount k) {
  if (area.n <= area.lanes)
    return Amount::of(0);
  if (k.isKnown())
    return Amount::of(k.known / area.lanes * area.lanes);
  Value mask = Amount::of(-area.lanes).materialise(builder, location);
  return {arith::AndIOp::create(builder, location, k.value, mask), 0};
}

//===-- Elimination ---------------------------------------------------------===//

/// The corner of `pivots` rows at (k, k): reciprocals of its pivots on the diagonal of `multipliers`, multipliers
/// below.
EliminationEmitter::Trust EliminationEmitter::factorCorner(Amount k, int64_t pivots, Factors &multipliers,
                                                           Trust trust) {
  Factors u;
  for (int64_t i = 0; i < pivots; ++i)
    for (int64_t j = 0; j < pivots; ++j)
      u[i][j] = scalar(k, i, k, j);
  for (int64_t p = 0; p < pivots; ++p) {
    Value size = method == tile::SolveMethod::cholesky ? u[p][p] : absolute(u[p][p]);
    Value passed = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OGT, size, tolerance);
    trust.pivots = arith::AndIOp::create(builder, location, trust.pivots, passed);
    multipliers[p][p] = arith::DivFOp::create(builder, location, number(1), u[p][p]);
    for (int64_t i = p + 1; i < pivots; ++i) {
      multipliers[i][p] = multiply(u[i][p], multipliers[p][p]);
      trust.multiplier = larger(absolute(multipliers[i][p]), trust.multiplier);
      for (int64_t j = p + 1; j < pivots; ++j)
        u[i][j] = subtractProduct(u[i][j], multipliers[i][p], u[p][j]);
    }
  }
  return trust;
}

/// One loop over the columns eliminates the pivot rows among themselves, then stores reciprocals on their diagonal for
/// the substitution.
EliminationEmitter::Trust EliminationEmitter::finishPivotRows(Amount k, int64_t pivots, const Factors &multipliers,
                                                              Trust trust) {
  auto finish = [&](Amount column) {
    Values rows;
    for (int64_t i = 0; i < pivots; ++i) {
      Value row = vector(k, i, column);
      for (int64_t p = 0; p < i; ++p)
        row = subtractProduct(row, lanes.broadcast(multipliers[i][p], whole), rows[p]);
      if (i > 0)
        store(row, k, i, column);
      rows.push_back(row);
    }
    return rows;
  };
  // Columns of S count for the growth, right-hand sides do not.
  Values growth = loop(vectorOf(k), Amount::of(area.first), area.lanes, ValueRange{trust.growth},
                       [&](Amount column, ValueRange values) -> Values {
                         Value largest = values[0];
                         for (Value row : finish(column))
                           largest = arith::MaxSIOp::create(builder, location, largest, magnitudeBits(row));
                         return {largest};
                       });
  trust.growth = growth[0];
  loop(Amount::of(area.first), Amount::of(area.stride), area.lanes, [&](Amount column) { finish(column); });
  for (int64_t p = 0; p < pivots; ++p)
    lanes.store(multipliers[p][p], buffer, place(k, p, k, p), Amount::of(0), scalarPiece());
  return trust;
}

/// Subtracts multiples of the pivot rows k .. k+3 from `rows` rows below.
EliminationEmitter::Trust EliminationEmitter::updateRows(Amount row, int64_t rows, Amount k, Trust trust) {
  Factors multipliers;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t p = 0; p < block; ++p) {
      Value entry = scalar(row, i, k, p);
      for (int64_t before = 0; before < p; ++before)
        entry = subtractProduct(entry, multipliers[i][before], scalar(k, before, k, p));
      multipliers[i][p] = multiply(entry, scalar(k, p, k, p)); // the diagonal holds reciprocals
      trust.multiplier = larger(absolute(multipliers[i][p]), trust.multiplier);
    }
  std::array<Values, block> spread;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t p = 0; p < block; ++p)
      spread[i].push_back(lanes.broadcast(multipliers[i][p], whole));
  loop(vectorOf(add(builder, location, k, Amount::of(block))), Amount::of(area.stride), area.lanes, [&](Amount column) {
    Values pivots;
    for (int64_t p = 0; p < block; ++p)
      pivots.push_back(vector(k, p, column));
    for (int64_t i = 0; i < rows; ++i) {
      Value entry = vector(row, i, column);
      for (int64_t p = 0; p < block; ++p)
        entry = subtractProduct(entry, spread[i][p], pivots[p]);
      store(entry, row, i, column);
    }
  });
  return trust;
}

EliminationEmitter::Trust EliminationEmitter::eliminateBlock(Amount k, int64_t pivots, Trust trust) {
  Factors multipliers;
  trust = factorCorner(k, pivots, multipliers, trust);
  trust = finishPivotRows(k, pivots, multipliers, trust);
  if (pivots < block)
    return trust;
  int64_t rest = area.n % block;
  trust = Trust::of(
      loop(add(builder, location, k, Amount::of(block)), Amount::of(area.n - rest), block, trust.all(),
           [&](Amount row, ValueRange values) { return updateRows(row, block, k, Trust::of(values)).all(); }));
  return rest ? updateRows(Amount::of(area.n - rest), rest, k, trust) : trust;
}

//===-- Substitution --------------------------------------------------------===//

/// x[k ..] = U[k .., k ..]^-1 (b[k ..] - U[k .., k + pivots ..] x[k + pivots ..]), for two vectors of right-hand sides
/// at a time.
void EliminationEmitter::substituteBlock(Amount k, int64_t pivots) {
  auto substitute = [&](Amount column, int64_t vectors) {
    Values sums;
    for (int64_t i = 0; i < pivots; ++i)
      for (int64_t v = 0; v < vectors; ++v)
        sums.push_back(vector(k, i, column, v * area.lanes));
    sums = loop(add(builder, location, k, Amount::of(pivots)), Amount::of(area.n), 1, sums,
                [&](Amount below, ValueRange values) {
                  Values next(values), known;
                  for (int64_t v = 0; v < vectors; ++v)
                    known.push_back(vector(below, 0, column, v * area.lanes));
                  for (int64_t i = 0; i < pivots; ++i) {
                    Value factor = lanes.broadcast(scalar(k, i, below, 0), whole);
                    for (int64_t v = 0; v < vectors; ++v)
                      next[i * vectors + v] = subtractProduct(next[i * vectors + v], factor, known[v]);
                  }
                  return next;
                });
    for (int64_t i = pivots - 1; i >= 0; --i)
      for (int64_t v = 0; v < vectors; ++v) {
        Value &x = sums[i * vectors + v];
        for (int64_t j = i + 1; j < pivots; ++j)
          x = subtractProduct(x, lanes.broadcast(scalar(k, i, k, j), whole), sums[j * vectors + v]);
        x = multiply(x, lanes.broadcast(scalar(k, i, k, i), whole));
        store(x, k, i, column, v * area.lanes);
      }
  };
  int64_t numVectors = (area.stride - area.first) / area.lanes, pairs = numVectors / 2 * 2;
  loop(Amount::of(area.first), Amount::of(area.first + pairs * area.lanes), 2 * area.lanes,
       [&](Amount column) { substitute(column, 2); });
  if (numVectors > pairs)
    substitute(Amount::of(area.first + pairs * area.lanes), 1);
}

//===-- Trust ---------------------------------------------------------------===//

/// The bits of |largest entry of S| per lane.
Value EliminationEmitter::largestBits() {
  IntegerType bits = bitsOf(area.element);
  Value none = lanes.constant(builder.getIntegerAttr(bits, 0), bits, whole);
  return loop(Amount::of(0), Amount::of(area.n), 1, ValueRange{none}, [&](Amount row, ValueRange values) {
    return loop(Amount::of(0), Amount::of(area.first), area.lanes, values,
                [&](Amount column, ValueRange values) -> Values {
                  return {arith::MaxSIOp::create(builder, location, values[0], magnitudeBits(vector(row, 0, column)))};
                });
  })[0];
}

static Value reduceBits(OpBuilder &builder, Location location, Value bits, Type element) {
  Value largest = vector::ReductionOp::create(builder, location, vector::CombiningKind::MAXSI, bits);
  return arith::BitcastOp::create(builder, location, element, largest);
}

Value EliminationEmitter::accept(Trust trust, Value largest) {
  if (method == tile::SolveMethod::cholesky)
    return trust.pivots;
  auto atMost = [&](Value value, Value limit) -> Value {
    return arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OLE, value, limit);
  };
  Value growth =
      atMost(reduceBits(builder, location, trust.growth, area.element), multiply(number(largestGrowth), largest));
  Value multipliers = atMost(trust.multiplier, number(largestMultiplier));
  return arith::AndIOp::create(builder, location, trust.pivots,
                               arith::AndIOp::create(builder, location, growth, multipliers));
}

Value EliminationEmitter::emit() {
  double epsilon =
      area.element.isF64() ? std::numeric_limits<double>::epsilon() : std::numeric_limits<float>::epsilon();
  Value largest = reduceBits(builder, location, largestBits(), area.element);
  // The rounding errors of an entry are those of the largest number that it was made of.
  double growth = method == tile::SolveMethod::cholesky ? 1 : largestGrowth;
  tolerance = multiply(number(static_cast<double>(area.n) * epsilon * growth), largest);

  IntegerType bits = bitsOf(area.element);
  Trust trust{number(0), lanes.constant(builder.getIntegerAttr(bits, 0), bits, whole),
              arith::ConstantOp::create(builder, location, builder.getBoolAttr(true))};
  int64_t rest = area.n % block, blocks = area.n - rest;
  trust = Trust::of(loop(Amount::of(0), Amount::of(blocks), block, trust.all(), [&](Amount k, ValueRange values) {
    return eliminateBlock(k, block, Trust::of(values)).all();
  }));
  if (rest)
    trust = eliminateBlock(Amount::of(blocks), rest, trust);

  if (rest)
    substituteBlock(Amount::of(blocks), rest);
  loop(Amount::of(0), Amount::of(blocks), block, [&](Amount done) {
    Amount k =
        done.isKnown()
            ? Amount::of(blocks - block - done.known)
            : Amount{arith::SubIOp::create(builder, location, Amount::of(blocks - block).materialise(builder, location),
                                           done.value),
                     0};
    substituteBlock(k, block);
  });
  return accept(trust, largest);
}

func::FuncOp eliminationFor(ModuleOp module, const WorkArea &area, tile::SolveMethod method, const CpuTarget &target) {
  std::string name = "solve_" + stringifySolveMethod(method).str() + (area.element.isF64() ? "_f64_" : "_f32_") +
                     std::to_string(area.n) + "x" + std::to_string(area.width()) + "_by_" + std::to_string(area.lanes);
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  auto function = func::FuncOp::create(builder, module.getLoc(), name,
                                       builder.getFunctionType({area.type()}, {builder.getI1Type()}));
  function.setPrivate();
  builder.setInsertionPointToStart(function.addEntryBlock());
  Value verdict = EliminationEmitter(builder, module.getLoc(), function.getArgument(0), area, method, target).emit();
  func::ReturnOp::create(builder, module.getLoc(), verdict);
  return function;
}

} // namespace espalier::cpu
