//===- Layout.cpp - Title, picture, legend ----------------------------------===//
#include "compiler/Tools/Figures/Layout.h"

#include "runtime/Picture/Lettering.h"

#include <algorithm>
#include <cmath>

namespace espalier::figures {

using namespace picture;

namespace {

constexpr int64_t margin = 16, titleHeight = 30, legendWidth = 132, leastHeight = 200;
constexpr double titleSize = 16;

} // namespace

Layout Layout::around(Size picture, const FigureStyle &style) {
  double width = static_cast<double>(picture.width), height = static_cast<double>(picture.height);
  if (style.isPlain)
    return {picture, {0, 0, width, height}, {}};
  // A legend and a title need some room beside the smallest picture.
  int64_t outer = std::max(picture.height, leastHeight);
  Layout layout;
  layout.picture = {margin, margin + titleHeight, width, height};
  layout.legend = {width + 2 * margin, margin + titleHeight, legendWidth - margin,
                   static_cast<double>(std::min<int64_t>(outer, 420))};
  int64_t titleWidth = std::min<int64_t>(640, static_cast<int64_t>(textWidth(style.title, titleSize)) + 1);
  layout.size = {std::max(picture.width + legendWidth, titleWidth) + 2 * margin, outer + titleHeight + 2 * margin};
  return layout;
}

void Layout::drawFrame(Canvas &canvas, const FigureStyle &style) const {
  if (style.isPlain)
    return;
  canvas.text({picture.x, picture.y - 13}, fitted(style.title, titleSize, static_cast<double>(size.width) - 2 * margin),
              {titleSize});
  canvas.frame({picture.x - 0.5, picture.y - 0.5, picture.width + 1, picture.height + 1}, {ink, 1});
}

int64_t cellOf(Size image, const FigureStyle &style) {
  if (style.cell > 0)
    return style.cell;
  int64_t side = std::max<int64_t>({image.width, image.height, 1});
  int64_t comfortable = std::clamp<int64_t>((900 + side / 2) / side, 3, 24);
  int64_t affordable =
      std::min((mostPixelsPerSide - 300) / side,
               static_cast<int64_t>(std::sqrt(static_cast<double>(mostPixels) / 2 /
                                              static_cast<double>(std::max<int64_t>(image.numPixels(), 1)))));
  return std::max<int64_t>(1, std::min(comfortable, affordable));
}

} // namespace espalier::figures
