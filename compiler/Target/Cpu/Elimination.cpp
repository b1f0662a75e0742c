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
  EliminationEmitter(OpBuilder &builder, Location location, const FlatBuffer &work, const WorkArea &area,
                     tile::SolveMethod method, const CpuTarget &target, Value fetching)
      : builder(builder), location(location), area(area), method(method), target(target), fetching(fetching),
        lanes(builder, location), buffer(work), whole{0, area.lanes, area.lanes, {}},
        rowsAtOnce(std::min<int64_t>(4, area.lanes)) {}

  /// The verdict.
  Value emit();
  /// Of a system that is no more than one corner, in the work area of which there are only factors.
  Value emitPlaced(const PlacedSystem &system, ValueRange arguments);

private:
  using Values = SmallVector<Value>;
  /// Pivot rows k .. k + size - 1. Their corner is in the vectors from column k on.
  struct Block {
    Amount k;
    int64_t size;
  };
  /// What distrust is decided by: the smallest pivot (of the method general: its size), and the largest |entry of L|
  /// and |entry of U| per lane.
  struct Trust {
    Value pivot, growth, multiplier;
    Values all() const { return {pivot, growth, multiplier}; }
    static Trust of(ValueRange values) { return {values[0], values[1], values[2]}; }
  };

  Trust eliminate(Block block, Trust trust);
  Trust factorCorner(Block block, Values rows, Trust trust);
  Trust factorRows(Block block, Amount row, int64_t rows, Trust trust);
  Values forward(Block block, Values rows);
  Values backSubstituted(Block block, Values rows);
  void backward(Block block, Amount column, Values rows);
  void substitute();
  void update(Block block, Amount from, Amount to, Amount column, ArrayRef<Value> known);
  void solvePlaced(const PlacedSystem::Side &side, ValueRange arguments);
  Value largestEntries();
  Value largestOf(Value sizes);
  Value zeros() { return lanes.constant(builder.getZeroAttr(area.element), area.element, whole); }
  Trust untried();
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
  /// The larger of `size` and |vector|, per lane. A NaN may be lost: it turns up again in a pivot.
  Value larger(Value size, Value vector);

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
  SmallVector<int64_t> chosen;
  for (int64_t lane = 0; lane < area.lanes; ++lane)
    chosen.push_back(lane > p ? lane : area.lanes + lane);
  return vector::ShuffleOp::create(builder, location, row, zeros(), chosen);
}

Value EliminationEmitter::larger(Value size, Value vector) {
  if (target.comparesSizes && area.lanes * elementBytes(area.element) == 64) {
    StringRef name = area.element.isF64() ? "llvm.x86.avx512.mask.range.pd.512" : "llvm.x86.avx512.mask.range.ps.512";
    auto constant = [&](int64_t width, int64_t value) -> Value {
      return LLVM::ConstantOp::create(builder, location, builder.getIntegerType(unsigned(width)), value);
    };
    constexpr int64_t largerSizeWithoutSign = 0b1011, currentRounding = 4;
    Value allLanes = constant(area.lanes, -1), kind = constant(32, largerSizeWithoutSign);
    SmallVector<Value> operands{size, vector, kind, size, allLanes, constant(32, currentRounding)};
    return LLVM::CallIntrinsicOp::create(builder, location, size.getType(), builder.getStringAttr(name), operands)
        .getResults();
  }
  Value positive = math::AbsFOp::create(builder, location, vector);
  Value isLarger = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OGT, positive, size);
  return arith::SelectOp::create(builder, location, isLarger, positive, size);
}

//===-- Factors -------------------------------------------------------------===//

/// In registers. Below the diagonal stays L, whose rows are divided as well: what the rows below need of it, they have.
EliminationEmitter::Trust EliminationEmitter::factorCorner(Block block, Values rows, Trust trust) {
  bool isPositive = method == tile::SolveMethod::cholesky;
  Value pivot = lane(rows[0], 0);
  for (int64_t p = 0; p < block.size; ++p) {
    trust.growth = larger(trust.growth, rows[p]);
    Value size = isPositive ? pivot : math::AbsFOp::create(builder, location, pivot);
    // A NaN makes the pivots after it NaN, and the last one stays.
    Value isSmaller = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OLT, trust.pivot, size);
    trust.pivot = arith::SelectOp::create(builder, location, isSmaller, trust.pivot, size);

    Value reciprocal = arith::DivFOp::create(builder, location, number(1), pivot);
    fetchSome();
    // Divisions wait for one another: the next pivot is made ahead of its row. The product of two entries, which waits
    // for no division, is why entries may not be too large or too small.
    if (p + 1 < block.size)
      pivot =
          subtractProduct(lane(rows[p + 1], p + 1), multiply(lane(rows[p + 1], p), lane(rows[p], p + 1)), reciprocal);
    Value divided = multiply(rows[p], lanes.broadcast(reciprocal, whole)), right = rightOf(divided, p);
    trust.multiplier = larger(trust.multiplier, right);
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
    trust.growth = larger(trust.growth, entry);
  storeAll(entries, {row, rows}, block.k);
  return trust;
}

/// Factors a block, and takes it from what lies below and to the right.
EliminationEmitter::Trust EliminationEmitter::eliminate(Block block, Trust trust) {
  trust = factorCorner(block, vectors(block, block.k), trust);
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
                            Values rows = forward(block, vectors(block, column));
                            Value largest = values[0];
                            for (Value row : rows)
                              largest = larger(largest, row);
                            storeAll(rows, block, column);
                            update(block, after(block), Amount::of(area.n), column, rows);
                            return {largest};
                          })[0];
  return trust;
}

//===-- Substitution --------------------------------------------------------===//

/// L^-1 of the rows of a block.
SmallVector<Value> EliminationEmitter::forward(Block block, Values rows) {
  for (int64_t i = 0; i < block.size; ++i) {
    rows[i] = multiply(rows[i], spread(block.k, i, block.k, i));
    for (int64_t p = 0; p < i; ++p)
      rows[i] = subtractProduct(rows[i], spread(block.k, i, block.k, p), rows[p]);
  }
  return rows;
}

/// U^-1 of the rows of a block.
SmallVector<Value> EliminationEmitter::backSubstituted(Block block, Values rows) {
  for (int64_t i = block.size - 1; i >= 0; --i)
    for (int64_t p = block.size - 1; p > i; --p)
      rows[i] = subtractProduct(rows[i], spread(block.k, i, block.k, p), rows[p]);
  return rows;
}

/// U^-1 of the rows of a block, which takes them from the rows above.
void EliminationEmitter::backward(Block block, Amount column, Values rows) {
  rows = backSubstituted(block, std::move(rows));
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
      Values rows = forward(block, vectors(block, column));
      if (area.n == area.lanes)
        return backward(block, column, rows);
      storeAll(rows, block, column);
      update(block, after(block), Amount::of(area.n), column, rows);
    });
    if (rest().size)
      backward(rest(), column, forward(rest(), vectors(rest(), column)));
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

/// The largest |entry of S| per lane.
Value EliminationEmitter::largestEntries() {
  return loop(Amount::of(0), Amount::of(area.n), 1, ValueRange{zeros()}, [&](Amount row, ValueRange values) {
    return loop(
        Amount::of(0), Amount::of(area.first), area.lanes, values,
        [&](Amount column, ValueRange values) -> Values { return {larger(values[0], vector(row, 0, column))}; });
  })[0];
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
  bool isF64 = area.element.isF64();
  Value isLarge = compare(arith::CmpFPredicate::OGE, largest, number(isF64 ? 1e-100 : 1e-9));
  Value isSmall = compare(arith::CmpFPredicate::OLE, largest, number(isF64 ? 1e140 : 1e15));
  pivots = arith::AndIOp::create(builder, location, pivots, arith::AndIOp::create(builder, location, isLarge, isSmall));
  if (isPositive)
    return pivots;
  Value growth = compare(arith::CmpFPredicate::OLE, largestOf(trust.growth), multiply(number(largestGrowth), largest));
  Value multipliers = compare(arith::CmpFPredicate::OLE, largestOf(trust.multiplier), number(largestMultiplier));
  return arith::AndIOp::create(builder, location, pivots,
                               arith::AndIOp::create(builder, location, growth, multipliers));
}

/// Of all lanes. The bits of numbers that are not negative order as these do.
Value EliminationEmitter::largestOf(Value sizes) {
  IntegerType type = IntegerType::get(builder.getContext(), area.element.getIntOrFloatBitWidth());
  Value bits = arith::BitcastOp::create(builder, location, whole.type(type), sizes);
  Value largest = vector::ReductionOp::create(builder, location, vector::CombiningKind::MAXSI, bits);
  return arith::BitcastOp::create(builder, location, area.element, largest);
}

EliminationEmitter::Trust EliminationEmitter::untried() {
  return {number(std::numeric_limits<double>::infinity()), zeros(), zeros()};
}

Value EliminationEmitter::emit() {
  Value largest = largestOf(largestEntries());
  Trust trust = untried();
  trust =
      Trust::of(loop(Amount::of(0), Amount::of(numInBlocks()), area.lanes, trust.all(),
                     [&](Amount k, ValueRange values) { return eliminate({k, area.lanes}, Trust::of(values)).all(); }));
  if (rest().size)
    trust = eliminate(rest(), trust);
  substitute();
  return accept(trust, largest);
}

//===-- Systems where they lie ----------------------------------------------===//

/// Columns of one right-hand side, a vector of them at a time: `arguments` are source, target, and how many are left
/// for the last vector. That is a value, so that nobody narrows the arithmetic to what is stored: of vectors that are
/// not the widest, a processor with these computes half as many.
void EliminationEmitter::solvePlaced(const PlacedSystem::Side &side, ValueRange arguments) {
  Block all{Amount::of(0), area.n};
  FlatBuffer from{arguments[0], area.element, {}, {}}, to{arguments[1], area.element, {}, {}};
  auto solve = [&](Amount column, const Piece &piece) {
    auto at = [&](int64_t row, int64_t step) { return add(builder, location, column, Amount::of(row * step)); };
    Values rows;
    for (int64_t i = 0; i < area.n; ++i)
      rows.push_back(lanes.load(from, at(i, side.sourceStep), Amount::of(1), piece));
    rows = backSubstituted(all, forward(all, std::move(rows)));
    for (int64_t i = 0; i < area.n; ++i)
      lanes.store(rows[i], to, at(i, side.targetStep), Amount::of(1), piece);
  };
  int64_t whole = side.columns / area.lanes * area.lanes;
  loop(Amount::of(0), Amount::of(whole), area.lanes, [&](Amount column) {
    fetchSome();
    solve(column, this->whole);
  });
  if (whole == side.columns)
    return;
  Piece last{0, area.lanes, side.columns - whole, {}};
  if (target.maskedVectors)
    last.mask = vector::CreateMaskOp::create(builder, location, last.type(builder.getI1Type()), arguments[2]);
  solve(Amount::of(whole), last);
}

/// `arguments`: the matrix, then three for each side.
Value EliminationEmitter::emitPlaced(const PlacedSystem &system, ValueRange arguments) {
  FlatBuffer matrix{arguments[0], area.element, {}, {}};
  Value sizes = zeros();
  Values rows;
  for (int64_t i = 0; i < area.n; ++i) {
    rows.push_back(lanes.load(matrix, Amount::of(i * system.matrixStep), Amount::of(1), {0, area.lanes, area.n, {}}));
    sizes = larger(sizes, rows.back());
  }
  Trust trust = factorCorner({Amount::of(0), area.n}, std::move(rows), untried());
  Value verdict = accept(trust, largestOf(sizes));
  auto branch = scf::IfOp::create(builder, location, verdict, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  for (auto [i, side] : llvm::enumerate(system.sides))
    solvePlaced(side, arguments.slice(1 + 3 * i, 3));
  return verdict;
}

//===-- Functions -----------------------------------------------------------===//

/// A private function of the module that returns a verdict, and whether it is there already. A list is its last
/// argument.
static std::pair<func::FuncOp, bool> functionFor(ModuleOp module, const std::string &name, SmallVector<Type> arguments,
                                                 bool isFetching) {
  std::string fullName = name + (isFetching ? "_fetching" : "");
  if (auto known = module.lookupSymbol<func::FuncOp>(fullName))
    return {known, true};
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  if (isFetching)
    arguments.push_back(LLVM::LLVMPointerType::get(module.getContext()));
  auto function = func::FuncOp::create(builder, module.getLoc(), fullName,
                                       builder.getFunctionType(arguments, {builder.getI1Type()}));
  function.setPrivate();
  function.addEntryBlock();
  return {function, false};
}

static std::string nameOf(tile::SolveMethod method, Type element, int64_t n) {
  return "solve_" + stringifySolveMethod(method).str() + (element.isF64() ? "_f64_" : "_f32_") + std::to_string(n);
}

func::FuncOp eliminationFor(ModuleOp module, const WorkArea &area, tile::SolveMethod method, bool isFetching,
                            const CpuTarget &target) {
  std::string name =
      nameOf(method, area.element, area.n) + "x" + std::to_string(area.width()) + "_by_" + std::to_string(area.lanes);
  auto [function, isThere] = functionFor(module, name, {area.type()}, isFetching);
  if (isThere)
    return function;
  OpBuilder builder = OpBuilder::atBlockEnd(&function.getBody().front());
  Location location = module.getLoc();
  FlatBuffer work = FlatBuffer::of(builder, location, function.getArgument(0));
  Value list = isFetching ? function.getArguments().back() : Value();
  Value verdict = EliminationEmitter(builder, location, work, area, method, target, list).emit();
  func::ReturnOp::create(builder, location, verdict);
  return function;
}

func::FuncOp placedEliminationFor(ModuleOp module, const PlacedSystem &system, bool isFetching,
                                  const CpuTarget &target) {
  std::string name = nameOf(tile::SolveMethod::general, system.element, system.n) + "_by_" +
                     std::to_string(system.lanes) + "_at_" + std::to_string(system.matrixStep);
  for (const PlacedSystem::Side &side : system.sides)
    name += "_" + std::to_string(side.columns) + "_at_" + std::to_string(side.sourceStep) + "_to_" +
            std::to_string(side.targetStep);
  Type pointer = LLVM::LLVMPointerType::get(module.getContext()), index = IndexType::get(module.getContext());
  SmallVector<Type> types{pointer, pointer};
  for (size_t i = 0; i < system.sides.size(); ++i)
    types.append({pointer, pointer, index});
  auto [function, isThere] = functionFor(module, name, types, isFetching);
  if (isThere)
    return function;
  OpBuilder builder = OpBuilder::atBlockEnd(&function.getBody().front());
  Location location = module.getLoc();
  ValueRange arguments = function.getArguments();
  WorkArea factors{system.element, system.n, system.lanes, system.lanes, system.lanes, {}, {}};
  FlatBuffer work{arguments[0], system.element, {}, {}};
  Value list = isFetching ? arguments.back() : Value();
  Value verdict = EliminationEmitter(builder, location, work, factors, tile::SolveMethod::general, target, list)
                      .emitPlaced(system, arguments.drop_front().drop_back(isFetching));
  func::ReturnOp::create(builder, location, verdict);
  return function;
}

} // namespace espalier::cpu
