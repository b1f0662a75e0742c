//===- Plot.cpp - Lines, points and bars over two axes ----------------------===//
#include "runtime/Picture/Plot.h"

#include "runtime/Picture/Lettering.h"

#include <algorithm>
#include <cmath>

namespace espalier::picture {

namespace {

constexpr double textSize = 13, titleSize = 15;

/// As many marks as all arrays of the series have.
size_t numMarks(const Series &series) {
  size_t available = series.mark == Mark::bars ? std::max<size_t>(series.x.size(), 1) - 1 : series.x.size();
  return std::min(available, series.y.size());
}

Scale scaleOf(const Axis &axis, const std::vector<Series> &all, bool isUpright) {
  if (axis.range)
    return Scale(axis.kind, axis.range->first, axis.range->second);
  std::vector<double> values;
  for (const Series &series : all) {
    const std::vector<double> &coordinates = isUpright ? series.y : series.x;
    size_t count = numMarks(series) + (series.mark == Mark::bars && !isUpright && numMarks(series) > 0 ? 1 : 0);
    values.insert(values.end(), coordinates.begin(), coordinates.begin() + static_cast<int64_t>(count));
    if (isUpright && series.mark == Mark::bars && axis.kind != ScaleKind::log)
      values.push_back(0);
  }
  Scale tight = Scale::covering(axis.kind, values);
  if (!isUpright)
    return tight;
  // A little room above, and below what is not zero.
  double span = tight.high() - tight.low();
  if (axis.kind == ScaleKind::log) // bars of the least number are seen
    return Scale(axis.kind, tight.low() / 1.5, tight.high() * 1.3);
  return Scale(axis.kind, tight.low() >= 0 && tight.low() <= 0.3 * tight.high() ? 0 : tight.low() - 0.05 * span,
               tight.high() + 0.06 * span);
}

/// The axes of a plot on the canvas.
struct Frame {
  Box area;
  Scale x, y;

  Point place(double valueX, double valueY) const {
    return {area.x + area.width * x.position(valueX), area.bottom() - area.height * y.position(valueY)};
  }
  bool holds(Point point) const {
    constexpr double slack = 0.01;
    return point.x >= area.x - slack && point.x <= area.right() + slack && point.y >= area.y - slack &&
           point.y <= area.bottom() + slack;
  }
};

/// Of many points in one column of pixels, the first, the lowest, the highest and the last are seen.
std::vector<Point> thinned(const std::vector<Point> &points) {
  std::vector<Point> seen;
  for (size_t begin = 0; begin < points.size();) {
    size_t end = begin;
    while (end < points.size() && std::floor(points[end].x) == std::floor(points[begin].x))
      ++end;
    end = std::max(end, begin + 1); // a point that is nowhere stands for itself
    if (end - begin <= 4) {
      seen.insert(seen.end(), points.begin() + static_cast<int64_t>(begin), points.begin() + static_cast<int64_t>(end));
    } else {
      auto byHeight = [](Point a, Point b) { return a.y < b.y; };
      auto [top, bottom] = std::minmax_element(points.begin() + static_cast<int64_t>(begin),
                                               points.begin() + static_cast<int64_t>(end), byHeight);
      seen.insert(seen.end(), {points[begin], *std::min(top, bottom), *std::max(top, bottom), points[end - 1]});
    }
    begin = end;
  }
  return seen;
}

void drawLine(Canvas &canvas, const Frame &frame, const Series &series) {
  std::vector<Point> points;
  for (size_t i = 0; i < numMarks(series); ++i)
    points.push_back(frame.place(series.x[i], series.y[i]));
  points = thinned(points);
  std::vector<Segment> segments;
  for (size_t i = 1; i < points.size(); ++i)
    if (Segment segment{points[i - 1], points[i]};
        isFinite(segment.from) && isFinite(segment.to) && clip(segment, frame.area))
      segments.push_back(segment);
  canvas.segments(segments, {series.colour, 2});
}

void drawPoints(Canvas &canvas, const Frame &frame, const Series &series) {
  for (size_t i = 0; i < numMarks(series); ++i) {
    Point at = frame.place(series.x[i], series.y[i]);
    if (!isFinite(at) || !frame.holds(at))
      continue;
    canvas.disc(at, 4.5, white);
    canvas.disc(at, 3.5, series.colour);
    if (i >= series.labels.size())
      continue;
    bool isAtRight = at.x + 8 + textWidth(series.labels[i], textSize) > frame.area.right();
    canvas.text({at.x + (isAtRight ? -8 : 8), at.y - 5}, series.labels[i],
                {textSize, isAtRight ? Anchor::end : Anchor::start, series.colour});
  }
}

void drawBars(Canvas &canvas, const Frame &frame, const Series &series) {
  double foot = frame.y.kind() == ScaleKind::log
                    ? frame.area.bottom()
                    : std::clamp(frame.place(frame.x.low(), 0).y, frame.area.y, frame.area.bottom());
  for (size_t i = 0; i < numMarks(series); ++i) {
    Point from = frame.place(series.x[i], series.y[i]), to = frame.place(series.x[i + 1], series.y[i]);
    if (!isFinite(from) || !isFinite(to))
      continue;
    double left = std::max(std::min(from.x, to.x), frame.area.x),
           right = std::min(std::max(from.x, to.x), frame.area.right());
    double head = std::clamp(from.y, frame.area.y, frame.area.bottom());
    double gap = right - left > 4 ? 0.5 : 0;
    if (right > left && head != foot)
      canvas.rectangle({left + gap, std::min(head, foot), right - left - 2 * gap, std::abs(foot - head)},
                       series.colour);
  }
}

void drawGrid(Canvas &canvas, const Frame &frame, const Plot &plot) {
  const Box &area = frame.area;
  for (double tick : frame.x.ticks(std::max(2, static_cast<int>(area.width / 80)), plot.x.isOfCounts)) {
    double x = frame.place(tick, frame.y.low()).x;
    canvas.line({x, area.y}, {x, area.bottom()}, {faint, 1});
    canvas.text({x, area.bottom() + 18}, tickText(tick), {textSize, Anchor::middle});
  }
  for (double tick : frame.y.ticks(std::max(2, static_cast<int>(area.height / 45)), plot.y.isOfCounts)) {
    double y = frame.place(frame.x.low(), tick).y;
    canvas.line({area.x, y}, {area.right(), y}, {faint, 1});
    canvas.text({area.x - 7, y + 0.35 * textSize}, tickText(tick), {textSize, Anchor::end});
  }
  canvas.text({area.x + area.width / 2, area.bottom() + 40}, fitted(plot.x.label, textSize, area.width + 60),
              {textSize, Anchor::middle});
  canvas.text({area.x - 54, area.y + area.height / 2}, fitted(plot.y.label, textSize, area.height + 40),
              {textSize, Anchor::middle, ink, true});
  canvas.text({area.x, area.y - 12}, fitted(plot.title, titleSize, area.width), {titleSize});
}

/// The corner of the axes where a legend of this size covers the fewest marks.
Box legendBox(const Frame &frame, const Plot &plot, double width, double height) {
  constexpr double gap = 8;
  const Box &area = frame.area;
  double left = area.x + gap, right = area.right() - gap - width, top = area.y + gap,
         bottom = area.bottom() - gap - height;
  const Box corners[] = {{right, top, width, height},
                         {left, top, width, height},
                         {right, bottom, width, height},
                         {left, bottom, width, height}};
  size_t numCovered[4] = {};
  for (const Series &series : plot.series)
    for (size_t i = 0; i < numMarks(series); ++i) {
      Point at = frame.place(series.x[i], series.y[i]);
      for (size_t c = 0; c < 4; ++c)
        numCovered[c] += at.x > corners[c].x && at.x < corners[c].right() && at.y < corners[c].bottom() &&
                         (at.y > corners[c].y || series.mark == Mark::bars); // bars reach below their heads
    }
  return corners[std::min_element(numCovered, numCovered + 4) - numCovered];
}

/// On white, what the colours of the series are.
void drawLegend(Canvas &canvas, const Frame &frame, const Plot &plot) {
  double widest = 0, rows = 0;
  for (const Series &series : plot.series)
    if (!series.name.empty()) {
      widest = std::max(widest, textWidth(series.name, textSize));
      ++rows;
    }
  if (rows == 0)
    return;
  const Box box = legendBox(frame, plot, widest + 44, 20 * rows + 8);
  canvas.rectangle(box, white);
  canvas.frame(box, {faint, 1});
  double y = box.y + 14;
  for (const Series &series : plot.series) {
    if (series.name.empty())
      continue;
    if (series.mark == Mark::line)
      canvas.line({box.x + 8, y}, {box.x + 26, y}, {series.colour, 2.5});
    else if (series.mark == Mark::points)
      canvas.disc({box.x + 17, y}, 4, series.colour);
    else
      canvas.rectangle({box.x + 8, y - 5, 18, 10}, series.colour);
    canvas.text({box.x + 34, y + 0.35 * textSize}, series.name, {textSize});
    y += 20;
  }
}

} // namespace

Box plotArea(const Box &box, const Plot &plot) {
  double left = plot.y.label.empty() ? 52 : 72, top = plot.title.empty() ? 14 : 36,
         bottom = plot.x.label.empty() ? 30 : 52;
  return {box.x + left, box.y + top, std::max(1.0, box.width - left - 18), std::max(1.0, box.height - top - bottom)};
}

void drawPlot(Canvas &canvas, const Box &box, const Plot &plot) {
  Frame frame{plotArea(box, plot), scaleOf(plot.x, plot.series, false), scaleOf(plot.y, plot.series, true)};
  drawGrid(canvas, frame, plot);
  for (const Series &series : plot.series) {
    constexpr void (*draw[])(Canvas &, const Frame &, const Series &) = {drawLine, drawPoints, drawBars};
    draw[static_cast<size_t>(series.mark)](canvas, frame, series);
  }
  canvas.frame(frame.area, {ink, 1});
  drawLegend(canvas, frame, plot);
}

} // namespace espalier::picture
