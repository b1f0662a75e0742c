//===- LimitHoisting.h - Loops that would keep too much across themselves ---===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_LIMITHOISTING_H
#define ESPALIER_COMPILER_TARGET_CPU_LIMITHOISTING_H

#include "llvm/IR/PassManager.h"

namespace espalier::cpu {

/// Forbids the motion of invariant code out of loops around which it would keep more than `maxValues` values: nearly
/// all of them would lie in memory, one reload for what is often one instruction, and the allocation of registers takes
/// time with the product of values and blocks. Code of that size comes from reductions that are unrolled over hundreds
/// of rows.
struct LimitHoisting : llvm::PassInfoMixin<LimitHoisting> {
  /// Many times the registers of any machine: smaller loops are left to the register allocator.
  static constexpr size_t maxValues = 512;

  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

} // namespace espalier::cpu

#endif
