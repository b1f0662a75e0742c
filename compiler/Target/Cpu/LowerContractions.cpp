//===- LowerContractions.cpp - Products become register-blocked loops -------===//
//
// A block of rows x vectors accumulators lives in registers while the reduced axes
// run: per step it loads each vector once for all rows and each row's factor once for
// all vectors. What a block leaves over has code of its own, so that every size is
// served and none costs more than four copies of the block.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/Contraction.h"
#include "compiler/Target/Cpu/Lanes.h"
#include "compiler/Target/Cpu/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

#include <functional>
#include <map>

using namespace mlir;

namespace espalier::cpu {

namespace {

/// Multiply-adds of one straight run: cookbook budget of a basic block.
constexpr int64_t straightRun = 64;

class ContractionEmitter {
public:
  ContractionEmitter(OpBuilder &builder, Contraction &contraction, const CpuTarget &machine)
      : builder(builder), location(contraction.op.getLoc()), contraction(contraction), machine(machine),
        blocking(Blocking::of(contraction, machine)), lanes(builder, location),
        positions(contraction.axes.size(), Amount::of(0)) {}

  void emit() { emitParallel(blocking.parallel); }

private:
  using Values = SmallVector<Value>;

  void emitParallel(ArrayRef<unsigned> axes);
  void emitRows();
  void emitVectors(int64_t rows);
  void emitBlock(int64_t rows, ArrayRef<Piece> pieces);
  void emitDots(int64_t rows);
  void emitColumns(int64_t rows);
  void emitDots(int64_t rows, int64_t columns);
  void storeDots(ArrayRef<Value> vectors);

  Values reduce(ArrayRef<unsigned> axes, Values sums, const std::function<Values(Values, int64_t chain)> &step);
  Values multiplyAdd(int64_t rows, ArrayRef<Piece> pieces, Values sums, int64_t chain);
  Values multiplyAddDots(int64_t rows, int64_t columns, const Piece &piece, Values sums);
  Values joinChains(Values sums, int64_t count);
  Value loadFactor(Operand factor, Amount base, int64_t row, const Piece &piece);
  Value multiplyAdd(Value a, Value b, Value sum);

  void loop(unsigned axis, int64_t from, int64_t to, int64_t step, const std::function<void()> &body);
  Values loop(unsigned axis, int64_t from, int64_t to, int64_t step, const Values &carried,
              const std::function<Values(Values)> &body);
  /// The index of the block's first element.
  Amount base(Operand operand);
  Amount place(Operand operand, Amount base, int64_t row, const Piece &piece);
  Amount vectorStride(Operand operand) const {
    return blocking.vectorAxis < 0 ? Amount::of(0) : contraction.axes[blocking.vectorAxis].strides[operand];
  }
  Amount rowStride(Operand operand) const {
    return blocking.rowAxis < 0 ? Amount::of(0) : contraction.axes[blocking.rowAxis].strides[operand];
  }
  bool isAlong() const { return blocking.vectorAxis >= 0 && contraction.axes[blocking.vectorAxis].isReduced(); }
  Value zero(const Piece &piece) {
    return lanes.constant(builder.getZeroAttr(contraction.accumulator()), contraction.accumulator(), piece);
  }
  bool adds() const { return contraction.op.getUpdate() != tile::UpdateKind::set; }
  bool subtracts() const { return contraction.op.getUpdate() == tile::UpdateKind::subtract; }

  OpBuilder &builder;
  Location location;
  Contraction &contraction;
  const CpuTarget &machine;
  Blocking blocking;
  LaneBuilder lanes;
  SmallVector<Amount> positions;
};

struct LowerContractions : PassWrapper<LowerContractions, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerContractions)
  explicit LowerContractions(const CpuTarget &target) : target(target) {}
  StringRef getArgument() const override { return "cpu-lower-contractions"; }
  StringRef getDescription() const override { return "tile.contract_into becomes register-blocked loops over vectors"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, LLVM::LLVMDialect, memref::MemRefDialect,
                    scf::SCFDialect, vector::VectorDialect>();
  }
  void runOnOperation() override;

  CpuTarget target;
};

} // namespace

//===-- Loops ---------------------------------------------------------------===//

SmallVector<Value> ContractionEmitter::loop(unsigned axis, int64_t from, int64_t to, int64_t step,
                                            const Values &carried, const std::function<Values(Values)> &body) {
  Amount before = positions[axis];
  Values results = carried;
  if (to - from <= step) {
    positions[axis] = Amount::of(from);
    if (from < to)
      results = body(results);
  } else {
    auto number = [&](int64_t value) { return Amount::of(value).materialise(builder, location); };
    auto loop = scf::ForOp::create(builder, location, number(from), number(to), number(step), carried);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    positions[axis] = Amount{loop.getInductionVar(), 0};
    Values next = body(Values(loop.getRegionIterArgs()));
    if (!carried.empty()) {
      builder.setInsertionPointToEnd(loop.getBody());
      scf::YieldOp::create(builder, location, next);
    }
    results = Values(loop.getResults());
  }
  positions[axis] = before;
  return results;
}

void ContractionEmitter::loop(unsigned axis, int64_t from, int64_t to, int64_t step,
                              const std::function<void()> &body) {
  loop(axis, from, to, step, {}, [&](Values) { return body(), Values(); });
}

void ContractionEmitter::emitParallel(ArrayRef<unsigned> axes) {
  if (axes.empty())
    return emitRows();
  loop(axes.front(), 0, contraction.axes[axes.front()].extent, 1, [&] { emitParallel(axes.drop_front()); });
}

void ContractionEmitter::emitRows() {
  auto block = [&](int64_t rows) {
    blocking.columnAxis >= 0 ? emitColumns(rows) : isAlong() ? emitDots(rows) : emitVectors(rows);
  };
  if (blocking.rowAxis < 0)
    return block(1);
  int64_t extent = contraction.axes[blocking.rowAxis].extent, whole = extent / blocking.rows * blocking.rows;
  loop(blocking.rowAxis, 0, whole, blocking.rows, [&] { block(blocking.rows); });
  loop(blocking.rowAxis, whole, extent, blocking.rows, [&] { block(extent - whole); });
}

void ContractionEmitter::emitVectors(int64_t rows) {
  if (blocking.vectorAxis < 0)
    return emitBlock(rows, scalarPiece());
  int64_t extent = contraction.axes[blocking.vectorAxis].extent, bytes = 8;
  for (unsigned operand : {left, right, target})
    if (!vectorStride(static_cast<Operand>(operand)).is(0))
      bytes = std::min(bytes, contraction.buffers[operand].bytes());
  SmallVector<Piece> pieces = cut(extent, blocking.lanes, bytes, machine);
  ArrayRef<Piece> rest = pieces;
  int64_t group = blocking.vectors, step = group * blocking.lanes, whole = extent / step * step;
  loop(blocking.vectorAxis, 0, whole, step, [&] { emitBlock(rows, rest.take_front(group)); });
  for (rest = rest.drop_front(whole / blocking.lanes); !rest.empty();
       rest = rest.drop_front(std::min<size_t>(group, rest.size())))
    emitBlock(rows, rest.take_front(group));
}

//===-- Elements ------------------------------------------------------------===//

Amount ContractionEmitter::base(Operand operand) {
  Amount sum = Amount::of(0);
  for (auto [position, axis] : llvm::zip_equal(positions, contraction.axes))
    sum = add(builder, location, sum, multiply(builder, location, position, axis.strides[operand]));
  return sum;
}

Amount ContractionEmitter::place(Operand operand, Amount base, int64_t row, const Piece &piece) {
  Amount offset = multiply(builder, location, Amount::of(row), rowStride(operand));
  offset = add(builder, location, offset, multiply(builder, location, Amount::of(piece.offset), vectorStride(operand)));
  return add(builder, location, base, offset);
}

/// The factor in the accumulator's type; a number that all lanes share is extended before it is spread.
Value ContractionEmitter::loadFactor(Operand factor, Amount base, int64_t row, const Piece &piece) {
  const FlatBuffer &buffer = contraction.buffers[factor];
  bool isShared = vectorStride(factor).is(0);
  Piece loadedAs = isShared ? scalarPiece() : piece;
  Value value =
      lanes.load(buffer, place(factor, base, row, isShared ? scalarPiece() : piece), vectorStride(factor), loadedAs);
  if (buffer.element != contraction.accumulator())
    value = arith::ExtFOp::create(builder, location, loadedAs.type(contraction.accumulator()), value);
  return isShared ? lanes.broadcast(value, piece) : value;
}

Value ContractionEmitter::multiplyAdd(Value a, Value b, Value sum) {
  if (!machine.fusedMultiplyAdd)
    return arith::AddFOp::create(builder, location, arith::MulFOp::create(builder, location, a, b), sum);
  if (isa<VectorType>(sum.getType()))
    return vector::FMAOp::create(builder, location, a, b, sum);
  return LLVM::FMAOp::create(builder, location, a, b, sum);
}

/// One step of all sums of a chain: each factor is loaded once for all rows or vectors that it does not vary along.
SmallVector<Value> ContractionEmitter::multiplyAdd(int64_t rows, ArrayRef<Piece> pieces, Values sums, int64_t chain) {
  std::array<Amount, 2> bases{base(left), base(right)};
  std::map<std::tuple<unsigned, int64_t, int64_t>, Value> loaded;
  Operand negated = vectorStride(left).is(0) ? left : right;
  auto factor = [&](Operand operand, int64_t row, int64_t piece) -> Value {
    auto key = std::make_tuple(static_cast<unsigned>(operand), rowStride(operand).is(0) ? 0 : row,
                               vectorStride(operand).is(0) ? 0 : piece);
    // Vectors of another width are other values, shared or not.
    if (pieces[piece].width != pieces[std::get<2>(key)].width)
      std::get<2>(key) = piece;
    Value &value = loaded[key];
    if (!value) {
      value = loadFactor(operand, bases[operand], row, pieces[piece]);
      if (subtracts() && !isAlong() && operand == negated)
        value = arith::NegFOp::create(builder, location, value);
    }
    return value;
  };
  int64_t first = chain * rows * static_cast<int64_t>(pieces.size());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t piece = 0; piece < static_cast<int64_t>(pieces.size()); ++piece) {
      Value &sum = sums[first + row * static_cast<int64_t>(pieces.size()) + piece];
      Value next = multiplyAdd(factor(left, row, piece), factor(right, row, piece), sum);
      // Inactive lanes of a factor are 0, which another factor's infinity would turn into NaN.
      bool needsMask = isAlong() && pieces[piece].isMasked() && (vectorStride(left).is(0) || vectorStride(right).is(0));
      sum = needsMask ? lanes.selectActive(next, sum, pieces[piece]) : next;
    }
  return sums;
}

//===-- Sums ----------------------------------------------------------------===//

/// Runs the reduced axes; the innermost is unrolled as far as a straight run allows, successive steps going to
/// successive chains.
SmallVector<Value> ContractionEmitter::reduce(ArrayRef<unsigned> axes, Values sums,
                                              const std::function<Values(Values, int64_t)> &step) {
  if (axes.empty())
    return step(std::move(sums), 0);
  unsigned axis = axes.front();
  int64_t extent = contraction.axes[axis].extent;
  if (axes.size() > 1)
    return loop(axis, 0, extent, 1, sums, [&](Values values) { return reduce(axes.drop_front(), values, step); });

  int64_t perStep = std::max<int64_t>(static_cast<int64_t>(sums.size()) / blocking.chains, 1);
  int64_t longest = std::max(straightRun / perStep, blocking.chains);
  int64_t unroll = extent <= longest && extent <= 8
                       ? extent
                       : std::min<int64_t>({longest, std::max<int64_t>(4, blocking.chains), extent});
  auto steps = [&](int64_t count) {
    return [&, count](Values values) {
      Amount start = positions[axis];
      for (int64_t i = 0; i < count; ++i) {
        positions[axis] = add(builder, location, start, Amount::of(i));
        values = step(std::move(values), i % blocking.chains);
      }
      positions[axis] = start;
      return values;
    };
  };
  int64_t whole = unroll > 0 ? extent / unroll * unroll : 0;
  sums = loop(axis, 0, whole, std::max<int64_t>(unroll, 1), sums, steps(unroll));
  return loop(axis, whole, extent, std::max<int64_t>(unroll, 1), sums, steps(extent - whole));
}

SmallVector<Value> ContractionEmitter::joinChains(Values sums, int64_t count) {
  for (int64_t chain = 1; chain < blocking.chains; ++chain)
    for (int64_t i = 0; i < count; ++i)
      sums[i] = arith::AddFOp::create(builder, location, sums[i], sums[chain * count + i]);
  sums.resize(count);
  return sums;
}

/// Lanes along a parallel axis: the block's sums are vectors of the target.
void ContractionEmitter::emitBlock(int64_t rows, ArrayRef<Piece> pieces) {
  const FlatBuffer &buffer = contraction.buffers[target];
  Amount start = base(target);
  int64_t count = rows * static_cast<int64_t>(pieces.size());
  Values sums;
  for (int64_t chain = 0; chain < blocking.chains; ++chain)
    for (int64_t row = 0; row < rows; ++row)
      for (const Piece &piece : pieces)
        sums.push_back(adds() && chain == 0
                           ? lanes.load(buffer, place(target, start, row, piece), vectorStride(target), piece)
                           : zero(piece));
  sums = reduce(blocking.reduced, std::move(sums),
                [&](Values values, int64_t chain) { return multiplyAdd(rows, pieces, std::move(values), chain); });
  sums = joinChains(std::move(sums), count);
  for (int64_t row = 0; row < rows; ++row)
    for (auto [p, piece] : llvm::enumerate(pieces))
      lanes.store(sums[row * static_cast<int64_t>(pieces.size()) + static_cast<int64_t>(p)], buffer,
                  place(target, start, row, piece), vectorStride(target), piece);
}

/// Lanes along a reduced axis: partial sums, added up across the lanes at the end.
void ContractionEmitter::emitDots(int64_t rows) {
  unsigned axis = static_cast<unsigned>(blocking.vectorAxis);
  int64_t extent = contraction.axes[axis].extent, width = blocking.lanes, group = blocking.vectors,
          step = group * width;
  SmallVector<Piece> pieces;
  for (int64_t p = 0; p < group; ++p)
    pieces.push_back({p * width, width, width, {}});
  Values sums(rows * group * blocking.chains, zero(pieces[0]));
  sums = reduce(blocking.reduced, std::move(sums), [&](Values values, int64_t chain) {
    int64_t whole = extent / step * step;
    values = loop(axis, 0, whole, step, values,
                  [&](Values values) { return multiplyAdd(rows, pieces, std::move(values), chain); });
    for (int64_t from = whole; from < extent; from += width) {
      // One vector at a time into the first sum of each row.
      Piece piece{from, width, std::min(width, extent - from), {}};
      Values firsts;
      int64_t base = chain * rows * group;
      for (int64_t row = 0; row < rows; ++row)
        firsts.push_back(values[base + row * group]);
      firsts = multiplyAdd(rows, piece, std::move(firsts), 0);
      for (int64_t row = 0; row < rows; ++row)
        values[base + row * group] = firsts[row];
    }
    return values;
  });
  sums = joinChains(std::move(sums), rows * group);
  Values vectors;
  for (int64_t row = 0; row < rows; ++row) {
    vectors.push_back(sums[row * group]);
    for (int64_t p = 1; p < group; ++p)
      vectors.back() = arith::AddFOp::create(builder, location, vectors.back(), sums[row * group + p]);
  }
  storeDots(vectors);
}

//===-- Dots of all rows with all columns -------------------------------------===//

void ContractionEmitter::emitColumns(int64_t rows) {
  unsigned axis = static_cast<unsigned>(blocking.columnAxis);
  int64_t extent = contraction.axes[axis].extent, whole = extent / blocking.columns * blocking.columns;
  loop(axis, 0, whole, blocking.columns, [&] { emitDots(rows, blocking.columns); });
  loop(axis, whole, extent, blocking.columns, [&] { emitDots(rows, extent - whole); });
}

/// One step of all sums: a vector of each column stays in its register while those of the rows come one by one.
SmallVector<Value> ContractionEmitter::multiplyAddDots(int64_t rows, int64_t columns, const Piece &piece, Values sums) {
  Operand ofRows = contraction.axes[blocking.rowAxis].varies(left) ? left : right,
          ofColumns = ofRows == left ? right : left;
  Amount &column = positions[blocking.columnAxis], first = column;
  Values vectors;
  for (int64_t j = 0; j < columns; ++j) {
    column = add(builder, location, first, Amount::of(j));
    vectors.push_back(loadFactor(ofColumns, base(ofColumns), 0, piece));
  }
  column = first;
  Amount start = base(ofRows);
  for (int64_t row = 0; row < rows; ++row) {
    Value vector = loadFactor(ofRows, start, row, piece);
    for (int64_t j = 0; j < columns; ++j) {
      Value &sum = sums[j * rows + row];
      sum = multiplyAdd(vector, vectors[j], sum);
    }
  }
  return sums;
}

/// Each factor's vectors are loaded once for all sums that they are part of.
void ContractionEmitter::emitDots(int64_t rows, int64_t columns) {
  unsigned axis = static_cast<unsigned>(blocking.vectorAxis);
  int64_t extent = contraction.axes[axis].extent, width = blocking.lanes, whole = extent / width * width;
  Piece full{0, width, width, {}};
  Values sums = reduce(blocking.reduced, Values(rows * columns, zero(full)), [&](Values values, int64_t) {
    values = loop(axis, 0, whole, width, values,
                  [&](Values values) { return multiplyAddDots(rows, columns, full, std::move(values)); });
    return whole < extent ? multiplyAddDots(rows, columns, {whole, width, extent - whole, {}}, std::move(values))
                          : values;
  });
  Amount &column = positions[blocking.columnAxis], first = column;
  for (int64_t j = 0; j < columns; ++j) {
    column = add(builder, location, first, Amount::of(j));
    storeDots(ArrayRef(sums).slice(j * rows, rows));
  }
  column = first;
}

/// Adds up the lanes of one vector per row. Rows that are neighbours in the target share the folds, and are stored as
/// one vector.
void ContractionEmitter::storeDots(ArrayRef<Value> vectors) {
  const FlatBuffer &buffer = contraction.buffers[target];
  Amount start = base(target);
  int64_t rows = static_cast<int64_t>(vectors.size()), together = rowStride(target).is(1) ? blocking.lanes : 1;
  for (int64_t row = 0; row < rows; row += together) {
    int64_t count = std::min(together, rows - row);
    Piece piece = count == 1
                      ? scalarPiece()
                      : Piece{0, static_cast<int64_t>(llvm::PowerOf2Ceil(static_cast<uint64_t>(count))), count, {}};
    Value sum = lanes.sumLanes(vectors.slice(row, count));
    Amount where = place(target, start, row, scalarPiece());
    if (adds()) {
      Value old = lanes.load(buffer, where, Amount::of(1), piece);
      sum = subtracts() ? Value(arith::SubFOp::create(builder, location, old, sum))
                        : Value(arith::AddFOp::create(builder, location, old, sum));
    }
    lanes.store(sum, buffer, where, Amount::of(1), piece);
  }
}

void LowerContractions::runOnOperation() {
  SmallVector<tile::ContractIntoOp> products;
  getOperation().walk([&](tile::ContractIntoOp op) { products.push_back(op); });
  for (tile::ContractIntoOp op : products) {
    OpBuilder builder(op);
    FailureOr<Contraction> contraction = Contraction::of(builder, op, target);
    if (failed(contraction))
      return signalPassFailure();
    ContractionEmitter(builder, *contraction, target).emit();
    op.erase();
  }
}

std::unique_ptr<Pass> createLowerContractions(const CpuTarget &target) {
  return std::make_unique<LowerContractions>(target);
}

} // namespace espalier::cpu
