//===- BlockOps.td - Attention and nested blocks ---------------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_BLOCK_IR_BLOCKOPS_TD
#define ESPALIER_DIALECTS_BLOCK_IR_BLOCKOPS_TD

include "dialects/Block/IR/BlockDialect.td"
include "dialects/Block/IR/BlockSchedule.td"
include "dialects/Tile/IR/TileOps.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Block_Op<string mnemonic, list<Trait> traits = []> : Op<Block_Dialect, mnemonic, traits>;

/// A tensor of the kernel: [batch] x axes x tile; leading sizes may be dynamic, those of the tile are static.
def Block_Tensor : RankedTensorOf<[AnyFloat, I1, I32]>;
def Block_WeightsAttr : EnumAttr<Block_Dialect, Block_Weights, "weights">;

//===-- Attention -----------------------------------------------------------===//

def Block_AttendOp : Block_Op<"attend", [AttrSizedOperandSegments, RecursiveMemoryEffects]> {
  let summary = "Sums over the keys of each row, weighted by the softmax (or the exponential) of scores";
  let description = [{
    ```mlir
    %o = block.attend softmax batch(%B) axes(%N) keys(%N) bounds {
    ^bb0(%i: index):
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      %end = arith.addi %i, %one : index
      block.yield %zero, %end : index, index
    } score {
    ^bb0(%i: index, %j: index):
      %q_i = block.read %q[%i] : tensor<?x?x16xf32> -> tensor<16xf32>
      %k_j = block.read %k[%j] : tensor<?x?x16xf32> -> tensor<16xf32>
      %s = tile.contract "a,a->" (%q_i, %k_j) : (tensor<16xf32>, tensor<16xf32>) -> f32
      block.yield %s : f32
    } values {
    ^bb0(%i: index, %j: index):
      %v_j = block.read %v[%j] : tensor<?x?x8xf32> -> tensor<8xf32>
      block.yield %v_j : tensor<8xf32>
    } : tensor<?x?x8xf32>
    ```
    The rows are batch x axes; the keys of a row are `lower <= j < upper` of `bounds`, clamped to 0 .. keys, for which `filter` (if any) holds. `score`,
    and `values`, are those of one row and one of its keys; nothing is evaluated for other pairs. Weights: `softmax` over the keys of
    the row, zero in a row whose scores are all -inf; or `exp` of the score.

    Results: one per value, [batch] x axes x tile, the weighted sum over the keys (zero without keys); with `statistics`, the logarithm of the sum of
    the exponentials of each row's scores, +inf where that sum is 0, so that exp(score - statistic) is the weight of every pair; one per accumulator,
    its initial value plus weight times value of every `block.accumulate`, summed in a fixed order.

    Constraints:
    - attend-C1: one block per region; its arguments are one index per axis; but for `bounds`, the key; in `values`, one handle per accumulator of its
      result's type.
    - attend-C2: each region ends in block.yield: `bounds` of two indices, `filter` of one i1, `score` of one f32 or f64.
    - attend-C3: `values` yields one float tile or scalar per value; [batch] x axes x tile is the result's type, leading sizes dynamic, elements as
      yielded, f32 for 16-bit ones.
    - attend-C4: `statistics` goes with softmax; its result stands behind the values: [batch] x axes of the score's type.
    - attend-C5: accumulators go with exp; their results stand last and have the types of the initial values.
    - attend-C6: regions hold operations of arith, math, tile and block, without regions of their own and without effects but block.accumulate.
    - attend-C7: stands in the body of a function.
    - attend-C8: an accumulator's handle is only accumulated into.
  }];
  let arguments = (ins Block_WeightsAttr:$weights, UnitAttr:$statistics, Optional<Index>:$batch, Variadic<Index>:$axes, Index:$keys,
                       Variadic<Block_Tensor>:$inits);
  let results = (outs Variadic<Block_Tensor>:$outputs);
  let regions = (region SizedRegion<1>:$bounds, AnyRegion:$filter, SizedRegion<1>:$score, SizedRegion<1>:$values);
  let assemblyFormat = [{
    $weights (`statistics` $statistics^)? (`batch` `(` $batch^ `)`)? (`axes` `(` $axes^ `)`)? `keys` `(` $keys `)`
    (`accumulate` `(` $inits^ `:` type($inits) `)`)? attr-dict-with-keyword
    `bounds` $bounds (`filter` $filter^)? `score` $score `values` $values (`:` type($outputs)^)?
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    /// A unit attribute: every sum is checked, one that is not finite is a fault that names its row.
    static constexpr ::llvm::StringLiteral checkFiniteName = "block.check_finite";
    /// The type of a result that holds `tile` at each row: [batch] x axes x tile, leading sizes dynamic.
    ::mlir::RankedTensorType getRowType(::mlir::Type tile);
    unsigned getNumValues() { return getNumResults() - getInits().size() - (getStatistics() ? 1 : 0); }
    ::mlir::ResultRange getSums() { return getResults().take_front(getNumValues()); }
    /// The result of `statistics`, or null.
    ::mlir::Value getStatistic() { return getStatistics() ? ::mlir::Value(getResult(getNumValues())) : ::mlir::Value(); }
    ::mlir::ResultRange getAccumulated() { return getResults().take_back(getInits().size()); }
    bool hasFilter() { return !getFilter().empty(); }
    /// The arguments of one of the regions.
    ::mlir::Block::BlockArgListType getAxisIndices(::mlir::Region &region) { return region.getArguments().take_front(getAxes().size()); }
    ::mlir::BlockArgument getKey(::mlir::Region &region) { return region.getArgument(getAxes().size()); }
    ::mlir::Block::BlockArgListType getAccumulatorHandles() { return getValues().getArguments().take_back(getInits().size()); }
  }];
}

def Block_YieldOp : Block_Op<"yield", [Pure, Terminator, HasParent<"AttendOp">]> {
  let summary = "What a region of block.attend answers";
  let arguments = (ins Variadic<Tile_Tile>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Block_ReadOp : Block_Op<"read", [NoMemoryEffect]> {
  let summary = "The tile of a tensor at one point";
  let description = [{
    `block.read %k[%h, %j] : tensor<?x?x?x4xf32> -> tensor<4xf32>`: indices bind the axes behind the batch axis from the left; the rest is the tile. The
    batch axis, present if the tensor has one axis more than indices and tile, is bound by the enclosing block.attend. An index that is not an argument
    of the region is checked against its axis: out of range is a fault that names the position, and the result is the zero tile.

    Constraints:
    - read-C1: rank of tensor = (0 or 1) + number of indices + rank of tile; 1 only within a block.attend with `batch`.
    - read-C2: the trailing sizes are static and are the tile's; equal element types.
    - read-C3: stands in a block.attend; the tensor is defined outside of it.
  }];
  let arguments = (ins Block_Tensor:$tensor, Variadic<Index>:$indices);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$tensor `[` $indices `]` attr-dict `:` type($tensor) `->` type($result)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether the tensor has a batch axis.
    bool isBatched();
  }];
}

def Block_AccumulateOp : Block_Op<"accumulate", [MemoryEffects<[MemWrite]>]> {
  let summary = "Adds the weight of the pair times a tile to an accumulator at one point";
  let description = [{
    `block.accumulate %x into %acc[%h] : tensor<5xf32> into tensor<?x5xf32>` in the `values` of a block.attend. Indices as in `block.read`.

    Constraints:
    - accumulate-C1: the target is an accumulator's handle of the enclosing block.attend.
    - accumulate-C2: shapes as read-C1 and read-C2.
  }];
  let arguments = (ins Tile_FloatTile:$value, Block_Tensor:$target, Variadic<Index>:$indices);
  let assemblyFormat = "$value `into` $target `[` $indices `]` attr-dict `:` type($value) `into` type($target)";
  let hasVerifier = 1;
}

//===-- Nested blocks -------------------------------------------------------===//

def Block_SharedLevelsOp : Block_Op<"shared_levels", [Pure]> {
  let summary = "The number of levels at which two positions share a block";
  let description = [{
    `block.shared_levels %i, %j levels 3 of %N`: with f = max(1, ceil(N / 2^(levels-1))), blocks of level l = 1 .. levels have f * 2^(levels-l) positions; the
    value is the number of levels l whose blocks hold both positions (Math/LevelMap.h). 1 .. levels for positions in 0 .. N-1.

    Constraints:
    - shared_levels-C1: 1 to 62 levels.
  }];
  let arguments = (ins Index:$left, Index:$right, I64Attr:$levels, Index:$positions);
  let results = (outs Index:$result);
  let assemblyFormat = "$left `,` $right `levels` $levels `of` $positions attr-dict";
  let hasVerifier = 1;
}

def Block_PrefixOp : Block_Op<"prefix", [Pure, AllTypesMatch<["input", "result"]>]> {
  let summary = "A tile with zeros beyond a prefix whose length is a table over shared levels; its own adjoint";
  let description = [{
    `block.prefix %q by %n axis 0 table [0, 8, 12, 14] : tensor<14xf32>`: elements whose position along the axis is less than table[n] stay, the others
    are zero (also where they are NaN). A product of two prefixes is a contraction as long as the prefix: where the table is constant over a tile of
    pairs, so is the length.

    Constraints:
    - prefix-C1: the axis is in range.
    - prefix-C2: n is a block.shared_levels; one length per number of levels, 0 .. levels.
    - prefix-C3: each length is 0 .. size of the axis.
  }];
  let arguments = (ins Tile_FloatTensor:$input, Index:$count, I64Attr:$axis, DenseI64ArrayAttr:$table);
  let results = (outs Tile_FloatTensor:$result);
  let assemblyFormat = "$input `by` $count `axis` $axis `table` $table attr-dict `:` type($input)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif
