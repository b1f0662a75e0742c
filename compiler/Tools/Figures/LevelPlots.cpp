//===- LevelPlots.cpp - How wide the levels of a tree are -------------------===//
#include "compiler/Tools/Figures/LevelPlots.h"

#include "runtime/Picture/Lettering.h"
#include "runtime/Tree/Levels.h"

#include <algorithm>
#include <cmath>

namespace espalier::figures {

using namespace picture;

namespace {

Series widthsOf(const Levels &levels, const char *name, const Colour &colour) {
  Series series{name, Mark::line, {}, {}, colour};
  for (int64_t l = 0; l < levels.numLevels(); ++l) {
    series.x.push_back(static_cast<double>(l));
    series.y.push_back(static_cast<double>(levels.level(l).size()));
  }
  return series;
}

} // namespace

Plot levelWidths(const Tree &tree) {
  Levels byDepth = Levels::byDepth(tree), byHeight = Levels::byHeight(tree);
  Plot plot{fmt::format("level widths: {} vertices, {} levels", tree.numVertices(), byDepth.numLevels()),
            {"level", ScaleKind::linear, true},
            {"vertices", ScaleKind::linear, true},
            {}};
  int64_t widest = 0, narrowest = INT64_MAX;
  for (const Levels *levels : {&byDepth, &byHeight})
    for (int64_t l = 0; l < levels->numLevels(); ++l) {
      widest = std::max<int64_t>(widest, static_cast<int64_t>(levels->level(l).size()));
      narrowest = std::min<int64_t>(narrowest, static_cast<int64_t>(levels->level(l).size()));
    }
  if (widest > 30 * narrowest)
    plot.y.kind = ScaleKind::log;
  plot.series.push_back(widthsOf(byDepth, "by depth (down)", distinct(0, 0.55)));
  plot.series.push_back(widthsOf(byHeight, "by height (up)", distinct(1, 0.60)));
  return plot;
}

Plot weightDistribution(const Tree &tree, std::span<const double> weights, int64_t numBins) {
  std::vector<double> finite;
  for (size_t v = 0; v < weights.size(); ++v)
    if (tree.parents()[v] >= 0 && std::isfinite(weights[v]))
      finite.push_back(weights[v]);
  Scale scale = Scale::covering(ScaleKind::linear, finite);
  Series bars{"", Mark::bars, {}, std::vector<double>(static_cast<size_t>(numBins), 0.0), distinct(0, 0.55)};
  for (int64_t i = 0; i <= numBins; ++i)
    bars.x.push_back(scale.low() +
                     (scale.high() - scale.low()) * static_cast<double>(i) / static_cast<double>(numBins));
  for (double weight : finite)
    ++bars.y[std::min(static_cast<size_t>(numBins) - 1,
                      static_cast<size_t>(scale.position(weight) * static_cast<double>(numBins)))];
  Plot plot{fmt::format("edge weights: {} edges", finite.size()),
            {"weight"},
            {"edges", ScaleKind::linear, true},
            {std::move(bars)}};
  return plot;
}

Result<Drawing> levelPlots(const std::string &title, const Tree &tree, std::span<const double> weights) {
  if (tree.numVertices() == 0)
    return Error::of("a tree without vertices has no levels to draw");
  constexpr int64_t width = 760, height = 330, top = 44;
  std::vector<Plot> plots{levelWidths(tree)};
  if (!weights.empty())
    plots.push_back(weightDistribution(tree, weights));
  auto draw = [title, plots](Canvas &canvas) {
    canvas.text({18, 30}, fitted(title, 16, width - 36), {16});
    double y = top;
    for (const Plot &plot : plots) {
      drawPlot(canvas, {0, y, width, height}, plot);
      y += height;
    }
  };
  return Drawing{{width, top + height * static_cast<int64_t>(plots.size()) + 8}, draw};
}

} // namespace espalier::figures
