//===- VectorizeTiles.cpp - linalg on tiles becomes loops over vectors ------===//
//
// Vectors are final here: one register wide, one axis. LLVM selects, allocates and
// schedules; it finds no loop left to vectorise.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/NestEmitter.h"
#include "compiler/Target/Cpu/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace espalier::cpu {

namespace {
struct VectorizeTiles : PassWrapper<VectorizeTiles, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VectorizeTiles)
  explicit VectorizeTiles(const CpuTarget &target) : target(target) {}
  StringRef getArgument() const override { return "cpu-vectorize-tiles"; }
  StringRef getDescription() const override { return "linalg on tiles becomes loops over 1-D vectors"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, LLVM::LLVMDialect, memref::MemRefDialect,
                    scf::SCFDialect, vector::VectorDialect>();
  }
  void runOnOperation() override;

  CpuTarget target;
};
} // namespace

/// Copies, fills and named operations as linalg.generic.
static LogicalResult generalise(func::FuncOp function) {
  IRRewriter rewriter(function.getContext());
  SmallVector<Operation *> named;
  function.walk([&](Operation *op) {
    if (isa<memref::CopyOp>(op) || (isa<linalg::LinalgOp>(op) && !isa<linalg::GenericOp>(op)))
      named.push_back(op);
  });
  for (Operation *op : named) {
    rewriter.setInsertionPoint(op);
    if (auto copy = dyn_cast<memref::CopyOp>(op)) {
      linalg::makeMemRefCopyOp(rewriter, op->getLoc(), copy.getSource(), copy.getTarget());
      rewriter.eraseOp(op);
    } else if (failed(linalg::generalizeNamedOp(rewriter, cast<linalg::LinalgOp>(op)))) {
      return op->emitError("the CPU has no lowering for this operation");
    }
  }
  return success();
}

static LogicalResult vectorize(linalg::GenericOp op, const CpuTarget &target) {
  OpBuilder builder(op);
  FailureOr<Nest> nest = Nest::of(builder, op);
  if (failed(nest))
    return failure();
  nest->merge();
  NestEmitter(builder, *nest, target).emit();
  op.erase();
  return success();
}

void VectorizeTiles::runOnOperation() {
  if (failed(generalise(getOperation())))
    return signalPassFailure();
  SmallVector<linalg::GenericOp> generics;
  getOperation().walk([&](linalg::GenericOp op) { generics.push_back(op); });
  for (linalg::GenericOp op : generics)
    if (failed(vectorize(op, target)))
      return signalPassFailure();
}

std::unique_ptr<Pass> createVectorizeTiles(const CpuTarget &target) { return std::make_unique<VectorizeTiles>(target); }

} // namespace espalier::cpu
