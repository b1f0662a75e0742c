//===- OutlineGrid.cpp - Tasks become functions -----------------------------===//
//
//   scf.forall (%i) in (%n) { body } {tile.grain = 8, mapping = [#tile.level<grid>]}
//
// becomes a call of espalier_parallel_for(call, n, 8, scratch, @kernel_grid0) and
//
//   func.func private @kernel_grid0(%call, %begin, %end, %scratch) { scf.for %i = %begin to %end { body } }
//
// which reads what it needs from the tables of the call and recomputes the scalars it
// captures: nothing but the call crosses.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/CallTables.h"
#include "compiler/Target/Cpu/Passes.h"
#include "compiler/Target/Cpu/ScratchSize.h"

#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace espalier::cpu {

static bool isGrid(scf::ForallOp loop) {
  auto mapping = loop.getMapping();
  if (!mapping || mapping->size() != 1)
    return false;
  auto level = dyn_cast<tile::LevelAttr>((*mapping)[0]);
  return level && level.getKind() == tile::LevelKind::grid;
}

namespace {

/// A kernel under way: its arguments, and the functions made so far.
class Kernel {
public:
  static FailureOr<Kernel> of(func::FuncOp function) {
    auto tables = CallTables::of(function);
    if (failed(tables))
      return failure();
    return Kernel(function, *tables);
  }

  LogicalResult outline(scf::ForallOp loop);
  /// The kernel's own body reads its arguments from the call.
  void replaceArguments();

private:
  Kernel(func::FuncOp function, CallTables tables) : function(function), tables(std::move(tables)) {}

  /// Makes `value` of the kernel available in a task: an argument is loaded, a computation repeated.
  LogicalResult recompute(Value value, OpBuilder &builder, Value call, IRMapping &map);
  func::FuncOp runtimeFunction(StringRef name, ArrayRef<Type> inputs);
  void callParallelFor(scf::ForallOp loop, func::FuncOp body);
  Value numTasks(OpBuilder &builder, scf::ForallOp loop);

  func::FuncOp function;
  CallTables tables;
  int64_t numGrids = 0;
};

struct OutlineGrid : PassWrapper<OutlineGrid, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(OutlineGrid)
  StringRef getArgument() const override { return "cpu-outline-grid"; }
  StringRef getDescription() const override { return "Tasks of a grid become functions over the call's tables"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<LLVM::LLVMDialect, arith::ArithDialect>();
  }
  void runOnOperation() override;
};

} // namespace

/// What a task may repeat: it reads nothing that a task could have changed, but inputs.
static bool canRepeat(Operation *op) {
  return op->getNumRegions() == 0 && (isMemoryEffectFree(op) || isa<memref::LoadOp>(op));
}

LogicalResult Kernel::recompute(Value value, OpBuilder &builder, Value call, IRMapping &map) {
  // A chain of definitions may be long: the stack is explicit.
  SmallVector<std::pair<Value, bool>> stack{{value, false}};
  while (!stack.empty()) {
    auto [next, operandsDone] = stack.pop_back_val();
    if (map.contains(next))
      continue;
    if (auto argument = dyn_cast<BlockArgument>(next)) {
      map.map(next, tables.load(builder, next.getLoc(), call, argument.getArgNumber() - 1)); // argument 0 is the call
      continue;
    }
    Operation *op = next.getDefiningOp();
    if (operandsDone) {
      builder.clone(*op, map);
      continue;
    }
    if (!canRepeat(op))
      return op->emitError("a task of the grid captures this value and cannot recompute it");
    stack.push_back({next, true});
    for (Value operand : op->getOperands())
      stack.push_back({operand, false});
  }
  return success();
}

func::FuncOp Kernel::runtimeFunction(StringRef name, ArrayRef<Type> inputs) {
  auto module = function->getParentOfType<ModuleOp>();
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto declared = func::FuncOp::create(builder, function.getLoc(), name, builder.getFunctionType(inputs, {}));
  declared.setPrivate();
  return declared;
}

static Value constantIndex(OpBuilder &builder, Location location, int64_t value) {
  return arith::ConstantIndexOp::create(builder, location, value);
}

static Value asValue(OpBuilder &builder, Location location, OpFoldResult value) {
  if (auto known = dyn_cast<Value>(value))
    return known;
  return constantIndex(builder, location, *getConstantIntValue(value));
}

/// ceil((upper - lower) / step), at least 0.
Value Kernel::numTasks(OpBuilder &builder, scf::ForallOp loop) {
  Location location = loop.getLoc();
  Value upper = asValue(builder, location, loop.getMixedUpperBound()[0]);
  if (loop.isNormalized())
    return upper;
  Value lower = asValue(builder, location, loop.getMixedLowerBound()[0]),
        step = asValue(builder, location, loop.getMixedStep()[0]);
  Value span = arith::MaxSIOp::create(builder, location, arith::SubIOp::create(builder, location, upper, lower),
                                      constantIndex(builder, location, 0));
  return arith::CeilDivSIOp::create(builder, location, span, step);
}

/// The bytes of scratch buffers that have as many tiles as the call says.
static Value dynamicScratch(OpBuilder &builder, scf::ForallOp loop) {
  Location location = loop.getLoc();
  Value bytes;
  loop.walk([&](memref::AllocaOp buffer) {
    if (buffer.getDynamicSizes().empty())
      return;
    Value more = scratchBytes(builder, location, buffer.getType(), buffer.getDynamicSizes().front());
    bytes = bytes ? arith::AddIOp::create(builder, location, bytes, more).getResult() : more;
  });
  return bytes ? bytes : arith::ConstantOp::create(builder, location, builder.getI64IntegerAttr(0)).getResult();
}

void Kernel::callParallelFor(scf::ForallOp loop, func::FuncOp body) {
  OpBuilder builder(loop);
  Location location = loop.getLoc();
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext()), i64 = builder.getI64Type();
  auto grain = loop->getAttrOfType<IntegerAttr>("tile.grain");
  auto i64Constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, location, builder.getI64IntegerAttr(value));
  };
  Value tasks = arith::IndexCastOp::create(builder, location, i64, numTasks(builder, loop));
  Value address = func::ConstantOp::create(builder, location, body.getFunctionType(), body.getSymName());
  address = UnrealizedConversionCastOp::create(builder, location, pointer, address).getResult(0);
  func::FuncOp parallelFor = runtimeFunction("espalier_parallel_for", {pointer, i64, i64, i64, pointer});
  Value scratch = dynamicScratch(builder, loop); // cpu-plan-scratch adds what has a static size
  func::CallOp::create(
      builder, location, parallelFor,
      ValueRange{function.getArgument(0), tasks, i64Constant(grain ? grain.getInt() : 1), scratch, address});
}

LogicalResult Kernel::outline(scf::ForallOp loop) {
  if (loop.getRank() != 1 || loop->getNumResults() != 0)
    return loop.emitError("a grid has one axis and no results");
  if (loop->getParentOp() != function)
    return loop.emitError("a grid stands at the top level of its kernel");
  WalkResult sizes = loop.walk([&](memref::AllocaOp buffer) {
    return llvm::all_of(buffer.getDynamicSizes(), [&](Value size) { return loop.isDefinedOutsideOfLoop(size); })
               ? WalkResult::advance()
               : (buffer.emitError("a scratch buffer of a task has a size from outside of the grid"),
                  WalkResult::interrupt());
  });
  if (sizes.wasInterrupted())
    return failure();
  Location location = loop.getLoc();
  MLIRContext *context = function.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context), i64 = IntegerType::get(context, 64);
  OpBuilder builder(function);
  auto body = func::FuncOp::create(builder, location, (function.getSymName() + "_grid" + Twine(numGrids++)).str(),
                                   builder.getFunctionType({pointer, i64, i64, pointer}, {}));
  body.setPrivate();
  body->setAttr("cpu.grid", builder.getUnitAttr());
  for (StringRef name : {"tile.lanes", "tile.forwards"})
    if (Attribute attribute = loop->getAttr(name))
      body->setAttr(name, attribute);
  builder.setInsertionPointToStart(body.addEntryBlock());
  Value call = body.getArgument(0);

  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(loop.getRegion(), captured);
  for (OpFoldResult bound : llvm::concat<OpFoldResult>(loop.getMixedLowerBound(), loop.getMixedStep()))
    if (auto value = dyn_cast<Value>(bound))
      captured.insert(value);
  IRMapping map;
  for (Value value : captured)
    if (failed(recompute(value, builder, call, map)))
      return failure();

  Type index = builder.getIndexType();
  Value begin = arith::IndexCastOp::create(builder, location, index, body.getArgument(1));
  Value end = arith::IndexCastOp::create(builder, location, index, body.getArgument(2));
  auto tasks = scf::ForOp::create(builder, location, begin, end, constantIndex(builder, location, 1));
  func::ReturnOp::create(builder, location);
  builder.setInsertionPointToStart(tasks.getBody());
  Value position = tasks.getInductionVar();
  if (!loop.isNormalized()) {
    auto bound = [&](OpFoldResult value) {
      return isa<Value>(value) ? map.lookup(cast<Value>(value)) : asValue(builder, location, value);
    };
    position = arith::MulIOp::create(builder, location, position, bound(loop.getMixedStep()[0]));
    position = arith::AddIOp::create(builder, location, position, bound(loop.getMixedLowerBound()[0]));
  }
  map.map(loop.getInductionVar(0), position);
  for (Operation &op : loop.getBody()->without_terminator())
    builder.clone(op, map);
  callParallelFor(loop, body);
  loop.erase();
  return success();
}

void Kernel::replaceArguments() {
  OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
  Value call = function.getArgument(0);
  for (unsigned i = function.getNumArguments() - 1; i >= 1; --i) {
    BlockArgument argument = function.getArgument(i);
    if (!argument.use_empty())
      argument.replaceAllUsesWith(tables.load(builder, argument.getLoc(), call, i - 1));
    (void)function.eraseArgument(i);
  }
}

/// The kernel gains the call as argument 0; numbers of the others grow by one.
static void insertCall(func::FuncOp function) {
  (void)function.insertArgument(0, LLVM::LLVMPointerType::get(function.getContext()), {}, function.getLoc());
}

void OutlineGrid::runOnOperation() {
  IRRewriter rewriter(&getContext());
  for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
    if (function.isExternal() || function->hasAttr("cpu.grid"))
      continue;
    auto kernel = Kernel::of(function);
    if (failed(kernel))
      return signalPassFailure();
    SmallVector<scf::ForallOp> grids, inner;
    function.walk([&](scf::ForallOp loop) { (isGrid(loop) ? grids : inner).push_back(loop); });
    // Teams and lanes are one thread on the CPU.
    for (scf::ForallOp loop : inner) {
      rewriter.setInsertionPoint(loop);
      if (failed(scf::forallToForLoop(rewriter, loop)))
        return signalPassFailure();
    }
    insertCall(function);
    for (scf::ForallOp grid : grids)
      if (failed(kernel->outline(grid)))
        return signalPassFailure();
    kernel->replaceArguments();
  }
}

std::unique_ptr<Pass> createOutlineGrid() { return std::make_unique<OutlineGrid>(); }

} // namespace espalier::cpu
