//===- Canvas.h - What pictures are drawn on --------------------------------===//
//
// Positions are in pixels, from the left and from the top; the centre of the first pixel is (0.5, 0.5). What lies
// outside is not drawn, nor is what is not finite. Later strokes cover earlier ones.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_CANVAS_H
#define ESPALIER_RUNTIME_PICTURE_CANVAS_H

#include "runtime/Picture/Image.h"

#include <span>
#include <string_view>

namespace espalier::picture {

struct Point {
  double x = 0, y = 0;
};

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

/// Of a line with round ends.
struct Stroke {
  Colour colour = ink;
  double width = 1;
};

struct Segment {
  Point from, to;
};

enum class Anchor : uint8_t { start, middle, end };

struct TextStyle {
  double size = 14; // from line to line; capitals are 0.7 of it high
  Anchor anchor = Anchor::start;
  Colour colour = ink;
  bool isUpwards = false; // turned to run from bottom to top
};

class Canvas {
public:
  virtual ~Canvas() = default;

  Size size() const { return extent; }

  /// Lines of one stroke that need not be joined.
  virtual void segments(std::span<const Segment> segments, const Stroke &stroke) = 0;
  /// A line through all points; fewer than two draw nothing.
  virtual void polyline(std::span<const Point> points, const Stroke &stroke) = 0;
  virtual void rectangle(const Box &box, const Colour &fill) = 0;
  virtual void disc(Point centre, double radius, const Colour &fill) = 0;
  /// `at` is where the base line starts, has its middle, or ends. UTF-8; what is not is shown as a box.
  virtual void text(Point at, std::string_view text, const TextStyle &style) = 0;
  /// Each pixel of the image is a rectangle with sharp edges.
  virtual void image(const Box &box, const Image &image) = 0;

  void line(Point from, Point to, const Stroke &stroke);
  /// The outline of a box.
  void frame(const Box &box, const Stroke &stroke);
  void ring(Point centre, double radius, const Stroke &stroke);

protected:
  explicit Canvas(Size extent) : extent(extent) {}

private:
  Size extent;
};

/// Cuts off what is outside the box; false where nothing is left. The ends are finite.
bool clip(Segment &segment, const Box &box);

bool isFinite(Point point);
bool isFinite(const Box &box);

} // namespace espalier::picture

#endif
