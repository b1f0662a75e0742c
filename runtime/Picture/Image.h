//===- Image.h - Pictures in memory -----------------------------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_IMAGE_H
#define ESPALIER_RUNTIME_PICTURE_IMAGE_H

#include "runtime/Error/Result.h"
#include "runtime/Picture/Colour.h"

#include <vector>

namespace espalier::picture {

/// Pixels from the left to the right, rows from top to bottom.
struct Size {
  int64_t width = 0, height = 0;
  int64_t numPixels() const { return width * height; }
  bool operator==(const Size &) const = default;
};

/// No picture of more is read or written.
constexpr int64_t mostPixelsPerSide = 16384, mostPixels = int64_t{1} << 26;

/// Errors: a side less than 1 or greater than mostPixelsPerSide, more than mostPixels in all.
Result<void> checkSize(Size size);

/// Row-major pixels.
struct Image {
  int64_t width = 0, height = 0;
  std::vector<Colour> pixels;

  Image() = default;
  /// For sizes that are known to be small.
  Image(int64_t width, int64_t height) : width(width), height(height), pixels(width * height) {}
  /// Errors: checkSize's, and no memory.
  static Result<Image> make(Size size, const Colour &fill = white);

  Size size() const { return {width, height}; }
  Colour &at(int64_t x, int64_t y) { return pixels[y * width + x]; }
  const Colour &at(int64_t x, int64_t y) const { return pixels[y * width + x]; }
  /// At most side x side pixels around the middle.
  Image middle(int64_t side) const;
};

} // namespace espalier::picture

#endif
