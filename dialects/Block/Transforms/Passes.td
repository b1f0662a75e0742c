//===- Passes.td - Passes on attention ------------------------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_BLOCK_TRANSFORMS_PASSES_TD
#define ESPALIER_DIALECTS_BLOCK_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def BlockCheckFinite : Pass<"block-check-finite"> {
  let summary = "Every sum of attention is checked: the first that is not finite is a fault that names its row";
}

#endif
