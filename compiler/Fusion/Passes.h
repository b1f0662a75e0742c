//===- Passes.h - Fusion of sweeps ------------------------------------------===//
#ifndef ESPALIER_COMPILER_FUSION_PASSES_H
#define ESPALIER_COMPILER_FUSION_PASSES_H

#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Pass/Pass.h"

namespace espalier::fusion {
#define GEN_PASS_DECL
#include "compiler/Fusion/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/Fusion/Passes.h.inc"
} // namespace espalier::fusion

#endif
