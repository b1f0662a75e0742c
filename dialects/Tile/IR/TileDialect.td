//===- TileDialect.td - The tile dialect and its constraints ---*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_TILE_IR_TILEDIALECT_TD
#define ESPALIER_DIALECTS_TILE_IR_TILEDIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"

def Tile_Dialect : Dialect {
  let name = "tile";
  let cppNamespace = "::espalier::tile";
  let summary = "Values of one visit: products, solves, reductions and normalisations of small tensors";
  let description = [{
    A tile is a tensor of static shape with at least one axis; a scalar stands for a tile of rank 0. Elementwise arithmetic on
    tiles is that of `arith` and `math` on operands of equal shape; this dialect holds the rest. See SPEC.md.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

class Tile_Op<string mnemonic, list<Trait> traits = []> : Op<Tile_Dialect, mnemonic, traits>;

def Tile_Element : AnyTypeOf<[AnyFloat, I1, I32, Index], "a float, i1, i32 or index">;
def Tile_HasAxes : CPred<"::llvm::cast<::mlir::ShapedType>($_self).getRank() > 0">;
def Tile_Tensor : ConfinedType<StaticShapeTensorOf<[AnyFloat, I1, I32, Index]>, [Tile_HasAxes], "a tile (a tensor of static shape with at least one axis)">;
def Tile_FloatTensor : ConfinedType<StaticShapeTensorOf<[AnyFloat]>, [Tile_HasAxes], "a tile of floats (a tensor of static shape with at least one axis)">;
/// A tile of rank 1 and more, or a scalar.
def Tile_Tile : AnyTypeOf<[Tile_Element, Tile_Tensor], "a tile (a tensor of static shape with at least one axis) or a scalar">;
def Tile_FloatTile : AnyTypeOf<[AnyFloat, Tile_FloatTensor], "a tile or scalar of floats">;

#endif
