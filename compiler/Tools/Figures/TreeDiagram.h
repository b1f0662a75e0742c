//===- TreeDiagram.h - A tree as a diagram ----------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_FIGURES_TREEDIAGRAM_H
#define ESPALIER_COMPILER_TOOLS_FIGURES_TREEDIAGRAM_H

#include "compiler/Tools/Figures/EdgeColours.h"
#include "compiler/Tools/Figures/Layout.h"
#include "runtime/Picture/Drawing.h"

namespace espalier::figures {

/// Where a vertex is drawn: `place` is its leaves' place among all leaves (a leaf has 0, 1, 2, .., an inner vertex the mean of
/// its first and last child), `depth` its depth.
std::vector<double> leafPlaces(const Tree &tree);

/// Roots at the top, leaves side by side; trees deeper than broad have their roots at the left. Numbers stand in vertices where
/// there is room. An error where the tree has no vertex.
Result<picture::Drawing> treeDiagram(const Tree &tree, const EdgeColours &colours, const FigureStyle &style);

} // namespace espalier::figures

#endif
