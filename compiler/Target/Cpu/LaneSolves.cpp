//===- LaneSolves.cpp - tile.solve_into of a system per lane ----------------===//
//
// S is copied to a work area and factored there; right-hand sides become solutions in
// the targets. Where a system is not trusted, the runtime solves it from S as it was;
// its solution takes the place of its right-hand side, and its factors become those of
// the identity, so that the substitution of all systems leaves it as it is.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/LaneSolves.h"

#include "compiler/Target/Cpu/Elimination.h"
#include "compiler/Target/Cpu/FetchList.h"
#include "compiler/Target/Cpu/LaneElimination.h"
#include "compiler/Target/Cpu/Lanes.h"
#include "runtime/ABI/ABI.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <functional>

using namespace mlir;

namespace espalier::cpu {

namespace {

class LaneSolveEmitter {
public:
  LaneSolveEmitter(tile::SolveIntoOp op, const LaneSystems &systems, const CpuTarget &target)
      : builder(op), location(op.getLoc()), op(op), systems(systems), target(target), lanes(builder, location),
        matrix(FlatBuffer::of(builder, location, op.getMatrix())) {}
  void emit();

private:
  /// A right-hand side or solution: element (point, row, column).
  struct Side {
    FlatBuffer buffer;
    int64_t columns;
    Amount rowStep() const { return buffer.strides[1]; }
    Amount columnStep() const { return buffer.strides.size() == 3 ? buffer.strides[2] : Amount::of(1); }
  };

  void fillWork();
  void solveApart(Value trusted);
  void solveOne(Value point);
  void forEach(int64_t from, int64_t to, const std::function<void(Amount)> &body);
  /// The place of S's element that stands at (row, column) of what is solved.
  Amount placeInMatrix(Amount row, Amount column);
  Amount placeIn(const Side &side, Amount point, Amount row, Amount column);
  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, location, value); }
  Value scalarAt(const FlatBuffer &buffer, Amount place) {
    return lanes.load(buffer, place, Amount::of(0), scalarPiece());
  }
  void put(Value value, const FlatBuffer &buffer, Amount place) {
    lanes.store(value, buffer, place, Amount::of(0), scalarPiece());
  }
  Amount sum(Amount a, Amount b) { return add(builder, location, a, b); }
  Amount product(Amount a, Amount b) { return multiply(builder, location, a, b); }

  OpBuilder builder;
  Location location;
  tile::SolveIntoOp op;
  const LaneSystems &systems;
  const CpuTarget &target;
  LaneBuilder lanes;
  FlatBuffer matrix, work;
  SmallVector<Side> sides; // the targets
};

} // namespace

void LaneSolveEmitter::forEach(int64_t from, int64_t to, const std::function<void(Amount)> &body) {
  auto loop = scf::ForOp::create(builder, location, index(from), index(to), index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  body(Amount{loop.getInductionVar(), 0});
}

Amount LaneSolveEmitter::placeInMatrix(Amount row, Amount column) {
  if (op.getTransposed())
    std::swap(row, column);
  if (op.getMethod() == tile::SolveMethod::cholesky) {
    Value i = row.materialise(builder, location), j = column.materialise(builder, location);
    row = {arith::MaxUIOp::create(builder, location, i, j), 0};
    column = {arith::MinUIOp::create(builder, location, i, j), 0};
  }
  return sum(product(row, matrix.strides[1]), product(column, matrix.strides[2]));
}

Amount LaneSolveEmitter::placeIn(const Side &side, Amount point, Amount row, Amount column) {
  return sum(product(point, side.buffer.strides[0]),
             sum(product(row, side.rowStep()), product(column, side.columnStep())));
}

void LaneSolveEmitter::fillWork() {
  int64_t width = std::min(systems.points, target.lanes(matrix.bytes()));
  Piece whole{0, width, width, {}};
  forEach(0, systems.n, [&](Amount row) {
    forEach(0, systems.n, [&](Amount column) {
      Amount from = placeInMatrix(row, column), to = sum(product(row, Amount::of(systems.n * systems.points)),
                                                         product(column, Amount::of(systems.points)));
      for (int64_t group = 0; group < systems.points; group += width)
        lanes.store(lanes.load(matrix, sum(from, Amount::of(group)), Amount::of(1), whole), work,
                    sum(to, Amount::of(group)), Amount::of(1), whole);
    });
  });
}

/// One system by the runtime.
void LaneSolveEmitter::solveOne(Value number) {
  Amount point{number, 0};
  SmallVector<int64_t> columns;
  for (const Side &side : sides)
    columns.push_back(side.columns);
  WorkArea area = WorkArea::of(systems.element, systems.n, columns, target);
  Value apart = memref::AllocaOp::create(builder, location, area.type());
  FlatBuffer place = FlatBuffer::of(builder, location, apart);
  auto at = [&](Amount row, Amount column) { return sum(product(row, place.strides[0]), column); };
  auto forElements = [&](int64_t numColumns, const std::function<void(Amount, Amount)> &body) {
    forEach(0, systems.n, [&](Amount row) { forEach(0, numColumns, [&](Amount column) { body(row, column); }); });
  };
  forElements(systems.n, [&](Amount row, Amount column) {
    Amount from = sum(product(point, matrix.strides[0]), placeInMatrix(row, column));
    put(scalarAt(matrix, from), place, at(row, column));
    Amount identity = sum(
        point, sum(product(row, Amount::of(systems.n * systems.points)), product(column, Amount::of(systems.points))));
    Value isDiagonal = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq,
                                             row.materialise(builder, location), column.materialise(builder, location));
    auto constant = [&](double value) -> Value {
      return arith::ConstantOp::create(builder, location, builder.getFloatAttr(systems.element, value));
    };
    put(arith::SelectOp::create(builder, location, isDiagonal, constant(1), constant(0)), work, identity);
  });
  for (auto [side, first] : llvm::zip_equal(sides, area.places))
    forElements(side.columns, [&, first = first](Amount row, Amount column) {
      put(scalarAt(side.buffer, placeIn(side, point, row, column)), place, at(row, sum(column, Amount::of(first))));
    });
  Value failed = callRuntimeSolve(builder, op, apart, area.n, area.stride, area.first, area.width());
  auto entry = [&](Value table) -> Value {
    Value number = scalarAt(FlatBuffer::of(builder, location, table), point);
    return number.getType().isIndex()
               ? number
               : arith::IndexCastOp::create(builder, location, builder.getIndexType(), number).getResult();
  };
  Value position = arith::AddIOp::create(builder, location, op.getPosition(), entry(op.getPositions())),
        batch = op.getBatches() ? entry(op.getBatches()) : op.getBatch();
  bool isPositive = op.getMethod() == tile::SolveMethod::cholesky;
  tile::FaultOp::create(builder, location, failed, isPositive ? ESPALIER_FAULT_NOT_POSITIVE : ESPALIER_FAULT_SINGULAR,
                        op.getLocation(), batch, position, index(0), index(0));
  for (auto [side, first] : llvm::zip_equal(sides, area.places))
    forElements(side.columns, [&, first = first](Amount row, Amount column) {
      put(scalarAt(place, at(row, sum(column, Amount::of(first)))), side.buffer, placeIn(side, point, row, column));
    });
}

void LaneSolveEmitter::solveApart(Value trusted) {
  auto constant = [&](uint64_t value) -> Value {
    return arith::ConstantOp::create(builder, location, builder.getIntegerAttr(builder.getI64Type(), APInt(64, value)));
  };
  uint64_t all = systems.points == 64 ? ~uint64_t(0) : (uint64_t(1) << systems.points) - 1;
  Value some = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, trusted, constant(all));
  auto branch = scf::IfOp::create(builder, location, some, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  forEach(0, systems.points, [&](Amount point) {
    Value shift = arith::IndexCastOp::create(builder, location, builder.getI64Type(), point.value);
    Value bit = arith::AndIOp::create(builder, location, arith::ShRUIOp::create(builder, location, trusted, shift),
                                      constant(1));
    Value isApart = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, bit, constant(0));
    auto apart = scf::IfOp::create(builder, location, isApart, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard inner(builder);
    builder.setInsertionPointToStart(apart.thenBlock());
    solveOne(point.value);
  });
}

void LaneSolveEmitter::emit() {
  auto module = op->getParentOfType<ModuleOp>();
  Value area = memref::AllocaOp::create(builder, location,
                                        MemRefType::get({systems.n, systems.n, systems.points}, systems.element));
  work = FlatBuffer::of(builder, location, area);
  fillWork();
  for (auto [rightSide, solution] : llvm::zip_equal(op.getRightSides(), op.getTargets())) {
    if (rightSide != solution)
      memref::CopyOp::create(builder, location, rightSide, solution);
    auto type = cast<MemRefType>(solution.getType());
    sides.push_back(
        {FlatBuffer::of(builder, location, solution), type.getRank() == 3 ? type.getDimSize(2) : int64_t(1)});
  }
  Value factors = addressOf(builder, location, area);
  SmallVector<Value> list;
  if (op.getFetching())
    list.push_back(FlatBuffer::of(builder, location, op.getFetching()).line);
  auto call = [&](func::FuncOp function, SmallVector<Value> arguments) {
    llvm::append_range(arguments, list);
    return func::CallOp::create(builder, location, function, arguments);
  };
  solveApart(call(laneFactorFor(module, systems, !list.empty(), target), {factors}).getResult(0));
  func::FuncOp substitute = laneSubstituteFor(module, systems, !list.empty(), target);
  for (const Side &side : sides)
    if (side.columns > 0)
      call(substitute, {factors, side.buffer.line, side.rowStep().materialise(builder, location),
                        side.columnStep().materialise(builder, location), index(side.columns)});
  for (Value rest : list)
    askForRest(builder, location, rest);
  op.erase();
}

LogicalResult lowerLaneSolve(tile::SolveIntoOp op, const CpuTarget &target) {
  auto matrix = cast<MemRefType>(op.getMatrix().getType());
  Type element = matrix.getElementType();
  auto isContiguous = [](MemRefType type) { return type.getStridesAndOffset().first.front() == 1; };
  if (matrix.getRank() != 3 || !matrix.hasStaticShape() || matrix.getDimSize(1) != matrix.getDimSize(2) ||
      !(element.isF32() || element.isF64()) || !isContiguous(matrix) || matrix.getDimSize(0) > 64)
    return op.emitError("expects square matrices of f32 or f64 side by side, got ") << matrix;
  LaneSystems systems{element, matrix.getDimSize(1), matrix.getDimSize(0), op.getMethod()};
  for (Value solution : op.getTargets()) {
    auto type = cast<MemRefType>(solution.getType());
    if (type.getRank() < 2 || type.getRank() > 3 || !type.hasStaticShape() || type.getDimSize(0) != systems.points ||
        type.getDimSize(1) != systems.n || type.getElementType() != element || !isContiguous(type))
      return op.emitError("target ") << type << " does not fit matrices of type " << matrix;
  }
  if (systems.n == 0)
    op.erase();
  else
    LaneSolveEmitter(op, systems, target).emit();
  return success();
}

} // namespace espalier::cpu
