//===- Png.cpp - Reads and writes PNG files through libpng ------------------===//
#include "examples/demo/Image.h"

#include <png.h>

#include <algorithm>
#include <cstdio>

namespace espalier::demo {

static constexpr int64_t maxSide = 16384;

Result<Image> readPng(const std::string &path) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file(&png, path.c_str()))
    return Error::of("cannot read {}: {}", path, png.message);
  if (png.width > maxSide || png.height > maxSide) {
    Error error = Error::of("{} has {} x {} pixels, at most {} x {} are read", path, png.width, png.height, maxSide, maxSide);
    png_image_free(&png);
    return error;
  }
  png.format = PNG_FORMAT_RGB;
  std::vector<png_byte> bytes(PNG_IMAGE_SIZE(png));
  const png_color white{255, 255, 255};
  if (!png_image_finish_read(&png, &white, bytes.data(), 0, nullptr))
    return Error::of("cannot read {}: {}", path, png.message);
  Image image(png.width, png.height);
  for (size_t i = 0; i < image.pixels.size(); ++i)
    for (int channel = 0; channel < 3; ++channel)
      image.pixels[i][channel] = bytes[3 * i + channel] / 255.0f;
  return image;
}

Result<void> writePng(const std::string &path, const Image &image) {
  std::vector<png_byte> bytes(3 * image.pixels.size());
  for (size_t i = 0; i < image.pixels.size(); ++i)
    for (int channel = 0; channel < 3; ++channel)
      bytes[3 * i + channel] = static_cast<png_byte>(255.0f * std::clamp(image.pixels[i][channel], 0.0f, 1.0f) + 0.5f);
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = PNG_FORMAT_RGB;
  std::string unfinished = path + ".part";
  if (!png_image_write_to_file(&png, unfinished.c_str(), 0, bytes.data(), 0, nullptr)) {
    std::remove(unfinished.c_str());
    return Error::of("cannot write {}: {}", path, png.message);
  }
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) {
    std::remove(unfinished.c_str());
    return Error::of("cannot write {}", path);
  }
  return {};
}

} // namespace espalier::demo
