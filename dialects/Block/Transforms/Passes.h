//===- Passes.h - Passes on attention ---------------------------------------===//
#ifndef ESPALIER_DIALECTS_BLOCK_TRANSFORMS_PASSES_H
#define ESPALIER_DIALECTS_BLOCK_TRANSFORMS_PASSES_H

#include "dialects/Block/IR/BlockDialect.h"

#include "mlir/Pass/Pass.h"

namespace espalier::block {
#define GEN_PASS_DECL
#include "dialects/Block/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "dialects/Block/Transforms/Passes.h.inc"
} // namespace espalier::block

#endif
