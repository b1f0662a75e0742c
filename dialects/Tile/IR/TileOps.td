//===- TileOps.td - Operations on tiles -----------------------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_TILE_IR_TILEOPS_TD
#define ESPALIER_DIALECTS_TILE_IR_TILEOPS_TD

include "dialects/Tile/IR/TileDialect.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tile_ReductionKind : I32EnumAttr<"ReductionKind", "how elements are combined", [
    I32EnumAttrCase<"sum", 0>, I32EnumAttrCase<"max", 1>, I32EnumAttrCase<"min", 2>, I32EnumAttrCase<"logsumexp", 3>]> {
  let cppNamespace = "::espalier::tile";
  let genSpecializedAttr = 0;
}
def Tile_ReductionKindAttr : EnumAttr<Tile_Dialect, Tile_ReductionKind, "kind">;
def Tile_ReductionKinds : TypedArrayAttrBase<Tile_ReductionKindAttr, "reduction kinds">;

def Tile_SolveMethod : I32EnumAttr<"SolveMethod", "how a system is solved", [
    I32EnumAttrCase<"general", 0>, I32EnumAttrCase<"cholesky", 1>]> {
  let cppNamespace = "::espalier::tile";
  let genSpecializedAttr = 0;
}
def Tile_SolveMethodAttr : EnumAttr<Tile_Dialect, Tile_SolveMethod, "method">;

//===-- Products and solves -------------------------------------------------===//

def Tile_ContractOp : Tile_Op<"contract", [Pure]> {
  let summary = "Sum of products over named axes (einsum)";
  let description = [{
    `tile.contract "ik,kj->ij" (%a, %b) : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>`: one letter per axis; letters absent from
    the output are summed. Products of 16-bit operands are accumulated in f32; the result is f32 or f64.

    Constraints:
    - contract-C1: at least one operand; one group of letters per operand, as many letters as it has axes; a scalar has none.
    - contract-C2: no letter twice within one operand or within the output.
    - contract-C3: every letter of the output occurs in an operand; a letter has one size everywhere.
    - contract-C4: the result's element type is f32 or f64, and at least as wide as every operand's.
  }];
  let arguments = (ins StrAttr:$subscripts, Variadic<Tile_FloatTile>:$factors);
  let results = (outs Tile_FloatTile:$result);
  let assemblyFormat = "$subscripts `(` $factors `)` attr-dict `:` functional-type($factors, $result)";
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def Tile_SolveOp : Tile_Op<"solve", [NoMemoryEffect]> {
  let summary = "Solves S x = b for several right-hand sides with one factorisation";
  let description = [{
    `%x, %y = tile.solve general %S (%b, %c) : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> (tensor<4x4xf32>, tensor<4xf32>)`.
    `transposed` solves S^T x = b. `cholesky` reads the lower triangle of S only and asks for a positive definite S.
    A numerically singular S (or one that is not positive definite) is a fault that names the vertex: an unused solve may be removed, none is
    moved to where it would not have run.

    Constraints:
    - solve-C1: S is square with elements f32 or f64.
    - solve-C2: each right-hand side has rank 1 or 2, as many rows as S, and its element type.
    - solve-C3: results have the types of the right-hand sides.
    - solve-C4: `cholesky` is not `transposed`.
  }];
  let arguments = (ins Tile_SolveMethodAttr:$method, UnitAttr:$transposed, Tile_FloatTensor:$matrix, Variadic<Tile_FloatTensor>:$rightSides);
  let results = (outs Variadic<Tile_FloatTensor>:$solutions);
  let assemblyFormat = "$method (`transposed` $transposed^)? $matrix `(` $rightSides `)` attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

//===-- Reductions and normalisations ---------------------------------------===//

def Tile_ReduceOp : Tile_Op<"reduce", [Pure]> {
  let summary = "Sum, maximum, minimum or log-sum-exp over axes";
  let description = [{
    `tile.reduce sum %x [0, 2] : tensor<4x3x2xf32> -> tensor<3xf32>`. The reduced axes are dropped; all of them give a scalar. An empty axis gives the
    neutral element: 0, -inf for max and logsumexp, +inf for min. NaN propagates.

    Constraints:
    - reduce-C1: axes are distinct, ascending and in range.
    - reduce-C2: the result has the remaining axes and the element type of x (f32 or f64; also i32 and index for sum, max, min).
  }];
  let arguments = (ins Tile_ReductionKindAttr:$kind, Tile_Tensor:$input, DenseI64ArrayAttr:$axes);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$kind $input $axes attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

class Tile_SameTypeOp<string mnemonic> : Tile_Op<mnemonic, [Pure, AllTypesMatch<["input", "result"]>]> {
  let results = (outs Tile_FloatTensor:$result);
  let hasVerifier = 1;
}

def Tile_SoftmaxOp : Tile_SameTypeOp<"softmax"> {
  let summary = "exp(x - max) / sum along one axis; a line of only -inf gives zeros";
  let description = [{
    Constraints:
    - softmax-C1: the axis is in range; elements are f32 or f64.
  }];
  let arguments = (ins Tile_FloatTensor:$input, I64Attr:$axis);
  let assemblyFormat = "$input `axis` $axis attr-dict `:` type($input)";
}

def Tile_LayerNormOp : Tile_SameTypeOp<"layer_norm"> {
  let summary = "(x - mean) / sqrt(variance + eps) along one axis, with the biased variance";
  let description = [{
    Constraints:
    - layer_norm-C1: the axis is in range; elements are f32 or f64; eps is not negative.
  }];
  let arguments = (ins Tile_FloatTensor:$input, I64Attr:$axis, F64Attr:$eps);
  let assemblyFormat = "$input `axis` $axis `eps` $eps attr-dict `:` type($input)";
}

include "dialects/Tile/IR/TileBufferOps.td"

//===-- Shapes --------------------------------------------------------------===//

def Tile_BroadcastOp : Tile_Op<"broadcast", [Pure]> {
  let summary = "Stretches a tile or scalar to a larger shape by NumPy's rule";
  let description = [{
    Constraints:
    - broadcast-C1: aligned at the last axis, each axis of the input has the size of the result's or 1.
    - broadcast-C2: equal element types.
  }];
  let arguments = (ins Tile_Tile:$input);
  let results = (outs Tile_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_TransposeOp : Tile_Op<"transpose", [Pure]> {
  let summary = "Permutes axes: axis i of the result is axis permutation[i] of the input";
  let description = [{
    Constraints:
    - transpose-C1: the permutation is one of the input's axes.
    - transpose-C2: the result has the permuted shape and the element type of the input.
  }];
  let arguments = (ins Tile_Tensor:$input, DenseI64ArrayAttr:$permutation);
  let results = (outs Tile_Tensor:$result);
  let assemblyFormat = "$input $permutation attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_ReshapeOp : Tile_Op<"reshape", [Pure]> {
  let summary = "The same elements in row-major order under another shape";
  let description = [{
    Constraints:
    - reshape-C1: equally many elements, equal element types. A scalar counts as one element.
  }];
  let arguments = (ins Tile_Tile:$input);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

class Tile_BoxOp<string mnemonic> : Tile_Op<mnemonic, [Pure]> {
  let arguments = (ins Tile_Tensor:$input, DenseI64ArrayAttr:$offsets);
  let results = (outs Tile_Tensor:$result);
  let assemblyFormat = "$input $offsets attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_SliceOp : Tile_BoxOp<"slice"> {
  let summary = "A box of a tile: offsets[i] .. offsets[i] + size of axis i of the result";
  let description = [{
    Constraints:
    - slice-C1: one offset per axis, rank and element type kept, the box lies within the input.
  }];
}

def Tile_PadOp : Tile_BoxOp<"pad"> {
  let summary = "A tile of zeros that holds the input at the given offsets: the adjoint of slice";
  let description = [{
    Constraints:
    - pad-C1: one offset per axis, rank and element type kept, the input lies within the result.
  }];
}

def Tile_ConcatOp : Tile_Op<"concat", [Pure]> {
  let summary = "Tiles side by side along one axis";
  let description = [{
    Constraints:
    - concat-C1: at least one input; all of one rank and element type, equal but along the axis; the result has the summed size there.
  }];
  let arguments = (ins I64Attr:$axis, Variadic<Tile_Tensor>:$inputs);
  let results = (outs Tile_Tensor:$result);
  let assemblyFormat = "`axis` $axis `(` $inputs `)` attr-dict `:` functional-type($inputs, $result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_EyeOp : Tile_Op<"eye", [Pure]> {
  let summary = "The identity matrix";
  let description = [{
    Constraints:
    - eye-C1: a square matrix of floats.
  }];
  let results = (outs Tile_FloatTensor:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Tile_ElementOp : Tile_Op<"element", [NoMemoryEffect]> {
  let summary = "The part of a tile at computed positions of its leading axes";
  let description = [{
    `tile.element %x[%i] : tensor<10xf32> -> f32`. A position out of range is a fault.

    Constraints:
    - element-C1: at most as many positions as axes; the result has the remaining axes and the element type.
  }];
  let arguments = (ins Tile_Tensor:$input, Variadic<Index>:$positions);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$input `[` $positions `]` attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_PlaceOp : Tile_Op<"place", [NoMemoryEffect]> {
  let summary = "A tile of zeros that holds the input at computed positions of its leading axes: the adjoint of element";
  let description = [{
    Constraints:
    - place-C1: as element-C1, with input and result exchanged.
  }];
  let arguments = (ins Tile_Tile:$input, Variadic<Index>:$positions);
  let results = (outs Tile_Tensor:$result);
  let assemblyFormat = "$input `at` `[` $positions `]` attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif
