//===- TreeOverImage.cpp - A tree over the pixels that it joins -------------===//
#include "compiler/Tools/Figures/TreeOverImage.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

namespace espalier::figures {

using namespace picture;

namespace {

constexpr int numWidths = 6;

/// 0 for a leaf's edge .. numWidths-1 below the root of the largest tree: by the logarithm of the vertices below.
int widthStep(int32_t subtreeSize, int32_t largest) {
  if (largest <= 1)
    return 0;
  return std::min(numWidths - 1, static_cast<int>(numWidths * std::log(subtreeSize) / std::log(largest)));
}

Image darkened(const Image &image) {
  Image dark = image;
  for (Colour &pixel : dark.pixels) {
    float grey = luma(pixel);
    pixel = mix(black, mix(pixel, {grey, grey, grey}, 0.4f), 0.42f);
  }
  return dark;
}

/// Edges of one width and colour, to be drawn together; wide ones last.
using EdgeGroups = std::map<std::pair<int, uint8_t>, std::vector<int32_t>>;

EdgeGroups groupEdges(const Tree &tree, const EdgeColours &colours) {
  std::vector<int32_t> sizes = subtreeSizes(tree);
  int32_t largest = sizes.empty() ? 0 : *std::max_element(sizes.begin(), sizes.end());
  EdgeGroups groups;
  for (size_t v = 0; v < sizes.size(); ++v)
    if (tree.parents()[v] >= 0)
      groups[{widthStep(sizes[v], largest), colours.entry[v]}].push_back(static_cast<int32_t>(v));
  return groups;
}

} // namespace

Result<void> checkFits(const Image &image, const Tree &tree) {
  if (tree.numVertices() == image.size().numPixels())
    return {};
  return Error::of("the tree does not fit the image: it has {} vertices, and the image {} x {} = {} pixels",
                   tree.numVertices(), image.width, image.height, image.size().numPixels());
}

Result<Drawing> treeOverImage(const Image &image, const Tree &tree, const EdgeColours &colours,
                              const FigureStyle &style) {
  if (Result<void> fits = checkFits(image, tree); !fits)
    return fits.error();
  int64_t cell = cellOf(image.size(), style);
  if (cell > mostPixelsPerSide)
    return Error::of("a cell of {} pixels is too large: at most {}", cell, mostPixelsPerSide);
  Layout layout = Layout::around({image.width * cell, image.height * cell}, style);
  if (Result<void> checked = checkSize(layout.size); !checked)
    return checked.error();
  auto draw = [layout, style, cell, tree, colours, ground = darkened(image)](Canvas &canvas) {
    double step = static_cast<double>(cell);
    auto centre = [&](int32_t v) {
      return Point{layout.picture.x + (static_cast<double>(v % ground.width) + 0.5) * step,
                   layout.picture.y + (static_cast<double>(v / ground.width) + 0.5) * step};
    };
    canvas.image(layout.picture, ground);
    for (const auto &[look, children] : groupEdges(tree, colours)) {
      std::vector<Segment> edges;
      for (int32_t child : children)
        edges.push_back({centre(child), centre(tree.parents()[static_cast<size_t>(child)])});
      double share = 0.12 + 0.4 * look.first / (numWidths - 1);
      canvas.segments(edges, {colours.palette[look.second], std::max(0.7, share * step)});
    }
    for (int32_t root : tree.roots()) {
      canvas.disc(centre(root), std::max(3.0, 0.42 * step), white);
      canvas.disc(centre(root), std::max(1.5, 0.2 * step), ink);
    }
    layout.drawFrame(canvas, style);
    if (!style.isPlain)
      colours.drawLegend(canvas, layout.legend);
  };
  return Drawing{layout.size, draw};
}

} // namespace espalier::figures
