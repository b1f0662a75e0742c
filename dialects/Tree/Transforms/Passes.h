//===- Passes.h - Passes on sweeps and reductions ---------------------------===//
#ifndef ESPALIER_DIALECTS_TREE_TRANSFORMS_PASSES_H
#define ESPALIER_DIALECTS_TREE_TRANSFORMS_PASSES_H

#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Pass/Pass.h"

namespace espalier::tree {
#define GEN_PASS_DECL
#include "dialects/Tree/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "dialects/Tree/Transforms/Passes.h.inc"
} // namespace espalier::tree

#endif
