//===- TreeDiagram.cpp - A tree as a diagram --------------------------------===//
#include "compiler/Tools/Figures/TreeDiagram.h"

#include "runtime/Picture/Lettering.h"

#include <algorithm>
#include <map>

namespace espalier::figures {

using namespace picture;

namespace {

/// Positions of all vertices within a box, and how far neighbours are from each other.
struct Positions {
  std::vector<Point> of;
  double spacing;

  static Positions within(const Box &box, const Tree &tree) {
    std::vector<double> places = leafPlaces(tree);
    double broad = static_cast<double>(std::max<int64_t>(tree.numLeaves(), 1)),
           deep = static_cast<double>(tree.maxDepth() + 1);
    bool isDeep = deep > 2 * broad;
    double leafStep = (isDeep ? box.height : box.width) / broad, depthStep = (isDeep ? box.width : box.height) / deep;
    Positions positions{{}, std::min(leafStep, depthStep)};
    for (size_t v = 0; v < places.size(); ++v) {
      double across = (places[v] + 0.5) * leafStep, down = (tree.depths()[v] + 0.5) * depthStep;
      positions.of.push_back(isDeep ? Point{box.x + down, box.y + across} : Point{box.x + across, box.y + down});
    }
    return positions;
  }
};

void drawVertices(Canvas &canvas, const Tree &tree, const Positions &positions) {
  if (positions.spacing < 5 && tree.numVertices() > 2000)
    return; // the edges alone
  double radius = std::clamp(0.34 * positions.spacing, 1.5, 15.0);
  // Of the largest number, so that all are written or none.
  double textSize = std::min(14.0, 1.25 * radius);
  bool areNumbered = textSize >= 9 && textWidth(std::to_string(tree.numVertices() - 1), textSize) < 1.8 * radius;
  for (size_t v = 0; v < positions.of.size(); ++v) {
    canvas.disc(positions.of[v], radius, ink);
    if (radius > 4)
      canvas.disc(positions.of[v], radius - 1.2, white);
    if (areNumbered)
      canvas.text({positions.of[v].x, positions.of[v].y + 0.35 * textSize}, std::to_string(v),
                  {textSize, Anchor::middle});
  }
}

} // namespace

std::vector<double> leafPlaces(const Tree &tree) {
  std::vector<double> places(static_cast<size_t>(tree.numVertices()));
  double next = 0;
  for (int32_t v : tree.postOrder()) {
    std::span<const int32_t> children = tree.children(v);
    places[static_cast<size_t>(v)] =
        children.empty()
            ? next++
            : (places[static_cast<size_t>(children.front())] + places[static_cast<size_t>(children.back())]) / 2;
  }
  return places;
}

Result<Drawing> treeDiagram(const Tree &tree, const EdgeColours &colours, const FigureStyle &style) {
  if (tree.numVertices() == 0)
    return Error::of("a tree without vertices cannot be drawn");
  if (tree.numVertices() > mostVerticesOfDiagram)
    return Error::of("a tree of {} vertices: at most {} are drawn as a diagram", tree.numVertices(),
                     mostVerticesOfDiagram);
  // Small trees need less room.
  int64_t broad = tree.numLeaves(), deep = tree.maxDepth() + 1;
  if (deep > 2 * broad)
    std::swap(broad, deep);
  Layout layout =
      Layout::around({std::clamp<int64_t>(48 * broad, 240, 1200), std::clamp<int64_t>(72 * deep, 200, 700)}, style);
  auto draw = [layout, style, tree, colours](Canvas &canvas) {
    Positions positions = Positions::within(layout.picture, tree);
    std::map<uint8_t, std::vector<Segment>> edges;
    for (size_t v = 0; v < positions.of.size(); ++v)
      if (int32_t parent = tree.parents()[v]; parent >= 0)
        edges[colours.entry[v]].push_back({positions.of[v], positions.of[static_cast<size_t>(parent)]});
    for (const auto &[entry, segments] : edges)
      canvas.segments(segments, {colours.palette[entry], std::clamp(0.12 * positions.spacing, 0.8, 3.5)});
    drawVertices(canvas, tree, positions);
    layout.drawFrame(canvas, style);
    if (!style.isPlain)
      colours.drawLegend(canvas, layout.legend);
  };
  return Drawing{layout.size, draw};
}

} // namespace espalier::figures
