//===- BlockDialect.td - The block dialect ---------------------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_BLOCK_IR_BLOCKDIALECT_TD
#define ESPALIER_DIALECTS_BLOCK_IR_BLOCKDIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "dialects/Block/IR/BlockEnums.td"

def Block_Dialect : Dialect {
  let name = "block";
  let cppNamespace = "::espalier::block";
  let summary = "Products with matrices that are never formed";
  let description = [{
    Weighted sums over the keys of a row, whose weights come from scores that exist for one pair at a time: `block.attend`; and the levels of
    a nested block structure. See SPEC.md.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::espalier::tile::TileDialect", "::mlir::arith::ArithDialect"];
}

#endif
