//===- SweepTest.cpp - Sweeps over trees against plain loops ----------------===//
#include "RunText.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace espalier;
using namespace espalier::interpreter;

/// xi[v] = u[v] + sum over children of a[c] xi[c];  h[v] = xi[v] + a[v] h[parent(v)]; batch and a forest of any shape.
static const char *twoSweeps = R"(
func.func @f(%T: !tree.tree<forest>, %u: tensor<?x?x3xf32>, %a: tensor<?x?x3xf32>, %B: index) -> (tensor<?x?x3xf32>, tensor<?x?x3xf32>) {
  %xi = tree.sweep up batch(%B) over %T : !tree.tree<forest> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?x3xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?x?x3xf32> -> tensor<3xf32>
    %below = tree.reduce [sum] over children(%v) of %T : !tree.tree<forest> {
    ^bb0(%c: !tree.vertex):
      %a_c = tree.read %a[%c : !tree.vertex] : tensor<?x?x3xf32> -> tensor<3xf32>
      %xi_c = tree.read %self[%c : !tree.vertex] : tensor<?x?x3xf32> -> tensor<3xf32>
      %m = arith.mulf %a_c, %xi_c : tensor<3xf32>
      tree.yield %m : tensor<3xf32>
    } : tensor<3xf32>
    %x = arith.addf %u_v, %below : tensor<3xf32>
    tree.yield %x : tensor<3xf32>
  } : tensor<?x?x3xf32>
  %h = tree.sweep down batch(%B) over %T : !tree.tree<forest> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?x3xf32>):
    %p = tree.parent %v of %T : !tree.tree<forest>
    %xi_v = tree.read %xi[%v : !tree.vertex] : tensor<?x?x3xf32> -> tensor<3xf32>
    %a_v = tree.read %a[%v : !tree.vertex] : tensor<?x?x3xf32> -> tensor<3xf32>
    %h_p = tree.read %self[%p : !tree.vertex] : tensor<?x?x3xf32> -> tensor<3xf32>
    %m = arith.mulf %a_v, %h_p : tensor<3xf32>
    %x = arith.addf %xi_v, %m : tensor<3xf32>
    tree.yield %x : tensor<3xf32>
  } : tensor<?x?x3xf32>
  return %xi, %h : tensor<?x?x3xf32>, tensor<?x?x3xf32>
}
)";

/// The same by plain loops; parents[v] > v.
static void expectTwoSweeps(const std::vector<Value> &results, const std::vector<std::vector<int32_t>> &parents,
                            int64_t batch, const std::vector<double> &u, const std::vector<double> &a) {
  int64_t numVertices = static_cast<int64_t>(parents[0].size());
  std::vector<double> xi = u, h(u.size());
  for (int64_t b = 0; b < batch; ++b) {
    const std::vector<int32_t> &parent = parents[b * parents.size() / batch];
    for (int64_t v = 0; v < numVertices; ++v)
      for (int64_t k = 0; k < 3 && parent[v] >= 0; ++k)
        xi[(b * numVertices + parent[v]) * 3 + k] +=
            a[(b * numVertices + v) * 3 + k] * xi[(b * numVertices + v) * 3 + k];
    for (int64_t v = numVertices; v-- > 0;)
      for (int64_t k = 0; k < 3; ++k)
        h[(b * numVertices + v) * 3 + k] =
            xi[(b * numVertices + v) * 3 + k] +
            (parent[v] < 0 ? 0 : a[(b * numVertices + v) * 3 + k] * h[(b * numVertices + parent[v]) * 3 + k]);
  }
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(shape(results[0]), (Shape{batch, numVertices, 3}));
  EXPECT_EQ(shape(results[1]), (Shape{batch, numVertices, 3}));
  std::vector<double> gotXi = numbers(results[0]), gotH = numbers(results[1]);
  for (size_t i = 0; i < u.size(); ++i) {
    EXPECT_NEAR(gotXi[i], xi[i], 1e-12 * (1 + std::fabs(xi[i])));
    EXPECT_NEAR(gotH[i], h[i], 1e-12 * (1 + std::fabs(h[i])));
  }
}

TEST(Sweep, UpAndDownOverTreesOfEveryShape) {
  for (int64_t numVertices : {0, 1, 2, 3, 7, 16, 33})
    for (int64_t batch : {0, 1, 3})
      for (double rootRate : {0.0, 0.3, 1.0}) {
        auto parents = randomParents(numVertices, 11 + numVertices, rootRate);
        Tensor u = random({batch, numVertices, 3}, 1), a = random({batch, numVertices, 3}, 2);
        auto results = runText(twoSweeps, {treeOf(parents, TreeKind::forest), u, a, batch});
        ASSERT_TRUE(results) << results.error().message;
        expectTwoSweeps(*results, {parents}, batch, numbers(Value(u)), numbers(Value(a)));
      }
}

TEST(Sweep, ElementsOfABatchOfTrees) {
  std::vector<std::vector<int32_t>> parents = {randomParents(9, 1), randomParents(9, 2), randomParents(9, 3)};
  std::vector<Tree> trees;
  for (auto &p : parents)
    trees.push_back(treeOf(p, TreeKind::forest));
  Tensor u = random({6, 9, 3}, 1), a = random({6, 9, 3}, 2);
  auto results = runText(twoSweeps, {*TreeBatch::of({3}, trees), u, a, int64_t(6)});
  ASSERT_TRUE(results) << results.error().message;
  expectTwoSweeps(*results, parents, 6, numbers(Value(u)), numbers(Value(a)));
}

TEST(Sweep, RefusesABatchThatTheTreesDoNotFit) {
  std::vector<Tree> trees(2, treeOf({1, -1}, TreeKind::forest));
  auto results =
      runText(twoSweeps, {*TreeBatch::of({2}, trees), random({3, 2, 3}, 1), random({3, 2, 3}, 2), int64_t(3)});
  ASSERT_FALSE(results);
  EXPECT_NE(results.error().message.find("2 trees do not fit a batch of 3"), std::string::npos)
      << results.error().message;
}

TEST(Sweep, RunsAlongAChainOfAMillionVertices) {
  const char *cumulativeSum = R"(
func.func @f(%T: !tree.tree<chain>, %u: tensor<?xf64>) -> tensor<?xf64> {
  %s = tree.sweep up over %T : !tree.tree<chain> {
  ^bb0(%t: !tree.vertex, %self: tensor<?xf64>):
    %u_t = tree.read %u[%t : !tree.vertex] : tensor<?xf64> -> f64
    %before = tree.reduce [sum] over children(%t) of %T : !tree.tree<chain> {
    ^bb0(%c: !tree.vertex):
      %s_c = tree.read %self[%c : !tree.vertex] : tensor<?xf64> -> f64
      tree.yield %s_c : f64
    } : f64
    %x = arith.addf %u_t, %before : f64
    tree.yield %x : f64
  } : tensor<?xf64>
  return %s : tensor<?xf64>
})";
  int64_t n = 1 << 20;
  auto results = runText(cumulativeSum, {*Tree::chain(n), tensor({n}, std::vector<double>(n, 0.5))});
  ASSERT_TRUE(results) << results.error().message;
  std::vector<double> sums = numbers(results->front());
  for (int64_t t = 0; t < n; t += 4099)
    ASSERT_EQ(sums[t], 0.5 * double(t + 1));
  EXPECT_EQ(sums.back(), 0.5 * double(n));
}
