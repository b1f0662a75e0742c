//===- Scene.cpp - The picture that the examples draw themselves ------------===//
#include "examples/scene/Scene.h"

#include <cmath>
#include <random>

namespace espalier {

using picture::Colour, picture::Image, picture::mix;

namespace {

bool inDisc(float x, float y, float cx, float cy, float radius) { return std::hypot(x - cx, y - cy) < radius; }

/// The distance of a point to a segment.
float distanceToSegment(float x, float y, float ax, float ay, float bx, float by) {
  float dx = bx - ax, dy = by - ay;
  float t = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  t = std::fmin(1.0f, std::fmax(0.0f, t));
  return std::hypot(x - ax - t * dx, y - ay - t * dy);
}

/// The scene without noise; x and y in [0, 1], y downwards. An espaliered tree before a wall, under a low sun.
Colour scene(float x, float y) {
  Colour colour = mix({0.36f, 0.55f, 0.82f}, {0.98f, 0.86f, 0.66f}, y / 0.72f); // the sky, shaded smoothly
  if (inDisc(x, y, 0.78f, 0.22f, 0.09f))
    colour = {1.0f, 0.93f, 0.55f};
  if (y > 0.46f) { // a brick wall
    float row = std::floor((y - 0.46f) / 0.055f);
    float column = x / 0.11f + 0.5f * std::fmod(row, 2.0f);
    bool mortar = std::fmod(y - 0.46f, 0.055f) < 0.007f || column - std::floor(column) < 0.06f;
    colour = mortar ? Colour{0.80f, 0.76f, 0.70f} : mix({0.66f, 0.34f, 0.26f}, {0.74f, 0.42f, 0.30f}, x);
  }
  if (y > 0.9f)
    colour = mix({0.30f, 0.46f, 0.22f}, {0.22f, 0.34f, 0.17f}, (y - 0.9f) / 0.1f);
  constexpr Colour bark{0.29f, 0.19f, 0.13f};
  if (distanceToSegment(x, y, 0.42f, 0.92f, 0.42f, 0.24f) < 0.014f)
    colour = bark;
  for (int tier = 0; tier < 4; ++tier) { // horizontal branches with leaves: the trained frame
    float height = 0.30f + 0.15f * tier, reach = 0.30f - 0.02f * tier;
    if (distanceToSegment(x, y, 0.42f - reach, height, 0.42f + reach, height) < 0.007f)
      colour = bark;
    for (int leaf = -5; leaf <= 5; ++leaf) {
      float cx = 0.42f + reach * leaf / 5.2f, cy = height + 0.022f * ((leaf + tier) % 2 == 0 ? 1 : -1);
      if (leaf != 0 && inDisc(x, y, cx, cy, 0.021f))
        colour = (leaf + 2 * tier) % 5 == 0 ? Colour{0.86f, 0.20f, 0.16f} : Colour{0.24f, 0.52f + 0.03f * tier, 0.20f};
    }
  }
  return colour;
}

} // namespace

Image drawScene(int64_t size, float noise) {
  Image image(size, size);
  std::mt19937_64 random(1);
  // Box and Muller by hand: the standard library's normal distribution differs between implementations.
  auto uniform = [&] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
  auto normal = [&] { return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * 3.14159265358979323846 * uniform()); };
  for (int64_t y = 0; y < size; ++y)
    for (int64_t x = 0; x < size; ++x) {
      Colour colour = scene((x + 0.5f) / size, (y + 0.5f) / size);
      for (float &channel : colour)
        channel += noise * static_cast<float>(normal());
      image.at(x, y) = colour;
    }
  return image;
}

} // namespace espalier
