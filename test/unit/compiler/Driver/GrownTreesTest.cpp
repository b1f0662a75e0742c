//===- GrownTreesTest.cpp - Trees of compiled kernels against the runtime ---===//
//
// The parents that a kernel returns are those of the runtime's spanning trees under costs computed here, bit by bit, on
// both targets.
//===----------------------------------------------------------------------===//
#include "compiler/Driver/Program.h"

#include "runtime/ABI/ParallelFor.h"
#include "runtime/Tensor/Random.h"
#include "runtime/Tree/SpanningTree.h"

#include <gtest/gtest.h>

#include <cmath>

namespace espalier {
namespace {

const char *text = R"(
def pixels(x: float[..., H, W, d], r: index) -> (tree, float[..., H, W, d]):
    T = minimum_spanning_tree((exp(-cosine(x[i], x[j])) for i, j in grid(H, W)), root=r)
    for v in up(T):
        y[v] = x[v] + sum(y[c] for c in children(v))
    return T, y


def centred(x: float[..., N, d], s: index) -> (tree, tree):
    S = minimum_spanning_tree((norm(x[i] - x[j]) for i, j in band(N, 3)), root=center)
    T = random_spanning_tree((exp(-norm(x[i] - x[j])) for i, j in band(N, 3)), seed=s)
    return S, T


def listed(x: float[N, d], pairs: i32[E, 2]) -> tree:
    return minimum_spanning_tree(norm(x[i] - x[j]) for i, j in edges(pairs))
)";

const Target targets[] = {Target::cpu, Target::interp};

using Cost = double (*)(const float *a, const float *b, int64_t d);

double dot(const float *a, const float *b, int64_t d) {
  double sum = 0;
  for (int64_t k = 0; k < d; ++k)
    sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
  return sum;
}

double expCosine(const float *a, const float *b, int64_t d) {
  return std::exp(-dot(a, b, d) / ((std::sqrt(dot(a, a, d)) + 1e-12) * (std::sqrt(dot(b, b, d)) + 1e-12)));
}

double distance(const float *a, const float *b, int64_t d) {
  double sum = 0;
  for (int64_t k = 0; k < d; ++k)
    sum += std::pow(static_cast<double>(a[k]) - static_cast<double>(b[k]), 2);
  return std::sqrt(sum);
}

double expDistance(const float *a, const float *b, int64_t d) { return std::exp(-distance(a, b, d)); }

/// Costs [B, E] of x, vertices [B, V, d].
std::vector<double> costsOf(const Graph &graph, const Tensor &x, Cost cost) {
  int64_t d = x.shape().back(), perElement = graph.numVertices() * d;
  std::vector<double> costs;
  for (const float *row = x.data<float>(); row < x.data<float>() + x.numElements(); row += perElement)
    for (int64_t e = 0; e < graph.numEdges(); ++e)
      costs.push_back(cost(row + graph.edge(e).lower * d, row + graph.edge(e).higher * d, d));
  return costs;
}

Tensor constant(Shape shape) {
  Tensor x = *Tensor::allocate(DType::f32, std::move(shape));
  std::fill_n(x.data<float>(), x.numElements(), 0.5f);
  return x;
}

void expectParents(const Tensor &found, const TreeBatch &wanted) {
  const int32_t *parents = found.data<int32_t>();
  ASSERT_EQ(found.numElements(), static_cast<int64_t>(wanted.trees().size()) * wanted.numVertices());
  for (const Tree &tree : wanted.trees()) {
    ASSERT_TRUE(std::equal(tree.parents().begin(), tree.parents().end(), parents));
    parents += tree.numVertices();
  }
}

Tensor random(Shape shape, uint64_t seed) { return *randomTensor(DType::f32, {std::move(shape), seed}); }

TEST(GrownTrees, OfPixels) {
  Program program = *Program::fromText(text);
  for (auto [H, W] : {std::pair<int64_t, int64_t>{1, 1}, {1, 9}, {13, 1}, {31, 33}})
    for (bool ties : {false, true}) {
      Shape shape = {2, H, W, 5};
      Tensor x = ties ? constant(shape) : random(shape, 3);
      Graph graph = *Graph::grid(H, W);
      TreeBatch wanted = *minimumSpanningTrees(graph, {2}, costsOf(graph, x, expCosine), RootRule::at(H * W / 2));
      for (Target target : targets) {
        CallOptions options;
        options.target = target;
        auto results = program.call("pixels", {{"x", x}, {"r", H * W / 2}}, options);
        ASSERT_TRUE(results) << results.error().message;
        EXPECT_EQ((*results)[0].shape(), (Shape{2, H * W}));
        expectParents((*results)[0], wanted);
        EXPECT_EQ((*results)[1].shape(), shape);
      }
    }
}

TEST(GrownTrees, AtTheirCentreAndAtRandom) {
  Program program = *Program::fromText(text);
  for (int64_t N : {1, 2, 3, 4, 200}) {
    Tensor x = random({3, N, 2}, 7);
    Graph graph = *Graph::band(N, 3);
    for (Target target : targets) {
      CallOptions options;
      options.target = target;
      auto results = program.call("centred", {{"x", x}, {"s", int64_t(11)}}, options);
      ASSERT_TRUE(results) << results.error().message;
      expectParents((*results)[0],
                    *minimumSpanningTrees(graph, {3}, costsOf(graph, x, distance), RootRule::atCenter()));
      expectParents((*results)[1], *randomSpanningTrees(graph, {3}, costsOf(graph, x, expDistance), 11));
    }
  }
}

TEST(GrownTrees, OneCallAfterTheOther) {
  Program program = *Program::fromText(text);
  std::vector<int32_t> pairs = {3, 0, 1, 0, 2, 1, 3, 2, 1, 3};
  Tensor listed = *Tensor::of<int32_t>({5, 2}, std::span<const int32_t>(pairs));
  Graph graph = *Graph::edges(4, pairs);
  for (int threads : {1, 3})
    for (uint64_t seed : {1, 2, 3}) {
      setNumThreads(threads);
      Tensor x = random({4, 2}, seed);
      auto results = program.call("listed", {{"x", x}, {"pairs", listed}});
      ASSERT_TRUE(results) << results.error().message;
      expectParents(results->front(), *minimumSpanningTrees(graph, {}, costsOf(graph, x, distance)));
    }
  setNumThreads(0);
  listed.data<int32_t>()[5] = 4; // and a fault leaves nothing behind
  auto refused = program.call("listed", {{"x", random({4, 2}, 1)}, {"pairs", listed}});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("edge 2 is (2, 4), but the vertices are 0 to 3"), std::string::npos)
      << refused.error().message;
  listed.data<int32_t>()[5] = 1;
  EXPECT_TRUE(program.call("listed", {{"x", random({4, 2}, 1)}, {"pairs", listed}}));
}

} // namespace
} // namespace espalier
