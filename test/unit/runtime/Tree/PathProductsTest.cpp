//===- PathProductsTest.cpp - A row of the path-product kernel --------------===//
#include "runtime/Tree/PathProducts.h"

#include <gtest/gtest.h>

#include <random>

using namespace espalier;

namespace {

/// The product over the explicit path: both ends climb until they meet.
double alongThePath(const Tree &tree, const std::vector<double> &weights, int32_t u, int32_t v) {
  double product = 1;
  while (u != v) {
    int32_t &deeper = tree.depths()[static_cast<size_t>(u)] >= tree.depths()[static_cast<size_t>(v)] ? u : v;
    if (tree.parents()[static_cast<size_t>(deeper)] < 0)
      return 0; // two roots
    product *= weights[static_cast<size_t>(deeper)];
    deeper = tree.parents()[static_cast<size_t>(deeper)];
  }
  return product;
}

} // namespace

TEST(PathProducts, MeetExplicitPaths) {
  std::mt19937 random(5);
  for (int trial = 0; trial < 200; ++trial) {
    int32_t numVertices = trial < 4 ? trial + 1 : 1 + static_cast<int32_t>(random() % 60);
    std::vector<int32_t> parents(static_cast<size_t>(numVertices));
    std::vector<double> weights(parents.size());
    for (int32_t v = 0; v < numVertices; ++v) {
      parents[static_cast<size_t>(v)] =
          v == 0 || random() % 12 == 0 ? -1 : static_cast<int32_t>(random() % static_cast<uint32_t>(v));
      weights[static_cast<size_t>(v)] = static_cast<double>(random() % 1000) / 500 - 0.3;
    }
    Result<Tree> forest = Tree::fromParents(parents, TreeKind::forest);
    ASSERT_TRUE(forest);
    for (int32_t u = 0; u < numVertices; ++u) {
      std::vector<double> row = pathProducts(*forest, weights, u);
      for (int32_t v = 0; v < numVertices; ++v) {
        double expected = alongThePath(*forest, weights, u, v);
        EXPECT_NEAR(row[static_cast<size_t>(v)], expected, 1e-12 * (1 + std::abs(expected)));
      }
    }
  }
}
