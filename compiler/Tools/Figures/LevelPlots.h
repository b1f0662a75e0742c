//===- LevelPlots.h - How wide the levels of a tree are ---------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_FIGURES_LEVELPLOTS_H
#define ESPALIER_COMPILER_TOOLS_FIGURES_LEVELPLOTS_H

#include "runtime/Picture/Drawing.h"
#include "runtime/Picture/Plot.h"
#include "runtime/Tree/Tree.h"

namespace espalier::figures {

/// Vertices per level, by depth and by height: what a sweep can do at the same time.
picture::Plot levelWidths(const Tree &tree);

/// How many edges have which weight: `numBins` bins over all finite weights of vertices that have a parent.
picture::Plot weightDistribution(const Tree &tree, std::span<const double> weights, int64_t numBins = 60);

/// Both, one above the other, under a title; without weights the first alone. An error where the tree has no vertex.
Result<picture::Drawing> levelPlots(const std::string &title, const Tree &tree, std::span<const double> weights);

} // namespace espalier::figures

#endif
