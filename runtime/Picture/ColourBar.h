//===- ColourBar.h - What the colours of a picture mean ---------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_COLOURBAR_H
#define ESPALIER_RUNTIME_PICTURE_COLOURBAR_H

#include "runtime/Picture/Canvas.h"
#include "runtime/Picture/ColourMap.h"
#include "runtime/Picture/Scale.h"

namespace espalier::picture {

/// A colour for each number of a scale.
struct ColourScale {
  ColourMap map;
  Scale scale;
  bool isOfCounts = false; // only whole numbers have ticks
  Colour of(double value) const { return colourOf(map, scale.position(value)); }
};

/// A bar of all colours with ticks at its right, the greatest number at the top, and a title above it, all within
/// `box`.
void drawColourBar(Canvas &canvas, const Box &box, const ColourScale &colours, std::string_view title);

} // namespace espalier::picture

#endif
