//===- PixelTree.cpp - The spanning tree of an image ------------------------===//
#include "compiler/Tools/Figures/PixelTree.h"

#include <cmath>

namespace espalier::figures {

using picture::Colour, picture::Image;

double colourDistance(const Colour &a, const Colour &b) {
  double squared = 0;
  for (size_t channel = 0; channel < 3; ++channel) {
    double difference = static_cast<double>(a[channel]) - b[channel];
    squared += difference * difference;
  }
  return std::sqrt(squared);
}

Result<Tree> pixelTree(const Image &image, GraphKind neighbours, RootRule root) {
  Result<Graph> graph = Graph::implicit(neighbours, image.height, image.width);
  if (!graph)
    return graph.error();
  std::vector<double> costs(static_cast<size_t>(graph->numEdges()));
  for (size_t e = 0; e < costs.size(); ++e) {
    Edge edge = graph->edge(static_cast<int64_t>(e));
    costs[e] =
        colourDistance(image.pixels[static_cast<size_t>(edge.lower)], image.pixels[static_cast<size_t>(edge.higher)]);
  }
  return minimumSpanningTree(*graph, costs, root);
}

std::vector<double> edgeWeights(const Image &image, const Tree &tree, double contrast) {
  std::vector<double> weights(static_cast<size_t>(tree.numVertices()), 1.0);
  for (size_t v = 0; v < weights.size(); ++v)
    if (int32_t parent = tree.parents()[v]; parent >= 0) {
      double steps = colourDistance(image.pixels[v], image.pixels[static_cast<size_t>(parent)]) / contrast;
      weights[v] = std::exp(-steps * steps);
    }
  return weights;
}

} // namespace espalier::figures
