//===- RasterCanvas.h - Drawing into an image -------------------------------===//
//
// Edges are smooth: a pixel is covered by the part of it that a shape covers, for lines and discs by the distance of
// its centre to the edge.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_RASTERCANVAS_H
#define ESPALIER_RUNTIME_PICTURE_RASTERCANVAS_H

#include "runtime/Picture/Canvas.h"

namespace espalier::picture {

class RasterCanvas : public Canvas {
public:
  /// White. Errors: those of Image::make.
  static Result<RasterCanvas> make(Size size);

  const Image &picture() const { return pixels; }

  void segments(std::span<const Segment> segments, const Stroke &stroke) override;
  void polyline(std::span<const Point> points, const Stroke &stroke) override;
  void rectangle(const Box &box, const Colour &fill) override;
  void disc(Point centre, double radius, const Colour &fill) override;
  void text(Point at, std::string_view text, const TextStyle &style) override;
  void image(const Box &box, const Image &image) override;

private:
  explicit RasterCanvas(Image image) : Canvas(image.size()), pixels(std::move(image)) {}
  void cover(int64_t x, int64_t y, const Colour &colour, double share);
  void segment(const Segment &segment, const Stroke &stroke);

  Image pixels;
};

} // namespace espalier::picture

#endif
