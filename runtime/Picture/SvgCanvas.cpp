//===- SvgCanvas.cpp - Drawing into the text of an SVG file -----------------===//
#include "runtime/Picture/SvgCanvas.h"

#include "runtime/Picture/Lettering.h"
#include "runtime/Picture/Png.h"

#include <cmath>

namespace espalier::picture {

namespace {

/// "12", "12.5", "-0.25".
std::string number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.'))
    text.pop_back();
  return text == "-0" ? "0" : text;
}

/// The attributes x, y, width, height.
std::string attributes(const Box &box) {
  return fmt::format(R"(x="{}" y="{}" width="{}" height="{}")", number(box.x), number(box.y), number(box.width),
                     number(box.height));
}

/// A path goes on from where it is: only what changes is written.
std::string lineTo(Point from, Point to) {
  std::string x = number(to.x), y = number(to.y);
  bool sameX = x == number(from.x), sameY = y == number(from.y);
  if (sameY)
    return "H" + x;
  return sameX ? "V" + y : "L" + x + " " + y;
}

std::string moveTo(Point point) { return "M" + number(point.x) + " " + number(point.y); }

/// RFC 4648.
std::string base64(std::string_view bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0u);
    for (size_t j = 0; j < 4; ++j)
      text += i + j <= bytes.size() ? digits[group >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

constexpr std::string_view anchors[] = {"start", "middle", "end"};

} // namespace

SvgCanvas::SvgCanvas(Size size) : Canvas(size) {
  body = fmt::format(R"(<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{0}" height="{1}" viewBox="0 0 {0} {1}">
<rect width="{0}" height="{1}" fill="#ffffff"/>
)",
                     size.width, size.height);
}

Result<std::string> SvgCanvas::text() const {
  if (!state)
    return state.error();
  return body + "</svg>\n";
}

void SvgCanvas::stroked(const std::string &path, const Stroke &stroke) {
  if (!path.empty() && stroke.width > 0)
    body += fmt::format(
        R"(<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linecap="round" stroke-linejoin="round"/>)"
        "\n",
        path, hex(stroke.colour), number(stroke.width));
}

void SvgCanvas::segments(std::span<const Segment> segments, const Stroke &stroke) {
  std::string path;
  for (const Segment &segment : segments)
    if (isFinite(segment.from) && isFinite(segment.to))
      path += moveTo(segment.from) + lineTo(segment.from, segment.to);
  stroked(path, stroke);
}

void SvgCanvas::polyline(std::span<const Point> points, const Stroke &stroke) {
  std::string path;
  for (size_t i = 1; i < points.size(); ++i) {
    if (!isFinite(points[i - 1]) || !isFinite(points[i]))
      continue;
    if (i == 1 || !isFinite(points[i - 2]))
      path += moveTo(points[i - 1]);
    path += lineTo(points[i - 1], points[i]);
  }
  stroked(path, stroke);
}

void SvgCanvas::rectangle(const Box &box, const Colour &fill) {
  if (isFinite(box) && box.width > 0 && box.height > 0)
    body += fmt::format("<rect {} fill=\"{}\"/>\n", attributes(box), hex(fill));
}

void SvgCanvas::disc(Point centre, double radius, const Colour &fill) {
  if (isFinite(centre) && radius > 0 && std::isfinite(radius))
    body += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"/>\n", number(centre.x), number(centre.y),
                        number(radius), hex(fill));
}

void SvgCanvas::text(Point at, std::string_view text, const TextStyle &style) {
  if (!isFinite(at))
    return;
  std::string turned =
      style.isUpwards ? fmt::format(R"svg( transform="rotate(-90 {} {})")svg", number(at.x), number(at.y)) : "";
  body += fmt::format(
      R"(<text x="{}" y="{}"{} font-family="Helvetica, Arial, sans-serif" font-size="{}" text-anchor="{}" fill="{}">{}</text>)"
      "\n",
      number(at.x), number(at.y), turned, number(style.size), anchors[static_cast<size_t>(style.anchor)],
      hex(style.colour), xmlText(text));
}

void SvgCanvas::image(const Box &box, const Image &image) {
  if (!isFinite(box) || !(box.width > 0) || !(box.height > 0) || image.pixels.empty())
    return;
  Result<std::string> png = encodePng(image);
  if (!png) {
    state = png.error();
    return;
  }
  body += fmt::format(
      R"(<image {} preserveAspectRatio="none" style="image-rendering:pixelated" xlink:href="data:image/png;base64,{}"/>)"
      "\n",
      attributes(box), base64(*png));
}

} // namespace espalier::picture
