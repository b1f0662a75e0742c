//===- TreeOps.td - Trees and the sweep ------------------------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_TREE_IR_TREEOPS_TD
#define ESPALIER_DIALECTS_TREE_IR_TREEOPS_TD

include "dialects/Tree/IR/TreeDialect.td"
include "dialects/Tree/IR/TreeBufferOps.td"
include "dialects/Tree/IR/TreeSchedule.td"
include "dialects/Tile/IR/TileOps.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Tree_Op<string mnemonic, list<Trait> traits = []> : Op<Tree_Dialect, mnemonic, traits>;

/// A tensor of the kernel: [batch] x axes x tile; leading sizes may be dynamic, those of the tile are static.
def Tree_Tensor : RankedTensorOf<[AnyFloat, I1, I32]>;
def Tree_Position : AnyTypeOf<[Index, Tree_VertexType], "an index or a vertex">;

//===-- Trees from data ------------------------------------------------------===//

// Trees that sizes define, or a parameter holds, are arguments of the function. `row` is the place of a tree that the
// kernel grows among the trees of the call (rows of Signature::trees); only lowering asks for it.

def Tree_GraphAttr : EnumAttr<Tree_Dialect, Tree_Graph, "graph">;
def Tree_Ints : RankedTensorOf<[I32]>;

def Tree_FromParentsOp : Tree_Op<"from_parents", [NoMemoryEffect]> {
  let summary = "The tree (or batch of trees) with the given parents; -1 at a root";
  let description = [{
    Parents [V], or [B, V] for a batch of trees. What is no tree is refused at run time.

    Constraints:
    - from_parents-C1: parents have rank 1 or 2; the result is rooted or a forest.
  }];
  let arguments = (ins Tree_Ints:$parents, OptionalAttr<I64Attr>:$row);
  let results = (outs Tree_TreeType:$tree);
  let assemblyFormat = "$parents attr-dict `:` type($parents) `->` type($tree)";
  let hasVerifier = 1;
}

def Tree_EdgesOp : Tree_Op<"edges", [NoMemoryEffect]> {
  let summary = "The edges of a graph: the lower and the higher vertex of each";
  let description = [{
    `tree.edges grid(%H, %W) count(%E) : tensor<?x2xi32>`: sizes are (H, W) of grid and grid8, (N, m) of band, (N, E) of edges; `count` is the
    number of edges that these give. Edges of grid, grid8 and band ascend by (lower, higher); those of `edges` stand in the order of their pairs
    [E, 2], or [B, E, 2] where each batch element has its own. A pair that names no edge between two vertices is refused at run time.

    Constraints:
    - edges-C1: pairs are there exactly for `edges`; they are [E, 2] or [B, E, 2].
    - edges-C2: the result has the axes of the pairs, else is [E, 2]; its last axis is 2.
  }];
  let arguments = (ins Tree_GraphAttr:$graph, Index:$first, Index:$second, Index:$count, Optional<Tree_Ints>:$pairs,
                       OptionalAttr<I64Attr>:$row);
  let results = (outs Tree_Ints:$ends);
  let assemblyFormat = [{
    $graph `(` $first `,` $second `)` `count` `(` $count `)` (`pairs` `(` $pairs^ `:` type($pairs) `)`)? attr-dict `:` type($ends)
  }];
  let hasVerifier = 1;
}

def Tree_SpanningTreeOp : Tree_Op<"spanning_tree", [NoMemoryEffect, AttrSizedOperandSegments]> {
  let summary = "The minimum spanning tree under the costs of listed edges, or a random one under their weights";
  let description = [{
    `tree.spanning_tree %costs over %ends of %V root(%r) : tensor<?x?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>`. Edges are ranked by (cost, lower
    vertex, higher vertex), so that the tree is a function of the costs. With `seed` the numbers are weights, and each next edge is drawn among
    those that join two components in proportion to its weight. Rooted at `root`, or at the tree's centre where none is given: the vertex whose
    farthest vertex is nearest, the lower one of two. Costs [B, E] grow a batch of trees. A NaN, a weight that is negative or infinite, edges that
    do not connect all V vertices and a root that is no vertex are refused at run time.

    Constraints:
    - spanning_tree-C1: numbers are [E] or [B, E], ends [E, 2], or [B, E, 2] for numbers [B, E].
    - spanning_tree-C2: the result is a rooted tree.
  }];
  let arguments = (ins RankedTensorOf<[F64]>:$numbers, Tree_Ints:$ends, Index:$vertices, Optional<Index>:$root, Optional<Index>:$seed,
                       OptionalAttr<I64Attr>:$row);
  let results = (outs Tree_TreeType:$tree);
  let assemblyFormat = [{
    $numbers `over` $ends `of` $vertices (`root` `(` $root^ `)`)? (`seed` `(` $seed^ `)`)? attr-dict
    `:` type($numbers) `,` type($ends) `->` type($tree)
  }];
  let hasVerifier = 1;
}

def Tree_ViewOp : Tree_Op<"view", [Pure]> {
  let summary = "The elements of a tensor, in their order, under other axes";
  let description = [{
    `tree.view %x sizes(%B, %V) : tensor<?x?x?x4xf32> -> tensor<?x?x4xf32>`: pixels as the vertices of a tree that grew on them, or back. It names the
    dynamic sizes of the result; both shapes have equally many elements.

    Constraints:
    - view-C1: one size per dynamic axis of the result.
    - view-C2: equal element types; equally many elements where both shapes are static.
  }];
  let arguments = (ins Tree_Tensor:$tensor, Variadic<Index>:$sizes);
  let results = (outs Tree_Tensor:$result);
  let assemblyFormat = "$tensor (`sizes` `(` $sizes^ `)`)? attr-dict `:` type($tensor) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let extraClassDeclaration = [{
    /// What a tensor is a view of, through any number of views; itself if it is none.
    static ::mlir::Value baseOf(::mlir::Value tensor);
  }];
}

//===-- Facts of a tree and of a vertex --------------------------------------===//

class Tree_TreeFact<string mnemonic, string text> : Tree_Op<mnemonic, [Pure]> {
  let summary = text;
  let arguments = (ins Tree_TreeType:$tree);
  let results = (outs Index:$result);
  let assemblyFormat = "$tree attr-dict `:` type($tree)";
}
def Tree_NumVerticesOp : Tree_TreeFact<"num_vertices", "The number of vertices">;
def Tree_NumLeavesOp : Tree_TreeFact<"num_leaves", "The number of leaves">;

def Tree_RootOp : Tree_Op<"root", [Pure]> {
  let summary = "The root (the first root of a forest; none for an empty one)";
  let arguments = (ins Tree_TreeType:$tree);
  let results = (outs Tree_VertexType:$vertex);
  let assemblyFormat = "$tree attr-dict `:` type($tree)";
}

class Tree_VertexFact<string mnemonic, Type type, string text> : Tree_Op<mnemonic, [Pure]> {
  let summary = text;
  let arguments = (ins Tree_VertexType:$vertex, Tree_TreeType:$tree);
  let results = (outs type:$result);
  let assemblyFormat = "$vertex `of` $tree attr-dict `:` type($tree)";
}
def Tree_ParentOp : Tree_VertexFact<"parent", Tree_VertexType, "The parent, or none at a root">;
def Tree_LeafOp : Tree_VertexFact<"leaf", Tree_VertexType, "The rank of a leaf among the leaves, or none at an inner vertex: it reads tensors over leaves(G)">;
def Tree_IsRootOp : Tree_VertexFact<"is_root", I1, "Whether the vertex has no parent">;
def Tree_IsLeafOp : Tree_VertexFact<"is_leaf", I1, "Whether the vertex has no children">;
def Tree_DepthOp : Tree_VertexFact<"depth", Index, "The number of edges to the root">;
def Tree_HeightOp : Tree_VertexFact<"height", Index, "The number of edges to the deepest leaf below">;
def Tree_SlotOp : Tree_VertexFact<"slot", Index, "The position among the siblings">;
def Tree_NumChildrenOp : Tree_VertexFact<"num_children", Index, "The number of children">;

def Tree_PositionOp : Tree_Op<"position", [Pure]> {
  let summary = "The number of a vertex; -1 for none";
  let arguments = (ins Tree_VertexType:$vertex);
  let results = (outs Index:$result);
  let assemblyFormat = "$vertex attr-dict";
}

//===-- Sweeps --------------------------------------------------------------===//

def Tree_DirectionAttr : EnumAttr<Tree_Dialect, Tree_Direction, "direction">;

def Tree_SweepOp : Tree_Op<"sweep", [AttrSizedOperandSegments, SingleBlock, RecursiveMemoryEffects]> {
  let summary = "Visits all points of a domain: children before parents (up), parents before children (down), or in any order (each)";
  let description = [{
    ```mlir
    %xi = tree.sweep up batch(%B) over %T : !tree.tree<rooted> {
    ^bb0(%v: !tree.vertex, %self: tensor<?x?x5xf32>):
      %u_v = tree.read %u[%v : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
      %below = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
      ^bb0(%c: !tree.vertex):
        %a_c = tree.read %a[%c : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
        %xi_c = tree.read %self[%c : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
        %m = arith.mulf %a_c, %xi_c : tensor<5xf32>
        tree.yield %m : tensor<5xf32>
      } : tensor<5xf32>
      %x = arith.addf %u_v, %below : tensor<5xf32>
      tree.yield %x : tensor<5xf32>
    } : tensor<?x?x5xf32>
    ```
    The domain is batch x axes x vertices of the tree (or its leaves); `each` may have no tree, and neither axes nor tree: then it visits
    one point per batch element. The region is that of one batch element: batch axes never appear in it. Its arguments: one index per
    axis, the vertex if there is a tree (in `each leaves` the leaf's vertex), one handle per definition, one handle per accumulator.
    Definitions: result k has shape [batch] x axes x [vertices or leaves] x (type yielded). Its handle is read at children (up) or at the parent (down).
    Accumulators: the result is the initial value plus every `tree.accumulate` into the handle, summed in a fixed order.

    Constraints:
    - sweep-C1: region arguments as above; the handles have the types of the results.
    - sweep-C2: the terminator yields one tile per definition; [batch] x axes x [vertices] x tile is the type of the definition's result, leading sizes dynamic.
    - sweep-C3: up and down have a tree; `leaves` needs a tree and `each`.
    - sweep-C4: an accumulator's result has the type of its initial value.
    - sweep-C5: each has no reads of its own definitions.
    - sweep-C6: sweeps are not nested.
    - sweep-C7: a definition's handle is only read, an accumulator's handle only accumulated into.
  }];
  let builders = [
    /// A sweep whose definitions hold tiles of the given types. `body` gets the region's arguments and gives the values to yield.
    OpBuilder<(ins "::espalier::tree::Direction":$direction, "bool":$leaves, "::mlir::Value":$batch, "::mlir::ValueRange":$axes,
                   "::mlir::Value":$tree, "::mlir::ValueRange":$inits, "::mlir::TypeRange":$tiles,
                   "::llvm::function_ref<::llvm::SmallVector<::mlir::Value>(::mlir::OpBuilder &, ::mlir::Location, const ::espalier::tree::SweepArguments &)>":$body)>
  ];
  let arguments = (ins Tree_DirectionAttr:$direction, UnitAttr:$leaves, Optional<Index>:$batch, Variadic<Index>:$axes,
                       Optional<Tree_TreeType>:$tree, Variadic<Tree_Tensor>:$inits);
  let results = (outs Variadic<Tree_Tensor>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $direction (`leaves` $leaves^)? (`batch` `(` $batch^ `)`)? (`axes` `(` $axes^ `)`)? (`over` $tree^ `:` type($tree))?
    (`accumulate` `(` $inits^ `:` type($inits) `)`)? attr-dict-with-keyword $body (`:` type($outputs)^)?
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    /// The type of a definition over the sweep's domain: [batch] x axes x [vertices] x tile, leading sizes dynamic.
    ::mlir::RankedTensorType getDefinitionType(::mlir::Type tile);
    ::espalier::tree::YieldOp getYield();
    /// How it runs; null before that is decided.
    ::espalier::tree::ScheduleAttr getSchedule() { return (*this)->getAttrOfType<::espalier::tree::ScheduleAttr>(::espalier::tree::ScheduleAttr::attributeName); }
    unsigned getNumDefinitions() { return getNumResults() - getInits().size(); }
    ::mlir::ResultRange getDefinitions() { return getResults().take_front(getNumDefinitions()); }
    ::mlir::ResultRange getAccumulated() { return getResults().drop_front(getNumDefinitions()); }
    ::mlir::Block::BlockArgListType getAxisIndices() { return getBody().front().getArguments().take_front(getAxes().size()); }
    /// The vertex argument, or null without a tree.
    ::mlir::Value getVertex() { return getTree() ? ::mlir::Value(getBody().front().getArgument(getAxes().size())) : ::mlir::Value(); }
    ::mlir::Block::BlockArgListType getHandles() { return getBody().front().getArguments().drop_front(getAxes().size() + (getTree() ? 1 : 0)); }
    ::mlir::Block::BlockArgListType getDefinitionHandles() { return getHandles().take_front(getNumDefinitions()); }
    ::mlir::Block::BlockArgListType getAccumulatorHandles() { return getHandles().drop_front(getNumDefinitions()); }
  }];
}

def Tree_YieldOp : Tree_Op<"yield", [Pure, Terminator, ParentOneOf<["SweepOp", "ReduceOp"]>]> {
  let summary = "The values of one visit, of one summand, or a filter's answer";
  let arguments = (ins Variadic<Tile_Tile>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Tree_ReadOp : Tree_Op<"read", [NoMemoryEffect]> {
  let summary = "The tile of a tensor at one point";
  let description = [{
    `tree.read %E[%h, %v : index, !tree.vertex] : tensor<?x?x?x4xf32> -> tensor<4xf32>`: indices bind the axes behind the batch axis from the left; the rest
    is the tile. The batch axis, present if the tensor has one axis more than indices and tile, is bound by the enclosing sweep. A vertex that is none
    reads the zero tile. An index that is not a loop's own variable is checked against its axis: out of range is a fault that names the position, and
    the result is the zero tile.

    Constraints:
    - read-C1: rank of tensor = (0 or 1) + number of indices + rank of tile; 1 only within a sweep with `batch`.
    - read-C2: the trailing sizes are static and are the tile's; equal element types.
    - read-C3: a definition's handle is read with the sweep's own axis indices, then at a child in `up` or at the parent in `down`.
    - read-C4: an accumulator's handle is not read.
    - read-C5: the tensor is defined outside the sweep or is a handle of it (the part of a tile is `tile.element`).
  }];
  let arguments = (ins Tree_Tensor:$tensor, Variadic<Tree_Position>:$indices);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$tensor `[` ($indices^ `:` type($indices))? `]` attr-dict `:` type($tensor) `->` type($result)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether the tensor has a batch axis.
    bool isBatched();
    /// The enclosing sweep; null outside one.
    ::espalier::tree::SweepOp getSweep();
  }];
}

def Tree_AccumulateOp : Tree_Op<"accumulate", [MemoryEffects<[MemWrite]>]> {
  let summary = "Adds a tile to an accumulator at one point";
  let description = [{
    `tree.accumulate %g into %acc[%h : index] : tensor<5xf32> into tensor<?x5xf32>`. Indices as in `tree.read`; a vertex that is none adds nothing.

    Constraints:
    - accumulate-C1: the target is an accumulator's handle of the enclosing sweep.
    - accumulate-C2: shapes as read-C1 and read-C2.
  }];
  let arguments = (ins Tile_FloatTile:$value, Tree_Tensor:$target, Variadic<Tree_Position>:$indices);
  let assemblyFormat = "$value `into` $target `[` ($indices^ `:` type($indices))? `]` attr-dict `:` type($value) `into` type($target)";
  let hasVerifier = 1;
}

def Tree_CheckFiniteOp : Tree_Op<"check_finite", [MemoryEffects<[MemWrite]>]> {
  let summary = "A fault that names the vertex where an element is a NaN or an infinity";
  let description = [{
    `tree.check_finite %x : tensor<4xf32>` in a sweep's body; the fault bears the location of the operation.

    Constraints:
    - check_finite-C1: stands in a sweep.
  }];
  let arguments = (ins Tile_FloatTile:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
  let hasVerifier = 1;
}

def Tree_DomainKindAttr : EnumAttr<Tree_Dialect, Tree_DomainKind, "domain">;

def Tree_ReduceOp : Tree_Op<"reduce", [AttrSizedOperandSegments, RecursiveMemoryEffects]> {
  let summary = "Combines tiles over the children of a vertex, a range, or all vertices or leaves of a tree";
  let description = [{
    ```mlir
    %s = tree.reduce [sum] over children(%v) of %G : !tree.tree<forest> { ^bb0(%c: !tree.vertex): ... tree.yield %t : tensor<4xf32> } : tensor<4xf32>
    %s = tree.reduce [max] over range from %lo to %hi filter { ^bb0(%j: index): ... tree.yield %keep : i1 } { ^bb0(%j: index): ... tree.yield %x : f32 } : f32
    ```
    Elementwise over the tiles, in ascending order; several values may be combined at once, each by its kind. Without elements the result is the
    kind's neutral element. NaN propagates. `leaves` gives each leaf's vertex. An element whose filter yields false does not take part, and its body is not evaluated.

    Constraints:
    - reduce-C1: `children` has vertex and tree; `range` has both bounds; `vertices` and `leaves` have a tree; nothing else.
    - reduce-C2: both regions end in `tree.yield` and have one argument: an index for `range`, else a vertex; the filter yields one i1.
    - reduce-C3: as many kinds as yielded values and results; result types are those yielded: floats (f32 or f64), or i32 and index for sum, max, min.
  }];
  let builders = [
    /// Without a filter. `body` gets the element and gives one value per kind; `types` are those of the values.
    OpBuilder<(ins "::mlir::ArrayRef<::espalier::tile::ReductionKind>":$kinds, "::espalier::tree::DomainKind":$domain, "::mlir::Value":$vertex,
                   "::mlir::Value":$lower, "::mlir::Value":$upper, "::mlir::Value":$tree, "::mlir::TypeRange":$types,
                   "::llvm::function_ref<::llvm::SmallVector<::mlir::Value>(::mlir::OpBuilder &, ::mlir::Location, ::mlir::Value)>":$body)>
  ];
  let arguments = (ins Tile_ReductionKinds:$kinds, Tree_DomainKindAttr:$domain, Optional<Tree_VertexType>:$vertex,
                       Optional<Index>:$lower, Optional<Index>:$upper, Optional<Tree_TreeType>:$tree);
  let results = (outs Variadic<Tile_Tile>:$outputs);
  let regions = (region AnyRegion:$filter, SizedRegion<1>:$body);
  let assemblyFormat = [{
    custom<ReductionKinds>($kinds) `over` $domain (`(` $vertex^ `)`)? (`from` $lower^)? (`to` $upper^)? (`of` $tree^ `:` type($tree))?
    attr-dict-with-keyword (`filter` $filter^)? $body (`:` type($outputs)^)?
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    ::espalier::tile::ReductionKind getKind(unsigned i) {
      return ::mlir::cast<::espalier::tile::ReductionKindAttr>(getKinds()[i]).getValue();
    }
    /// The vertex or index of the element, in the body.
    ::mlir::BlockArgument getElement() { return getBody().front().getArgument(0); }
  }];
}

#endif
