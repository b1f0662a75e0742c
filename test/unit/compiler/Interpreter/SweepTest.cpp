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

TEST(Sweep, EachOverLeadingAxesAndVertices) {
  // y[h, k, v] = s[h] + 10 s[k] + x[k, v]
  auto results = runText(R"(
func.func @f(%T: !tree.tree<forest>, %s: tensor<?xf64>, %x: tensor<?x?xf64>, %H: index, %K: index) -> tensor<?x?x?xf64> {
  %y = tree.sweep each axes(%H, %K) over %T : !tree.tree<forest> {
  ^bb0(%h: index, %k: index, %v: !tree.vertex, %self: tensor<?x?x?xf64>):
    %ten = arith.constant 10.0 : f64
    %a = tree.read %s[%h : index] : tensor<?xf64> -> f64
    %b = tree.read %s[%k : index] : tensor<?xf64> -> f64
    %c = tree.read %x[%k, %v : index, !tree.vertex] : tensor<?x?xf64> -> f64
    %b10 = arith.mulf %ten, %b : f64
    %ab = arith.addf %a, %b10 : f64
    %abc = arith.addf %ab, %c : f64
    tree.yield %abc : f64
  } : tensor<?x?x?xf64>
  return %y : tensor<?x?x?xf64>
})",
                         {treeOf({1, -1, -1}, TreeKind::forest), tensor({2}, {1, 2}),
                          tensor({2, 3}, {100, 200, 300, 400, 500, 600}), int64_t(2), int64_t(2)});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(shape(results->front()), (Shape{2, 2, 3}));
  EXPECT_EQ(numbers(results->front()),
            (std::vector<double>{111, 211, 311, 421, 521, 621, 112, 212, 312, 422, 522, 622}));
}

TEST(Sweep, EachOverLeavesGivesTheirVertices) {
  // A tensor over the leaves, made from one over the vertices, and read back at every vertex.
  auto results = runText(R"(
func.func @f(%T: !tree.tree<rooted>, %x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) {
  %l = tree.sweep each leaves over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf64>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf64> -> f64
    %x2 = arith.addf %x_v, %x_v : f64
    tree.yield %x2 : f64
  } : tensor<?xf64>
  %y = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf64>):
    %r = tree.leaf %v of %T : !tree.tree<rooted>
    %l_v = tree.read %l[%r : !tree.vertex] : tensor<?xf64> -> f64
    tree.yield %l_v : f64
  } : tensor<?xf64>
  return %l, %y : tensor<?xf64>, tensor<?xf64>
})",
                         {treeOf({4, 2, 4, 2, -1}), tensor({5}, {1, 2, 3, 4, 5})});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(numbers((*results)[0]), (std::vector<double>{2, 4, 8}));
  EXPECT_EQ(numbers((*results)[1]), (std::vector<double>{2, 4, 0, 8, 0}));
}

TEST(Sweep, WithoutATreeVisitsOnePointPerBatchElement) {
  auto results = runText(R"(
func.func @f(%x: tensor<?x2xf32>, %B: index) -> (tensor<?xf32>, tensor<f32>) {
  %y = tree.sweep each batch(%B) {
  ^bb0(%self: tensor<?xf32>):
    %t = tree.read %x[] : tensor<?x2xf32> -> tensor<2xf32>
    %s = tile.reduce sum %t [0] : tensor<2xf32> -> f32
    tree.yield %s : f32
  } : tensor<?xf32>
  %z = tree.sweep each {
  ^bb0(%self: tensor<f32>):
    %c = arith.constant 7.0 : f32
    tree.yield %c : f32
  } : tensor<f32>
  return %y, %z : tensor<?xf32>, tensor<f32>
})",
                         {tensor({3, 2}, {1, 2, 3, 4, 5, 6}), int64_t(3)});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(numbers((*results)[0]), (std::vector<double>{3, 7, 11}));
  EXPECT_EQ(numbers((*results)[1]), (std::vector<double>{7}));
  EXPECT_EQ(shape((*results)[1]), Shape{});
}

/// A gather's gradient is a scatter-add; and a shared scalar's a sum over batch and vertices.
TEST(Sweep, AccumulatorsSumOverBatchAndPoints) {
  const char *text = R"(
func.func @f(%T: !tree.tree<forest>, %token: tensor<?x?xi32>, %g: tensor<?x?x2xf64>, %E: tensor<?x2xf64>, %B: index) -> (tensor<?x2xf64>, tensor<f64>, tensor<?x?xf64>) {
  %zero = arith.constant dense<100.0> : tensor<f64>
  %n, %dE, %sum = tree.sweep each batch(%B) over %T : !tree.tree<forest> accumulate(%E, %zero : tensor<?x2xf64>, tensor<f64>) {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf64>, %into: tensor<?x2xf64>, %total: tensor<f64>):
    %t = tree.read %token[%v : !tree.vertex] : tensor<?x?xi32> -> i32
    %i = arith.index_cast %t : i32 to index
    %g_v = tree.read %g[%v : !tree.vertex] : tensor<?x?x2xf64> -> tensor<2xf64>
    tree.accumulate %g_v into %into[%i : index] : tensor<2xf64> into tensor<?x2xf64>
    %s = tile.reduce sum %g_v [0] : tensor<2xf64> -> f64
    tree.accumulate %s into %total[] : f64 into tensor<f64>
    tree.yield %s : f64
  } : tensor<?x?xf64>, tensor<?x2xf64>, tensor<f64>
  return %dE, %sum, %n : tensor<?x2xf64>, tensor<f64>, tensor<?x?xf64>
})";
  int64_t batch = 3, numVertices = 5, numTokens = 4;
  std::vector<int32_t> token = {0, 1, 1, 3, 0, 3, 3, 3, 1, 0, 0, 0, 1, 1, 3};
  Tensor g = random({batch, numVertices, 2}, 1), E = random({numTokens, 2}, 2);
  std::vector<double> G = numbers(Value(g)), expected = numbers(Value(E));
  double total = 100;
  for (int64_t i = 0; i < batch * numVertices; ++i)
    for (int64_t k = 0; k < 2; ++k) {
      expected[token[i] * 2 + k] += G[i * 2 + k];
      total += G[i * 2 + k];
    }
  auto results =
      runText(text, {treeOf({4, 4, 4, 4, -1}, TreeKind::forest), integers({batch, numVertices}, token), g, E, batch});
  ASSERT_TRUE(results) << results.error().message;
  std::vector<double> found = numbers((*results)[0]);
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(found[i], expected[i], 1e-14);
  EXPECT_NEAR(numbers((*results)[1])[0], total, 1e-12);
  EXPECT_EQ(shape((*results)[2]), (Shape{batch, numVertices}));

  // Nothing is visited: the initial values.
  results = runText(text, {treeOf({}, TreeKind::forest), integers({0, 0}, {}), tensor({0, 0, 2}, {}), E, int64_t(0)});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(numbers((*results)[0]), numbers(Value(E)));
  EXPECT_EQ(numbers((*results)[1]), std::vector<double>{100});
}

/// An accumulator at the parent: each vertex's sum over its children, by scattering.
TEST(Sweep, AccumulatingAtNoVertexAddsNothing) {
  auto results = runText(
      R"(
func.func @f(%T: !tree.tree<forest>, %x: tensor<?x?xf64>, %B: index) -> tensor<?x?xf64> {
  %zeros = tree.sweep each batch(%B) over %T : !tree.tree<forest> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf64>):
    %z = arith.constant 0.0 : f64
    tree.yield %z : f64
  } : tensor<?x?xf64>
  %y = tree.sweep each batch(%B) over %T : !tree.tree<forest> accumulate(%zeros : tensor<?x?xf64>) {
  ^bb0(%v: !tree.vertex, %into: tensor<?x?xf64>):
    %p = tree.parent %v of %T : !tree.tree<forest>
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?x?xf64> -> f64
    tree.accumulate %x_v into %into[%p : !tree.vertex] : f64 into tensor<?x?xf64>
    tree.yield
  } : tensor<?x?xf64>
  return %y : tensor<?x?xf64>
})",
      {treeOf({2, 2, 4, -1, -1}, TreeKind::forest), tensor({2, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}), int64_t(2)});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(numbers(results->front()), (std::vector<double>{0, 0, 3, 0, 3, 0, 0, 13, 0, 8}));
}
