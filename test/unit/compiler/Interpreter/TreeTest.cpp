//===- TreeTest.cpp - Builders, facts of vertices, reductions over trees ----===//
#include "RunText.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace espalier;
using namespace espalier::interpreter;

/// A fact of every vertex of a forest, as numbers.
static std::vector<double> factOf(const std::string &fact, const std::string &type, const Tree &tree,
                                  const std::string &vertex = "%v") {
  std::string convert = type == "!tree.vertex" ? "%r = tree.position %f"
                        : type == "i1"         ? "%r = arith.extui %f : i1 to i32"
                                               : "%r = arith.addi %f, %zero : index";
  std::string number = type == "i1" ? "i32" : "index";
  std::string toI32 = number == "i32" ? "%w = arith.addi %r, %z32 : i32" : "%w = arith.index_cast %r : index to i32";
  auto results = runText(fmt::format(R"(
func.func @f(%T: !tree.tree<forest>) -> tensor<?xi32> {{
  %y = tree.sweep each over %T : !tree.tree<forest> {{
  ^bb0(%v: !tree.vertex, %self: tensor<?xi32>):
    %zero = arith.constant 0 : index
    %z32 = arith.constant 0 : i32
    %p = tree.parent %v of %T : !tree.tree<forest>
    %f = tree.{} {} of %T : !tree.tree<forest>
    {}
    {}
    tree.yield %w : i32
  }} : tensor<?xi32>
  return %y : tensor<?xi32>
}})",
                                     fact, vertex, convert, toI32),
                         {tree});
  EXPECT_TRUE(results) << results.error().message;
  return results ? numbers(results->front()) : std::vector<double>();
}

TEST(Tree, FactsOfVertices) {
  //      6        7
  //    3   5      4
  //   0 1   2
  Tree tree = treeOf({3, 3, 5, 6, 7, 6, -1, -1}, TreeKind::forest);
  EXPECT_EQ(factOf("parent", "!tree.vertex", tree), (std::vector<double>{3, 3, 5, 6, 7, 6, -1, -1}));
  EXPECT_EQ(factOf("leaf", "!tree.vertex", tree), (std::vector<double>{0, 1, 2, -1, 3, -1, -1, -1}));
  EXPECT_EQ(factOf("is_root", "i1", tree), (std::vector<double>{0, 0, 0, 0, 0, 0, 1, 1}));
  EXPECT_EQ(factOf("is_leaf", "i1", tree), (std::vector<double>{1, 1, 1, 0, 1, 0, 0, 0}));
  EXPECT_EQ(factOf("depth", "index", tree), (std::vector<double>{2, 2, 2, 1, 1, 1, 0, 0}));
  EXPECT_EQ(factOf("height", "index", tree), (std::vector<double>{0, 0, 0, 1, 0, 1, 2, 1}));
  EXPECT_EQ(factOf("slot", "index", tree), (std::vector<double>{0, 1, 0, 0, 0, 1, 0, 1}));
  EXPECT_EQ(factOf("num_children", "index", tree), (std::vector<double>{0, 0, 0, 2, 0, 1, 2, 1}));
}

TEST(Tree, FactsOfNoVertex) {
  Tree roots = treeOf({-1, -1}, TreeKind::forest);
  EXPECT_EQ(factOf("parent", "!tree.vertex", roots, "%p"), (std::vector<double>{-1, -1}));
  EXPECT_EQ(factOf("leaf", "!tree.vertex", roots, "%p"), (std::vector<double>{-1, -1}));
  for (const char *fact : {"is_root", "is_leaf"})
    EXPECT_EQ(factOf(fact, "i1", roots, "%p"), (std::vector<double>{0, 0})) << fact;
  for (const char *fact : {"depth", "height", "slot", "num_children"})
    EXPECT_EQ(factOf(fact, "index", roots, "%p"), (std::vector<double>{0, 0})) << fact;
}

TEST(Tree, FactsOfTrees) {
  const char *text = R"(
func.func @f(%T: !tree.tree<forest>) -> (index, index, index) {
  %n = tree.num_vertices %T : !tree.tree<forest>
  %l = tree.num_leaves %T : !tree.tree<forest>
  %r = tree.root %T : !tree.tree<forest>
  %p = tree.position %r
  return %n, %l, %p : index, index, index
})";
  auto facts = [&](const Value &tree) {
    auto results = runText(text, {tree});
    std::vector<double> found;
    for (const Value &value : results ? *results : std::vector<Value>())
      found.push_back(numbers(value)[0]);
    return found;
  };
  EXPECT_EQ(facts(treeOf({2, 2, -1, -1}, TreeKind::forest)), (std::vector<double>{4, 3, 2}));
  EXPECT_EQ(facts(treeOf({}, TreeKind::forest)), (std::vector<double>{0, 0, -1}));
  EXPECT_EQ(facts(treeOf({-1})), (std::vector<double>{1, 1, 0}));
}

/// One number per vertex of a forest: the reduction of w over a domain.
static std::vector<double> reduced(const std::string &kind, const std::string &domain, const std::string &filter,
                                   const Tree &tree, const std::vector<double> &w) {
  auto results = runText(fmt::format(R"(
func.func @f(%T: !tree.tree<forest>, %w: tensor<?xf64>) -> tensor<?xf64> {{
  %y = tree.sweep each over %T : !tree.tree<forest> {{
  ^bb0(%v: !tree.vertex, %self: tensor<?xf64>):
    %one = arith.constant 1 : index
    %i = tree.position %v
    %end = arith.addi %i, %one : index
    %r = tree.reduce [{}] over {} {} {{
    ^bb0(%c: {}):
      %w_c = tree.read %w[%c : {}] : tensor<?xf64> -> f64
      tree.yield %w_c : f64
    }} : f64
    tree.yield %r : f64
  }} : tensor<?xf64>
  return %y : tensor<?xf64>
}})",
                                     kind, domain, filter, domain[0] == 'r' ? "index" : "!tree.vertex",
                                     domain[0] == 'r' ? "index" : "!tree.vertex"),
                         {tree, tensor({int64_t(w.size())}, w)});
  EXPECT_TRUE(results) << results.error().message;
  return results ? numbers(results->front()) : std::vector<double>();
}

TEST(TreeReduce, OverEachDomain) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  Tree tree = treeOf({3, 3, 4, 4, -1}, TreeKind::forest);
  std::vector<double> w = {1, 2, 4, 8, 16};
  EXPECT_EQ(reduced("sum", "children(%v) of %T : !tree.tree<forest>", "", tree, w),
            (std::vector<double>{0, 0, 0, 3, 12}));
  EXPECT_EQ(reduced("max", "children(%v) of %T : !tree.tree<forest>", "", tree, w),
            (std::vector<double>{-inf, -inf, -inf, 2, 8}));
  EXPECT_EQ(reduced("min", "children(%v) of %T : !tree.tree<forest>", "", tree, w),
            (std::vector<double>{inf, inf, inf, 1, 4}));
  std::vector<double> logs = reduced("logsumexp", "children(%v) of %T : !tree.tree<forest>", "", tree, w);
  EXPECT_EQ(logs[0], -inf);
  EXPECT_NEAR(logs[3], std::log(std::exp(1.0) + std::exp(2.0)), 1e-14);
  EXPECT_NEAR(logs[4], std::log(std::exp(4.0) + std::exp(8.0)), 1e-14);
  EXPECT_EQ(reduced("sum", "vertices of %T : !tree.tree<forest>", "", tree, w), std::vector<double>(5, 31));
  EXPECT_EQ(reduced("sum", "leaves of %T : !tree.tree<forest>", "", tree, w), std::vector<double>(5, 7));
  EXPECT_EQ(reduced("sum", "range from %one to %end", "", tree, w), (std::vector<double>{0, 2, 6, 14, 30}));
  EXPECT_EQ(reduced("sum", "range from %end to %one", "", tree, w), (std::vector<double>{0, 0, 0, 0, 0}));
}

TEST(TreeReduce, AFilterKeepsElementsOut) {
  Tree tree = treeOf({3, 3, 4, 4, -1}, TreeKind::forest);
  std::string isLeaf =
      "filter {\n^bb0(%c: !tree.vertex):\n%k = tree.is_leaf %c of %T : !tree.tree<forest>\ntree.yield %k : i1\n}";
  EXPECT_EQ(reduced("sum", "children(%v) of %T : !tree.tree<forest>", isLeaf, tree, {1, 2, 4, 8, 16}),
            (std::vector<double>{0, 0, 0, 3, 4}));
  // The body of what is filtered out is not evaluated: index 5 would be out of range.
  std::string inRange = "filter {\n^bb0(%c: index):\n%n = tree.num_vertices %T : !tree.tree<forest>\n"
                        "%k = arith.cmpi slt, %c, %n : index\ntree.yield %k : i1\n}";
  EXPECT_EQ(reduced("sum", "range from %one to %end", inRange, tree, {1, 2, 4, 8, 16}),
            (std::vector<double>{0, 2, 6, 14, 30}));
}

TEST(TreeReduce, SeveralValuesAtOnceCaptureTheParent) {
  // Over the children c of v: sum of w[v] w[c] (tiles), greatest slot (integers).
  auto results = runText(R"(
func.func @f(%T: !tree.tree<rooted>, %w: tensor<?x2xf64>) -> (tensor<?x2xf64>, tensor<?xi32>) {
  %y, %z = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %0: tensor<?x2xf64>, %1: tensor<?xi32>):
    %w_v = tree.read %w[%v : !tree.vertex] : tensor<?x2xf64> -> tensor<2xf64>
    %s, %m = tree.reduce [sum, max] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %w_c = tree.read %w[%c : !tree.vertex] : tensor<?x2xf64> -> tensor<2xf64>
      %p = arith.mulf %w_v, %w_c : tensor<2xf64>
      %slot = tree.slot %c of %T : !tree.tree<rooted>
      tree.yield %p, %slot : tensor<2xf64>, index
    } : tensor<2xf64>, index
    %i = arith.index_cast %m : index to i32
    tree.yield %s, %i : tensor<2xf64>, i32
  } : tensor<?x2xf64>, tensor<?xi32>
  return %y, %z : tensor<?x2xf64>, tensor<?xi32>
})",
                         {treeOf({2, 2, -1}), tensor({3, 2}, {1, 2, 3, 4, 5, 6})});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(numbers((*results)[0]), (std::vector<double>{0, 0, 0, 0, 20, 36}));
  EXPECT_EQ(numbers((*results)[1])[2], 1);
}
