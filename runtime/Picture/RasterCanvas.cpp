//===- RasterCanvas.cpp - Drawing into an image -----------------------------===//
#include "runtime/Picture/RasterCanvas.h"

#include "runtime/Picture/Lettering.h"

#include <algorithm>
#include <cmath>

namespace espalier::picture {

namespace {

/// Pixels first .. last, those of 0 .. size-1 that [low, high] touches; none where last < first.
struct Span {
  int64_t first, last;
  static Span of(double low, double high, int64_t size) {
    double limit = static_cast<double>(size);
    return {static_cast<int64_t>(std::floor(std::clamp(low, 0.0, limit))),
            static_cast<int64_t>(std::ceil(std::clamp(high, 0.0, limit))) - 1};
  }
};

/// How much of pixel i lies in [low, high].
double overlap(int64_t i, double low, double high) {
  return std::clamp(std::min(high, static_cast<double>(i + 1)) - std::max(low, static_cast<double>(i)), 0.0, 1.0);
}

double distanceToSegment(Point point, const Segment &segment) {
  double dx = segment.to.x - segment.from.x, dy = segment.to.y - segment.from.y;
  double squared = dx * dx + dy * dy;
  double along = squared > 0 ? ((point.x - segment.from.x) * dx + (point.y - segment.from.y) * dy) / squared : 0;
  along = std::clamp(along, 0.0, 1.0);
  return std::hypot(point.x - segment.from.x - along * dx, point.y - segment.from.y - along * dy);
}

} // namespace

Result<RasterCanvas> RasterCanvas::make(Size size) {
  Result<Image> image = Image::make(size);
  if (!image)
    return image.error();
  return RasterCanvas(std::move(*image));
}

void RasterCanvas::cover(int64_t x, int64_t y, const Colour &colour, double share) {
  Colour &pixel = pixels.at(x, y);
  pixel = mix(pixel, colour, static_cast<float>(share));
}

void RasterCanvas::segment(const Segment &whole, const Stroke &stroke) {
  if (!isFinite(whole.from) || !isFinite(whole.to) || !(stroke.width > 0))
    return;
  // A line thinner than a pixel is a paler line of one pixel.
  double radius = std::max(stroke.width, 1.0) / 2 + 0.5, strength = std::min(stroke.width, 1.0);
  Segment line = whole;
  // What is cut off is so far outside that its round end is not seen.
  double margin = radius + 1;
  if (!clip(line, {-margin, -margin, static_cast<double>(size().width) + 2 * margin,
                   static_cast<double>(size().height) + 2 * margin}))
    return;
  Span rows =
      Span::of(std::min(line.from.y, line.to.y) - radius, std::max(line.from.y, line.to.y) + radius, size().height);
  double left = std::min(line.from.x, line.to.x) - radius, right = std::max(line.from.x, line.to.x) + radius;
  double dx = line.to.x - line.from.x, dy = line.to.y - line.from.y, length = std::hypot(dx, dy);
  for (int64_t y = rows.first; y <= rows.last; ++y) {
    double rowLeft = left, rowRight = right;
    if (std::abs(dy) > 1e-9) { // the row meets the strip around the infinite line here
      double middle = line.from.x + (static_cast<double>(y) + 0.5 - line.from.y) * dx / dy,
             reach = radius * length / std::abs(dy) + 1;
      rowLeft = std::max(left, middle - reach);
      rowRight = std::min(right, middle + reach);
    }
    if (rowLeft > rowRight)
      continue;
    Span columns = Span::of(rowLeft, rowRight, size().width);
    for (int64_t x = columns.first; x <= columns.last; ++x) {
      double distance = distanceToSegment({static_cast<double>(x) + 0.5, static_cast<double>(y) + 0.5}, line);
      if (distance < radius)
        cover(x, y, stroke.colour, strength * std::min(1.0, radius - distance));
    }
  }
}

void RasterCanvas::segments(std::span<const Segment> segments, const Stroke &stroke) {
  for (const Segment &line : segments)
    segment(line, stroke);
}

void RasterCanvas::polyline(std::span<const Point> points, const Stroke &stroke) {
  for (size_t i = 1; i < points.size(); ++i)
    segment({points[i - 1], points[i]}, stroke);
}

void RasterCanvas::rectangle(const Box &box, const Colour &fill) {
  if (!isFinite(box))
    return;
  Span rows = Span::of(box.y, box.bottom(), size().height), columns = Span::of(box.x, box.right(), size().width);
  for (int64_t y = rows.first; y <= rows.last; ++y)
    for (int64_t x = columns.first; x <= columns.last; ++x)
      cover(x, y, fill, overlap(x, box.x, box.right()) * overlap(y, box.y, box.bottom()));
}

void RasterCanvas::disc(Point centre, double radius, const Colour &fill) {
  if (!isFinite(centre) || !std::isfinite(radius))
    return;
  Span rows = Span::of(centre.y - radius - 0.5, centre.y + radius + 0.5, size().height);
  Span columns = Span::of(centre.x - radius - 0.5, centre.x + radius + 0.5, size().width);
  for (int64_t y = rows.first; y <= rows.last; ++y)
    for (int64_t x = columns.first; x <= columns.last; ++x) {
      double distance = std::hypot(static_cast<double>(x) + 0.5 - centre.x, static_cast<double>(y) + 0.5 - centre.y);
      cover(x, y, fill, std::clamp(radius + 0.5 - distance, 0.0, 1.0));
    }
}

void RasterCanvas::text(Point at, std::string_view text, const TextStyle &style) {
  std::vector<Segment> strokes = letteringOf(text, style.size);
  double width = textWidth(text, style.size);
  double start = style.anchor == Anchor::start ? 0 : style.anchor == Anchor::middle ? -width / 2 : -width;
  auto place = [&](Point point) {
    point.x += start;
    return style.isUpwards ? Point{at.x + point.y, at.y - point.x} : Point{at.x + point.x, at.y + point.y};
  };
  for (Segment &line : strokes)
    line = {place(line.from), place(line.to)};
  segments(strokes, {style.colour, style.size / 11});
}

void RasterCanvas::image(const Box &box, const Image &image) {
  if (!isFinite(box) || image.pixels.empty() || !(box.width > 0) || !(box.height > 0))
    return;
  auto source = [](int64_t i, double start, double extent, int64_t count) {
    double place = (static_cast<double>(i) + 0.5 - start) / extent * static_cast<double>(count);
    return place >= 0 && place < static_cast<double>(count) ? static_cast<int64_t>(place) : -1;
  };
  Span rows = Span::of(box.y, box.bottom(), size().height), columns = Span::of(box.x, box.right(), size().width);
  for (int64_t y = rows.first; y <= rows.last; ++y)
    for (int64_t x = columns.first; x <= columns.last; ++x) {
      int64_t row = source(y, box.y, box.height, image.height), column = source(x, box.x, box.width, image.width);
      if (row >= 0 && column >= 0)
        pixels.at(x, y) = image.at(column, row);
    }
}

} // namespace espalier::picture
