//===- BlockSchedule.td - How attention runs -------------------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_BLOCK_IR_BLOCKSCHEDULE_TD
#define ESPALIER_DIALECTS_BLOCK_IR_BLOCKSCHEDULE_TD

include "dialects/Block/IR/BlockDialect.td"

def Block_ScheduleAttr : AttrDef<Block_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "Every size that the code of a block.attend depends on";
  let description = [{
    `#block.schedule<tasks = tiles, group = 0, rows = 32, keys = 64, grain = 1, lanes = 16, productRows = 14, productVectors = 2, reason = "...">`. The scores of
    `rows` x `keys` pairs exist at a time. `group`: its number among the groups of sweeps. `grain`: tasks per chunk of parallel work. `lanes`: elements of the widest float in one vector.
    `productRows` x `productVectors`: the accumulators of a product in registers. `reason` says why, for people.
  }];
  let parameters = (ins EnumParameter<Block_TaskLevel>:$tasks, "int64_t":$group, "int64_t":$rows, "int64_t":$keys, "int64_t":$grain, "int64_t":$lanes,
                        "int64_t":$productRows, "int64_t":$productVectors, StringRefParameter<>:$reason);
  let assemblyFormat = "`<` struct(params) `>`";
  let extraClassDeclaration = [{
    /// The name under which a block.attend carries it.
    static constexpr ::llvm::StringLiteral attributeName = "block.schedule";
  }];
}

#endif
