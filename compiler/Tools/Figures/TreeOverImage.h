//===- TreeOverImage.h - A tree over the pixels that it joins ---------------===//
#ifndef ESPALIER_COMPILER_TOOLS_FIGURES_TREEOVERIMAGE_H
#define ESPALIER_COMPILER_TOOLS_FIGURES_TREEOVERIMAGE_H

#include "compiler/Tools/Figures/EdgeColours.h"
#include "compiler/Tools/Figures/Layout.h"
#include "runtime/Picture/Drawing.h"

namespace espalier::figures {

/// The image, darkened, and over it the edges between the centres of its pixels, those with more vertices below them
/// wider; rings mark the roots. Errors: a tree that has not one vertex per pixel; a figure that is too large.
Result<picture::Drawing> treeOverImage(const picture::Image &image, const Tree &tree, const EdgeColours &colours,
                                       const FigureStyle &style);

/// An error unless the tree has one vertex per pixel.
Result<void> checkFits(const picture::Image &image, const Tree &tree);

} // namespace espalier::figures

#endif
