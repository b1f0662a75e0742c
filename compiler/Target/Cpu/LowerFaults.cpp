//===- LowerFaults.cpp - tile.fault calls the runtime -----------------------===//
#include "compiler/Target/Cpu/Passes.h"

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OperationSupport.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"

#include <optional>

using namespace mlir;

namespace espalier::cpu {

static constexpr StringLiteral reportName = "espalier_report";

namespace {
/// Faults are alike if their operands and attributes are.
struct AlikeFaults : DenseMapInfo<Operation *> {
  static unsigned getHashValue(const Operation *op) {
    return OperationEquivalence::computeHash(const_cast<Operation *>(op), OperationEquivalence::directHashValue,
                                             OperationEquivalence::ignoreHashValue,
                                             OperationEquivalence::IgnoreLocations);
  }
  static bool isEqual(const Operation *a, const Operation *b) {
    if (a == b || a == getEmptyKey() || a == getTombstoneKey() || b == getEmptyKey() || b == getTombstoneKey())
      return a == b;
    return OperationEquivalence::isEquivalentTo(const_cast<Operation *>(a), const_cast<Operation *>(b),
                                                OperationEquivalence::IgnoreLocations);
  }
};

struct LowerFaults : PassWrapper<LowerFaults, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerFaults)
  StringRef getArgument() const override { return "cpu-lower-faults"; }
  StringRef getDescription() const override { return "tile.fault calls espalier_report under its condition"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect, scf::SCFDialect>();
  }
  void runOnOperation() override;
};
} // namespace

static void declareReport(ModuleOp module) {
  if (module.lookupSymbol(reportName))
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext()), i32 = builder.getI32Type(),
       i64 = builder.getI64Type();
  func::FuncOp::create(builder, module.getLoc(), reportName,
                       builder.getFunctionType({pointer, i32, i64, i64, i64, i64, i64}, {}))
      .setPrivate();
}

/// The call is argument 0 of the function that holds the fault.
static LogicalResult lowerFault(tile::FaultOp fault) {
  auto function = fault->getParentOfType<func::FuncOp>();
  if (!function || function.getNumArguments() == 0 || !isa<LLVM::LLVMPointerType>(function.getArgument(0).getType()))
    return fault.emitError("stands in no function that has the call as its first argument");
  declareReport(function->getParentOfType<ModuleOp>());
  OpBuilder builder(fault);
  Location location = fault.getLoc();
  auto branch = scf::IfOp::create(builder, location, fault.getCondition(), /*withElseRegion=*/false);
  builder.setInsertionPointToStart(branch.thenBlock());
  auto number = [&](Value value) -> Value {
    return arith::IndexCastOp::create(builder, location, builder.getI64Type(), value);
  };
  Value kind =
      arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(static_cast<int32_t>(fault.getFault())));
  Value place = arith::ConstantOp::create(builder, location,
                                          builder.getI64IntegerAttr(static_cast<int64_t>(fault.getLocation())));
  func::CallOp::create(builder, location, reportName, TypeRange(),
                       ValueRange{function.getArgument(0), kind, place, number(fault.getBatch()),
                                  number(fault.getPosition()), number(fault.getValue()), number(fault.getLimit())});
  fault.erase();
  return success();
}

/// Faults that the same block has reported before, all numbers alike: said twice, they change nothing.
static void eraseRepeated(Block &block) {
  DenseSet<Operation *, AlikeFaults> reported;
  for (tile::FaultOp fault : llvm::make_early_inc_range(block.getOps<tile::FaultOp>()))
    if (!reported.insert(fault.getOperation()).second)
      fault.erase();
}

/// The index that a fault checks against its limit, if it is a number.
static std::optional<uint64_t> checkedNumber(tile::FaultOp fault) {
  auto outside = fault.getCondition().getDefiningOp<arith::CmpIOp>();
  APInt number;
  if (!outside || outside.getPredicate() != arith::CmpIPredicate::uge || outside.getLhs() != fault.getValue() ||
      outside.getRhs() != fault.getLimit() || !matchPattern(fault.getValue(), m_ConstantInt(&number)))
    return std::nullopt;
  return number.getZExtValue();
}

static bool differOnlyInNumber(tile::FaultOp a, tile::FaultOp b) {
  return a.getFault() == b.getFault() && a.getLimit() == b.getLimit() && a.getBatch() == b.getBatch() &&
         a.getPosition() == b.getPosition();
}

/// Checks of numbers against one limit become one, of the largest; the first that is outside is sought only then.
static void mergeNumbers(ArrayRef<tile::FaultOp> run) {
  if (run.size() < 2)
    return;
  tile::FaultOp first = run.front();
  ImplicitLocOpBuilder b(first.getLoc(), first);
  auto number = [&](tile::FaultOp fault) -> Value {
    return arith::ConstantIndexOp::create(b, static_cast<int64_t>(*checkedNumber(fault)));
  };
  auto outside = [&](tile::FaultOp fault) -> Value {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::uge, number(fault), first.getLimit());
  };
  tile::FaultOp largest = *llvm::max_element(run, [](auto a, auto b) { return *checkedNumber(a) < *checkedNumber(b); });
  auto branch = scf::IfOp::create(b, outside(largest), /*withElseRegion=*/false);
  b.setInsertionPointToStart(branch.thenBlock());
  Value found = number(run.back());
  for (tile::FaultOp fault : llvm::reverse(run.drop_back()))
    found = arith::SelectOp::create(b, outside(fault), number(fault), found);
  Value holds = arith::ConstantOp::create(b, b.getBoolAttr(true));
  tile::FaultOp::create(b, holds, first.getFault(), first.getLocation(), first.getBatch(), first.getPosition(), found,
                        first.getLimit());
  for (tile::FaultOp fault : run)
    fault.erase();
}

/// Of a block's faults at one place in the program, in their order: those that follow each other.
static void mergeChecks(Block &block) {
  llvm::MapVector<uint64_t, SmallVector<tile::FaultOp>> runs;
  auto close = [](SmallVector<tile::FaultOp> &run) {
    mergeNumbers(run);
    run.clear();
  };
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (auto fault = dyn_cast<tile::FaultOp>(op)) {
      SmallVector<tile::FaultOp> &run = runs[fault.getLocation()];
      bool isNumber = checkedNumber(fault).has_value();
      if (!run.empty() && !(isNumber && differOnlyInNumber(run.front(), fault)))
        close(run);
      if (isNumber)
        run.push_back(fault);
    } else if (op.walk([](tile::FaultOp) { return WalkResult::interrupt(); }).wasInterrupted()) {
      for (auto &[place, run] : runs)
        close(run);
    }
  }
  for (auto &[place, run] : runs)
    close(run);
}

void LowerFaults::runOnOperation() {
  getOperation().walk([](Block *block) {
    eraseRepeated(*block);
    mergeChecks(*block);
  });
  SmallVector<tile::FaultOp> faults;
  getOperation().walk([&](tile::FaultOp fault) { faults.push_back(fault); });
  for (tile::FaultOp fault : faults)
    if (failed(lowerFault(fault)))
      return signalPassFailure();
}

std::unique_ptr<Pass> createLowerFaults() { return std::make_unique<LowerFaults>(); }

} // namespace espalier::cpu
