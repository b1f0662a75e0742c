//===- Blocks.h - Vertices of equal height, in blocks -----------------------===//
//
// A sweep that evaluates 16 vertices at a time, one in each lane of a vector, needs 16
// that do not wait for each other, and wants their children to be still in the cache.
// Vertices of equal height are cut into blocks in post-order, so that siblings stand
// together; the blocks are put into a post-order of their own. On a perfect tree this
// is the post-order of the tree whose vertices are blocks. Where the tree has parts
// (Partition.h), each has blocks of its own.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_BLOCKS_H
#define ESPALIER_RUNTIME_TREE_BLOCKS_H

#include "runtime/ABI/ABI.h"

#include <vector>

namespace espalier {

struct BlockTables {
  std::vector<int32_t> blocks;
  std::vector<int32_t> parts; // `part_blocks`; without parts where the blocks of the top begin: 0
};

/// The blocks of a tree, or those of each of its parts and of the top: ESPALIER_BLOCK_WIDTH vertices a block, the last
/// repeated where there are fewer. Every vertex is in one block, and its children are in blocks before. O(V) in time.
BlockTables arrangeBlocks(const espalier_tree &tree);

} // namespace espalier

#endif
