//===- DrawShapes.h - Sizes, batch axes and trees, the boundary ones first ---===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_DRAWSHAPES_H
#define ESPALIER_TEST_DIFFERENTIAL_DRAWSHAPES_H

#include "test/differential/Case.h"
#include "test/differential/Dice.h"

namespace espalier::differential {

/// Batch axes: none, one or two, of 0 to 3 elements.
std::vector<int64_t> drawBatch(Dice &dice);
/// Sizes for the axes of tiles: mostly small, at most one about as long as a few vectors.
std::vector<int64_t> drawTileSizes(Dice &dice, size_t count);
/// The length of a loop.
int64_t drawExtent(Dice &dice);
/// A tree that may stand where `type` (tree, forest, chain) is declared.
TreeSketch drawTree(Dice &dice, const std::string &type);
/// How many vertices it has.
int64_t verticesOf(const TreeSketch &tree);

} // namespace espalier::differential

#endif
