//===- Quadtree.h - Trees whose leaves are pixels ---------------------------===//
//
//   Result<Tree> tree = quadtree(28, 28, PixelOrder::morton);
//
// Pixel (y, x) of height x width pixels is vertex y * width + x, whatever the order: the
// leaves come first, and a tensor with the axes H, W lies over them as it is. Inner
// vertices follow level by level, each level in the order of the pixels below it, the
// root last.
//
//   morton   the smallest square of side 2^k that holds the image is cut into four, and
//            again, down to pixels; squares without pixels are left out. A vertex of
//            height h is a square of side 2^h; quarters are visited in the order
//            top left, top right, bottom left, bottom right (papers.md 1.6).
//   hilbert  the same tree; quarters are visited so that, where H = W = 2^k, successive
//            pixels are neighbours. Inner vertices are numbered along this curve.
//   raster   rows from left to right; in this order four pixels are a group, then four
//            groups, until one is left. The last group of a level may have fewer.
//   snake    the same with odd rows from right to left.
//
// Law: the pixels below a vertex are contiguous in the order, and so are siblings.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_QUADTREE_H
#define ESPALIER_RUNTIME_TREE_QUADTREE_H

#include "runtime/Tree/Tree.h"

#include <optional>
#include <vector>

namespace espalier {

/// "morton", "hilbert", "snake", "raster".
std::string_view name(PixelOrder order);
std::optional<PixelOrder> pixelOrderNamed(std::string_view name);

/// Errors: a size below 1, more vertices than int32 numbers.
Result<Tree> quadtree(int64_t height, int64_t width, PixelOrder order);

/// The pixels (y * width + x) in their order. Errors: as quadtree.
Result<std::vector<int32_t>> pixelsInOrder(int64_t height, int64_t width, PixelOrder order);

} // namespace espalier

#endif
