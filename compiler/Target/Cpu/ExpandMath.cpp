//===- ExpandMath.cpp - Functions of math become arithmetic or libm ---------===//
#include "compiler/Target/Cpu/Passes.h"

#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace espalier::cpu {

namespace {
struct ExpandMath : PassWrapper<ExpandMath, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExpandMath)
  explicit ExpandMath(const CpuTarget &target) : target(target) {}
  StringRef getArgument() const override { return "cpu-expand-math"; }
  StringRef getDescription() const override { return "math becomes arithmetic on vectors or calls of libm"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<arith::ArithDialect, func::FuncDialect, vector::VectorDialect>(); }
  void runOnOperation() override;

  CpuTarget target;
};
} // namespace

void ExpandMath::runOnOperation() {
  RewritePatternSet patterns(&getContext());
  populateMathPolynomialApproximationPatterns(patterns, [](StringRef) { return true; }, 2);
  populateMathToLibmConversionPatterns(patterns);
  if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
    return signalPassFailure();
}

std::unique_ptr<Pass> createExpandMath(const CpuTarget &target) { return std::make_unique<ExpandMath>(target); }

} // namespace espalier::cpu
