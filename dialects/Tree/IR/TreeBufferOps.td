//===- TreeBufferOps.td - Trees in the mid-level form ----------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_TREE_IR_TREEBUFFEROPS_TD
#define ESPALIER_DIALECTS_TREE_IR_TREEBUFFEROPS_TD

include "dialects/Tree/IR/TreeDialect.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// The arrays and numbers of espalier_tree (runtime/ABI/ABI.h), by their names there.
def Tree_TableOp : Op<Tree_Dialect, "table", [Pure]> {
  let summary = "An index array of the tree of one batch element: `tree.table parent of %G at %b : !tree.tree<rooted> -> memref<?xi32>`";
  let arguments = (ins Tree_TableAttr:$table, Tree_TreeType:$tree, Index:$batch, Index:$numBatch);
  let results = (outs MemRefRankOf<[I32], [1]>:$result);
  let assemblyFormat = "$table `of` $tree `at` $batch `among` $numBatch attr-dict `:` type($tree) `->` type($result)";
}

def Tree_ExtentOp : Op<Tree_Dialect, "extent", [Pure]> {
  let summary = "A number of the tree of one batch element: `tree.extent num_leaves of %G at %b among %B : !tree.tree<rooted>`";
  let arguments = (ins Tree_ExtentAttr:$extent, Tree_TreeType:$tree, Index:$batch, Index:$numBatch);
  let results = (outs Index:$result);
  let assemblyFormat = "$extent `of` $tree `at` $batch `among` $numBatch attr-dict `:` type($tree)";
}

#endif
