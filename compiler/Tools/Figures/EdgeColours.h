//===- EdgeColours.h - What an edge of a drawn tree shows -------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_FIGURES_EDGECOLOURS_H
#define ESPALIER_COMPILER_TOOLS_FIGURES_EDGECOLOURS_H

#include "runtime/Picture/ColourBar.h"
#include "runtime/Tree/Tree.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espalier::figures {

enum class EdgeMeaning : uint8_t {
  weight, // of the edge
  depth,  // of the child: edges to its root
  level,  // height of the child: edges to its farthest leaf; a sweep visits equal levels together
  path,   // the heavy path that the edge is part of; grey where it joins two paths
};

/// "weight", "depth", "level", "path"; an error names them.
Result<EdgeMeaning> parseEdgeMeaning(std::string_view text);

/// Colours of edges, each named by its child. Colours are few, so that equal ones are drawn together.
struct EdgeColours {
  std::string title;                         // of the legend
  std::optional<picture::ColourScale> scale; // none where colours only tell edges apart
  std::vector<picture::Colour> palette;      // at most 256
  std::vector<uint8_t> entry;                // of the palette, by child

  /// `weights` has one number per vertex; it is read for EdgeMeaning::weight alone. `map` is of the numbers.
  static EdgeColours of(const Tree &tree, EdgeMeaning meaning, std::span<const double> weights, picture::ColourMap map);

  /// What the colours mean, at the top of `box`.
  void drawLegend(picture::Canvas &canvas, const picture::Box &box) const;
};

/// The number of vertices at and below each vertex.
std::vector<int32_t> subtreeSizes(const Tree &tree);

} // namespace espalier::figures

#endif
