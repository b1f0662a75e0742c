//===- Lettering.h - Text as strokes ----------------------------------------===//
//
// Raster pictures carry their own letters: ASCII, each a few straight strokes on a grid of 4 x 8, drawn with a round
// pen.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_LETTERING_H
#define ESPALIER_RUNTIME_PICTURE_LETTERING_H

#include "runtime/Picture/Canvas.h"

#include <string>
#include <vector>

namespace espalier::picture {

/// The characters of a UTF-8 text; U+FFFD for each byte that is none, and for characters that XML 1.0 forbids.
std::u32string charactersOf(std::string_view text);

/// The text as the content of an XML element, in UTF-8.
std::string xmlText(std::string_view text);

/// The strokes of a text whose base line starts at (0, 0). What is not ASCII is a box.
std::vector<Segment> letteringOf(std::string_view text, double size);

/// From the start of the first character to the end of the last; in SVG, where the viewer has letters of its own,
/// about.
double textWidth(std::string_view text, double size);

/// The text, or its beginning and "..." if it is wider than `width`.
std::string fitted(std::string_view text, double size, double width);

} // namespace espalier::picture

#endif
