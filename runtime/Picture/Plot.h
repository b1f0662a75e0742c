//===- Plot.h - Lines, points and bars over two axes ------------------------===//
//
//   Plot plot{"roofline of tree_scan", {"flops per byte", ScaleKind::log}, {"Gflop/s", ScaleKind::log}, {}};
//   plot.series.push_back({"roof", Mark::line, {0.1, 8, 100}, {2, 160, 160}, distinct(0)});
//   plot.series.push_back({"kernels", Mark::points, {0.5}, {9}, distinct(1), {"up sweep"}});
//   writeDrawing("roofline.svg", {{720, 480}, [&](Canvas &c) { drawPlot(c, {0, 0, 720, 480}, plot); }});
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_PLOT_H
#define ESPALIER_RUNTIME_PICTURE_PLOT_H

#include "runtime/Picture/Canvas.h"
#include "runtime/Picture/Scale.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace espalier::picture {

enum class Mark : uint8_t {
  line,   // through (x[i], y[i]); broken where one cannot be shown
  points, // discs at (x[i], y[i])
  bars,   // y[i] stands between x[i] and x[i + 1]
};

struct Series {
  std::string name; // in the legend; none if empty
  Mark mark = Mark::line;
  std::vector<double> x, y; // of bars, x has one more
  Colour colour = ink;
  std::vector<std::string> labels = {}; // beside points; as many as points, or none
};

struct Axis {
  std::string label;
  ScaleKind kind = ScaleKind::linear;
  bool isOfCounts = false;                             // only whole numbers have ticks
  std::optional<std::pair<double, double>> range = {}; // without it, all data is shown; bars then stand on zero
};

struct Plot {
  std::string title;
  Axis x, y;
  std::vector<Series> series;
};

/// Within `box`, margins included; what is outside the axes is cut off. Of a series, the points that have both
/// coordinates are drawn.
void drawPlot(Canvas &canvas, const Box &box, const Plot &plot);

/// Where the axes of such a plot stand within `box`.
Box plotArea(const Box &box, const Plot &plot);

} // namespace espalier::picture

#endif
