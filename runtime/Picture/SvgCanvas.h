//===- SvgCanvas.h - Drawing into the text of an SVG file -------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_SVGCANVAS_H
#define ESPALIER_RUNTIME_PICTURE_SVGCANVAS_H

#include "runtime/Picture/Canvas.h"

#include <string>

namespace espalier::picture {

/// SVG 1.1 with images inside as PNG. Coordinates are written to a hundredth of a pixel.
class SvgCanvas : public Canvas {
public:
  /// On white.
  explicit SvgCanvas(Size size);

  /// The whole file. An error where an image could not be written into it.
  Result<std::string> text() const;

  void segments(std::span<const Segment> segments, const Stroke &stroke) override;
  void polyline(std::span<const Point> points, const Stroke &stroke) override;
  void rectangle(const Box &box, const Colour &fill) override;
  void disc(Point centre, double radius, const Colour &fill) override;
  void text(Point at, std::string_view text, const TextStyle &style) override;
  void image(const Box &box, const Image &image) override;

private:
  void stroked(const std::string &path, const Stroke &stroke);

  std::string body;
  Result<void> state;
};

} // namespace espalier::picture

#endif
