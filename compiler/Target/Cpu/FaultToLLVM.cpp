//===- FaultToLLVM.cpp - tile.fault calls the runtime -----------------------===//
#include "compiler/Target/Cpu/ConvertToLLVM.h"

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace espalier::cpu {

namespace {

constexpr StringLiteral reportName = "espalier_report";

LLVM::LLVMFuncOp declareReport(ModuleOp module, OpBuilder &builder) {
  if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(reportName))
    return known;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext()), i32 = builder.getI32Type(), i64 = builder.getI64Type();
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(builder.getContext()), {pointer, i32, i64, i64, i64, i64, i64});
  return LLVM::LLVMFuncOp::create(builder, module.getLoc(), reportName, type);
}

struct ConvertFault : ConvertOpToLLVMPattern<tile::FaultOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(tile::FaultOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    auto function = op->getParentOfType<FunctionOpInterface>();
    if (!function || function.getNumArguments() == 0)
      return op.emitError("stands in no function that has the call as its first argument");
    Location location = op.getLoc();
    LLVM::LLVMFuncOp report = declareReport(op->getParentOfType<ModuleOp>(), rewriter);
    auto branch = scf::IfOp::create(rewriter, location, adaptor.getCondition(), /*withElseRegion=*/false);
    rewriter.setInsertionPointToStart(branch.thenBlock());
    Value fault = LLVM::ConstantOp::create(rewriter, location, rewriter.getI32Type(), static_cast<int64_t>(op.getFault()));
    Value place = LLVM::ConstantOp::create(rewriter, location, rewriter.getI64Type(), static_cast<int64_t>(op.getLocation()));
    Value call = function.getArgument(0);
    LLVM::CallOp::create(rewriter, location, report, ValueRange{call, fault, place, adaptor.getBatch(), adaptor.getPosition(), adaptor.getValue(), adaptor.getLimit()});
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void populateFaultToLLVMPatterns(const LLVMTypeConverter &types, RewritePatternSet &patterns) { patterns.add<ConvertFault>(types); }

} // namespace espalier::cpu
