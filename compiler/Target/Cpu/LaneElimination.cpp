//===- LaneElimination.cpp - Many small systems, one in each lane -----------===//
//
// Everything is one step on blocks of four rows: 4 x 4 factors in registers, and a loop
// over columns that subtracts their products with four rows from four others, 16
// multiply-adds for 8 loads and 4 stores. It eliminates, and it substitutes both ways.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/LaneElimination.h"

#include "compiler/Target/Cpu/CarriedLoop.h"
#include "compiler/Target/Cpu/Elimination.h"
#include "compiler/Target/Cpu/FetchList.h"
#include "compiler/Target/Cpu/Lanes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <functional>
#include <limits>

using namespace mlir;

namespace espalier::cpu {

/// Rows of a block.
static constexpr int64_t block = 4;

namespace {

class LaneEmitter {
public:
  LaneEmitter(OpBuilder &builder, Location location, const LaneSystems &systems, const CpuTarget &target,
              Value fetching)
      : builder(builder), location(location), systems(systems), target(target), fetching(fetching),
        lanes(builder, location), width(std::min(systems.points, target.lanes(elementBytes(systems.element)))),
        whole{0, width, width, {}} {}

  Value factor(Value work);
  void substitute(Value work, Value side, Value rowStep, Value columnStep, Value numColumns);

private:
  using Values = SmallVector<Value>;
  using Factors = std::array<std::array<Value, block>, block>;

  /// Elements (row, column) of all systems of the vector at hand.
  struct Matrix {
    FlatBuffer buffer;
    Amount rowStep, columnStep, from, to; // columns
  };
  /// What distrust is decided by, per lane: the largest |multiplier|, the largest |entry of U|, whether all pivots
  /// passed.
  struct Trust {
    Value multiplier, growth, pivots;
    Values all() const { return {multiplier, growth, pivots}; }
    static Trust of(ValueRange values) { return {values[0], values[1], values[2]}; }
  };

  Matrix matrixAt(Value start, Amount group);
  Value load(const Matrix &matrix, Amount row, int64_t rowOffset, Amount column);
  void store(Value value, const Matrix &matrix, Amount row, int64_t rowOffset, Amount column);
  Amount plus(Amount a, int64_t b) { return add(builder, location, a, Amount::of(b)); }

  Trust factorBlock(const Matrix &work, Amount k, int64_t pivots, Trust trust);
  Trust factorRows(const Matrix &work, Amount k, Amount row, int64_t rows, Trust trust);
  Value verdict(const Matrix &work);
  Value largest(const Matrix &matrix);
  void forward(const Matrix &work, const Matrix &side, Amount k, int64_t pivots);
  void backward(const Matrix &work, const Matrix &side, Amount k, int64_t pivots);
  /// rows -= factors * source rows, over the columns of `matrix`.
  void update(const Matrix &matrix, Amount row, int64_t rows, Amount source, int64_t pivots, const Factors &factors);
  Factors loadFactors(const Matrix &work, Amount row, int64_t rows, Amount column, int64_t pivots);
  /// Blocks of four rows from .. to, then what is left of n.
  void forBlocks(Amount from, const std::function<void(Amount row, int64_t rows)> &body);

  /// For each column, while more memory is asked for.
  void forColumns(const Matrix &matrix, const std::function<void(Amount column)> &body);

  Values loop(Amount from, Amount to, int64_t step, ValueRange carried,
              const std::function<Values(Amount, ValueRange)> &body);
  void loop(Amount from, Amount to, int64_t step, const std::function<void(Amount)> &body) {
    loop(from, to, step, ValueRange(), [&](Amount at, ValueRange) { return body(at), Values(); });
  }

  Value number(double value) {
    return lanes.constant(builder.getFloatAttr(systems.element, value), systems.element, whole);
  }
  Value multiply(Value a, Value b) { return arith::MulFOp::create(builder, location, a, b); }
  Value magnitude(Value value) { return math::AbsFOp::create(builder, location, value); }
  /// A NaN may be lost: it turns up again in a pivot.
  Value larger(Value a, Value b) {
    Value isLarger = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OGT, a, b);
    return arith::SelectOp::create(builder, location, isLarger, a, b);
  }
  /// sum - a * b
  Value subtractProduct(Value sum, Value a, Value b) {
    if (!target.fusedMultiplyAdd)
      return arith::SubFOp::create(builder, location, sum, multiply(a, b));
    return vector::FMAOp::create(builder, location, arith::NegFOp::create(builder, location, a), b, sum);
  }

  OpBuilder &builder;
  Location location;
  const LaneSystems &systems;
  const CpuTarget &target;
  Value fetching; // a list; may be null
  LaneBuilder lanes;
  int64_t width;
  Piece whole;
  Value tolerance; // of a pivot
};

} // namespace

//===-- Elements and loops --------------------------------------------------===//

LaneEmitter::Matrix LaneEmitter::matrixAt(Value start, Amount group) {
  Matrix matrix{{start, systems.element, {}, {}},
                Amount::of(systems.n * systems.points),
                Amount::of(systems.points),
                Amount::of(0),
                Amount::of(systems.n)};
  matrix.buffer.line = matrix.buffer.address(builder, location, group);
  return matrix;
}

Value LaneEmitter::load(const Matrix &matrix, Amount row, int64_t rowOffset, Amount column) {
  Amount place = add(builder, location, cpu::multiply(builder, location, plus(row, rowOffset), matrix.rowStep),
                     cpu::multiply(builder, location, column, matrix.columnStep));
  return lanes.load(matrix.buffer, place, Amount::of(1), whole);
}

void LaneEmitter::store(Value value, const Matrix &matrix, Amount row, int64_t rowOffset, Amount column) {
  Amount place = add(builder, location, cpu::multiply(builder, location, plus(row, rowOffset), matrix.rowStep),
                     cpu::multiply(builder, location, column, matrix.columnStep));
  lanes.store(value, matrix.buffer, place, Amount::of(1), whole);
}

SmallVector<Value> LaneEmitter::loop(Amount from, Amount to, int64_t step, ValueRange carried,
                                     const std::function<Values(Amount, ValueRange)> &body) {
  return emitCarriedLoop(builder, location, from, to, step, carried, /*mostWrittenOut=*/1, body);
}

void LaneEmitter::forBlocks(Amount from, const std::function<void(Amount, int64_t)> &body) {
  int64_t blocks = systems.n / block * block;
  loop(from, Amount::of(blocks), block, [&](Amount row) { body(row, block); });
  if (blocks < systems.n)
    body(Amount::of(blocks), systems.n - blocks);
}

void LaneEmitter::forColumns(const Matrix &matrix, const std::function<void(Amount)> &body) {
  loop(matrix.from, matrix.to, 1, [&](Amount column) {
    if (fetching)
      askForNext(builder, location, fetching);
    body(column);
  });
}

//===-- The step ------------------------------------------------------------===//

void LaneEmitter::update(const Matrix &matrix, Amount row, int64_t rows, Amount source, int64_t pivots,
                         const Factors &factors) {
  forColumns(matrix, [&](Amount column) {
    Values known;
    for (int64_t p = 0; p < pivots; ++p)
      known.push_back(load(matrix, source, p, column));
    for (int64_t i = 0; i < rows; ++i) {
      Value entry = load(matrix, row, i, column);
      for (int64_t p = 0; p < pivots; ++p)
        entry = subtractProduct(entry, factors[i][p], known[p]);
      store(entry, matrix, row, i, column);
    }
  });
}

LaneEmitter::Factors LaneEmitter::loadFactors(const Matrix &work, Amount row, int64_t rows, Amount column,
                                              int64_t pivots) {
  Factors factors;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t p = 0; p < pivots; ++p)
      factors[i][p] = load(work, row, i, plus(column, p));
  return factors;
}

//===-- Factors -------------------------------------------------------------===//

/// The pivot rows k .. k + pivots - 1: their corner, what is right of it, and the rows below.
LaneEmitter::Trust LaneEmitter::factorBlock(const Matrix &work, Amount k, int64_t pivots, Trust trust) {
  Factors u = loadFactors(work, k, pivots, k, pivots);
  for (int64_t p = 0; p < pivots; ++p) {
    Value size = systems.method == tile::SolveMethod::cholesky ? u[p][p] : magnitude(u[p][p]);
    Value passed = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OGT, size, tolerance);
    trust.pivots = arith::AndIOp::create(builder, location, trust.pivots, passed);
    for (int64_t j = p; j < pivots; ++j)
      trust.growth = larger(magnitude(u[p][j]), trust.growth);
    u[p][p] = arith::DivFOp::create(builder, location, number(1), u[p][p]);
    for (int64_t i = p + 1; i < pivots; ++i) {
      u[i][p] = multiply(u[i][p], u[p][p]);
      trust.multiplier = larger(magnitude(u[i][p]), trust.multiplier);
      for (int64_t j = p + 1; j < pivots; ++j)
        u[i][j] = subtractProduct(u[i][j], u[i][p], u[p][j]);
    }
  }
  for (int64_t i = 0; i < pivots; ++i)
    for (int64_t j = 0; j < pivots; ++j)
      store(u[i][j], work, k, i, plus(k, j));
  if (pivots < block || systems.n == block)
    return trust;

  trust.growth = loop(plus(k, pivots), work.to, 1, ValueRange{trust.growth}, [&](Amount column, ValueRange values) {
    Value growth = values[0];
    Values rows;
    for (int64_t i = 0; i < pivots; ++i) {
      Value entry = load(work, k, i, column);
      for (int64_t p = 0; p < i; ++p)
        entry = subtractProduct(entry, u[i][p], rows[p]);
      if (i > 0)
        store(entry, work, k, i, column);
      growth = larger(magnitude(entry), growth);
      rows.push_back(entry);
    }
    return Values{growth};
  })[0];
  int64_t blocks = systems.n / block * block;
  trust = Trust::of(loop(plus(k, block), Amount::of(blocks), block, trust.all(), [&](Amount row, ValueRange values) {
    return factorRows(work, k, row, block, Trust::of(values)).all();
  }));
  return blocks < systems.n ? factorRows(work, k, Amount::of(blocks), systems.n - blocks, trust) : trust;
}

/// Multipliers of `rows` rows below the pivot rows k .. k + 3, and what these leave of the rows.
LaneEmitter::Trust LaneEmitter::factorRows(const Matrix &work, Amount k, Amount row, int64_t rows, Trust trust) {
  Factors l = loadFactors(work, row, rows, k, block);
  for (int64_t p = 0; p < block; ++p) {
    std::array<Value, block> above;
    for (int64_t q = 0; q <= p; ++q)
      above[q] = load(work, k, q, plus(k, p)); // the diagonal holds reciprocals
    for (int64_t i = 0; i < rows; ++i) {
      for (int64_t q = 0; q < p; ++q)
        l[i][p] = subtractProduct(l[i][p], l[i][q], above[q]);
      l[i][p] = multiply(l[i][p], above[p]);
      trust.multiplier = larger(magnitude(l[i][p]), trust.multiplier);
      store(l[i][p], work, row, i, plus(k, p));
    }
  }
  Matrix rest = work;
  rest.from = plus(k, block);
  update(rest, row, rows, k, block, l);
  return trust;
}

Value LaneEmitter::largest(const Matrix &matrix) {
  return loop(Amount::of(0), Amount::of(systems.n), 1, ValueRange{number(0)}, [&](Amount row, ValueRange values) {
    return loop(matrix.from, matrix.to, 1, values, [&](Amount column, ValueRange values) {
      return Values{larger(magnitude(load(matrix, row, 0, column)), values[0])};
    });
  })[0];
}

/// Factors the systems of one vector; which of them are trusted.
Value LaneEmitter::verdict(const Matrix &work) {
  bool isF64 = systems.element.isF64(), isGeneral = systems.method == tile::SolveMethod::general;
  double epsilon = isF64 ? std::numeric_limits<double>::epsilon() : std::numeric_limits<float>::epsilon();
  Value size = largest(work);
  tolerance = multiply(number(double(systems.n) * epsilon * (isGeneral ? largestGrowth : 1)), size);
  Value yes = lanes.constant(builder.getBoolAttr(true), builder.getI1Type(), whole);
  Trust trust{number(0), number(0), yes};
  int64_t blocks = systems.n / block * block;
  trust = Trust::of(loop(Amount::of(0), Amount::of(blocks), block, trust.all(), [&](Amount k, ValueRange values) {
    return factorBlock(work, k, block, Trust::of(values)).all();
  }));
  if (blocks < systems.n)
    trust = factorBlock(work, Amount::of(blocks), systems.n - blocks, trust);
  if (!isGeneral)
    return trust.pivots;
  auto atMost = [&](Value value, Value limit) -> Value {
    return arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OLE, value, limit);
  };
  Value bounded = arith::AndIOp::create(builder, location, atMost(trust.multiplier, number(largestMultiplier)),
                                        atMost(trust.growth, multiply(number(largestGrowth), size)));
  return arith::AndIOp::create(builder, location, trust.pivots, bounded);
}

Value LaneEmitter::factor(Value work) {
  Type i64 = builder.getI64Type();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, location, builder.getI64IntegerAttr(value));
  };
  return loop(Amount::of(0), Amount::of(systems.points), width, ValueRange{constant(0)},
              [&](Amount group, ValueRange values) {
                Value trusted = verdict(matrixAt(work, group));
                Value bits = vector::BitCastOp::create(
                    builder, location, VectorType::get({1}, builder.getIntegerType(unsigned(width))), trusted);
                bits = vector::ExtractOp::create(builder, location, bits, ArrayRef<int64_t>{0});
                if (width < 64)
                  bits = arith::ExtUIOp::create(builder, location, i64, bits);
                Value shift = arith::IndexCastOp::create(builder, location, i64, group.materialise(builder, location));
                bits = arith::ShLIOp::create(builder, location, bits, shift);
                return Values{arith::OrIOp::create(builder, location, values[0], bits)};
              })[0];
}

//===-- Substitution --------------------------------------------------------===//

void LaneEmitter::forward(const Matrix &work, const Matrix &side, Amount k, int64_t pivots) {
  Factors l = loadFactors(work, k, pivots, k, pivots);
  if (pivots > 1)
    forColumns(side, [&](Amount column) {
      Values rows;
      for (int64_t i = 0; i < pivots; ++i) {
        Value entry = load(side, k, i, column);
        for (int64_t p = 0; p < i; ++p)
          entry = subtractProduct(entry, l[i][p], rows[p]);
        if (i > 0)
          store(entry, side, k, i, column);
        rows.push_back(entry);
      }
    });
  if (pivots == block)
    forBlocks(plus(k, block), [&](Amount row, int64_t rows) {
      update(side, row, rows, k, block, loadFactors(work, row, rows, k, block));
    });
}

void LaneEmitter::backward(const Matrix &work, const Matrix &side, Amount k, int64_t pivots) {
  Factors u = loadFactors(work, k, pivots, k, pivots);
  forColumns(side, [&](Amount column) {
    Values rows(pivots);
    for (int64_t i = pivots - 1; i >= 0; --i) {
      rows[i] = load(side, k, i, column);
      for (int64_t j = i + 1; j < pivots; ++j)
        rows[i] = subtractProduct(rows[i], u[i][j], rows[j]);
      rows[i] = multiply(rows[i], u[i][i]);
      store(rows[i], side, k, i, column);
    }
  });
  loop(Amount::of(0), k, block,
       [&](Amount row) { update(side, row, block, k, pivots, loadFactors(work, row, block, k, pivots)); });
}

void LaneEmitter::substitute(Value workStart, Value sideStart, Value rowStep, Value columnStep, Value numColumns) {
  loop(Amount::of(0), Amount::of(systems.points), width, [&](Amount group) {
    Matrix work = matrixAt(workStart, group), side = matrixAt(sideStart, group);
    side.rowStep = Amount{rowStep, 0};
    side.columnStep = Amount{columnStep, 0};
    side.to = Amount{numColumns, 0};
    int64_t blocks = systems.n / block * block;
    forBlocks(Amount::of(0), [&](Amount k, int64_t pivots) { forward(work, side, k, pivots); });
    if (blocks < systems.n)
      backward(work, side, Amount::of(blocks), systems.n - blocks);
    loop(Amount::of(0), Amount::of(blocks), block, [&](Amount done) {
      Value last = Amount::of(blocks - block).materialise(builder, location);
      backward(work, side,
               done.isKnown() ? Amount::of(blocks - block - done.known)
                              : Amount{arith::SubIOp::create(builder, location, last, done.value), 0},
               block);
    });
  });
}

//===-- Functions -----------------------------------------------------------===//

static func::FuncOp functionFor(ModuleOp module, StringRef step, const LaneSystems &systems,
                                SmallVector<Type> arguments, TypeRange results, bool isFetching,
                                const CpuTarget &target,
                                llvm::function_ref<void(LaneEmitter &, Block &, SmallVectorImpl<Value> &)> body) {
  std::string name =
      (step + "_" + stringifySolveMethod(systems.method) + (systems.element.isF64() ? "_f64_" : "_f32_") +
       Twine(systems.n) + "_in_" + Twine(systems.points) + "_lanes" + (isFetching ? "_fetching" : ""))
          .str();
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  if (isFetching)
    arguments.push_back(LLVM::LLVMPointerType::get(module.getContext()));
  auto function = func::FuncOp::create(builder, module.getLoc(), name, builder.getFunctionType(arguments, results));
  function.setPrivate();
  builder.setInsertionPointToStart(function.addEntryBlock());
  Value list = isFetching ? function.getArguments().back() : Value();
  LaneEmitter emitter(builder, module.getLoc(), systems, target, list);
  SmallVector<Value> returned;
  body(emitter, function.getBody().front(), returned);
  func::ReturnOp::create(builder, module.getLoc(), returned);
  return function;
}

func::FuncOp laneFactorFor(ModuleOp module, const LaneSystems &systems, bool isFetching, const CpuTarget &target) {
  Type pointer = LLVM::LLVMPointerType::get(module.getContext()), bits = IntegerType::get(module.getContext(), 64);
  return functionFor(module, "factor", systems, {pointer}, bits, isFetching, target,
                     [](LaneEmitter &emitter, Block &entry, SmallVectorImpl<Value> &returned) {
                       returned.push_back(emitter.factor(entry.getArgument(0)));
                     });
}

func::FuncOp laneSubstituteFor(ModuleOp module, const LaneSystems &systems, bool isFetching, const CpuTarget &target) {
  Type pointer = LLVM::LLVMPointerType::get(module.getContext()), index = IndexType::get(module.getContext());
  // The factors are used alike, however they came about.
  LaneSystems any{systems.element, systems.n, systems.points, tile::SolveMethod::general};
  return functionFor(module, "substitute", any, {pointer, pointer, index, index, index}, {}, isFetching, target,
                     [](LaneEmitter &emitter, Block &entry, SmallVectorImpl<Value> &) {
                       emitter.substitute(entry.getArgument(0), entry.getArgument(1), entry.getArgument(2),
                                          entry.getArgument(3), entry.getArgument(4));
                     });
}

} // namespace espalier::cpu
