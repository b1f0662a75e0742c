//===- Roofline.cpp - Rates of kernels under the limits of the machine ------===//
#include "test/benchmarks/Roofline.h"

#include "runtime/Picture/Drawing.h"
#include "runtime/Picture/Plot.h"

#include <algorithm>
#include <cmath>

namespace espalier::benchmarks {

namespace {
struct Point {
  double intensity, gflopPerS;
};

/// Nothing of a row that lacks one of the counts.
std::optional<Point> pointOf(const Row &row) {
  if (row.operations <= 0 || row.movedBytes <= 0)
    return std::nullopt;
  return Point{row.operations / row.movedBytes, 1e-6 * row.operations / row.ms};
}
} // namespace

Result<void> writeRoofline(const std::string &path, const std::vector<Row> &rows) {
  using namespace picture;
  Plot plot{"kernels under the limits of one thread",
            {"operations per byte of arguments and results", ScaleKind::log},
            {"Gflop/s", ScaleKind::log},
            {}};
  double copy = 0, fma = 0, least = HUGE_VAL, most = 0;
  std::vector<Series> kernels;
  for (const Row &row : rows) {
    std::optional<Point> point = pointOf(row);
    if (!point)
      continue;
    copy = std::max(copy, row.copyGbPerS);
    fma = std::max(fma, row.fmaGflopPerS);
    least = std::min(least, point->intensity);
    most = std::max(most, point->intensity);
    kernels.push_back({row.name,
                       Mark::points,
                       {point->intensity},
                       {point->gflopPerS},
                       distinct(static_cast<int64_t>(kernels.size()))});
  }
  if (kernels.empty())
    return Error::of("{}: none of the workloads counts its operations and bytes", path);
  const double ridge = fma / copy, from = std::min(least, ridge) / 2, to = std::max(most, ridge) * 2;
  plot.series.push_back({fmt::format("copy {:.3g} GB/s, multiply-adds {:.3g} Gflop/s", copy, fma),
                         Mark::line,
                         {from, ridge, to},
                         {from * copy, fma, fma},
                         ink});
  std::ranges::move(kernels, std::back_inserter(plot.series));
  constexpr Size size{960, 720};
  return writeDrawing(
      path, {size, [&](Canvas &canvas) { drawPlot(canvas, {0, 0, double(size.width), double(size.height)}, plot); }});
}

} // namespace espalier::benchmarks
