//===- PlotTest.cpp - Scales, ticks and known pixels of plots ---------------===//
#include "runtime/Picture/Plot.h"
#include "runtime/Picture/ColourBar.h"
#include "runtime/Picture/RasterCanvas.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace espalier::picture;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN(),
                 infinity = std::numeric_limits<double>::infinity();

RasterCanvas draw(const Plot &plot, Size size = {400, 300}) {
  RasterCanvas canvas = std::move(*RasterCanvas::make(size));
  drawPlot(canvas, {0, 0, static_cast<double>(size.width), static_cast<double>(size.height)}, plot);
  return canvas;
}

/// The pixel of a point of a plot whose axes have stated ranges.
Colour pixelAt(const RasterCanvas &canvas, const Plot &plot, double x, double y) {
  Box area =
      plotArea({0, 0, static_cast<double>(canvas.size().width), static_cast<double>(canvas.size().height)}, plot);
  Scale scaleX(plot.x.kind, plot.x.range->first, plot.x.range->second),
      scaleY(plot.y.kind, plot.y.range->first, plot.y.range->second);
  return canvas.picture().at(static_cast<int64_t>(area.x + area.width * scaleX.position(x)),
                             static_cast<int64_t>(area.bottom() - area.height * scaleY.position(y)));
}

} // namespace

TEST(Scale, Positions) {
  EXPECT_DOUBLE_EQ(Scale(ScaleKind::linear, -1, 3).position(0), 0.25);
  EXPECT_DOUBLE_EQ(Scale(ScaleKind::log, 0.01, 100).position(1), 0.5);
  EXPECT_TRUE(std::isnan(Scale(ScaleKind::log, 1, 10).position(0)));
  EXPECT_TRUE(std::isnan(Scale(ScaleKind::logFromZero, 0, 10).position(-1)));
  EXPECT_DOUBLE_EQ(Scale(ScaleKind::logFromZero, 0, 99).position(9), 0.5);
  EXPECT_DOUBLE_EQ(Scale(ScaleKind::linear, 3, -1).low(), -1); // in either order
}

TEST(Scale, WhatNoScaleHolds) {
  for (ScaleKind kind : {ScaleKind::linear, ScaleKind::log, ScaleKind::logFromZero})
    for (double low : {notANumber, infinity, -infinity, 0.0, -2.0, 5e-324, 1e308, 7.0})
      for (double high : {notANumber, infinity, 0.0, -2.0, 5e-324, 1e308, 7.0}) {
        Scale scale(kind, low, high);
        EXPECT_LT(scale.low(), scale.high());
        EXPECT_LE(scale.ticks(5).size(), 40u);
      }
  const double mixed[] = {notANumber, 0, -4, 2, infinity, 8};
  EXPECT_DOUBLE_EQ(Scale::covering(ScaleKind::log, mixed).low(), 2);
  EXPECT_DOUBLE_EQ(Scale::covering(ScaleKind::log, mixed).high(), 8);
  EXPECT_DOUBLE_EQ(Scale::covering(ScaleKind::linear, mixed).low(), -4);
  EXPECT_LT(Scale::covering(ScaleKind::linear, {}).low(), Scale::covering(ScaleKind::linear, {}).high());
}

TEST(Scale, TicksAreRound) {
  EXPECT_EQ(Scale(ScaleKind::linear, 0, 1).ticks(5), (std::vector<double>{0, 0.2, 0.4, 3 * 0.2, 0.8, 1}));
  EXPECT_EQ(Scale(ScaleKind::linear, -3, 17).ticks(4), (std::vector<double>{0, 5, 10, 15}));
  EXPECT_EQ(Scale(ScaleKind::log, 1, 1000).ticks(4), (std::vector<double>{1, 10, 100, 1000}));
  EXPECT_EQ(Scale(ScaleKind::log, 0.9, 30).ticks(6), (std::vector<double>{1, 2, 5, 10, 20}));
  EXPECT_EQ(Scale(ScaleKind::logFromZero, 0, 200).ticks(4), (std::vector<double>{0, 1, 10, 100}));
  EXPECT_EQ(Scale(ScaleKind::linear, 0, 2.4).ticks(6, true), (std::vector<double>{0, 1, 2}));
  EXPECT_LE(Scale(ScaleKind::log, 1e-300, 1e300).ticks(8).size(), 9u);
}

TEST(Scale, TickTexts) {
  EXPECT_EQ(tickText(0.25), "0.25");
  EXPECT_EQ(tickText(-0.0), "0");
  EXPECT_EQ(tickText(1200), "1200");
  EXPECT_EQ(tickText(3 * 0.1), "0.3");
  EXPECT_EQ(tickText(1e6), "1e6");
  EXPECT_EQ(tickText(2e-7), "2e-7");
  EXPECT_EQ(tickText(1e100), "1e100");
}

TEST(Plot, BarsStandWhereTheyBelong) {
  const Colour red{1, 0, 0};
  Plot plot{"", {"", ScaleKind::linear, false, {{0, 4}}}, {"", ScaleKind::linear, false, {{0, 10}}}, {}};
  plot.series.push_back({"", Mark::bars, {0, 1, 2, 3, 4}, {5, 0, 10, notANumber}, red});
  RasterCanvas canvas = draw(plot);
  EXPECT_EQ(pixelAt(canvas, plot, 0.5, 4.5), red);
  EXPECT_NE(pixelAt(canvas, plot, 0.5, 5.5), red);
  EXPECT_NE(pixelAt(canvas, plot, 1.5, 0.5), red);
  EXPECT_EQ(pixelAt(canvas, plot, 2.5, 9.5), red);
  EXPECT_NE(pixelAt(canvas, plot, 3.5, 0.5), red);
}

TEST(Plot, LinesAndPointsOnLogarithmicAxes) {
  const Colour blue{0, 0, 1}, red{1, 0, 0};
  Plot plot{"roofline",
            {"flops per byte", ScaleKind::log, false, {{0.01, 100}}},
            {"Gflop/s", ScaleKind::log, false, {{1, 10000}}},
            {}};
  plot.series.push_back({"roof", Mark::line, {0.01, 1, 100}, {1, 100, 100}, blue}); // a ridge at (1, 100)
  plot.series.push_back({"kernel", Mark::points, {10, -1, notANumber, 1e9}, {1000, 1, 1, 1}, red, {"sweep"}});
  RasterCanvas canvas = draw(plot);
  EXPECT_EQ(pixelAt(canvas, plot, 0.1, 10), blue);
  EXPECT_EQ(pixelAt(canvas, plot, 30, 100), blue);
  EXPECT_NE(pixelAt(canvas, plot, 30, 3000), blue);
  EXPECT_EQ(pixelAt(canvas, plot, 10, 1000), red);
}

TEST(Plot, LinesAreCutOffAtTheAxes) {
  const Colour blue{0, 0, 1};
  Plot plot{"", {"", ScaleKind::linear, false, {{0, 1}}}, {"", ScaleKind::linear, false, {{0, 1}}}, {}};
  plot.series.push_back({"", Mark::line, {-100, 100}, {-100, 100}, blue});
  RasterCanvas canvas = draw(plot);
  EXPECT_LT(pixelAt(canvas, plot, 0.5, 0.5)[0], 0.3f);
  Box area = plotArea({0, 0, 400, 300}, plot);
  for (int64_t y = 0; y < 300; ++y)
    for (int64_t x = 0; x < 400; ++x)
      EXPECT_FALSE((static_cast<double>(x) < area.x - 3 || static_cast<double>(y) < area.y - 3) &&
                   canvas.picture().at(x, y) == blue);
}

TEST(Plot, AMillionPointsShowTheirExtremes) {
  const Colour blue{0, 0, 1};
  Plot plot{"", {"", ScaleKind::linear, false, {{0, 1e6}}}, {"", ScaleKind::linear, false, {{-1, 2}}}, {}};
  Series series{"", Mark::line, {}, {}, blue};
  for (int i = 0; i <= 1000000; ++i) {
    series.x.push_back(i);
    series.y.push_back(i == 500000 ? 1.5 : 0);
  }
  plot.series.push_back(series);
  EXPECT_EQ(pixelAt(draw(plot), plot, 500000, 1), blue);
}

TEST(Plot, NothingToShow) {
  draw({});
  draw({"t",
        {"x", ScaleKind::log},
        {"y", ScaleKind::log},
        {{"a", Mark::line, {}, {}}, {"b", Mark::bars, {1}, {}}, {"c", Mark::points, {notANumber}, {notANumber}}}});
  draw({"t", {}, {}, {{"a", Mark::line, {1, 2, 3}, {4}}, {"b", Mark::bars, {1, 2}, {3, 4, 5}}}},
       {1, 1}); // arrays of different lengths
}

TEST(ColourBar, GreatestAtTheTop) {
  RasterCanvas canvas = std::move(*RasterCanvas::make({100, 300}));
  ColourScale colours{ColourMap::ember, Scale(ScaleKind::linear, 0, 10)};
  drawColourBar(canvas, {10, 10, 80, 280}, colours, "depth");
  EXPECT_NEAR(lightnessOf(canvas.picture().at(18, 37)), 0.98, 0.02);
  EXPECT_NEAR(lightnessOf(canvas.picture().at(18, 287)), 0.13, 0.02);
  EXPECT_NEAR(lightnessOf(canvas.picture().at(18, 162)), 0.555, 0.02);
}
