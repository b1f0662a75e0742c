//===- PathProducts.h - A row of the path-product kernel --------------------===//
//
// The weight of an edge belongs to its child. K(u, v) is the product of the weights of
// the edges on the path between u and v: 1 for u = v, 0 for vertices of different trees
// (papers.md 2.3). The two-way scan of tree_scan multiplies a vector by K.
//
// Laws: K(u, v) = K(v, u); for w on the path between u and v, K(u, v) = K(u, w) K(w, v).
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TREE_PATHPRODUCTS_H
#define ESPALIER_RUNTIME_TREE_PATHPRODUCTS_H

#include "runtime/Tree/Tree.h"

#include <vector>

namespace espalier {

/// K(source, v) for every vertex v. `weights` has one number per vertex, those of roots are not read; `source` is a
/// vertex. O(V).
std::vector<double> pathProducts(const Tree &tree, std::span<const double> weights, int64_t source);

} // namespace espalier

#endif
