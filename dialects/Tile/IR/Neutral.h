//===- Neutral.h - The neutral elements of reductions -----------------------===//
#ifndef ESPALIER_DIALECTS_TILE_IR_NEUTRAL_H
#define ESPALIER_DIALECTS_TILE_IR_NEUTRAL_H

#include "dialects/Tile/IR/TileDialect.h"

namespace espalier::tile {

/// What a reduction without elements gives, everywhere in a tile of this type: 0 for sum, -inf for max and logsumexp,
/// +inf for min; for integers and index the least and the greatest number.
mlir::TypedAttr neutralElement(ReductionKind kind, mlir::Type tile);

} // namespace espalier::tile

#endif
