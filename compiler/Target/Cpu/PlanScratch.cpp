//===- PlanScratch.cpp - Buffers of a task get their places in its arena ----===//
//
// espalier_parallel_for gives each task `scratch` bytes, 64-byte aligned. Every
// memref.alloca of the task is a range of them, fixed where its size is: nothing grows at
// run time, and the size of the arena is known to the caller before the first task runs.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/FlatBuffer.h"
#include "compiler/Target/Cpu/Passes.h"
#include "compiler/Target/Cpu/ScratchSize.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace espalier::cpu {

namespace {
struct PlanScratch : PassWrapper<PlanScratch, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PlanScratch)
  StringRef getArgument() const override { return "cpu-plan-scratch"; }
  StringRef getDescription() const override { return "Buffers of a task get fixed places in its scratch arena"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<LLVM::LLVMDialect>(); }
  void runOnOperation() override;
};
} // namespace

/// A buffer at an address; its first size may be one of the call's.
static Value bufferAt(OpBuilder &builder, const LLVMTypeConverter &converter, memref::AllocaOp buffer, Value address) {
  MemRefType type = buffer.getType();
  Location location = buffer.getLoc();
  MemRefDescriptor descriptor = MemRefDescriptor::poison(builder, location, converter.convertType(type));
  descriptor.setAllocatedPtr(builder, location, address);
  descriptor.setAlignedPtr(builder, location, address);
  descriptor.setConstantOffset(builder, location, 0);
  int64_t stride = 1;
  for (int64_t axis = type.getRank() - 1; axis >= 0; stride *= type.getDimSize(axis--)) {
    descriptor.setConstantStride(builder, location, axis, stride);
    if (type.isDynamicDim(axis))
      descriptor.setSize(
          builder, location, axis,
          arith::IndexCastOp::create(builder, location, builder.getI64Type(), buffer.getDynamicSizes().front()));
    else
      descriptor.setConstantSize(builder, location, axis, type.getDimSize(axis));
  }
  return UnrealizedConversionCastOp::create(builder, location, type, Value(descriptor)).getResult(0);
}

/// Static behind an optional first axis, dense.
static bool hasPlannedShape(MemRefType type) {
  return type.getLayout().isIdentity() &&
         (type.hasStaticShape() || !ShapedType::isDynamicShape(type.getShape().drop_front()));
}

/// Replaces the allocas of a task by their places; the bytes of those of static size, or failure. Behind them come the
/// others, in their order.
static FailureOr<int64_t> plan(func::FuncOp task) {
  SmallVector<memref::AllocaOp> buffers, dynamic;
  task.walk([&](memref::AllocaOp buffer) { buffers.push_back(buffer); });
  OpBuilder builder = OpBuilder::atBlockBegin(&task.getBody().front());
  LLVMTypeConverter converter(task.getContext());
  Value arena = task.getArgument(3);
  int64_t offset = 0;
  for (memref::AllocaOp buffer : buffers) {
    if (!hasPlannedShape(buffer.getType()))
      return buffer.emitError("a scratch buffer of a task has a static shape but for its first axis, and the identity "
                              "layout, this one is ")
             << buffer.getType();
    if (buffer.use_empty())
      continue;
    if (!buffer.getType().hasStaticShape()) {
      dynamic.push_back(buffer);
      continue;
    }
    Value place = LLVM::GEPOp::create(builder, buffer.getLoc(), arena.getType(), builder.getI8Type(), arena,
                                      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
    buffer.replaceAllUsesWith(bufferAt(builder, converter, buffer, place));
    offset += scratchBytes(buffer.getType());
    if (offset > std::numeric_limits<int32_t>::max())
      return task.emitError("the scratch of a task takes more than 2 GB");
  }
  Value before; // bytes of dynamic buffers
  for (memref::AllocaOp buffer : dynamic) {
    OpBuilder here(buffer);
    Location location = buffer.getLoc();
    Value place = LLVM::GEPOp::create(here, location, arena.getType(), here.getI8Type(), arena,
                                      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
    if (before)
      place =
          LLVM::GEPOp::create(here, location, arena.getType(), here.getI8Type(), place, ArrayRef<LLVM::GEPArg>{before});
    Value more = scratchBytes(here, location, buffer.getType(), buffer.getDynamicSizes().front());
    before = before ? arith::AddIOp::create(here, location, before, more).getResult() : more;
    buffer.replaceAllUsesWith(bufferAt(here, converter, buffer, place));
  }
  for (memref::AllocaOp buffer : buffers) // not before: the builder may stand at one of them
    buffer.erase();
  return offset;
}

/// Where a task's address enters espalier_parallel_for, the size of its arena goes too, with that of dynamic buffers.
static void writeSizes(ModuleOp module, const llvm::StringMap<int64_t> &bytes) {
  module.walk([&](func::CallOp call) {
    if (call.getCallee() != "espalier_parallel_for")
      return;
    auto address = call.getOperand(4).getDefiningOp<UnrealizedConversionCastOp>();
    auto task = address ? address.getOperand(0).getDefiningOp<func::ConstantOp>() : nullptr;
    if (!task)
      return;
    OpBuilder builder(call);
    Value fixed =
        arith::ConstantOp::create(builder, call.getLoc(), builder.getI64IntegerAttr(bytes.lookup(task.getValue())));
    call.setOperand(3, matchPattern(call.getOperand(3), m_Zero())
                           ? fixed
                           : arith::AddIOp::create(builder, call.getLoc(), call.getOperand(3), fixed).getResult());
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
