//===- ColourMap.cpp - Numbers become colours -------------------------------===//
#include "runtime/Picture/ColourMap.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace espalier::picture {

namespace {

struct Stop {
  double lightness, chroma, hue;
};

constexpr Stop tide[] = {{0.26, 0.13, 283}, {0.45, 0.10, 250}, {0.62, 0.10, 185}, {0.78, 0.15, 140}, {0.94, 0.12, 108}};
constexpr Stop ember[] = {{0.13, 0.05, 290}, {0.35, 0.14, 310}, {0.55, 0.18, 10},
                          {0.72, 0.15, 52},  {0.87, 0.14, 90},  {0.98, 0.03, 105}};
constexpr Stop glow[] = {{0.52, 0.19, 295}, {0.66, 0.18, 345}, {0.78, 0.13, 45}, {0.95, 0.11, 105}};
constexpr Stop shade[] = {{0.25, 0.13, 283}, {0.45, 0.09, 240}, {0.62, 0.12, 160}, {0.80, 0.15, 110}};
constexpr std::span<const Stop> maps[] = {tide, ember, glow, shade};

} // namespace

/// Between stops chroma and hue follow the straight line of OKLab, the lightness the number itself.
static Colour exactColour(std::span<const Stop> stops, double number) {
  double lightness = stops.front().lightness + number * (stops.back().lightness - stops.front().lightness);
  size_t next = 1;
  while (next + 1 < stops.size() && stops[next].lightness < lightness)
    ++next;
  const Stop &from = stops[next - 1], &to = stops[next];
  double share = (lightness - from.lightness) / (to.lightness - from.lightness);
  constexpr double degree = 3.14159265358979323846 / 180;
  double a = (1 - share) * from.chroma * std::cos(from.hue * degree) + share * to.chroma * std::cos(to.hue * degree);
  double b = (1 - share) * from.chroma * std::sin(from.hue * degree) + share * to.chroma * std::sin(to.hue * degree);
  return fromLightness(lightness, std::hypot(a, b), std::atan2(b, a) / degree);
}

/// 1024 steps of each map: fine enough for 8 bits a channel.
static std::vector<Colour> tabulate(std::span<const Stop> stops) {
  std::vector<Colour> table(1025);
  for (size_t i = 0; i < table.size(); ++i)
    table[i] = exactColour(stops, static_cast<double>(i) / 1024);
  return table;
}

Colour colourOf(ColourMap map, double number) {
  static const std::vector<Colour> tables[] = {tabulate(maps[0]), tabulate(maps[1]), tabulate(maps[2]),
                                               tabulate(maps[3])};
  if (std::isnan(number))
    return {0.5f, 0.5f, 0.5f};
  return tables[static_cast<size_t>(map)][static_cast<size_t>(1024 * std::clamp(number, 0.0, 1.0) + 0.5)];
}

} // namespace espalier::picture
