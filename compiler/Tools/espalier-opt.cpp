//===- espalier-opt.cpp - Runs passes on textual IR, for tests --------------===//
#include "compiler/Fusion/Passes.h"
#include "compiler/Target/Cpu/Cpu.h"
#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tile/Transforms/Passes.h"
#include "dialects/Tree/IR/TreeDialect.h"
#include "dialects/Tree/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<espalier::tile::TileDialect, espalier::tree::TreeDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                  mlir::linalg::LinalgDialect, mlir::LLVM::LLVMDialect, mlir::math::MathDialect, mlir::memref::MemRefDialect,
                  mlir::scf::SCFDialect, mlir::tensor::TensorDialect, mlir::vector::VectorDialect>();
  espalier::cpu::registerCpuDialects(registry);
  espalier::cpu::registerCpuPasses();
  mlir::registerCanonicalizer();
  mlir::registerCSE();
  espalier::tile::registerEspalierTilePasses();
  espalier::tree::registerEspalierTreePasses();
  espalier::fusion::registerEspalierFusionPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Espalier's pass driver\n", registry));
}
