//===- GrowthTest.cpp - Trees built from tensors, and views -----------------===//
#include "test/unit/compiler/Interpreter/RunText.h"

#include "runtime/Tree/SpanningTree.h"

#include <gtest/gtest.h>

#include <limits>

namespace espalier::interpreter {
namespace {

std::vector<int32_t> parentsOf(const Tree &tree) { return {tree.parents().begin(), tree.parents().end()}; }

/// A tree from costs [E] or [B, E] over the edges of a graph. `edges` is the operation that lists them, its sizes %m,
/// %n.
Result<std::vector<Value>> span(const std::string &edges, const std::string &options, const Tensor &numbers, int64_t m,
                                int64_t n, int64_t numEdges, int64_t numVertices,
                                const Tensor &pairs = integers({0, 2}, {})) {
  std::string costs = numbers.rank() == 2 ? "tensor<?x?xf64>" : "tensor<?xf64>",
              listed = pairs.rank() == 3 ? "tensor<?x?x2xi32>" : "tensor<?x2xi32>";
  return runText(fmt::format(R"(
func.func @f(%costs: {0}, %pairs: {1}, %m: index, %n: index, %E: index, %V: index) -> !tree.tree<rooted> {{
  %zero = arith.constant 0 : index
  %seven = arith.constant 7 : index
  %ends = tree.edges {2} : {1}
  %T = tree.spanning_tree %costs over %ends of %V {3} : {0}, {1} -> !tree.tree<rooted>
  return %T : !tree.tree<rooted>
}})",
                             costs, listed, edges, options),
                 {numbers, pairs, m, n, numEdges, numVertices});
}

std::string refusal(const Result<std::vector<Value>> &results) {
  return results ? "accepted" : results.error().message;
}

TEST(Growth, FromParents) {
  auto results = runText(R"(
func.func @f(%p: tensor<?x?xi32>) -> !tree.tree<forest> {
  %T = tree.from_parents %p : tensor<?x?xi32> -> !tree.tree<forest>
  return %T : !tree.tree<forest>
})",
                         {integers({2, 3}, {2, 0, -1, -1, -1, 0})});
  ASSERT_TRUE(results) << results.error().message;
  auto &trees = std::get<TreeBatch>(results->front());
  EXPECT_EQ(parentsOf(trees.trees()[0]), (std::vector<int32_t>{2, 0, -1}));
  EXPECT_EQ(parentsOf(trees.trees()[1]), (std::vector<int32_t>{-1, -1, 0}));
}

TEST(Growth, SaysWhatIsNoTree) {
  auto results = runText(R"(
func.func @f(%p: tensor<?xi32>) -> index {
  %T = tree.from_parents %p : tensor<?xi32> -> !tree.tree<rooted>
  %n = tree.num_vertices %T : !tree.tree<rooted>
  return %n : index
})",
                         {integers({2}, {1, 0})});
  EXPECT_EQ(refusal(results).rfind("text.mlir:3:8: ", 0), 0u) << refusal(results);
  EXPECT_NE(refusal(results).find("cycle"), std::string::npos) << refusal(results);
}

TEST(Growth, AgreesWithTheRuntime) {
  struct Case {
    std::string edges;
    Graph graph;
    int64_t first, second;
  };
  for (const Case &c : {Case{"grid(%m, %n) count(%E)", *Graph::grid(4, 5), 4, 5},
                        {"grid8(%m, %n) count(%E)", *Graph::grid8(3, 4), 3, 4},
                        {"band(%m, %n) count(%E)", *Graph::band(9, 20), 9, 20},
                        {"grid(%m, %n) count(%E)", *Graph::grid(1, 1), 1, 1}}) {
    Tensor costs = random({3, c.graph.numEdges()}, 5);
    for (double &cost : costs.values<double>())
      cost = std::floor(4 * std::abs(cost)); // ties
    auto expect = [&](const std::string &options, const Result<TreeBatch> &wanted) {
      auto results = span(c.edges, options, costs, c.first, c.second, c.graph.numEdges(), c.graph.numVertices());
      ASSERT_TRUE(results) << results.error().message;
      auto &found = std::get<TreeBatch>(results->front());
      for (size_t b = 0; b < 3; ++b)
        EXPECT_EQ(parentsOf(found.trees()[b]), parentsOf(wanted->trees()[b])) << c.edges << options;
    };
    auto values = costs.values<double>();
    expect("root(%zero)", minimumSpanningTrees(c.graph, {3}, values));
    expect("", minimumSpanningTrees(c.graph, {3}, values, RootRule::atCenter()));
    expect("root(%zero) seed(%seven)", randomSpanningTrees(c.graph, {3}, values, 7));
  }
}

TEST(Growth, OwnEdges) {
  Tensor pairs = integers({2, 3, 2}, {1, 0, 1, 2, 0, 2, 0, 1, 1, 2, 2, 0}), costs = tensor({2, 3}, {1, 2, 3, 3, 2, 1});
  auto results =
      span("edges(%m, %n) count(%E) pairs(%pairs : tensor<?x?x2xi32>)", "root(%zero)", costs, 3, 3, 3, 3, pairs);
  ASSERT_TRUE(results) << results.error().message;
  auto &trees = std::get<TreeBatch>(results->front());
  EXPECT_EQ(parentsOf(trees.trees()[0]), (std::vector<int32_t>{-1, 0, 1}));
  EXPECT_EQ(parentsOf(trees.trees()[1]), (std::vector<int32_t>{-1, 2, 0}));
}

TEST(Growth, Refusals) {
  double nan = std::numeric_limits<double>::quiet_NaN();
  const std::string band = "band(%m, %n) count(%E)", listed = "edges(%m, %n) count(%E) pairs(%pairs : tensor<?x2xi32>)";
  Tensor two = tensor({2}, {1, 1});
  EXPECT_NE(
      refusal(span(band, "root(%zero)", tensor({2}, {1, nan}), 3, 1, 2, 3)).find("the cost of edge (1, 2) is NaN"),
      std::string::npos);
  EXPECT_NE(refusal(span(band, "root(%seven)", two, 3, 1, 2, 3)).find("root 7 is out of range"), std::string::npos);
  EXPECT_NE(refusal(span(band, "root(%zero)", two, 3, 1, 2, 4)).find("not connected"), std::string::npos);
  EXPECT_NE(refusal(span(band, "root(%zero)", two, 3, 1, 5, 3)).find("2 edges, but 5 are stated"), std::string::npos);
  EXPECT_NE(refusal(span(band, "root(%zero)", two, 3, -1, 5, 3)).find("text.mlir:5:"), std::string::npos);
  EXPECT_NE(refusal(span(band, "root(%zero)", tensor({3}, {1, 1, 1}), 3, 1, 2, 3))
                .find("(3,) numbers, but the edges are (2, 2)"),
            std::string::npos)
      << refusal(span(band, "root(%zero)", tensor({3}, {1, 1, 1}), 3, 1, 2, 3));
  EXPECT_NE(refusal(span(band, "root(%zero) seed(%seven)", tensor({2}, {1, -1}), 3, 1, 2, 3))
                .find("the weight of edge (1, 2) is -1"),
            std::string::npos);
  EXPECT_NE(refusal(span(listed, "root(%zero)", two, 3, 2, 2, 3, integers({2, 2}, {0, 1, 1, 3})))
                .find("edge 1 is (1, 3), but the vertices are 0 to 2"),
            std::string::npos);
}

TEST(Growth, AViewHasTheElements) {
  const std::string text = R"(
func.func @f(%x: tensor<?x?xf64>, %a: index, %b: index, %c: index) -> tensor<?x?x?xf64> {
  %y = tree.view %x sizes(%a, %b, %c) : tensor<?x?xf64> -> tensor<?x?x?xf64>
  return %y : tensor<?x?x?xf64>
})";
  Tensor x = random({6, 4}, 1);
  auto results = runText(text, {x, int64_t(2), int64_t(3), int64_t(4)});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(shape(results->front()), (Shape{2, 3, 4}));
  EXPECT_EQ(numbers(results->front()), numbers(x));
  EXPECT_NE(refusal(runText(text, {x, int64_t(2), int64_t(3), int64_t(5)}))
                .find("a tensor (6, 4) cannot be seen as (2, 3, 5)"),
            std::string::npos);
}

} // namespace
} // namespace espalier::interpreter
