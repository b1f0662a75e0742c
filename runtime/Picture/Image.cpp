//===- Image.cpp - Pictures in memory ---------------------------------------===//
#include "runtime/Picture/Image.h"

#include <algorithm>
#include <new>

namespace espalier::picture {

Result<void> checkSize(Size size) {
  if (size.width < 1 || size.height < 1)
    return Error::of("a picture of {} x {} pixels has none: at least 1 x 1 are needed", size.width, size.height);
  if (size.width > mostPixelsPerSide || size.height > mostPixelsPerSide)
    return Error::of("a picture of {} x {} pixels is too large: at most {} in a direction", size.width, size.height,
                     mostPixelsPerSide);
  if (size.numPixels() > mostPixels)
    return Error::of("a picture of {} x {} = {} pixels is too large: at most {} in all", size.width, size.height,
                     size.numPixels(), mostPixels);
  return {};
}

Result<Image> Image::make(Size size, const Colour &fill) {
  if (Result<void> checked = checkSize(size); !checked)
    return checked.error();
  Image image;
  try {
    image.pixels.assign(static_cast<size_t>(size.numPixels()), fill);
  } catch (const std::bad_alloc &) {
    return Error::of("no memory for a picture of {} x {} pixels", size.width, size.height);
  }
  image.width = size.width;
  image.height = size.height;
  return image;
}

Image Image::middle(int64_t side) const {
  Image part(std::min(side, width), std::min(side, height));
  for (int64_t y = 0; y < part.height; ++y)
    for (int64_t x = 0; x < part.width; ++x)
      part.at(x, y) = at((width - part.width) / 2 + x, (height - part.height) / 2 + y);
  return part;
}

} // namespace espalier::picture
