//===- VectorizeTiles.cpp - linalg on tiles becomes loops over vectors ------===//
//
// Vectors are final here: one register wide, one axis. LLVM selects, allocates and
// schedules; it finds no loop left to vectorise.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/FlatBuffer.h"
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

#include "llvm/TargetParser/Triple.h"

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

/// On a copy to memory that nobody reads soon (MidLevelForm.md).
static constexpr StringLiteral pastCaches = "tile.past_caches";

/// The elements of a tile that lie side by side; 0 if they do not.
static int64_t runOf(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  int64_t expected = 1;
  for (auto [size, stride] : llvm::reverse(llvm::zip_equal(type.getShape(), strides))) {
    if (size != 1 && stride != expected)
      return 0;
    expected *= size;
  }
  return expected;
}

/// Longer runs are loops: code stays short.
static constexpr int64_t straightVectors = 16;

/// A run of whole vectors from scratch to memory, without a place in the caches: what is overwritten is not read for
/// it. Such stores must be aligned, which only the call knows; otherwise `to` is written like anything else.
static void stream(memref::CopyOp copy, const CpuTarget &target) {
  OpBuilder builder(copy);
  Location location = copy.getLoc();
  FlatBuffer from = FlatBuffer::of(builder, location, copy.getSource()),
             to = FlatBuffer::of(builder, location, copy.getTarget());
  int64_t lanes = target.lanes(from.bytes()), count = runOf(cast<MemRefType>(copy.getTarget().getType())) / lanes;
  Type i64 = builder.getI64Type();
  auto number = [&](int64_t value) -> Value { return arith::ConstantIntOp::create(builder, location, value, 64); };
  Value start = LLVM::PtrToIntOp::create(builder, location, i64, to.address(builder, location, Amount::of(0)));
  Value rest = arith::AndIOp::create(builder, location, start, number(target.vectorBytes - 1));
  Value isAligned = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, rest, number(0));
  auto branch = scf::IfOp::create(builder, location, isAligned, /*withElseRegion=*/true);
  copy->moveBefore(branch.elseBlock()->getTerminator());
  copy->removeAttr(pastCaches);
  builder.setInsertionPoint(branch.thenBlock()->getTerminator());
  auto vector = VectorType::get({lanes}, from.stored());
  auto move = [&](OpBuilder &inside, Amount element) {
    Value elements =
        LLVM::LoadOp::create(inside, location, vector, from.address(inside, location, element), from.bytes());
    LLVM::StoreOp::create(inside, location, elements, to.address(inside, location, element), target.vectorBytes,
                          /*isVolatile=*/false, /*isNonTemporal=*/true);
  };
  if (count <= straightVectors) {
    for (int64_t i = 0; i < count; ++i)
      move(builder, Amount::of(i * lanes));
    return;
  }
  auto index = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(builder, location, value); };
  auto loop = scf::ForOp::create(builder, location, index(0), index(count * lanes), index(lanes));
  OpBuilder inside(loop.getBody()->getTerminator());
  move(inside, Amount::of(loop.getInductionVar()));
}

/// Runs of whole vectors that are to be stored past the caches are. What other threads read comes after a fence: these
/// stores wait for no others.
static void streamCopies(func::FuncOp function, const CpuTarget &target) {
  bool isOrdered = !llvm::Triple(target.triple).isX86(), streams = false;
  SmallVector<memref::CopyOp> copies;
  function.walk([&](memref::CopyOp op) { copies.push_back(op); });
  for (memref::CopyOp copy : copies) {
    if (!copy->hasAttr(pastCaches))
      continue;
    auto from = cast<MemRefType>(copy.getSource().getType()), to = cast<MemRefType>(copy.getTarget().getType());
    int64_t bytes = to.hasStaticShape() ? runOf(to) * elementBytes(to.getElementType()) : 0;
    if (bytes > 0 && bytes % target.vectorBytes == 0 && runOf(from) == runOf(to)) {
      stream(copy, target);
      streams = true;
    }
  }
  if (streams && !isOrdered)
    function.walk([](func::ReturnOp exit) {
      OpBuilder builder(exit);
      LLVM::CallIntrinsicOp::create(builder, exit.getLoc(), builder.getStringAttr("llvm.x86.sse.sfence"), ValueRange());
    });
}

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
  streamCopies(getOperation(), target);
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
