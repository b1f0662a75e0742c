//===- Passes.h - Passes on tiles -------------------------------------------===//
#ifndef ESPALIER_DIALECTS_TILE_TRANSFORMS_PASSES_H
#define ESPALIER_DIALECTS_TILE_TRANSFORMS_PASSES_H

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Pass/Pass.h"

namespace espalier::tile {
#define GEN_PASS_DECL
#include "dialects/Tile/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "dialects/Tile/Transforms/Passes.h.inc"
} // namespace espalier::tile

#endif
