//===- ColourMap.h - Numbers become colours ---------------------------------===//
//
// A map is a way through OKLab whose lightness grows in proportion to the number: equal
// steps of the number are equal steps to the eye, also in grey and for the colour-blind.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_COLOURMAP_H
#define ESPALIER_RUNTIME_PICTURE_COLOURMAP_H

#include "runtime/Picture/Colour.h"

namespace espalier::picture {

enum class ColourMap : uint8_t {
  tide,  // deep blue, green, light yellow
  ember, // near black, magenta, orange, near white
  glow,  // violet, rose, light yellow: no dark end, for lines on a dark ground
  shade, // deep blue, green, olive: no light end, for lines on white
};

/// Of a number in [0, 1]; beyond, the colour of the end; a NaN is a grey that no map has.
Colour colourOf(ColourMap map, double number);

} // namespace espalier::picture

#endif
