//===- EdgeColours.cpp - What an edge of a drawn tree shows -----------------===//
#include "compiler/Tools/Figures/EdgeColours.h"

#include "runtime/Tree/HeavyPaths.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

namespace espalier::figures {

using namespace picture;

namespace {

struct MeaningRow {
  std::string_view name, title;
};

constexpr MeaningRow meanings[] = {
    {"weight", "edge weight"}, {"depth", "depth"}, {"level", "level (height)"}, {"path", "heavy paths"}};

/// Numbers of the children's edges, on a scale over all of them.
EdgeColours byNumber(const Tree &tree, const std::vector<double> &numbers, ScaleKind kind, ColourMap map,
                     bool areCounts) {
  std::vector<double> ofEdges;
  for (size_t v = 0; v < numbers.size(); ++v)
    if (tree.parents()[v] >= 0)
      ofEdges.push_back(numbers[v]);
  EdgeColours colours;
  colours.scale = ColourScale{map, Scale::covering(kind, ofEdges), areCounts};
  colours.palette.resize(256);
  for (size_t i = 0; i < 256; ++i)
    colours.palette[i] = colourOf(map, static_cast<double>(i) / 255);
  colours.entry.resize(numbers.size());
  for (size_t v = 0; v < numbers.size(); ++v) {
    double position = colours.scale->scale.position(numbers[v]);
    colours.entry[v] = static_cast<uint8_t>(255 * (position > 0 ? std::min(position, 1.0) : 0) + 0.5);
  }
  return colours;
}

/// Longer paths have their colours first, so that the longest differ from each other.
EdgeColours byPath(const Tree &tree) {
  HeavyPaths paths = HeavyPaths::of(tree);
  std::vector<int32_t> byLength(static_cast<size_t>(paths.numPaths()));
  std::iota(byLength.begin(), byLength.end(), 0);
  std::stable_sort(byLength.begin(), byLength.end(),
                   [&](int32_t a, int32_t b) { return paths.path(a).size() > paths.path(b).size(); });
  std::vector<uint8_t> entryOf(byLength.size());
  for (size_t i = 0; i < byLength.size(); ++i)
    entryOf[static_cast<size_t>(byLength[i])] = static_cast<uint8_t>(1 + i % 255);
  EdgeColours colours;
  colours.palette.push_back({0.55f, 0.55f, 0.57f});
  for (int64_t i = 0; i < 255; ++i)
    colours.palette.push_back(distinct(i, 0.74, 0.15));
  colours.entry.resize(static_cast<size_t>(tree.numVertices()), 0);
  for (size_t v = 0; v < colours.entry.size(); ++v)
    if (int32_t parent = tree.parents()[v]; parent >= 0 && paths.pathOf[v] == paths.pathOf[static_cast<size_t>(parent)])
      colours.entry[v] = entryOf[static_cast<size_t>(paths.pathOf[v])];
  return colours;
}

std::vector<double> asNumbers(std::span<const int32_t> values) { return {values.begin(), values.end()}; }

} // namespace

Result<EdgeMeaning> parseEdgeMeaning(std::string_view text) {
  for (size_t i = 0; i < std::size(meanings); ++i)
    if (text == meanings[i].name)
      return static_cast<EdgeMeaning>(i);
  return Error::of("unknown colour `{}`: expected weight, depth, level or path", text);
}

EdgeColours EdgeColours::of(const Tree &tree, EdgeMeaning meaning, std::span<const double> weights, ColourMap map) {
  EdgeColours colours;
  switch (meaning) {
  case EdgeMeaning::weight:
    colours = byNumber(tree, {weights.begin(), weights.end()}, ScaleKind::linear, map, false);
    break;
  case EdgeMeaning::depth:
    colours = byNumber(tree, asNumbers(tree.depths()), ScaleKind::linear, map, true);
    break;
  // Most vertices are near to a leaf.
  case EdgeMeaning::level:
    colours = byNumber(tree, asNumbers(tree.heights()), ScaleKind::logFromZero, map, true);
    break;
  case EdgeMeaning::path:
    colours = byPath(tree);
    break;
  }
  colours.title = meanings[static_cast<size_t>(meaning)].title;
  return colours;
}

void EdgeColours::drawLegend(Canvas &canvas, const Box &box) const {
  if (scale)
    return drawColourBar(canvas, box, *scale, title);
  canvas.text({box.x, box.y + 12}, title, {13});
  for (int i = 0; i < 3; ++i)
    canvas.line({box.x + 2 + 18 * i, box.y + 34}, {box.x + 16 + 18 * i, box.y + 34},
                {palette[static_cast<size_t>(1 + i)], 4});
  canvas.text({box.x, box.y + 56}, "one colour each", {13});
  canvas.line({box.x + 2, box.y + 80}, {box.x + 52, box.y + 80}, {palette[0], 4});
  canvas.text({box.x, box.y + 102}, "between paths", {13});
}

std::vector<int32_t> subtreeSizes(const Tree &tree) {
  std::vector<int32_t> sizes(static_cast<size_t>(tree.numVertices()), 1);
  for (int32_t v : tree.postOrder())
    if (int32_t parent = tree.parents()[static_cast<size_t>(v)]; parent >= 0)
      sizes[static_cast<size_t>(parent)] += sizes[static_cast<size_t>(v)];
  return sizes;
}

} // namespace espalier::figures
