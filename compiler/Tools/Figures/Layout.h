//===- Layout.h - Title, picture, legend ------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_FIGURES_LAYOUT_H
#define ESPALIER_COMPILER_TOOLS_FIGURES_LAYOUT_H

#include "runtime/Picture/Canvas.h"

#include <string>

namespace espalier::figures {

/// How a figure is set.
struct FigureStyle {
  std::string title;
  bool isPlain = false; // the picture alone: no title, no legend, no margin
  int64_t cell = 0;     // pixels of the figure per pixel of the image in each direction; 0: chosen
};

/// A picture of the given size with a title above it and, at its right, room for a legend.
struct Layout {
  picture::Size size;   // of the figure
  picture::Box picture; // within it
  picture::Box legend;  // empty in plain figures

  static Layout around(picture::Size picture, const FigureStyle &style);
  /// The title and a frame around the picture; nothing in plain figures.
  void drawFrame(picture::Canvas &canvas, const FigureStyle &style) const;
};

/// Figure pixels per image pixel: style.cell, or so many that the image is about 900 pixels large, at most 24, and at
/// least 3 where the figure can still be written.
int64_t cellOf(picture::Size image, const FigureStyle &style);

} // namespace espalier::figures

#endif
