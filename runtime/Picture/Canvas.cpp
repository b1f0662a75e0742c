//===- Canvas.cpp - What pictures are drawn on ------------------------------===//
#include "runtime/Picture/Canvas.h"

#include <cmath>
#include <numbers>

namespace espalier::picture {

void Canvas::line(Point from, Point to, const Stroke &stroke) {
  const Segment segment{from, to};
  segments({&segment, 1}, stroke);
}

void Canvas::frame(const Box &box, const Stroke &stroke) {
  const Point corners[] = {
      {box.x, box.y}, {box.right(), box.y}, {box.right(), box.bottom()}, {box.x, box.bottom()}, {box.x, box.y}};
  polyline(corners, stroke);
}

void Canvas::ring(Point centre, double radius, const Stroke &stroke) {
  constexpr int numSides = 48;
  std::vector<Point> corners;
  for (int side = 0; side <= numSides; ++side) {
    double angle = 2 * std::numbers::pi * side / numSides;
    corners.push_back({centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)});
  }
  polyline(corners, stroke);
}

// Liang and Barsky (1984): each side of the box bounds the parameter t of from + t * (to - from).
bool clip(Segment &segment, const Box &box) {
  const Point from = segment.from;
  double dx = segment.to.x - from.x, dy = segment.to.y - from.y, first = 0, last = 1;
  auto meets = [&](double step, double room) { // step * t <= room
    if (step == 0)
      return room >= 0;
    (step > 0 ? last : first) = step > 0 ? std::min(last, room / step) : std::max(first, room / step);
    return first <= last;
  };
  if (!meets(-dx, from.x - box.x) || !meets(dx, box.right() - from.x) || !meets(-dy, from.y - box.y) ||
      !meets(dy, box.bottom() - from.y))
    return false;
  segment = {{from.x + first * dx, from.y + first * dy}, {from.x + last * dx, from.y + last * dy}};
  return true;
}

bool isFinite(Point point) { return std::isfinite(point.x) && std::isfinite(point.y); }
bool isFinite(const Box &box) { return isFinite(Point{box.x, box.y}) && isFinite(Point{box.width, box.height}); }

} // namespace espalier::picture
