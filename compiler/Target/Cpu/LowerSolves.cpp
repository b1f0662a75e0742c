//===- LowerSolves.cpp - Systems are solved in scratch ----------------------===//
//
// S and the right-hand sides are copied to a work area, side by side and padded to
// whole vectors; a function shared by all solves of the shape eliminates without
// exchanges. If it distrusts a pivot, the tile is copied again and goes to the runtime,
// which pivots and knows whether S is singular. Targets are written at the end: they
// may be the right-hand sides themselves.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/Elimination.h"
#include "compiler/Target/Cpu/Passes.h"

#include "dialects/Tile/IR/TileDialect.h"
#include "runtime/ABI/ABI.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace espalier::cpu {

namespace {

struct LowerSolves : PassWrapper<LowerSolves, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerSolves)
  explicit LowerSolves(const CpuTarget &target) : target(target) {}
  StringRef getArgument() const override { return "cpu-lower-solves"; }
  StringRef getDescription() const override { return "tile.solve_into becomes elimination in a work area"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect, LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect, scf::SCFDialect,
                    vector::VectorDialect>();
  }
  void runOnOperation() override;

  CpuTarget target;
};

/// One solve and its work area.
class SolveEmitter {
public:
  SolveEmitter(tile::SolveIntoOp op, const WorkArea &area, const CpuTarget &target) : builder(op), location(op.getLoc()), op(op), area(area), target(target) {}
  void emit();

private:
  void fill();
  Value attempt(Value isFirst);
  void callRuntime();
  void copyOut();
  Value columnsOfWork(int64_t from, int64_t count);
  /// Where right-hand side i lies in the work area: a memref of its rank.
  Value placeOf(Value rightSide, int64_t column);
  void copy(Value from, Value to);
  Value addressOf(Value buffer);

  OpBuilder builder;
  Location location;
  tile::SolveIntoOp op;
  const WorkArea &area;
  const CpuTarget &target;
  Value work;
};

int64_t columnsOf(Value rightSide) {
  auto type = cast<MemRefType>(rightSide.getType());
  return type.getRank() == 2 ? type.getDimSize(1) : 1;
}

} // namespace

Value SolveEmitter::columnsOfWork(int64_t from, int64_t count) {
  SmallVector<OpFoldResult> offsets{builder.getIndexAttr(0), builder.getIndexAttr(from)}, sizes{builder.getIndexAttr(area.n), builder.getIndexAttr(count)},
      strides{builder.getIndexAttr(1), builder.getIndexAttr(1)};
  return memref::SubViewOp::create(builder, location, work, offsets, sizes, strides);
}

Value SolveEmitter::placeOf(Value rightSide, int64_t column) {
  int64_t count = columnsOf(rightSide);
  if (cast<MemRefType>(rightSide.getType()).getRank() == 2)
    return columnsOfWork(column, count);
  auto type = MemRefType::get({area.n}, area.element, StridedLayoutAttr::get(builder.getContext(), column, {area.stride}));
  return memref::ReinterpretCastOp::create(builder, location, type, work, column, ArrayRef<int64_t>{area.n}, ArrayRef<int64_t>{area.stride});
}

static void emitGeneric(OpBuilder &builder, Location location, ValueRange inputs, Value output, ArrayRef<AffineMap> maps,
                        const std::function<Value(OpBuilder &, Location, ValueRange)> &body) {
  SmallVector<utils::IteratorType> iterators(maps[0].getNumDims(), utils::IteratorType::parallel);
  linalg::GenericOp::create(builder, location, inputs, ValueRange{output}, maps, iterators,
                            [&](OpBuilder &inner, Location location, ValueRange arguments) { linalg::YieldOp::create(inner, location, body(inner, location, arguments)); });
}

void SolveEmitter::copy(Value from, Value to) {
  AffineMap identity = AffineMap::getMultiDimIdentityMap(cast<MemRefType>(from.getType()).getRank(), builder.getContext());
  emitGeneric(builder, location, from, to, {identity, identity}, [](OpBuilder &, Location, ValueRange arguments) { return arguments[0]; });
}

/// S, or S^T, or the lower triangle of S on both sides of the diagonal; the right-hand sides; zeros in between.
void SolveEmitter::fill() {
  MLIRContext *context = builder.getContext();
  AffineMap straight = AffineMap::getMultiDimIdentityMap(2, context), crossed = AffineMap::getPermutationMap(ArrayRef<unsigned>{1, 0}, context);
  Value matrix = op.getMatrix(), place = columnsOfWork(0, area.n);
  if (op.getMethod() == tile::SolveMethod::cholesky)
    emitGeneric(builder, location, {matrix, matrix}, place, {straight, crossed, straight}, [](OpBuilder &body, Location location, ValueRange arguments) -> Value {
      Value row = linalg::IndexOp::create(body, location, 0), column = linalg::IndexOp::create(body, location, 1);
      Value isLower = arith::CmpIOp::create(body, location, arith::CmpIPredicate::sge, row, column);
      return arith::SelectOp::create(body, location, isLower, arguments[0], arguments[1]);
    });
  else
    emitGeneric(builder, location, matrix, place, {op.getTransposed() ? crossed : straight, straight}, [](OpBuilder &, Location, ValueRange arguments) { return arguments[0]; });

  Value zero = arith::ConstantOp::create(builder, location, builder.getZeroAttr(area.element));
  for (auto [from, to] : {std::pair{area.n, area.first}, std::pair{area.first + area.columns, area.stride}})
    if (from < to)
      linalg::FillOp::create(builder, location, ValueRange{zero}, ValueRange{columnsOfWork(from, to - from)});
  int64_t column = area.first;
  for (Value rightSide : op.getRightSides()) {
    copy(rightSide, placeOf(rightSide, column));
    column += columnsOf(rightSide);
  }
}

void SolveEmitter::copyOut() {
  int64_t column = area.first;
  for (Value solution : op.getTargets()) {
    copy(placeOf(solution, column), solution);
    column += columnsOf(solution);
  }
}

Value SolveEmitter::addressOf(Value buffer) {
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(builder, location, buffer);
  address = arith::IndexCastOp::create(builder, location, builder.getI64Type(), address);
  return LLVM::IntToPtrOp::create(builder, location, LLVM::LLVMPointerType::get(builder.getContext()), address);
}

void SolveEmitter::callRuntime() {
  auto module = op->getParentOfType<ModuleOp>();
  StringRef name = area.element.isF64() ? "espalier_solve_f64" : "espalier_solve_f32";
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext()), i64 = builder.getI64Type(), i32 = builder.getI32Type();
  if (!module.lookupSymbol(name)) {
    OpBuilder declaring = OpBuilder::atBlockBegin(module.getBody());
    func::FuncOp::create(declaring, location, name, builder.getFunctionType({pointer, pointer, i64, i64, i64, i64, i32}, i32)).setPrivate();
  }
  bool isPositive = op.getMethod() == tile::SolveMethod::cholesky;
  Value scales = memref::AllocaOp::create(builder, location, MemRefType::get({2 * area.n}, area.element));
  auto number = [&](int64_t value) -> Value { return arith::ConstantOp::create(builder, location, builder.getI64IntegerAttr(value)); };
  Value positive = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(isPositive));
  Value status = func::CallOp::create(builder, location, name, TypeRange(i32),
                                      ValueRange{addressOf(work), addressOf(scales), number(area.n), number(area.stride), number(area.first), number(area.columns), positive})
                     .getResult(0);
  Value none = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(0));
  Value failed = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, status, none);
  Value zero = arith::ConstantIndexOp::create(builder, location, 0);
  tile::FaultOp::create(builder, location, failed, isPositive ? ESPALIER_FAULT_NOT_POSITIVE : ESPALIER_FAULT_SINGULAR, op.getLocation(), op.getBatch(), op.getPosition(), zero, zero);
}

/// Fills the work area and solves; whether that is the end of it.
Value SolveEmitter::attempt(Value isFirst) {
  fill();
  auto choice = scf::IfOp::create(builder, location, TypeRange(builder.getI1Type()), isFirst, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(choice.thenBlock());
  func::FuncOp elimination = eliminationFor(op->getParentOfType<ModuleOp>(), area, op.getMethod(), target);
  scf::YieldOp::create(builder, location, func::CallOp::create(builder, location, elimination, ValueRange{work}).getResults());
  builder.setInsertionPointToStart(choice.elseBlock());
  callRuntime();
  scf::YieldOp::create(builder, location, Value(arith::ConstantOp::create(builder, location, builder.getBoolAttr(true))));
  return choice.getResult(0);
}

void SolveEmitter::emit() {
  work = memref::AllocaOp::create(builder, location, area.type());
  // Two attempts in one loop, so that the copies are written once.
  Value isDone = arith::ConstantOp::create(builder, location, builder.getBoolAttr(false));
  auto index = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(builder, location, value); };
  Value first = index(0);
  auto attempts = scf::ForOp::create(builder, location, first, index(2), index(1), ValueRange{isDone});
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(attempts.getBody());
    Value isFirst = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, attempts.getInductionVar(), first);
    auto branch = scf::IfOp::create(builder, location, TypeRange(builder.getI1Type()), attempts.getRegionIterArg(0), /*withElseRegion=*/true);
    scf::YieldOp::create(builder, location, branch.getResults());
    builder.setInsertionPointToStart(branch.thenBlock());
    scf::YieldOp::create(builder, location, Value(arith::ConstantOp::create(builder, location, builder.getBoolAttr(true))));
    builder.setInsertionPointToStart(branch.elseBlock());
    Value trusted = attempt(isFirst);
    scf::YieldOp::create(builder, location, trusted);
  }
  copyOut();
  op.erase();
}

/// Failure, with an error at the op, for what the verifier of the tensor form excludes.
static LogicalResult lower(tile::SolveIntoOp op, const CpuTarget &target) {
  auto matrix = cast<MemRefType>(op.getMatrix().getType());
  Type element = matrix.getElementType();
  if (matrix.getRank() != 2 || !matrix.hasStaticShape() || matrix.getDimSize(0) != matrix.getDimSize(1) || !(element.isF32() || element.isF64()))
    return op.emitError("expects a square matrix of f32 or f64, got ") << matrix;
  int64_t n = matrix.getDimSize(0), columns = 0;
  for (auto [rightSide, solution] : llvm::zip_equal(op.getRightSides(), op.getTargets())) {
    auto type = cast<MemRefType>(rightSide.getType()), targetType = cast<MemRefType>(solution.getType());
    if (type.getShape() != targetType.getShape() || !type.hasStaticShape() || type.getRank() < 1 || type.getRank() > 2 || type.getDimSize(0) != n ||
        type.getElementType() != element || targetType.getElementType() != element)
      return op.emitError("right-hand side ") << type << " and target " << targetType << " do not fit a matrix of type " << matrix;
    columns += columnsOf(rightSide);
  }
  if (n == 0 || columns == 0) {
    op.erase();
    return success();
  }
  WorkArea area = WorkArea::of(element, n, columns, target);
  SolveEmitter(op, area, target).emit();
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
