//===- Passes.td - Fusion of sweeps ---------------------------*- tablegen -*-===//
#ifndef ESPALIER_COMPILER_FUSION_PASSES_TD
#define ESPALIER_COMPILER_FUSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def TreeFuseSweeps : Pass<"tree-fuse-sweeps"> {
  let summary = "Sweeps over one domain that read each other where they stand become one";
  let description = [{
    A later sweep joins an earlier one over the same batch, axes and tree (the same values) if it reads it, and only at its own point, at
    children where both go up, or at the parent where both go down; `each` goes in any direction. Definitions that nobody reads any more
    are dropped. Nothing is computed twice.
  }];
}

#endif
