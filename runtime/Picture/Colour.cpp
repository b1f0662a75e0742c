//===- Colour.cpp - Colours of pixels and strokes ---------------------------===//
#include "runtime/Picture/Colour.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace espalier::picture {

Colour mix(const Colour &a, const Colour &b, float share) {
  return {a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2])};
}

float luma(const Colour &colour) { return 0.2126f * colour[0] + 0.7152f * colour[1] + 0.0722f * colour[2]; }

uint8_t toByte(float channel) {
  return channel > 0 ? static_cast<uint8_t>(255.0f * std::min(channel, 1.0f) + 0.5f) : uint8_t{0};
}

std::string hex(const Colour &colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", toByte(colour[0]), toByte(colour[1]), toByte(colour[2]));
}

// The sRGB curve (IEC 61966-2-1).
static double toLight(double channel) {
  return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}
static double fromLight(double light) {
  light = std::clamp(light, 0.0, 1.0);
  return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

// The matrices of OKLab: B. Ottosson, "A perceptual color space for image processing", 2020.
Colour fromLightness(double lightness, double chroma, double hue) {
  double a = chroma * std::cos(hue * std::numbers::pi / 180), b = chroma * std::sin(hue * std::numbers::pi / 180);
  auto cube = [](double x) { return x * x * x; };
  double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
  double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
  double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
  return {static_cast<float>(fromLight(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
          static_cast<float>(fromLight(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
          static_cast<float>(fromLight(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))};
}

double lightnessOf(const Colour &colour) {
  double r = toLight(colour[0]), g = toLight(colour[1]), b = toLight(colour[2]);
  double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
}

Colour distinct(int64_t number, double lightness, double chroma) {
  constexpr double goldenAngle = 137.50776405003785;
  return fromLightness(lightness, chroma, std::fmod(255 + goldenAngle * static_cast<double>(number), 360.0));
}

} // namespace espalier::picture
