//===- ConvertToLLVM.h - Patterns for the dialects of this project ----------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_CONVERTTOLLVM_H
#define ESPALIER_COMPILER_TARGET_CPU_CONVERTTOLLVM_H

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/IR/PatternMatch.h"

namespace espalier::cpu {

/// tree.table and tree.extent become loads from an espalier_tree.
void populateTreeToLLVMPatterns(const mlir::LLVMTypeConverter &types, mlir::RewritePatternSet &patterns);

/// Views of buffers become arithmetic on descriptors.
void populateViewsToLLVMPatterns(const mlir::LLVMTypeConverter &types, mlir::RewritePatternSet &patterns);

} // namespace espalier::cpu

#endif
