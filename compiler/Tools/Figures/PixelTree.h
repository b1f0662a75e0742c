//===- PixelTree.h - The spanning tree of an image --------------------------===//
//
// Neighbouring pixels are joined at a cost that is the distance of their colours; the
// minimum spanning tree keeps the edges along which the image changes least. The weight of
// an edge, exp(-(cost / contrast)^2), is what a scan lets through it: about 1 within a region,
// little across its border. An edge belongs to its child.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_FIGURES_PIXELTREE_H
#define ESPALIER_COMPILER_TOOLS_FIGURES_PIXELTREE_H

#include "runtime/Picture/Image.h"
#include "runtime/Tree/SpanningTree.h"

#include <vector>

namespace espalier::figures {

/// The Euclidean distance of two colours, 0 to sqrt(3); in float64.
double colourDistance(const picture::Colour &a, const picture::Colour &b);

/// The minimum spanning tree over `grid` or `grid8` of the pixels; pixel (y, x) is vertex y * width + x. Errors: those
/// of Graph and minimumSpanningTree.
Result<Tree> pixelTree(const picture::Image &image, GraphKind neighbours, RootRule root);

/// exp(-(distance to the parent / contrast)^2) for each vertex of a tree over the pixels, 1 at roots. `contrast` > 0.
std::vector<double> edgeWeights(const picture::Image &image, const Tree &tree, double contrast);

} // namespace espalier::figures

#endif
