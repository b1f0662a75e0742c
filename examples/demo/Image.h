//===- Image.h - Pictures in memory and as PNG files ------------------------===//
#ifndef ESPALIER_EXAMPLES_DEMO_IMAGE_H
#define ESPALIER_EXAMPLES_DEMO_IMAGE_H

#include "runtime/Error/Result.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace espalier::demo {

/// Red, green, blue in [0, 1].
using Colour = std::array<float, 3>;

/// Row-major pixels.
struct Image {
  int64_t width = 0, height = 0;
  std::vector<Colour> pixels;

  Image() = default;
  Image(int64_t width, int64_t height) : width(width), height(height), pixels(width * height) {}
  Colour &at(int64_t x, int64_t y) { return pixels[y * width + x]; }
  const Colour &at(int64_t x, int64_t y) const { return pixels[y * width + x]; }
};

/// Any PNG, as 8-bit RGB over white. Errors: no such file, not a PNG, larger than 16384 in a direction.
Result<Image> readPng(const std::string &path);

/// 8-bit RGB; values outside [0, 1] are clamped. The file appears whole or not at all.
Result<void> writePng(const std::string &path, const Image &image);

/// A scene with flat regions, smooth shading, thin lines and hard edges under Gaussian noise of the given standard deviation. The same on every machine.
Image drawScene(int64_t size, float noise);

} // namespace espalier::demo

#endif
