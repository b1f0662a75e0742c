//===- Levels.h - Shared levels and prefixes as arithmetic ------------------===//
//
// block.shared_levels becomes max(0, levels - bitlength(a xor b)) of the blocks a, b of both
// positions (dialects/Block/Math/LevelMap.h), block.prefix a choice between the tile and
// zeros. That is right everywhere, but a product of prefixes then runs over the whole axis:
// such products are also reported, for a lowering that knows how many levels a tile of
// pairs shares.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_LEVELS_H
#define ESPALIER_COMPILER_LOWERING_LEVELS_H

#include "dialects/Block/IR/BlockDialect.h"

namespace espalier::lowering {

/// A product of two factors that counts elements of one summed letter up to table[count] only.
struct LevelProduct {
  tile::ContractOp product;         // with the factors cut by arithmetic
  mlir::Value factors[2];           // the factors before they are cut
  char letter;                      // along which
  llvm::SmallVector<int64_t> table; // ascending lengths, by the number of shared levels
  mlir::Value count;                // that number, an index
  mlir::Value blocks[2];            // of the two positions on the finest level, i64
};

/// Expands every block.shared_levels and block.prefix of a region. Products of prefixes whose table ascends are added
/// to `products`, if it is given.
void expandLevels(mlir::Region &region, llvm::SmallVectorImpl<LevelProduct> *products = nullptr);

} // namespace espalier::lowering

#endif
