//===- Png.h - Images as PNG files ------------------------------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_PNG_H
#define ESPALIER_RUNTIME_PICTURE_PNG_H

#include "runtime/Picture/Image.h"

#include <string>

namespace espalier::picture {

/// Any PNG, as 8-bit RGB over white. Errors name the path: no such file, not a regular file, not a PNG, a broken one, a
/// larger one than checkSize allows.
Result<Image> readPng(const std::string &path);

/// The bytes of a PNG file of 8-bit RGB; channels outside [0, 1] are clamped.
Result<std::string> encodePng(const Image &image);

/// encodePng, as a file that appears whole or not at all.
Result<void> writePng(const std::string &path, const Image &image);

} // namespace espalier::picture

#endif
