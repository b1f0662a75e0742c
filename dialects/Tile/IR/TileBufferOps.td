//===- TileBufferOps.td - The mid-level form of tile operations -*- tablegen -*-===//
//
// What CPU and GPU share (design: a kernel is nested scf.forall labelled grid, team,
// lane; tile operations work on scratch and on the caller's buffers). A tile is a
// memref of static shape; elementwise work, copies, broadcasts, transposes and
// reductions are linalg.generic; the rest is here, each writing into its destination.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_DIALECTS_TILE_IR_TILEBUFFEROPS_TD
#define ESPALIER_DIALECTS_TILE_IR_TILEBUFFEROPS_TD

include "dialects/Tile/IR/TileDialect.td"
include "mlir/Dialect/SCF/IR/DeviceMappingInterface.td"

def Tile_LevelKind : I32EnumAttr<"LevelKind", "who shares the work of an scf.forall", [
    I32EnumAttrCase<"grid", 0>, I32EnumAttrCase<"team", 1>, I32EnumAttrCase<"lane", 2>]> {
  let cppNamespace = "::espalier::tile";
  let genSpecializedAttr = 0;
}

def Tile_LevelAttr : AttrDef<Tile_Dialect, "Level", [DeclareAttrInterfaceMethods<DeviceMappingAttrInterface, ["getMappingId", "isLinearMapping", "getRelativeIndex"]>]> {
  let mnemonic = "level";
  let summary = "The label of an scf.forall: grid (independent tasks: parallel_for, or blocks), team (threads of a block), lane";
  let parameters = (ins EnumParameter<Tile_LevelKind>:$kind, DefaultValuedParameter<"int64_t", "0">:$dimension);
  let assemblyFormat = "`<` $kind (`,` $dimension^)? `>`";
}

def Tile_Buffer : MemRefOf<[AnyFloat, I1, I32, Index]>;
def Tile_FloatBuffer : MemRefOf<[AnyFloat]>;

def Tile_UpdateKind : I32EnumAttr<"UpdateKind", "how a destination changes", [
    I32EnumAttrCase<"set", 0>, I32EnumAttrCase<"add", 1>, I32EnumAttrCase<"subtract", 2>]> {
  let cppNamespace = "::espalier::tile";
  let genSpecializedAttr = 0;
}
def Tile_UpdateKindAttr : EnumAttr<Tile_Dialect, Tile_UpdateKind, "update">;

/// Numbers of rows; -1 is no row.
def Tile_Rows : MemRefRankOf<[I32], [1]>;
def Tile_Places : MemRefRankOf<[I32, Index], [1]>;

def Tile_GatherRowsOp : Tile_Op<"gather_rows"> {
  let summary = "Rows of a tensor, each into a lane";
  let description = [{
    `tile.gather_rows %from at %start step %step rows %rows into %lanes : memref<?xf32>, memref<16xi32> into memref<16x4x4xf32, strided<[1, 64, 16]>>`.
    `lanes[p, ..]` becomes the elements of `from`, a dense line, that begin at `start + rows[p] * step`, in row-major order of the other axes. Where rows `may_miss`, zeros stand for a row
    of -1; then `from` has a row 0.
  }];
  let arguments = (ins UnitAttr:$mayMiss, Arg<Tile_Buffer, "", [MemRead]>:$from, Index:$start, Index:$step, Arg<Tile_Rows, "", [MemRead]>:$rows,
                       Arg<Tile_Buffer, "", [MemWrite]>:$lanes);
  let assemblyFormat = "$from `at` $start `step` $step `rows` $rows (`may_miss` $mayMiss^)? `into` $lanes attr-dict `:` type($from) `,` type($rows) `into` type($lanes)";
}

def Tile_FetchRowsOp : Tile_Op<"fetch_rows"> {
  let summary = "Rows of a tensor that will be gathered or overwritten soon";
  let description = [{
    `tile.fetch_rows %from at %start step %step rows %rows of 16 : memref<?xf32>, memref<16xi32>`: brings rows of so many elements near the core, `for_writing` or to be read, and
    changes nothing else. No row is -1.
  }];
  let arguments = (ins UnitAttr:$forWriting, Arg<Tile_Buffer, "", [MemRead]>:$from, Index:$start, Index:$step, Arg<Tile_Rows, "", [MemRead, MemWrite]>:$rows, I64Attr:$elements);
  let assemblyFormat = "$from `at` $start `step` $step `rows` $rows `of` $elements (`for_writing` $forWriting^)? attr-dict `:` type($from) `,` type($rows)";
}

def Tile_FetchOp : Tile_Op<"fetch"> {
  let summary = "A tile that will be read or overwritten soon";
  let description = [{
    `tile.fetch %tile first 1024 far : memref<16x16xf32, strided<[16, 1], offset: ?>>`: brings a tile near the core, `for_writing` or to be read, `far` if it comes from memory and need not
    come all the way, and changes nothing. Behind the `first` so many bytes the hardware will have seen where it goes.
  }];
  let arguments = (ins UnitAttr:$forWriting, UnitAttr:$far, Arg<Tile_Buffer, "", [MemRead, MemWrite]>:$tile, I64Attr:$first);
  let assemblyFormat = "$tile `first` $first (`far` $far^)? (`for_writing` $forWriting^)? attr-dict `:` type($tile)";
}

def Tile_ScatterRowsOp : Tile_Op<"scatter_rows"> {
  let summary = "Lanes, each into a row of a tensor";
  let description = [{
    The converse of tile.gather_rows. No row is -1; several lanes may go to one row if they hold the same.
  }];
  let arguments = (ins Arg<Tile_Buffer, "", [MemRead]>:$lanes, Arg<Tile_Buffer, "", [MemWrite]>:$to, Index:$start, Index:$step,
                       Arg<Tile_Rows, "", [MemRead]>:$rows);
  let assemblyFormat = "$lanes `into` $to `at` $start `step` $step `rows` $rows attr-dict `:` type($lanes) `into` type($to) `,` type($rows)";
}

def Tile_GatherLanesOp : Tile_Op<"gather_lanes"> {
  let summary = "Lanes of blocks, each into a lane";
  let description = [{
    `tile.gather_lanes %from places %places into %lanes : memref<?xf32>, memref<16xi32> into memref<16x4x4xf32, strided<[1, 64, 16]>>`. `from` is a dense line of blocks that lie as `lanes`
    does: with 16 lanes and k elements in each, element e of lane l of block b is `from[(b * k + e) * 16 + l]`. `lanes[p, ..]` becomes lane `places[p] % 16` of block `places[p] / 16`. Where
    places `may_miss`, zeros stand for a place of -1; then `from` has a block 0.

    gather_lanes-C1: `from` is a line of the element type of `lanes`. gather_lanes-C2: as many places as lanes. gather_lanes-C3: `lanes` is of static shape and dense, with the lanes innermost
    and the other axes in order.
  }];
  let arguments = (ins UnitAttr:$mayMiss, Arg<Tile_Buffer, "", [MemRead]>:$from, Arg<Tile_Rows, "", [MemRead]>:$places, Arg<Tile_Buffer, "", [MemWrite]>:$lanes);
  let hasVerifier = 1;
  let assemblyFormat = "$from `places` $places (`may_miss` $mayMiss^)? `into` $lanes attr-dict `:` type($from) `,` type($places) `into` type($lanes)";
}

def Tile_ContractIntoOp : Tile_Op<"contract_into"> {
  let summary = "target = | += | -= the product of two tiles over named axes";
  let description = [{
    `tile.contract_into "ik,kj->ij" subtract (%a, %b) into %c : (memref<4x3xf32, strided<[3, 1], offset: ?>>, memref<3x2xf32>) into memref<4x2xf32>`.
    Exactly two factors; letters as in tile.contract; target f32 or f64; 16-bit factors are extended. The target overlaps no factor.
    `block` is the register block (rows, vectors) that the schedule chose.
  }];
  let arguments = (ins StrAttr:$subscripts, Tile_UpdateKindAttr:$update, Arg<Tile_FloatBuffer, "", [MemRead]>:$left, Arg<Tile_FloatBuffer, "", [MemRead]>:$right,
                       Arg<Tile_FloatBuffer, "", [MemRead, MemWrite]>:$target, DefaultValuedAttr<DenseI64ArrayAttr, "{4, 2}">:$block);
  let assemblyFormat = "$subscripts $update `(` $left `,` $right `)` `into` $target attr-dict `:` `(` type($left) `,` type($right) `)` `into` type($target)";
}

def Tile_SolveIntoOp : Tile_Op<"solve_into", [AttrSizedOperandSegments]> {
  let summary = "Solves S x = b for several right-hand sides, each into its target";
  let description = [{
    As tile.solve. `scratch` holds n x (n + sum of columns) elements (S first, right-hand sides beside it), or n x n for a caller that passes targets already filled
    (a target may be its right-hand side's own buffer). Elimination without exchanges where no pivot is small against its column
    (|pivot| >= threshold * column maximum), else the tile is redone with partial pivoting; a column whose candidates are all rounding errors of its entries (runtime/ABI/Solve.cpp) is a
    fault, reported at `location` with `batch` and `position`, and leaves NaN-free zeros in the targets.

    With `positions` it is as many systems as there are of these: every operand has an axis for them in front, which is its shortest stride, and a fault of the p-th
    names `position + positions[p]`, and with `batches` as batch element `batches[p]`. Then `scratch` is left alone.

    `fetching` is a list of what will be read or overwritten soon, which the target asks for meanwhile.
  }];
  let arguments = (ins Tile_SolveMethodAttr:$method, UnitAttr:$transposed, I64Attr:$location, Index:$batch, Index:$position,
                       Arg<Optional<Tile_Places>, "", [MemRead]>:$positions, Arg<Optional<Tile_Places>, "", [MemRead]>:$batches, Arg<Tile_FloatBuffer, "", [MemRead]>:$matrix, Arg<Variadic<Tile_FloatBuffer>, "", [MemRead]>:$rightSides,
                       Arg<Variadic<Tile_FloatBuffer>, "", [MemWrite]>:$targets, Arg<Tile_FloatBuffer, "", [MemRead, MemWrite]>:$scratch,
                       Arg<Optional<MemRefRankOf<[I64], [1]>>, "", [MemRead, MemWrite]>:$fetching, DefaultValuedAttr<DenseI64ArrayAttr, "{4, 2}">:$block);
  let assemblyFormat = [{
    $method (`transposed` $transposed^)? $matrix `(` $rightSides `)` `into` `(` $targets `)` `scratch` $scratch `location` $location `at` $batch `,` $position
    (`positions` $positions^ `:` type($positions))? (`batches` $batches^ `:` type($batches))? (`fetching` $fetching^ `:` type($fetching))? attr-dict `:` type($matrix) `(` type($rightSides) `)` `into` `(` type($targets) `)` `scratch` type($scratch)
  }];
}

def Tile_ScanIntoOp : Tile_Op<"scan_into", [AttrSizedOperandSegments]> {
  let summary = "Affine recurrences along the first axis";
  let description = [{
    For k states, points p = 0, 1, .. (`descending`: from the last to the first) and every element of a tile:
    `targets_i[p] = terms_i[p] + sum over j of coefficients_ij[p] * targets_j[the point before]`, before the first `carried_j`.
    `pattern`, k x k, says which operand is coefficient ij; -1: it is zero. One without an axis for the points is the same at all of them. All are
    dense, of one float type. The order of products and sums is the lowering's, which may leave the range of numbers where the formula does
    not: the result says whether all targets are finite, and no product of coefficients vanished where that may matter; if not, they are of no use.

    scan_into-C1: as many terms and carried tiles as targets, at least one. scan_into-C2: k x k entries of the pattern, each -1 or an operand.
    scan_into-C3: terms and targets have the shape of the first target, carried tiles that of its points, coefficients one of both; all have its element type, f32 or f64.
  }];
  let arguments = (ins UnitAttr:$descending, DenseI64ArrayAttr:$pattern, Arg<Variadic<Tile_FloatBuffer>, "", [MemRead]>:$coefficients,
                       Arg<Variadic<Tile_FloatBuffer>, "", [MemRead]>:$terms, Arg<Variadic<Tile_FloatBuffer>, "", [MemRead]>:$carried,
                       Arg<Variadic<Tile_FloatBuffer>, "", [MemWrite]>:$targets);
  let results = (outs I1:$finite);
  let hasVerifier = 1;
  let assemblyFormat = [{
    (`descending` $descending^)? $pattern (`of` `(` $coefficients^ `:` type($coefficients) `)`)? `plus` `(` $terms `)` `from` `(` $carried `)`
    `into` `(` $targets `)` attr-dict `:` type($terms) `from` type($carried) `into` type($targets)
  }];
}

def Tile_FaultOp : Tile_Op<"fault", [MemoryEffects<[MemWrite]>]> {
  let summary = "Reports a fault if a condition holds (runtime/ABI/ABI.h: espalier_fault)";
  let arguments = (ins I1:$condition, I32Attr:$fault, I64Attr:$location, Index:$batch, Index:$position, Index:$value, Index:$limit);
  let assemblyFormat = "`if` $condition `kind` $fault `location` $location `at` $batch `,` $position `value` $value `limit` $limit attr-dict";
}

#endif
