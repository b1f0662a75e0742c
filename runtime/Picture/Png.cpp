//===- Png.cpp - Reads and writes PNG files through libpng ------------------===//
#include "runtime/Picture/Png.h"

#include "runtime/File/AtomicFile.h"
#include "runtime/File/InputFile.h"

#include <png.h>

#include <new>

namespace espalier::picture {

namespace {

/// Frees what libpng holds, however the reading ends.
struct PngReader {
  png_image image{};
  PngReader() { image.version = PNG_IMAGE_VERSION; }
  ~PngReader() { png_image_free(&image); }
};

constexpr int64_t mostFileBytes = int64_t{1} << 30;

Result<std::string> readBytes(const std::string &path) {
  Result<InputFile> file = InputFile::open(path);
  if (!file)
    return file.error();
  if (file->remaining() > mostFileBytes)
    return Error::of("{} has {} bytes, at most {} are read of a PNG file", path, file->remaining(), mostFileBytes);
  std::string bytes(static_cast<size_t>(file->remaining()), '\0');
  if (Result<void> read = file->read(bytes.data(), file->remaining()); !read)
    return read.error();
  return bytes;
}

Result<Image> decode(const std::string &bytes) {
  PngReader png;
  if (!png_image_begin_read_from_memory(&png.image, bytes.data(), bytes.size()))
    return Error::of("not a PNG image: {}", png.image.message);
  Size size{png.image.width, png.image.height};
  png.image.format = PNG_FORMAT_RGB;
  Result<Image> image = Image::make(size);
  if (!image)
    return image;
  std::vector<png_byte> channels(PNG_IMAGE_SIZE(png.image));
  constexpr png_color background{255, 255, 255};
  if (!png_image_finish_read(&png.image, &background, channels.data(), 0, nullptr))
    return Error::of("broken PNG image: {}", png.image.message);
  for (size_t i = 0; i < image->pixels.size(); ++i)
    for (size_t channel = 0; channel < 3; ++channel)
      image->pixels[i][channel] = static_cast<float>(channels[3 * i + channel]) / 255.0f;
  return image;
}

std::vector<png_byte> channelsOf(const Image &image) {
  std::vector<png_byte> channels(3 * image.pixels.size());
  for (size_t i = 0; i < image.pixels.size(); ++i)
    for (size_t channel = 0; channel < 3; ++channel)
      channels[3 * i + channel] = toByte(image.pixels[i][channel]);
  return channels;
}

} // namespace

Result<Image> readPng(const std::string &path) {
  try {
    Result<std::string> bytes = readBytes(path);
    if (!bytes)
      return bytes.error();
    Result<Image> image = decode(*bytes);
    return image ? std::move(image) : image.error().within(path);
  } catch (const std::bad_alloc &) {
    return Error::of("{}: no memory to read it", path);
  }
}

Result<std::string> encodePng(const Image &image) {
  if (Result<void> checked = checkSize(image.size()); !checked)
    return checked.error();
  try {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    png.width = static_cast<png_uint_32>(image.width);
    png.height = static_cast<png_uint_32>(image.height);
    png.format = PNG_FORMAT_RGB;
    std::vector<png_byte> channels = channelsOf(image);
    png_alloc_size_t numBytes = PNG_IMAGE_PNG_SIZE_MAX(png);
    std::string bytes(numBytes, '\0');
    if (!png_image_write_to_memory(&png, bytes.data(), &numBytes, 0, channels.data(), 0, nullptr))
      return Error::of("libpng: {}", png.message);
    bytes.resize(numBytes);
    return bytes;
  } catch (const std::bad_alloc &) {
    return Error::of("no memory to write a PNG of {} x {} pixels", image.width, image.height);
  }
}

Result<void> writePng(const std::string &path, const Image &image) {
  Result<std::string> bytes = encodePng(image);
  if (!bytes)
    return Error::of("cannot write {}: {}", path, bytes.error().message);
  return writeFile(path, *bytes);
}

} // namespace espalier::picture
