//===- Fold.cpp - Folds of the tile dialect ---------------------------------===//
#include "dialects/Tile/IR/TileDialect.h"

using namespace mlir;

namespace espalier::tile {

OpFoldResult BroadcastOp::fold(FoldAdaptor) { return getInput().getType() == getType() ? getInput() : OpFoldResult(); }
OpFoldResult ReshapeOp::fold(FoldAdaptor) { return getInput().getType() == getType() ? getInput() : OpFoldResult(); }
OpFoldResult TransposeOp::fold(FoldAdaptor) { return llvm::is_sorted(getPermutation()) ? getInput() : OpFoldResult(); }

} // namespace espalier::tile
