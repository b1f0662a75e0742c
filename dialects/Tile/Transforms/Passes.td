//===- Passes.td - Passes on tiles ----------------------------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_TILE_TRANSFORMS_PASSES_TD
#define ESPALIER_DIALECTS_TILE_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def TileDecomposeNormalisations : Pass<"tile-decompose-normalisations"> {
  let summary = "softmax, layer_norm and reduce logsumexp become elementwise operations, reductions and broadcasts";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

def TileOrderContractions : Pass<"tile-order-contractions"> {
  let summary = "Contractions of many factors become products of two, in the order that costs least";
  let description = [{
    The order is Math/ContractionPath's. A letter of one factor that the output lacks is summed first; a single factor becomes a reduction
    and a transpose; a product with a scalar or of equal axes stays elementwise.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def TileMergeSolves : Pass<"tile-merge-solves"> {
  let summary = "Solves with one matrix in one block share its factorisation";
}

#endif
