//===- PrecompiledHeaders.h - MLIR headers that most files here need --------===//
//
// Only for speed: every file still includes what it uses.
//===----------------------------------------------------------------------===//
#include "dialects/PrecompiledHeaders.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
