//===- espalier-opt.cpp - Runs passes on textual IR, for tests --------------===//
#include "compiler/Pipeline/Pipeline.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  espalier::registerCompilerDialects(registry);
  registry.insert<mlir::LLVM::LLVMDialect, mlir::vector::VectorDialect>();
  espalier::registerCompilerPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Espalier's pass driver\n", registry));
}
