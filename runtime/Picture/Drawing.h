//===- Drawing.h - A picture that is written as PNG or SVG ------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_DRAWING_H
#define ESPALIER_RUNTIME_PICTURE_DRAWING_H

#include "runtime/Picture/Canvas.h"

#include <functional>
#include <string>

namespace espalier::picture {

/// A size, and what is drawn on a canvas of that size.
struct Drawing {
  Size size;
  std::function<void(Canvas &)> draw;
};

/// An error unless the path ends in .png or .svg.
Result<void> checkPicturePath(const std::string &path);

/// As PNG or SVG, by the ending of the path; the file appears whole or not at all. Errors: checkPicturePath's,
/// checkSize's, and that the file cannot be written.
Result<void> writeDrawing(const std::string &path, const Drawing &drawing);

} // namespace espalier::picture

#endif
