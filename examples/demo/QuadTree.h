//===- QuadTree.h - An image as the leaves of perfect 4-ary trees -----------===//
//
// The vertices of a perfect 4-ary tree are numbered level by level, leaves first.
// With the pixels as leaves in Morton order, the four children of a vertex are the
// quarters of its square.
//
// One tree sees edges between its squares that the image does not have. So the image
// is laid on the tree several times, each time moved by another offset; these copies
// are the batch, and the results are moved back and averaged.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_EXAMPLES_DEMO_QUADTREE_H
#define ESPALIER_EXAMPLES_DEMO_QUADTREE_H

#include "runtime/Picture/Image.h"
#include "runtime/Tensor/Tensor.h"

namespace espalier::demo {

using picture::Colour, picture::Image;

struct Layout {
  int64_t width, height; // of the image
  int64_t levels;        // the tree's height: the square has 2^levels pixels a side
  struct Offset {
    int64_t x, y;
  };
  std::vector<Offset> offsets; // one per batch element

  /// The smallest square that holds the image, and `copies` offsets spread evenly over it.
  static Layout of(const Image &image, int64_t copies);
  int64_t side() const { return int64_t{1} << levels; }
  int64_t numVertices() const { return ((int64_t{1} << (2 * levels + 2)) - 1) / 3; }
};

/// The bits of x and y interleaved, x lowest.
int64_t mortonCode(int64_t x, int64_t y);

/// f32[copies, vertices, 3]: the colours at the leaves, zero at inner vertices. Beyond the image it is mirrored.
Result<Tensor> toLeaves(const Image &image, const Layout &layout);

/// The image whose pixels are the means over the copies of the leaves of f32[copies, vertices, 3, 1].
Image fromLeaves(const Tensor &solution, const Layout &layout);

} // namespace espalier::demo

#endif
