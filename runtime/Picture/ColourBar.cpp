//===- ColourBar.cpp - What the colours of a picture mean -------------------===//
#include "runtime/Picture/ColourBar.h"

#include "runtime/Picture/Lettering.h"

#include <algorithm>

namespace espalier::picture {

void drawColourBar(Canvas &canvas, const Box &box, const ColourScale &colours, std::string_view title) {
  constexpr double titleHeight = 24, barWidth = 18, textSize = 13;
  canvas.text({box.x, box.y + 12}, fitted(title, textSize, box.width), {textSize});
  const Box bar{box.x, box.y + titleHeight, barWidth, box.height - titleHeight};
  Image steps(1, 256);
  for (int64_t i = 0; i < 256; ++i)
    steps.at(0, i) = colourOf(colours.map, 1 - static_cast<double>(i) / 255);
  canvas.image(bar, steps);
  canvas.frame(bar, {ink, 1});
  for (double tick : colours.scale.ticks(std::max(2, static_cast<int>(bar.height / 40)), colours.isOfCounts)) {
    double y = bar.bottom() - bar.height * colours.scale.position(tick);
    canvas.line({bar.right(), y}, {bar.right() + 5, y}, {ink, 1});
    canvas.text({bar.right() + 11, y + 0.35 * textSize}, tickText(tick), {textSize});
  }
}

} // namespace espalier::picture
