//===- LowerSolves.cpp - Systems are solved in scratch ----------------------===//
//
// S and the right-hand sides are copied to a work area, side by side and padded to
// whole vectors; a function shared by all solves of the shape eliminates without
// exchanges. If it distrusts a pivot, the tile is copied again and goes to the runtime,
// which pivots and knows whether S is singular. Targets are written at the end: they
// may be the right-hand sides themselves.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/Elimination.h"
#include "compiler/Target/Cpu/FetchList.h"
#include "compiler/Target/Cpu/LaneSolves.h"
#include "compiler/Target/Cpu/Lanes.h"
#include "compiler/Target/Cpu/Passes.h"

#include "dialects/Tile/IR/TileDialect.h"
#include "runtime/ABI/ABI.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <functional>

using namespace mlir;

namespace espalier::cpu {

namespace {

struct LowerSolves : PassWrapper<LowerSolves, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerSolves)
  explicit LowerSolves(const CpuTarget &target) : target(target) {}
  StringRef getArgument() const override { return "cpu-lower-solves"; }
  StringRef getDescription() const override { return "tile.solve_into becomes elimination in a work area"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect,
                    scf::SCFDialect, vector::VectorDialect>();
  }
  void runOnOperation() override;

  CpuTarget target;
};

/// One solve and its work area.
class SolveEmitter {
public:
  SolveEmitter(tile::SolveIntoOp op, const WorkArea &area, const CpuTarget &target)
      : builder(op), location(op.getLoc()), op(op), area(area), target(target), lanes(builder, location) {}
  void emit();
  /// Of a system that is solved where it lies; only what is distrusted goes through the work area.
  void emitPlaced(const PlacedSystem &system);

private:
  void fill();
  void fillMatrix();
  void fillRightSide(unsigned index);
  void clearShared();
  Value attempt(Value isFirst);
  void callRuntime();
  void copyOut();
  /// One row of a tile after the other; few are written out.
  void forEachRow(const std::function<void(Amount row)> &body);
  /// The pieces of a row of `count` numbers, each as wide as a vector of the work area.
  SmallVector<Piece> piecesOf(int64_t count);
  Amount indexOf(const FlatBuffer &buffer, Amount row, int64_t column);

  OpBuilder builder;
  Location location;
  tile::SolveIntoOp op;
  const WorkArea &area;
  const CpuTarget &target;
  LaneBuilder lanes;
  Value work;
  FlatBuffer place; // of work
};

int64_t columnsOf(Value rightSide) {
  auto type = cast<MemRefType>(rightSide.getType());
  return type.getRank() == 2 ? type.getDimSize(1) : 1;
}

} // namespace

void SolveEmitter::forEachRow(const std::function<void(Amount row)> &body) {
  if (area.n <= 4) {
    for (int64_t row = 0; row < area.n; ++row)
      body(Amount::of(row));
    return;
  }
  auto index = [&](int64_t value) { return Amount::of(value).materialise(builder, location); };
  auto loop = scf::ForOp::create(builder, location, index(0), index(area.n), index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  body(Amount{loop.getInductionVar(), 0});
}

SmallVector<Piece> SolveEmitter::piecesOf(int64_t count) {
  SmallVector<Piece> pieces;
  for (int64_t offset = 0; offset < count; offset += area.lanes)
    pieces.push_back({offset, area.lanes, std::min(area.lanes, count - offset), {}});
  return pieces;
}

/// The index of element (row, column), or (row) of a vector.
Amount SolveEmitter::indexOf(const FlatBuffer &buffer, Amount row, int64_t column) {
  Amount start = multiply(builder, location, row, buffer.strides[0]);
  return buffer.strides.size() < 2
             ? start
             : add(builder, location, start, multiply(builder, location, Amount::of(column), buffer.strides[1]));
}

/// S, or S^T, or the lower triangle of S on both sides of the diagonal. Vectors are stored whole, with zeros where S
/// ends.
void SolveEmitter::fillMatrix() {
  FlatBuffer matrix = FlatBuffer::of(builder, location, op.getMatrix()), crossed = matrix;
  std::swap(crossed.strides[0], crossed.strides[1]);
  const FlatBuffer &source = op.getTransposed() ? crossed : matrix;
  forEachRow([&](Amount row) {
    for (const Piece &piece : piecesOf(area.n)) {
      Value values = lanes.load(source, indexOf(source, row, piece.offset), source.strides[1], piece);
      if (op.getMethod() == tile::SolveMethod::cholesky) {
        Value mirrored = lanes.load(crossed, indexOf(crossed, row, piece.offset), crossed.strides[1], piece);
        Value columns = lanes.positions(Amount::of(piece.offset).materialise(builder, location), piece);
        Value isLower = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::sle, columns,
                                              lanes.broadcast(row.materialise(builder, location), piece));
        values = arith::SelectOp::create(builder, location, isLower, values, mirrored);
      }
      lanes.store(values, place, indexOf(place, row, piece.offset), Amount::of(1), {0, area.lanes, area.lanes, {}});
    }
  });
}

void SolveEmitter::fillRightSide(unsigned index) {
  FlatBuffer source = FlatBuffer::of(builder, location, op.getRightSides()[index]);
  Amount stride = source.strides.size() == 2 ? source.strides[1] : Amount::of(1);
  forEachRow([&](Amount row) {
    for (const Piece &piece : piecesOf(columnsOf(op.getRightSides()[index]))) {
      Value values = lanes.load(source, indexOf(source, row, piece.offset), stride, piece);
      // A vector that is shared with a neighbour is written in part.
      Piece written = area.isAlone[index] ? Piece{0, area.lanes, area.lanes, {}} : piece;
      lanes.store(values, place, indexOf(place, row, area.places[index] + piece.offset), Amount::of(1), written);
    }
  });
}

/// Zeros where narrow right-hand sides will share vectors.
void SolveEmitter::clearShared() {
  int64_t from = area.stride;
  for (auto [column, isAlone] : llvm::zip_equal(area.places, area.isAlone))
    from = isAlone ? from : std::min(from, column);
  Piece whole{0, area.lanes, area.lanes, {}};
  Value zeros = lanes.constant(builder.getZeroAttr(area.element), area.element, whole);
  if (from < area.stride)
    forEachRow([&](Amount row) {
      for (int64_t column = from; column < area.stride; column += area.lanes)
        lanes.store(zeros, place, indexOf(place, row, column), Amount::of(1), whole);
    });
}

void SolveEmitter::fill() {
  fillMatrix();
  clearShared();
  for (unsigned i = 0; i < op.getRightSides().size(); ++i)
    fillRightSide(i);
}

void SolveEmitter::copyOut() {
  for (auto [i, solution] : llvm::enumerate(op.getTargets())) {
    FlatBuffer target = FlatBuffer::of(builder, location, solution);
    Amount stride = target.strides.size() == 2 ? target.strides[1] : Amount::of(1);
    int64_t column = area.places[i];
    forEachRow([&](Amount row) {
      for (const Piece &piece : piecesOf(columnsOf(solution))) {
        Value values = lanes.load(place, indexOf(place, row, column + piece.offset), Amount::of(1), piece);
        lanes.store(values, target, indexOf(target, row, piece.offset), stride, piece);
      }
    });
  }
}

Value addressOf(OpBuilder &builder, Location location, Value buffer) {
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(builder, location, buffer);
  address = arith::IndexCastOp::create(builder, location, builder.getI64Type(), address);
  return LLVM::IntToPtrOp::create(builder, location, LLVM::LLVMPointerType::get(builder.getContext()), address);
}

Value callRuntimeSolve(OpBuilder &builder, tile::SolveIntoOp op, Value work, int64_t n, int64_t stride, int64_t first,
                       int64_t columns) {
  auto module = op->getParentOfType<ModuleOp>();
  Location location = op.getLoc();
  Type element = cast<MemRefType>(work.getType()).getElementType();
  StringRef name = element.isF64() ? "espalier_solve_f64" : "espalier_solve_f32";
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext()), i64 = builder.getI64Type(),
       i32 = builder.getI32Type();
  if (!module.lookupSymbol(name)) {
    OpBuilder declaring = OpBuilder::atBlockBegin(module.getBody());
    func::FuncOp::create(declaring, location, name,
                         builder.getFunctionType({pointer, pointer, i64, i64, i64, i64, i32}, i32))
        .setPrivate();
  }
  bool isPositive = op.getMethod() == tile::SolveMethod::cholesky;
  Value scales = memref::AllocaOp::create(builder, location, MemRefType::get({2 * n}, element));
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, location, builder.getI64IntegerAttr(value));
  };
  Value positive = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(isPositive));
  Value status =
      func::CallOp::create(builder, location, name, TypeRange(i32),
                           ValueRange{addressOf(builder, location, work), addressOf(builder, location, scales),
                                      number(n), number(stride), number(first), number(columns), positive})
          .getResult(0);
  Value none = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(0));
  return arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, status, none);
}

void SolveEmitter::callRuntime() {
  Value failed = callRuntimeSolve(builder, op, work, area.n, area.stride, area.first, area.width());
  bool isPositive = op.getMethod() == tile::SolveMethod::cholesky;
  Value zero = arith::ConstantIndexOp::create(builder, location, 0);
  tile::FaultOp::create(builder, location, failed, isPositive ? ESPALIER_FAULT_NOT_POSITIVE : ESPALIER_FAULT_SINGULAR,
                        op.getLocation(), op.getBatch(), op.getPosition(), zero, zero);
}

/// Fills the work area and solves; whether that is the end of it.
Value SolveEmitter::attempt(Value isFirst) {
  fill();
  auto choice = scf::IfOp::create(builder, location, TypeRange(builder.getI1Type()), isFirst, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(choice.thenBlock());
  SmallVector<Value> arguments{work};
  if (Value list = op.getFetching())
    arguments.push_back(FlatBuffer::of(builder, location, list).line);
  func::FuncOp elimination =
      eliminationFor(op->getParentOfType<ModuleOp>(), area, op.getMethod(), bool(op.getFetching()), target);
  scf::YieldOp::create(builder, location, func::CallOp::create(builder, location, elimination, arguments).getResults());
  builder.setInsertionPointToStart(choice.elseBlock());
  callRuntime();
  scf::YieldOp::create(builder, location,
                       Value(arith::ConstantOp::create(builder, location, builder.getBoolAttr(true))));
  return choice.getResult(0);
}

void SolveEmitter::emit() {
  work = memref::AllocaOp::create(builder, location, area.type());
  place = FlatBuffer::of(builder, location, work);
  // Two attempts in one loop, so that the copies are written once.
  Value isDone = arith::ConstantOp::create(builder, location, builder.getBoolAttr(false));
  auto index = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(builder, location, value); };
  Value first = index(0);
  auto attempts = scf::ForOp::create(builder, location, first, index(2), index(1), ValueRange{isDone});
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(attempts.getBody());
    Value isFirst =
        arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, attempts.getInductionVar(), first);
    auto branch = scf::IfOp::create(builder, location, TypeRange(builder.getI1Type()), attempts.getRegionIterArg(0),
                                    /*withElseRegion=*/true);
    scf::YieldOp::create(builder, location, branch.getResults());
    builder.setInsertionPointToStart(branch.thenBlock());
    scf::YieldOp::create(builder, location,
                         Value(arith::ConstantOp::create(builder, location, builder.getBoolAttr(true))));
    builder.setInsertionPointToStart(branch.elseBlock());
    Value trusted = attempt(isFirst);
    scf::YieldOp::create(builder, location, trusted);
  }
  if (Value list = op.getFetching())
    askForRest(builder, location, FlatBuffer::of(builder, location, list).line);
  copyOut();
  op.erase();
}

void SolveEmitter::emitPlaced(const PlacedSystem &system) {
  auto lineOf = [&](Value tile) { return FlatBuffer::of(builder, location, tile).line; };
  Value factors =
      memref::AllocaOp::create(builder, location, MemRefType::get({system.n, system.lanes}, system.element));
  SmallVector<Value> arguments{lineOf(factors), lineOf(op.getMatrix())};
  for (auto [source, solution] : llvm::zip_equal(op.getRightSides(), op.getTargets())) {
    Value rest = arith::ConstantIndexOp::create(builder, location, columnsOf(source) % system.lanes);
    arguments.append({lineOf(source), lineOf(solution), rest});
  }
  if (Value list = op.getFetching())
    arguments.push_back(lineOf(list));
  func::FuncOp elimination =
      placedEliminationFor(op->getParentOfType<ModuleOp>(), system, bool(op.getFetching()), target);
  Value trusted = func::CallOp::create(builder, location, elimination, arguments).getResult(0);
  if (op.getFetching())
    askForRest(builder, location, arguments.back());
  Value yes = arith::ConstantOp::create(builder, location, builder.getBoolAttr(true));
  Value isApart = arith::XOrIOp::create(builder, location, trusted, yes);
  auto apart = scf::IfOp::create(builder, location, isApart, /*withElseRegion=*/false);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(apart.thenBlock());
    work = memref::AllocaOp::create(builder, location, area.type());
    place = FlatBuffer::of(builder, location, work);
    fill();
    callRuntime();
    copyOut();
  }
  op.erase();
}

/// Nothing where the system is larger than a corner, its tiles lie otherwise, or several right-hand sides are so narrow
/// that they share vectors in the work area.
static std::optional<PlacedSystem> placed(tile::SolveIntoOp op, const WorkArea &area) {
  if (op.getMethod() != tile::SolveMethod::general || op.getTransposed() || area.n > area.lanes ||
      !llvm::all_of(area.isAlone, [](bool isAlone) { return isAlone; }))
    return std::nullopt;
  // From row to row; nothing if that is not known, or if columns are apart.
  auto stepOf = [](Value tile) -> std::optional<int64_t> {
    auto type = cast<MemRefType>(tile.getType());
    SmallVector<int64_t> strides = type.getStridesAndOffset().first;
    bool isRows = type.getRank() == 1 || type.getDimSize(1) == 1 || strides[1] == 1;
    return isRows && !ShapedType::isDynamic(strides[0]) ? std::optional(strides[0]) : std::nullopt;
  };
  std::optional<int64_t> matrixStep = stepOf(op.getMatrix());
  if (!matrixStep)
    return std::nullopt;
  PlacedSystem system{area.element, area.n, area.lanes, *matrixStep, {}};
  for (auto [source, solution] : llvm::zip_equal(op.getRightSides(), op.getTargets())) {
    std::optional<int64_t> from = stepOf(source), to = stepOf(solution);
    if (!from || !to)
      return std::nullopt;
    system.sides.push_back({columnsOf(source), *from, *to});
  }
  return system;
}

/// Failure, with an error at the op, for what the verifier of the tensor form excludes.
static LogicalResult lower(tile::SolveIntoOp op, const CpuTarget &target) {
  if (op.getPositions())
    return lowerLaneSolve(op, target);
  auto matrix = cast<MemRefType>(op.getMatrix().getType());
  Type element = matrix.getElementType();
  if (matrix.getRank() != 2 || !matrix.hasStaticShape() || matrix.getDimSize(0) != matrix.getDimSize(1) ||
      !(element.isF32() || element.isF64()))
    return op.emitError("expects a square matrix of f32 or f64, got ") << matrix;
  int64_t n = matrix.getDimSize(0);
  SmallVector<int64_t> columns;
  for (auto [rightSide, solution] : llvm::zip_equal(op.getRightSides(), op.getTargets())) {
    auto type = cast<MemRefType>(rightSide.getType()), targetType = cast<MemRefType>(solution.getType());
    if (type.getShape() != targetType.getShape() || !type.hasStaticShape() || type.getRank() < 1 ||
        type.getRank() > 2 || type.getDimSize(0) != n || type.getElementType() != element ||
        targetType.getElementType() != element)
      return op.emitError("right-hand side ")
             << type << " and target " << targetType << " do not fit a matrix of type " << matrix;
    columns.push_back(columnsOf(rightSide));
  }
  if (n == 0 || llvm::all_of(columns, [](int64_t count) { return count == 0; })) {
    op.erase();
    return success();
  }
  WorkArea area = WorkArea::of(element, n, columns, target);
  SolveEmitter emitter(op, area, target);
  if (std::optional<PlacedSystem> system = placed(op, area))
    emitter.emitPlaced(*system);
  else
    emitter.emit();
  return success();
}

void LowerSolves::runOnOperation() {
  SmallVector<tile::SolveIntoOp> solves;
  getOperation().walk([&](tile::SolveIntoOp op) { solves.push_back(op); });
  for (tile::SolveIntoOp op : solves)
    if (failed(lower(op, target)))
      return signalPassFailure();
}

std::unique_ptr<Pass> createLowerSolves(const CpuTarget &target) { return std::make_unique<LowerSolves>(target); }

} // namespace espalier::cpu
