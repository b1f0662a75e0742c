//===- PlanScratch.cpp - Buffers of a task get their places in its arena ----===//
//
// espalier_parallel_for gives each task `scratch` bytes, 64-byte aligned. Every
// memref.alloca of the task is a fixed range of them: nothing grows at run time, and
// the size of the arena is known to the caller before the first task runs.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/FlatBuffer.h"
#include "compiler/Target/Cpu/Passes.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace espalier::cpu {

static constexpr int64_t scratchAlignment = 64;

namespace {
struct PlanScratch : PassWrapper<PlanScratch, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PlanScratch)
  StringRef getArgument() const override { return "cpu-plan-scratch"; }
  StringRef getDescription() const override { return "Buffers of a task get fixed places in its scratch arena"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<LLVM::LLVMDialect>(); }
  void runOnOperation() override;
};
} // namespace

static int64_t sizeInBytes(MemRefType type) {
  return llvm::alignTo(type.getNumElements() * elementBytes(type.getElementType()), scratchAlignment);
}

/// Replaces the allocas of a task by their places; the bytes of the arena, or failure.
static FailureOr<int64_t> plan(func::FuncOp task) {
  SmallVector<memref::AllocaOp> buffers;
  task.walk([&](memref::AllocaOp buffer) { buffers.push_back(buffer); });
  OpBuilder builder = OpBuilder::atBlockBegin(&task.getBody().front());
  LLVMTypeConverter converter(task.getContext());
  Value arena = task.getArgument(3);
  int64_t offset = 0;
  for (memref::AllocaOp buffer : buffers) {
    MemRefType type = buffer.getType();
    if (!type.hasStaticShape() || !type.getLayout().isIdentity())
      return buffer.emitError("a scratch buffer of a task has a static shape and the identity layout, this one is ")
             << type;
    if (buffer.use_empty())
      continue;
    Location location = buffer.getLoc();
    Value place = LLVM::GEPOp::create(builder, location, arena.getType(), builder.getI8Type(), arena,
                                      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
    auto descriptor = MemRefDescriptor::fromStaticShape(builder, location, converter, type, place);
    buffer.replaceAllUsesWith(
        UnrealizedConversionCastOp::create(builder, location, type, Value(descriptor)).getResult(0));
    offset += sizeInBytes(type);
    if (offset > std::numeric_limits<int32_t>::max())
      return task.emitError("the scratch of a task takes more than 2 GB");
  }
  for (memref::AllocaOp buffer : buffers) // not before: the builder may stand at one of them
    buffer.erase();
  return offset;
}

/// Where a task's address enters espalier_parallel_for, the size of its arena goes too.
static void writeSizes(ModuleOp module, const llvm::StringMap<int64_t> &bytes) {
  module.walk([&](func::CallOp call) {
    if (call.getCallee() != "espalier_parallel_for")
      return;
    auto address = call.getOperand(4).getDefiningOp<UnrealizedConversionCastOp>();
    auto task = address ? address.getOperand(0).getDefiningOp<func::ConstantOp>() : nullptr;
    if (!task)
      return;
    OpBuilder builder(call);
    call.setOperand(
        3, arith::ConstantOp::create(builder, call.getLoc(), builder.getI64IntegerAttr(bytes.lookup(task.getValue()))));
  });
}

void PlanScratch::runOnOperation() {
  llvm::StringMap<int64_t> bytes;
  for (auto task : getOperation().getOps<func::FuncOp>()) {
    if (!task->hasAttr("cpu.grid"))
      continue;
    FailureOr<int64_t> size = plan(task);
    if (failed(size))
      return signalPassFailure();
    bytes[task.getSymName()] = *size;
  }
  writeSizes(getOperation(), bytes);
}

std::unique_ptr<Pass> createPlanScratch() { return std::make_unique<PlanScratch>(); }

} // namespace espalier::cpu
