//===- Passes.td - Passes on sweeps and reductions ------------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_TREE_TRANSFORMS_PASSES_TD
#define ESPALIER_DIALECTS_TREE_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def TreeMergeReductions : Pass<"tree-merge-reductions"> {
  let summary = "Reductions of one block over one domain become one with several values; what their bodies share is computed once";
}

def TreeHoistFromEdges : Pass<"tree-hoist-from-edges"> {
  let summary = "What the costs of edges compute of one end alone is computed once per vertex";
}

def TreeCheckFinite : Pass<"tree-check-finite"> {
  let summary = "Every definition of floats is checked: the first that is not finite is a fault that names its vertex";
}

#endif
