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

// Both stand at the top level of a kernel. Where there is no tree, a fault is recorded at `location` (a row of the function's
// table), and the kernel ends there.
def Tree_ListEdgesOp : Op<Tree_Dialect, "list_edges", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Lists the edges of the graph of a row of trees: `tree.list_edges row(1) location(0) into %ends : memref<?x2xi32>`";
  let arguments = (ins I64Attr:$row, I64Attr:$location, Optional<MemRefOf<[I32]>>:$pairs, MemRefOf<[I32]>:$ends);
  let assemblyFormat = [{
    `row` `(` $row `)` `location` `(` $location `)` (`pairs` `(` $pairs^ `:` type($pairs) `)`)? `into` $ends attr-dict `:` type($ends)
  }];
}

def Tree_BuildOp : Op<Tree_Dialect, "build", [AttrSizedOperandSegments, MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Builds the trees of a row from parents (i32), or from costs or weights (f64) of listed edges: `tree.build row(1) location(0) from %costs : memref<?xf64> ends(%ends : memref<?x2xi32>) root(%r)`";
  let arguments = (ins I64Attr:$row, I64Attr:$location, MemRefOf<[I32, F64]>:$data, Optional<MemRefOf<[I32]>>:$ends, Optional<Index>:$root,
                       Optional<Index>:$seed);
  let assemblyFormat = [{
    `row` `(` $row `)` `location` `(` $location `)` `from` $data `:` type($data) (`ends` `(` $ends^ `:` type($ends) `)`)? (`root` `(` $root^ `)`)?
    (`seed` `(` $seed^ `)`)? attr-dict
  }];
}

#endif
