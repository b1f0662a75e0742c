//===- BoostKruskal.cpp - A spanning tree by Boost --------------------------===//
#include "test/benchmarks/BoostKruskal.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/kruskal_min_spanning_tree.hpp>

#include <memory>

namespace espalier::benchmarks {

namespace {
using BoostGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                                         boost::property<boost::edge_weight_t, double>>;

/// Parents by breadth-first search over the chosen edges.
std::vector<int32_t> rooted(const BoostGraph &graph, const std::vector<BoostGraph::edge_descriptor> &chosen) {
  std::vector<std::vector<int32_t>> neighbours(num_vertices(graph));
  for (const auto &edge : chosen) {
    neighbours[source(edge, graph)].push_back(static_cast<int32_t>(target(edge, graph)));
    neighbours[target(edge, graph)].push_back(static_cast<int32_t>(source(edge, graph)));
  }
  std::vector<int32_t> parents(num_vertices(graph), -1), queue = {0};
  for (size_t next = 0; next < queue.size(); ++next)
    for (int32_t other : neighbours[static_cast<size_t>(queue[next])])
      if (other != parents[static_cast<size_t>(queue[next])]) {
        parents[static_cast<size_t>(other)] = queue[next];
        queue.push_back(other);
      }
  return parents;
}
} // namespace

std::function<Result<void>()> boostKruskal(const Graph &graph, std::span<const double> costs) {
  auto built = std::make_shared<BoostGraph>(static_cast<size_t>(graph.numVertices()));
  for (int64_t e = 0; e < graph.numEdges(); ++e) {
    Edge edge = graph.edge(e);
    add_edge(static_cast<size_t>(edge.lower), static_cast<size_t>(edge.higher), costs[static_cast<size_t>(e)], *built);
  }
  return [built]() -> Result<void> {
    std::vector<BoostGraph::edge_descriptor> chosen;
    kruskal_minimum_spanning_tree(*built, std::back_inserter(chosen));
    if (rooted(*built, chosen).size() != num_vertices(*built))
      return Error::of("Boost lost a vertex");
    return {};
  };
}

} // namespace espalier::benchmarks
