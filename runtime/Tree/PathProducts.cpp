//===- PathProducts.cpp - A row of the path-product kernel ------------------===//
#include "runtime/Tree/PathProducts.h"

#include <cassert>

namespace espalier {

std::vector<double> pathProducts(const Tree &tree, std::span<const double> weights, int64_t source) {
  assert(static_cast<int64_t>(weights.size()) == tree.numVertices() && source >= 0 && source < tree.numVertices());
  std::span<const int32_t> parents = tree.parents(), order = tree.postOrder();
  std::vector<double> product(weights.size(), 0.0);
  std::vector<bool> isAncestor(weights.size(), false); // the source and the vertices above it
  // First up from the source, then down from there.
  product[static_cast<size_t>(source)] = 1;
  isAncestor[static_cast<size_t>(source)] = true;
  for (int32_t v = static_cast<int32_t>(source), p = parents[static_cast<size_t>(v)]; p >= 0;
       v = p, p = parents[static_cast<size_t>(v)]) {
    product[static_cast<size_t>(p)] = product[static_cast<size_t>(v)] * weights[static_cast<size_t>(v)];
    isAncestor[static_cast<size_t>(p)] = true;
  }
  for (size_t i = order.size(); i-- > 0;) {
    size_t v = static_cast<size_t>(order[i]);
    if (parents[v] >= 0 && !isAncestor[v])
      product[v] = product[static_cast<size_t>(parents[v])] * weights[v];
  }
  return product;
}

} // namespace espalier
