//===- HeatMap.h - A number per pixel over an image -------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_FIGURES_HEATMAP_H
#define ESPALIER_COMPILER_TOOLS_FIGURES_HEATMAP_H

#include "compiler/Tools/Figures/Layout.h"
#include "runtime/Picture/ColourBar.h"
#include "runtime/Picture/Drawing.h"

#include <optional>

namespace espalier::figures {

struct HeatMapStyle {
  picture::ColourScale colours;
  std::string legend;               // over the colour bar
  double opacity = 0.8;             // of the colours over the image in grey; 1 hides it
  std::optional<int64_t> mark = {}; // a pixel with a ring around it
};

/// `values` has one number per pixel, row-major. Errors: another number of them; a figure that is too large.
Result<picture::Drawing> heatMap(const picture::Image &image, std::span<const double> values, const HeatMapStyle &heat,
                                 const FigureStyle &style);

} // namespace espalier::figures

#endif
