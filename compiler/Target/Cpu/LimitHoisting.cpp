//===- LimitHoisting.cpp - Loops that would keep too much across themselves -===//
#include "compiler/Target/Cpu/LimitHoisting.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/LoopIterator.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

namespace espalier::cpu {

/// What has the same value in every iteration and may be computed in none, operands first.
static SmallPtrSet<const Instruction *, 32> invariants(const Loop &loop, const LoopInfo &loops) {
  SmallPtrSet<const Instruction *, 32> found;
  auto isInvariant = [&](const Value *value) {
    const auto *instruction = dyn_cast<Instruction>(value);
    return !instruction || !loop.contains(instruction) || found.contains(instruction);
  };
  LoopBlocksRPO blocks(const_cast<Loop *>(&loop));
  blocks.perform(&loops);
  for (const BasicBlock *block : blocks)
    for (const Instruction &instruction : *block)
      if (!isa<PHINode>(instruction) && !instruction.isTerminator() && !instruction.mayReadOrWriteMemory() &&
          isSafeToSpeculativelyExecute(&instruction) && all_of(instruction.operands(), isInvariant))
        found.insert(&instruction);
  return found;
}

/// How many invariant values the rest of the loop uses.
static size_t valuesAcross(const Loop &loop, const LoopInfo &loops) {
  SmallPtrSet<const Instruction *, 32> moved = invariants(loop, loops);
  return count_if(moved, [&](const Instruction *value) {
    return any_of(value->users(), [&](const User *user) { return !moved.contains(cast<Instruction>(user)); });
  });
}

PreservedAnalyses LimitHoisting::run(Function &function, FunctionAnalysisManager &analyses) {
  const LoopInfo &loops = analyses.getResult<LoopAnalysis>(function);
  for (Loop *loop : loops.getLoopsInPreorder())
    if (valuesAcross(*loop, loops) > maxValues)
      addStringMetadataToLoop(loop, "llvm.licm.disable", 1);
  return PreservedAnalyses::all();
}

} // namespace espalier::cpu
