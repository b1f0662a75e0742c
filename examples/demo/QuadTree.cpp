//===- QuadTree.cpp - Lays an image on perfect 4-ary trees ------------------===//
#include "examples/demo/QuadTree.h"

#include <cmath>

namespace espalier::demo {

Layout Layout::of(const Image &image, int64_t copies) {
  Layout layout{image.width, image.height, 0, {}};
  while (layout.side() < image.width || layout.side() < image.height)
    ++layout.levels;
  // The additive recurrence of the plastic number covers the square evenly for every count of copies.
  constexpr double plastic = 1.32471795724474602596;
  for (int64_t copy = 0; copy < copies; ++copy) {
    double x = copy / plastic, y = copy / (plastic * plastic);
    layout.offsets.push_back({static_cast<int64_t>((x - std::floor(x)) * layout.side()),
                              static_cast<int64_t>((y - std::floor(y)) * layout.side())});
  }
  return layout;
}

int64_t mortonCode(int64_t x, int64_t y) {
  int64_t code = 0;
  for (int bit = 0; (x | y) >> bit; ++bit)
    code |= ((x >> bit & 1) << (2 * bit)) | ((y >> bit & 1) << (2 * bit + 1));
  return code;
}

/// The position that a mirror at both ends of 0 .. size-1 shows at i.
static int64_t mirrored(int64_t i, int64_t size) {
  int64_t phase = i % (2 * size);
  return phase < size ? phase : 2 * size - 1 - phase;
}

Result<Tensor> toLeaves(const Image &image, const Layout &layout) {
  Result<Tensor> colours =
      Tensor::zeros(DType::f32, {static_cast<int64_t>(layout.offsets.size()), layout.numVertices(), 3});
  if (!colours)
    return colours;
  float *copy = colours->data<float>();
  for (Layout::Offset offset : layout.offsets) {
    for (int64_t y = 0; y < layout.side(); ++y)
      for (int64_t x = 0; x < layout.side(); ++x) {
        const Colour &pixel = image.at(mirrored((x + offset.x) % layout.side(), image.width),
                                       mirrored((y + offset.y) % layout.side(), image.height));
        std::copy(pixel.begin(), pixel.end(), copy + 3 * mortonCode(x, y));
      }
    copy += 3 * layout.numVertices();
  }
  return colours;
}

Image fromLeaves(const Tensor &solution, const Layout &layout) {
  Image image(layout.width, layout.height);
  const float *copy = solution.data<float>();
  float share = 1.0f / static_cast<float>(layout.offsets.size());
  for (Layout::Offset offset : layout.offsets) {
    for (int64_t y = 0; y < layout.height; ++y)
      for (int64_t x = 0; x < layout.width; ++x) {
        int64_t leaf =
            mortonCode((x - offset.x + layout.side()) % layout.side(), (y - offset.y + layout.side()) % layout.side());
        for (int channel = 0; channel < 3; ++channel)
          image.at(x, y)[channel] += share * copy[3 * leaf + channel];
      }
    copy += 3 * layout.numVertices();
  }
  return image;
}

} // namespace espalier::demo
