//===- Elimination.cpp - A function that eliminates without exchanges -------===//
//
// S = L U with ones on the diagonal of U, by blocks of as many pivots as a vector has
// lanes. The corner of a block lies in registers, a row in each: a pivot takes its
// multiples from the rows below, whose factors are lanes of these rows. Every other
// vector of columns holds the rows of a block in registers too, and its factors are
// numbers in memory, one for each multiply-add.
//
// Rows of U are kept as they leave the corner, all of the row divided by the pivot, with
// the pivot's reciprocal on the diagonal: so forward substitution, too, waits for one
// multiply-add a row, and back substitution for no division.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/Elimination.h"

#include "compiler/Target/Cpu/CarriedLoop.h"
#include "compiler/Target/Cpu/FetchList.h"
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
                     const CpuTarget &target, Value fetching)
      : builder(builder), location(location), area(area), method(method), target(target), fetching(fetching),
        lanes(builder, location), buffer(FlatBuffer::of(builder, location, work)), whole{0, area.lanes, area.lanes, {}},
        rowsAtOnce(std::min<int64_t>(4, area.lanes)) {}

  /// The verdict.
  Value emit();

private:
  using Values = SmallVector<Value>;
  /// Pivot rows k .. k + size - 1. Their corner is in the vectors from column k on.
  struct Block {
    Amount k;
    int64_t size;
  };
  /// What distrust is decided by: the smallest pivot (of the method general: its size), and the bits of the largest
  /// |entry of L| and |entry of U| per lane.
  struct Trust {
    Value pivot, growth, multiplier;
    Values all() const { return {pivot, growth, multiplier}; }
    static Trust of(ValueRange values) { return {values[0], values[1], values[2]}; }
  };

  Trust eliminate(Block block, Trust trust);
  Trust factorCorner(Block block, Trust trust);
  Trust factorRows(Block block, Amount row, int64_t rows, Trust trust);
  Values forward(Block block, Amount column);
  void backward(Block block, Amount column, Values rows);
  void substitute();
  void update(Block block, Amount from, Amount to, Amount column, ArrayRef<Value> known);
  Value largestBits();
  Value accept(Trust trust, Value largest);

  // Elements.
  Amount place(Amount row, int64_t rowOffset, Amount column, int64_t columnOffset);
  Value scalar(Amount row, int64_t rowOffset, Amount column, int64_t columnOffset) {
    return lanes.load(buffer, place(row, rowOffset, column, columnOffset), Amount::of(0), scalarPiece());
  }
  /// An element in all lanes.
  Value spread(Amount row, int64_t rowOffset, Amount column, int64_t columnOffset) {
    return lanes.broadcast(scalar(row, rowOffset, column, columnOffset), whole);
  }
  Value vector(Amount row, int64_t rowOffset, Amount column) {
    return lanes.load(buffer, place(row, rowOffset, column, 0), Amount::of(1), whole);
  }
  Values vectors(Block block, Amount column) {
    Values rows;
    for (int64_t i = 0; i < block.size; ++i)
      rows.push_back(vector(block.k, i, column));
    return rows;
  }
  void store(Value value, Amount row, int64_t rowOffset, Amount column) {
    lanes.store(value, buffer, place(row, rowOffset, column, 0), Amount::of(1), whole);
  }
  void storeAll(ArrayRef<Value> rows, Block block, Amount column) {
    for (auto [i, row] : llvm::enumerate(rows))
      store(row, block.k, int64_t(i), column);
  }
  Amount after(Block block) { return add(builder, location, block.k, Amount::of(block.size)); }

  void fetchSome() {
    if (fetching)
      askForNext(builder, location, fetching);
  }

  // Arithmetic.
  /// sum - a * b
  Value subtractProduct(Value sum, Value a, Value b);
  Value multiply(Value a, Value b) { return arith::MulFOp::create(builder, location, a, b); }
  Value number(double value) {
    return arith::ConstantOp::create(builder, location, builder.getFloatAttr(area.element, value));
  }
  Value lane(Value row, int64_t p) { return vector::ExtractOp::create(builder, location, row, ArrayRef<int64_t>{p}); }
  /// The row with its lane `p` in all lanes.
  Value spreadLane(Value row, int64_t p);
  /// The row with zeros up to lane `p`.
  Value rightOf(Value row, int64_t p);
  /// The larger of `bits` and the bits of |vector|, which order as the numbers do, NaN above all.
  Value largerBits(Value bits, Value vector);

  // Loops.
  Values loop(Amount from, Amount to, int64_t step, ValueRange carried,
              const std::function<Values(Amount, ValueRange)> &body) {
    return emitCarriedLoop(builder, location, from, to, step, carried, /*mostWrittenOut=*/1, body);
  }
  void loop(Amount from, Amount to, int64_t step, const std::function<void(Amount)> &body) {
    loop(from, to, step, {}, [&](Amount at, ValueRange) { return body(at), Values(); });
  }
  /// Whole blocks, first to last or last to first.
  int64_t numInBlocks() const { return area.n / area.lanes * area.lanes; }
  Block rest() const { return {Amount::of(numInBlocks()), area.n % area.lanes}; }

  OpBuilder &builder;
  Location location;
  const WorkArea &area;
  tile::SolveMethod method;
  const CpuTarget &target;
  Value fetching; // a list; may be null
  LaneBuilder lanes;
  FlatBuffer buffer;
  Piece whole;
  /// Rows that are updated side by side, so that as many sums are under way: a divisor of the lanes.
  int64_t rowsAtOnce;
};

} // namespace

//===-- Elements and arithmetic ---------------------------------------------===//

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

Value EliminationEmitter::spreadLane(Value row, int64_t p) {
  return vector::ShuffleOp::create(builder, location, row, row, SmallVector<int64_t>(size_t(area.lanes), p));
}

Value EliminationEmitter::rightOf(Value row, int64_t p) {
  Value zeros = lanes.constant(builder.getZeroAttr(area.element), area.element, whole);
  SmallVector<int64_t> chosen;
  for (int64_t lane = 0; lane < area.lanes; ++lane)
    chosen.push_back(lane > p ? lane : area.lanes + lane);
  return vector::ShuffleOp::create(builder, location, row, zeros, chosen);
}

static IntegerType bitsOf(Type element) {
  return IntegerType::get(element.getContext(), element.getIntOrFloatBitWidth());
}

Value EliminationEmitter::largerBits(Value bits, Value vector) {
  IntegerType type = bitsOf(area.element);
  Value asBits = arith::BitcastOp::create(builder, location, whole.type(type), vector);
  Value mask = lanes.constant(builder.getIntegerAttr(type, APInt::getSignedMaxValue(type.getWidth())), type, whole);
  return arith::MaxSIOp::create(builder, location, bits, arith::AndIOp::create(builder, location, asBits, mask));
}

//===-- Factors -------------------------------------------------------------===//

/// In registers. Below the diagonal stays L, whose rows are divided as well: what the rows below need of it, they have.
EliminationEmitter::Trust EliminationEmitter::factorCorner(Block block, Trust trust) {
  bool isPositive = method == tile::SolveMethod::cholesky;
  Values rows = vectors(block, block.k);
  Value pivot = lane(rows[0], 0);
  for (int64_t p = 0; p < block.size; ++p) {
    trust.growth = largerBits(trust.growth, rows[p]);
    Value size = isPositive ? pivot : math::AbsFOp::create(builder, location, pivot);
    // A NaN makes the pivots after it NaN, and the last one stays.
    Value isSmaller = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OLT, trust.pivot, size);
    trust.pivot = arith::SelectOp::create(builder, location, isSmaller, trust.pivot, size);

    Value reciprocal = arith::DivFOp::create(builder, location, number(1), pivot);
    fetchSome();
    // Divisions wait for one another: the next pivot is made ahead of its row.
    if (p + 1 < block.size)
      pivot =
          subtractProduct(lane(rows[p + 1], p + 1), multiply(lane(rows[p + 1], p), lane(rows[p], p + 1)), reciprocal);
    Value divided = multiply(rows[p], lanes.broadcast(reciprocal, whole)), right = rightOf(divided, p);
    trust.multiplier = largerBits(trust.multiplier, right);
    store(divided, block.k, p, block.k);
    lanes.store(reciprocal, buffer, place(block.k, p, block.k, p), Amount::of(0), scalarPiece());
    for (int64_t i = p + 1; i < block.size; ++i)
      rows[i] = subtractProduct(rows[i], spreadLane(rows[i], p), right);
  }
  return trust;
}

/// What `rows` rows below a block hold of L.
EliminationEmitter::Trust EliminationEmitter::factorRows(Block block, Amount row, int64_t rows, Trust trust) {
  Values entries = vectors({row, rows}, block.k);
  for (int64_t p = 0; p < block.size; ++p) {
    Value right = rightOf(vector(block.k, p, block.k), p);
    for (Value &entry : entries)
      entry = subtractProduct(entry, spreadLane(entry, p), right);
  }
  for (Value entry : entries)
    trust.growth = largerBits(trust.growth, entry);
  storeAll(entries, {row, rows}, block.k);
  return trust;
}

/// Factors a block, and takes it from what lies below and to the right.
EliminationEmitter::Trust EliminationEmitter::eliminate(Block block, Trust trust) {
  trust = factorCorner(block, trust);
  if (block.size < area.lanes || area.n == area.lanes)
    return trust;
  int64_t rest = area.n % rowsAtOnce;
  trust = Trust::of(
      loop(after(block), Amount::of(area.n - rest), rowsAtOnce, trust.all(),
           [&](Amount row, ValueRange values) { return factorRows(block, row, rowsAtOnce, Trust::of(values)).all(); }));
  if (rest)
    trust = factorRows(block, Amount::of(area.n - rest), rest, trust);
  trust.multiplier = loop(after(block), Amount::of(area.first), area.lanes, ValueRange{trust.multiplier},
                          [&](Amount column, ValueRange values) -> Values {
                            Values rows = forward(block, column);
                            Value largest = values[0];
                            for (Value row : rows)
                              largest = largerBits(largest, row);
                            storeAll(rows, block, column);
                            update(block, after(block), Amount::of(area.n), column, rows);
                            return {largest};
                          })[0];
  return trust;
}

//===-- Substitution --------------------------------------------------------===//

/// L^-1 of the rows of a block.
SmallVector<Value> EliminationEmitter::forward(Block block, Amount column) {
  Values rows = vectors(block, column);
  for (int64_t i = 0; i < block.size; ++i) {
    rows[i] = multiply(rows[i], spread(block.k, i, block.k, i));
    for (int64_t p = 0; p < i; ++p)
      rows[i] = subtractProduct(rows[i], spread(block.k, i, block.k, p), rows[p]);
  }
  return rows;
}

/// U^-1 of the rows of a block, which takes them from the rows above.
void EliminationEmitter::backward(Block block, Amount column, Values rows) {
  for (int64_t i = block.size - 1; i >= 0; --i)
    for (int64_t p = block.size - 1; p > i; --p)
      rows[i] = subtractProduct(rows[i], spread(block.k, i, block.k, p), rows[p]);
  storeAll(rows, block, column);
  update(block, Amount::of(0), block.k, column, rows);
}

/// Rows from .. to - 1 less their multiples of the rows of a block, which are `known`.
void EliminationEmitter::update(Block block, Amount from, Amount to, Amount column, ArrayRef<Value> known) {
  auto updateRows = [&](Amount row, int64_t count) {
    fetchSome();
    Values rows = vectors({row, count}, column);
    for (int64_t p = 0; p < block.size; ++p)
      for (int64_t i = 0; i < count; ++i)
        rows[i] = subtractProduct(rows[i], spread(row, i, block.k, p), known[p]);
    storeAll(rows, {row, count}, column);
  };
  // Only the last rows of all may be no multiple.
  bool isToEnd = to.isKnown() && to.known == area.n;
  int64_t rest = isToEnd ? area.n % rowsAtOnce : 0;
  loop(from, isToEnd ? Amount::of(area.n - rest) : to, rowsAtOnce, [&](Amount row) { updateRows(row, rowsAtOnce); });
  if (rest)
    updateRows(Amount::of(area.n - rest), rest);
}

/// All right-hand sides.
void EliminationEmitter::substitute() {
  int64_t numWhole = numInBlocks();
  loop(Amount::of(area.first), Amount::of(area.stride), area.lanes, [&](Amount column) {
    loop(Amount::of(0), Amount::of(numWhole), area.lanes, [&](Amount k) {
      Block block{k, area.lanes};
      Values rows = forward(block, column);
      if (area.n == area.lanes)
        return backward(block, column, rows);
      storeAll(rows, block, column);
      update(block, after(block), Amount::of(area.n), column, rows);
    });
    if (rest().size)
      backward(rest(), column, forward(rest(), column));
    if (area.n > area.lanes)
      loop(Amount::of(0), Amount::of(numWhole), area.lanes, [&](Amount done) {
        Value last = Amount::of(numWhole - area.lanes).materialise(builder, location);
        Amount k = done.isKnown() ? Amount::of(numWhole - area.lanes - done.known)
                                  : Amount{arith::SubIOp::create(builder, location, last, done.value), 0};
        Block block{k, area.lanes};
        backward(block, column, vectors(block, column));
      });
  });
}

//===-- Trust ---------------------------------------------------------------===//

/// The bits of |largest entry of S| per lane.
Value EliminationEmitter::largestBits() {
  IntegerType bits = bitsOf(area.element);
  Value none = lanes.constant(builder.getIntegerAttr(bits, 0), bits, whole);
  return loop(Amount::of(0), Amount::of(area.n), 1, ValueRange{none}, [&](Amount row, ValueRange values) {
    return loop(
        Amount::of(0), Amount::of(area.first), area.lanes, values,
        [&](Amount column, ValueRange values) -> Values { return {largerBits(values[0], vector(row, 0, column))}; });
  })[0];
}

static Value reduceBits(OpBuilder &builder, Location location, Value bits, Type element) {
  Value largest = vector::ReductionOp::create(builder, location, vector::CombiningKind::MAXSI, bits);
  return arith::BitcastOp::create(builder, location, element, largest);
}

Value EliminationEmitter::accept(Trust trust, Value largest) {
  double epsilon =
      area.element.isF64() ? std::numeric_limits<double>::epsilon() : std::numeric_limits<float>::epsilon();
  auto compare = [&](arith::CmpFPredicate predicate, Value value, Value limit) -> Value {
    return arith::CmpFOp::create(builder, location, predicate, value, limit);
  };
  // The rounding errors of an entry are those of the largest number that it was made of.
  bool isPositive = method == tile::SolveMethod::cholesky;
  Value tolerance = multiply(number(double(area.n) * epsilon * (isPositive ? 1 : largestGrowth)), largest);
  Value pivots = compare(arith::CmpFPredicate::OGT, trust.pivot, tolerance);
  if (isPositive)
    return pivots;
  Value growth = compare(arith::CmpFPredicate::OLE, reduceBits(builder, location, trust.growth, area.element),
                         multiply(number(largestGrowth), largest));
  Value multipliers = compare(arith::CmpFPredicate::OLE, reduceBits(builder, location, trust.multiplier, area.element),
                              number(largestMultiplier));
  return arith::AndIOp::create(builder, location, pivots,
                               arith::AndIOp::create(builder, location, growth, multipliers));
}

Value EliminationEmitter::emit() {
  IntegerType bits = bitsOf(area.element);
  Value largest = reduceBits(builder, location, largestBits(), area.element);
  Value none = lanes.constant(builder.getIntegerAttr(bits, 0), bits, whole);
  Trust trust{number(std::numeric_limits<double>::infinity()), none, none};
  trust =
      Trust::of(loop(Amount::of(0), Amount::of(numInBlocks()), area.lanes, trust.all(),
                     [&](Amount k, ValueRange values) { return eliminate({k, area.lanes}, Trust::of(values)).all(); }));
  if (rest().size)
    trust = eliminate(rest(), trust);
  substitute();
  return accept(trust, largest);
}

func::FuncOp eliminationFor(ModuleOp module, const WorkArea &area, tile::SolveMethod method, bool isFetching,
                            const CpuTarget &target) {
  std::string name = "solve_" + stringifySolveMethod(method).str() + (area.element.isF64() ? "_f64_" : "_f32_") +
                     std::to_string(area.n) + "x" + std::to_string(area.width()) + "_by_" + std::to_string(area.lanes) +
                     (isFetching ? "_fetching" : "");
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<Type> arguments{area.type()};
  if (isFetching)
    arguments.push_back(LLVM::LLVMPointerType::get(module.getContext()));
  auto function =
      func::FuncOp::create(builder, module.getLoc(), name, builder.getFunctionType(arguments, {builder.getI1Type()}));
  function.setPrivate();
  builder.setInsertionPointToStart(function.addEntryBlock());
  Value list = isFetching ? function.getArgument(1) : Value();
  Value verdict =
      EliminationEmitter(builder, module.getLoc(), function.getArgument(0), area, method, target, list).emit();
  func::ReturnOp::create(builder, module.getLoc(), verdict);
  return function;
}

} // namespace espalier::cpu
