//===- Verify.cpp - The constraints of the tile dialect ---------------------===//
#include "dialects/Tile/IR/TileDialect.h"

using namespace mlir;

namespace espalier::tile {

LogicalResult ContractOp::verify() { return success(); }
LogicalResult SolveOp::verify() { return success(); }
LogicalResult ReduceOp::verify() { return success(); }
LogicalResult SoftmaxOp::verify() { return success(); }
LogicalResult LayerNormOp::verify() { return success(); }
LogicalResult BroadcastOp::verify() { return success(); }
LogicalResult TransposeOp::verify() { return success(); }
LogicalResult ReshapeOp::verify() { return success(); }
LogicalResult SliceOp::verify() { return success(); }
LogicalResult PadOp::verify() { return success(); }
LogicalResult ConcatOp::verify() { return success(); }
LogicalResult EyeOp::verify() { return success(); }
LogicalResult ElementOp::verify() { return success(); }
LogicalResult PlaceOp::verify() { return success(); }

} // namespace espalier::tile
