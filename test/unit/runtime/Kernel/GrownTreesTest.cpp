//===- GrownTreesTest.cpp - Trees that a kernel builds while it runs --------===//
#include "TestKernels.h"
#include "runtime/ABI/ParallelFor.h"
#include "runtime/Tree/SpanningTree.h"

#include <cmath>
#include <limits>
#include <numeric>

using namespace espalier;

namespace {
using Builder = TreeSpec::Builder;

// grow(x: f64[..., V], pairs: i32[E, 2], first, second, root, seed: index): T is the spanning tree under the costs
// |x[i] - x[j]| (or a random one under these weights), y[v] the number of vertices below v.
void entry(const espalier_call *call) {
  auto *x = static_cast<const double *>(call->buffers[0]);
  auto *pairs = static_cast<const int32_t *>(call->buffers[1]);
  auto *y = static_cast<double *>(call->buffers[3]);
  auto *ends = static_cast<int32_t *>(call->buffers[4]);
  auto *costs = static_cast<double *>(call->buffers[5]);
  int64_t batch = call->extents[0], numVertices = call->extents[3], numEdges = call->extents[4];
  if (!espalier_list_edges(call, 0, 0, pairs, ends))
    return;
  bool ownEdges = call->extents[7];
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t e = 0; e < numEdges; ++e) {
      const int32_t *edge = ends + 2 * (e + (ownEdges ? b * numEdges : 0));
      costs[b * numEdges + e] = std::abs(x[b * numVertices + edge[0]] - x[b * numVertices + edge[1]]);
    }
  if (!espalier_build_trees(call, 0, 0, costs, ends, call->extents[5], call->extents[6]))
    return;
  for (int64_t b = 0; b < batch; ++b) {
    const espalier_tree &tree = call->trees[0].trees[b / (batch / call->trees[0].count)];
    for (int64_t i = 0; i < numVertices; ++i) {
      int32_t v = tree.post_order[i];
      double &sum = y[b * numVertices + v] = 1;
      for (int32_t c = tree.child_offsets[v]; c < tree.child_offsets[v + 1]; ++c)
        sum += y[b * numVertices + tree.children[c]];
    }
  }
}

Signature signature(GraphKind graph, Builder builder = Builder::minimumSpanning, bool ownEdges = false) {
  Signature s;
  s.kernel = "grow";
  s.parameters = {{"x", Kind::tensor, 0},     {"pairs", Kind::tensor, 1}, {"first", Kind::index, 0},
                  {"second", Kind::index, 1}, {"root", Kind::index, 2},   {"seed", Kind::index, 3}};
  s.indices = {"first", "second", "root", "seed"};
  AxisSize v = dynamicAxis("T", 3);
  s.tensors = {{"x", DType::f64, true, {v}},
               {"pairs", DType::i32, ownEdges, {dynamicAxis("pairs", 8), fixedAxis("2", 2)}}};
  TreeSpec tree;
  tree.name = "T";
  tree.batchable = true;
  tree.builder = builder;
  tree.graph = graph;
  tree.ownEdges = ownEdges;
  tree.sizes = {dynamicAxis("first", 1), dynamicAxis("second", 2)};
  tree.position = "grow.esp:2:9";
  s.trees = {tree};
  s.extents = {extent("batch", Source::batch),     extent("first", Source::index, 0),
               extent("second", Source::index, 1), extent("T", Source::vertices, 0),
               extent("edges", Source::edges, 0),  extent("root", Source::index, 2),
               extent("seed", Source::index, 3),   {"own", Source::constant, -1, -1, ownEdges, {}},
               extent("pairs", Source::axis, 1, 0)};
  s.results = {{"T", DType::i32, true, {v}, 0}, {"y", DType::f64, true, {v}}};
  AxisSize e = dynamicAxis("edges", 4);
  s.workspaces = {{"ends", DType::i32, ownEdges, {e, fixedAxis("2", 2)}}, {"costs", DType::f64, true, {e}}};
  s.locations = {{"grow.esp:2:9", "T"}};
  return s;
}

Kernel kernel(Signature s) { return *Kernel::create(std::move(s), entry, nullptr); }

Tensor numbers(Shape shape) {
  Tensor x = *Tensor::allocate(DType::f64, std::move(shape));
  for (int64_t i = 0; i < x.numElements(); ++i)
    x.data<double>()[i] = static_cast<double>((i * 37 + i * i * 11) % 101);
  return x;
}

std::vector<double> costsOf(const Graph &graph, const Tensor &x) {
  std::vector<double> costs;
  for (int64_t first = 0; first < x.numElements(); first += graph.numVertices())
    for (int64_t e = 0; e < graph.numEdges(); ++e)
      costs.push_back(
          std::abs(x.data<double>()[first + graph.edge(e).lower] - x.data<double>()[first + graph.edge(e).higher]));
  return costs;
}

void expectTrees(const Result<std::vector<Tensor>> &results, std::span<const Tree> trees) {
  ASSERT_TRUE(results) << results.error().message;
  const int32_t *parents = (*results)[0].data<int32_t>();
  const double *sizes = (*results)[1].data<double>();
  for (const Tree &tree : trees) {
    ASSERT_TRUE(std::equal(tree.parents().begin(), tree.parents().end(), parents));
    for (int64_t v = 0; v < tree.numVertices(); ++v)
      for (int64_t above = v; above >= 0; above = tree.parents()[above])
        ASSERT_GE(sizes[above], sizes[v]);
    ASSERT_EQ(std::accumulate(sizes, sizes + tree.numVertices(), 0.0),
              std::accumulate(tree.depths().begin(), tree.depths().end(), 0.0) +
                  static_cast<double>(tree.numVertices()));
    parents += tree.numVertices();
    sizes += tree.numVertices();
  }
}

const Tensor noPairs = *Tensor::of<int32_t>({0, 2}, {});
} // namespace

TEST(GrownTrees, onGridsAndBands) {
  struct Case {
    GraphKind graph;
    int64_t first, second;
  };
  for (Case c :
       {Case{GraphKind::grid, 5, 7}, {GraphKind::grid8, 4, 3}, {GraphKind::band, 20, 3}, {GraphKind::grid, 1, 1}})
    for (Shape batch : {Shape{}, Shape{1}, Shape{2, 3}, Shape{0}})
      for (int64_t root : {int64_t(0), c.graph == GraphKind::band ? c.first - 1 : c.first * c.second - 1}) {
        Graph graph = *Graph::implicit(c.graph, c.first, c.second);
        Shape shape = batch;
        shape.push_back(graph.numVertices());
        Tensor x = numbers(shape);
        TreeBatch expected = *minimumSpanningTrees(graph, batch, costsOf(graph, x), RootRule::at(root));
        Result<std::vector<Tensor>> results = kernel(signature(c.graph)).call({x, noPairs, c.first, c.second, root, 0});
        expectTrees(results, expected.trees());
        EXPECT_EQ((*results)[0].shape(), shape);
      }
}

TEST(GrownTrees, atTheirCentreAndAtRandom) {
  Graph graph = *Graph::grid(6, 6);
  Tensor x = numbers({3, 36});
  Signature centered = signature(GraphKind::grid);
  centered.trees[0].centered = true;
  expectTrees(kernel(centered).call({x, noPairs, 6, 6, 99, 0}), // the root is not looked at
              minimumSpanningTrees(graph, {3}, costsOf(graph, x), RootRule::atCenter())->trees());
  for (uint64_t seed : {0, 1, 7})
    expectTrees(kernel(signature(GraphKind::grid, Builder::randomSpanning))
                    .call({x, noPairs, 6, 6, 2, static_cast<int64_t>(seed)}),
                randomSpanningTrees(graph, {3}, costsOf(graph, x), seed, RootRule::at(2))->trees());
}

TEST(GrownTrees, onPairs) {
  std::vector<int32_t> first = {3, 0, 1, 0, 2, 1, 3, 2}, second = {0, 1, 1, 2, 2, 3, 1, 3};
  Tensor x = numbers({2, 4}), pairs = *Tensor::of<int32_t>({4, 2}, std::span<const int32_t>(first));
  Graph graphs[] = {*Graph::edges(4, first), *Graph::edges(4, second)};
  expectTrees(kernel(signature(GraphKind::edges)).call({x, pairs, 4, 4, 1, 0}),
              minimumSpanningTrees(graphs[0], {2}, costsOf(graphs[0], x), RootRule::at(1))->trees());
  std::vector<int32_t> both = first;
  both.insert(both.end(), second.begin(), second.end());
  std::vector<Tree> own;
  for (int64_t b = 0; b < 2; ++b) {
    Tensor row = *Tensor::of(Shape{4}, std::span<const double>(x.data<double>() + 4 * b, 4));
    own.push_back(*minimumSpanningTree(graphs[b], costsOf(graphs[b], row)));
  }
  Kernel ownKernel = kernel(signature(GraphKind::edges, Builder::minimumSpanning, true));
  expectTrees(ownKernel.call({x, *Tensor::of<int32_t>({2, 4, 2}, std::span<const int32_t>(both)), 4, 4, 0, 0}), own);
  both[13] = 4;
  EXPECT_EQ(refusal(ownKernel, x, *Tensor::of<int32_t>({2, 4, 2}, std::span<const int32_t>(both)), 4, 4, 0, 0),
            "grow.esp:2:9: T at batch 1: edge 2 is (2, 4), but the vertices are 0 to 3");
  first[1] = 3;
  EXPECT_EQ(refusal(kernel(signature(GraphKind::edges)), x,
                    *Tensor::of<int32_t>({4, 2}, std::span<const int32_t>(first)), 4, 4, 0, 0),
            "grow.esp:2:9: T: edge 0 is (3, 3), expected two different vertices");
  EXPECT_EQ(refusal(kernel(signature(GraphKind::edges)), x, noPairs, 4, 0, 0, 0),
            "grow.esp:2:9: T at batch 0: vertices 0 and 1 are not connected by the 0 edges: there is no spanning tree");
}

TEST(GrownTrees, refusals) {
  Kernel grid = kernel(signature(GraphKind::grid)),
         random = kernel(signature(GraphKind::grid, Builder::randomSpanning));
  Tensor x = numbers({2, 2, 6});
  EXPECT_EQ(refusal(grid, x, noPairs, 2, 3, 6, 0),
            "grow.esp:2:9: T at batch (0, 0): root 6 is out of range, expected a vertex from 0 to 5");
  x.data<double>()[6 * 3 + 2] = x.data<double>()[6 * 2 + 5] = std::numeric_limits<double>::quiet_NaN();
  for (int threads : {1, 2, 5}) {
    setNumThreads(threads);
    EXPECT_EQ(refusal(grid, x, noPairs, 2, 3, 0, 0),
              "grow.esp:2:9: T at batch (1, 0): the cost of edge (2, 5) is NaN, expected a number");
    EXPECT_EQ(
        refusal(random, x, noPairs, 2, 3, 0, 0),
        "grow.esp:2:9: T at batch (1, 0): the weight of edge (2, 5) is NaN, expected a finite number of at least 0");
  }
  setNumThreads(0);
  EXPECT_EQ(refusal(grid, x, noPairs, 2, 4, 0, 0), "argument x: axis T is 6, but tree T has 8 vertices");
  EXPECT_EQ(refusal(grid, x, noPairs, 65536, 32768, 0, 0),
            "grow.esp:2:9: tree T: grid(65536, 32768) has more than 2147483646 vertices");
  EXPECT_EQ(refusal(grid, numbers({0}), noPairs, 0, 4, 0, 0),
            "grow.esp:2:9: tree T: grid(0, 4) has no vertices, expected at least one in a tree");
  EXPECT_EQ(refusal(grid, numbers({6}), noPairs, 2, 3, -1, 0),
            "grow.esp:2:9: T: root -1 is out of range, expected a vertex from 0 to 5");
}

TEST(GrownTrees, fromParentsThatTheKernelComputes) {
  Signature s;
  s.kernel = "compute";
  s.parameters = {{"p", Kind::tensor, 0}};
  s.tensors = {{"p", DType::i32, true, {dynamicAxis("V", 1)}}};
  s.trees.resize(1);
  s.trees[0].name = "T";
  s.trees[0].builder = Builder::fromParents;
  s.trees[0].batchable = true;
  s.trees[0].sizes = {dynamicAxis("V", 1)};
  s.extents = {extent("batch", Source::batch), extent("V", Source::axis, 0, 0)};
  s.results = {{"T", DType::i32, true, {dynamicAxis("V", 1)}, 0}};
  s.workspaces = {{"q", DType::i32, true, {dynamicAxis("V", 1)}}};
  s.locations = {{"compute.esp:3:5", "T"}};
  auto reversed = [](const espalier_call *call) { // the names of the vertices are reversed
    auto *p = static_cast<const int32_t *>(call->buffers[0]);
    auto *q = static_cast<int32_t *>(call->buffers[2]);
    auto size = static_cast<int32_t>(call->extents[1]);
    for (int64_t b = 0; b < call->extents[0]; ++b)
      for (int32_t v = 0; v < size; ++v)
        q[b * size + size - 1 - v] = p[b * size + v] < 0 ? -1 : size - 1 - p[b * size + v];
    espalier_build_trees(call, 0, 0, q, nullptr, 0, 0);
  };
  Kernel compute = *Kernel::create(s, reversed, nullptr);
  Result<std::vector<Tensor>> results = compute.call({*Tensor::of<int32_t>({2, 3}, {1, 2, -1, -1, 0, 0})});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_TRUE(std::ranges::equal((*results)[0].values<int32_t>(), std::vector<int32_t>{-1, 0, 1, 2, 2, -1}));
  EXPECT_EQ(refusal(compute, *Tensor::of<int32_t>({2, 2}, {1, -1, -1, -1})),
            "compute.esp:3:5: T at batch 1: 2 roots, vertices 0 and 1 among them, expected exactly one in a tree");
  EXPECT_EQ(refusal(compute, *Tensor::of<int32_t>({0, 2}, {})), "accepted");
}
