//===- HeatMap.cpp - A number per pixel over an image -----------------------===//
#include "compiler/Tools/Figures/HeatMap.h"

#include <algorithm>

namespace espalier::figures {

using namespace picture;

namespace {

/// The colour of each number with the image's edges shining through.
Image coloured(const Image &image, std::span<const double> values, const HeatMapStyle &heat) {
  Image picture = image;
  for (size_t i = 0; i < values.size(); ++i) {
    float grey = luma(image.pixels[i]);
    picture.pixels[i] = mix({grey, grey, grey}, heat.colours.of(values[i]), static_cast<float>(heat.opacity));
  }
  return picture;
}

} // namespace

Result<Drawing> heatMap(const Image &image, std::span<const double> values, const HeatMapStyle &heat,
                        const FigureStyle &style) {
  if (static_cast<int64_t>(values.size()) != image.size().numPixels())
    return Error::of("{} numbers for an image of {} x {} pixels", values.size(), image.width, image.height);
  int64_t cell = cellOf(image.size(), style);
  if (cell > mostPixelsPerSide)
    return Error::of("a cell of {} pixels is too large: at most {}", cell, mostPixelsPerSide);
  Layout layout = Layout::around({image.width * cell, image.height * cell}, style);
  if (Result<void> checked = checkSize(layout.size); !checked)
    return checked.error();
  auto draw = [layout, style, heat, cell, picture = coloured(image, values, heat)](Canvas &canvas) {
    canvas.image(layout.picture, picture);
    if (heat.mark) {
      double step = static_cast<double>(cell);
      Point centre{layout.picture.x + (static_cast<double>(*heat.mark % picture.width) + 0.5) * step,
                   layout.picture.y + (static_cast<double>(*heat.mark / picture.width) + 0.5) * step};
      double radius = std::max(6.0, 1.1 * step);
      canvas.ring(centre, radius, {black, 4});
      canvas.ring(centre, radius, {white, 2});
    }
    layout.drawFrame(canvas, style);
    if (!style.isPlain)
      drawColourBar(canvas, layout.legend, heat.colours, heat.legend);
  };
  return Drawing{layout.size, draw};
}

} // namespace espalier::figures
