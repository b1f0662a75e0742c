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

def Tile_SolveIntoOp : Tile_Op<"solve_into", [SameVariadicOperandSize]> {
  let summary = "Solves S x = b for several right-hand sides, each into its target";
  let description = [{
    As tile.solve. `scratch` holds n x (n + sum of columns) elements (S first, right-hand sides beside it), or n x n for a caller that passes targets already filled
    (a target may be its right-hand side's own buffer). Elimination without exchanges where no pivot is small against its column
    (|pivot| >= threshold * column maximum), else the tile is redone with partial pivoting; a column whose largest candidate is at most n * epsilon * max |S| is a
    fault, reported at `location` with `batch` and `position`, and leaves NaN-free zeros in the targets.
  }];
  let arguments = (ins Tile_SolveMethodAttr:$method, UnitAttr:$transposed, I64Attr:$location, Index:$batch, Index:$position,
                       Arg<Tile_FloatBuffer, "", [MemRead]>:$matrix, Arg<Variadic<Tile_FloatBuffer>, "", [MemRead]>:$rightSides,
                       Arg<Variadic<Tile_FloatBuffer>, "", [MemWrite]>:$targets, Arg<Tile_FloatBuffer, "", [MemRead, MemWrite]>:$scratch,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{4, 2}">:$block);
  let assemblyFormat = [{
    $method (`transposed` $transposed^)? $matrix `(` $rightSides `)` `into` `(` $targets `)` `scratch` $scratch `location` $location `at` $batch `,` $position
    attr-dict `:` type($matrix) `(` type($rightSides) `)` `into` `(` type($targets) `)` `scratch` type($scratch)
  }];
}

def Tile_FaultOp : Tile_Op<"fault", [MemoryEffects<[MemWrite]>]> {
  let summary = "Reports a fault if a condition holds (runtime/ABI/ABI.h: espalier_fault)";
  let arguments = (ins I1:$condition, I32Attr:$fault, I64Attr:$location, Index:$batch, Index:$position, Index:$value, Index:$limit);
  let assemblyFormat = "`if` $condition `kind` $fault `location` $location `at` $batch `,` $position `value` $value `limit` $limit attr-dict";
}

#endif
