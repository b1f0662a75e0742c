//===- TreeDiagram.h - A tree as a diagram ----------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_FIGURES_TREEDIAGRAM_H
#define ESPALIER_COMPILER_TOOLS_FIGURES_TREEDIAGRAM_H

#include "compiler/Tools/Figures/EdgeColours.h"
#include "compiler/Tools/Figures/Layout.h"
#include "runtime/Picture/Drawing.h"

namespace espalier::figures {

/// Where each vertex stands among the leaves: they have 0, 1, 2, .. in post-order, an inner vertex has the mean of its
/// first and last child.
std::vector<double> leafPlaces(const Tree &tree);

/// Several times as many as a diagram has pixels from side to side.
constexpr int64_t mostVerticesOfDiagram = int64_t{1} << 18;

/// Roots at the top, leaves side by side; trees deeper than broad have their roots at the left. Numbers stand in
/// vertices where there is room. An error where the tree has no vertex or too many.
Result<picture::Drawing> treeDiagram(const Tree &tree, const EdgeColours &colours, const FigureStyle &style);

} // namespace espalier::figures

#endif
