//===- ErrorTest.cpp - What the interpreter says where a visit goes wrong ---===//
#include "RunText.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace espalier;
using namespace espalier::interpreter;

static void expectError(const Result<std::vector<Value>> &results, const std::string &message) {
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().message, message);
}

/// Solves S[v] x = 1 at each vertex of a batch of forests.
static Result<std::vector<Value>> solveEach(const std::string &method, int64_t batch, const std::vector<double> &S) {
  return runText(R"(
func.func @f(%T: !tree.tree<forest>, %S: tensor<?x?x1x1xf32>, %B: index) -> tensor<?x?x1xf32> {
  %y = tree.sweep each batch(%B) over %T : !tree.tree<forest> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?x1xf32>):
    %one = arith.constant dense<1.0> : tensor<1xf32>
    %S_v = tree.read %S[%v : !tree.vertex] : tensor<?x?x1x1xf32> -> tensor<1x1xf32>
    %x = tile.solve )" +
                     method +
                     R"( %S_v (%one) : (tensor<1x1xf32>, tensor<1xf32>) -> tensor<1xf32> loc("S"("layer.esp":7:16))
    tree.yield %x : tensor<1xf32>
  } : tensor<?x?x1xf32>
  return %y : tensor<?x?x1xf32>
})",
                 {treeOf({-1, -1, -1}, TreeKind::forest), tensor({batch, 3, 1, 1}, S), batch});
}

TEST(Errors, ASingularMatrixNamesPlaceBatchAndVertex) {
  expectError(solveEach("general", 2, {1, 2, 3, 4, 0, 6}),
              "layer.esp:7:16: S is numerically singular at batch 1, vertex 1");
  expectError(solveEach("general", 1, {1, 2, 0}), "layer.esp:7:16: S is numerically singular at vertex 2");
  expectError(solveEach("cholesky", 1, {1, -2, 3}), "layer.esp:7:16: S is not positive definite at vertex 1");
  EXPECT_TRUE(solveEach("general", 2, {1, -2, 3, 4, 5, 6}));
}

TEST(Errors, AnIndexOutOfRangeNamesThePosition) {
  auto gather = [](const std::vector<int32_t> &tokens, int64_t numRows) {
    return runText(R"(
func.func @f(%t: tensor<?xi32>, %E: tensor<?xf32> loc("E"("layer.esp":1:9)), %N: index) -> tensor<?xf32> {
  %y = tree.sweep each axes(%N) {
  ^bb0(%i: index loc("i"("layer.esp":2:9)), %self: tensor<?xf32>):
    %t_i = tree.read %t[%i : index] : tensor<?xi32> -> i32
    %j = arith.index_cast %t_i : i32 to index
    %e = tree.read %E[%j : index] : tensor<?xf32> -> f32 loc("layer.esp":3:12)
    tree.yield %e : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
})",
                   {integers({int64_t(tokens.size())}, tokens), random({numRows}, 1), int64_t(tokens.size())});
  };
  EXPECT_TRUE(gather({0, 4, 2}, 5));
  expectError(gather({0, 5}, 5), "layer.esp:3:12: index 5 of E is out of range (expected 0 to 4) at i = 1");
  expectError(gather({-1}, 5), "layer.esp:3:12: index -1 of E is out of range (expected 0 to 4) at i = 0");
  expectError(gather({0}, 0), "layer.esp:3:12: index 0 of E is out of range (the axis is empty) at i = 0");
}

TEST(Errors, AComputedPositionOfATileIsChecked) {
  auto results = runBody("%x: tensor<3xf32>, %i: index", "f32", "%y = tile.element %x[%i] : tensor<3xf32> -> f32",
                         {tensor({3}, {1, 2, 3}), int64_t(3)});
  expectError(results, "text.mlir:2:6: index 3 of a tile is out of range (expected 0 to 2)");
  results = runBody("%x: f32, %i: index", "tensor<2xf32>", "%y = tile.place %x at [%i] : f32 -> tensor<2xf32>",
                    {tensor({}, {1}), int64_t(-1)});
  expectError(results, "text.mlir:2:6: index -1 of a tile is out of range (expected 0 to 1)");
}

TEST(Errors, ABatchAxisIsCheckedToo) {
  auto results = runText(R"(
func.func @f(%x: tensor<?xf32>, %B: index) -> tensor<?xf32> {
  %y = tree.sweep each batch(%B) {
  ^bb0(%self: tensor<?xf32>):
    %e = tree.read %x[] : tensor<?xf32> -> f32 loc("x"("layer.esp":3:12))
    tree.yield %e : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
})",
                         {random({2}, 1), int64_t(3)});
  expectError(results, "layer.esp:3:12: x has 2 batch elements, expected 3 at batch 2");
}

TEST(Errors, ValuesThatAreNotFinite) {
  const char *text = R"(
func.func @f(%T: !tree.tree<chain>, %x: tensor<?xf32>) -> tensor<?xf32> {
  %y = tree.sweep up over %T : !tree.tree<chain> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32> loc("y"("layer.esp":2:5))):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32 loc("layer.esp":3:3)
    CHECK
    tree.yield %x_v : f32
  } : tensor<?xf32> loc("layer.esp":1:1)
  return %y : tensor<?xf32>
})";
  std::vector<Value> arguments = {*Tree::chain(3), tensor({3}, {1, NAN, INFINITY})};
  auto with = [&](const std::string &check) {
    std::string result = text;
    return result.replace(result.find("CHECK"), 5, check);
  };
  EXPECT_TRUE(runText(with(""), arguments));
  expectError(runText(with(""), arguments, {.checkFinite = true}), "layer.esp:3:3: y is not finite at vertex 1");
  expectError(runText(with("tree.check_finite %x_v : f32 loc(\"x\"(\"layer.esp\":3:7))"), arguments),
              "layer.esp:3:7: x is not finite at vertex 1");
  arguments[1] = tensor({3}, {1, 2, 3});
  EXPECT_TRUE(runText(with("tree.check_finite %x_v : f32"), arguments, {.checkFinite = true}));
}

TEST(Errors, DivisionOfIntegersByZero) {
  for (const char *op : {"divsi", "remsi", "floordivsi", "ceildivsi"})
    expectError(runBody("%a: index, %b: index", "index", fmt::format("%y = arith.{} %a, %b : index", op),
                        {int64_t(7), int64_t(0)}),
                "text.mlir:2:6: integer division of 7 by zero");
}

TEST(Errors, AnOperationWithoutARule) {
  expectError(runBody("%x: i32", "i32", "%y = math.cttz %x : i32", {integers({}, {8})}),
              "text.mlir:2:6: the interpreter has no rule for 'math.cttz'");
  expectError(runBody("%x: tensor<?xf32>", "tensor<?xf32>", "%y = math.exp %x : tensor<?xf32>", {random({2}, 1)}),
              "text.mlir:2:6: a value of type tensor<?xf32> stands where a tile of static shape is expected");
}

TEST(Errors, ArgumentsThatDoNotFitTheirParameters) {
  auto call = [](const std::string &type, const std::vector<Value> &arguments) {
    return runText("func.func @f(%x: " + type + ") { return }", arguments);
  };
  expectError(call("tensor<2xf32>", {}), "@f takes 1 arguments, found 0");
  expectError(call("tensor<2xf32>", {random({3}, 1)}), "argument 0 of @f: found f64(3,), expected tensor<2xf32>");
  expectError(call("tensor<?x2xf32>", {random({2}, 1)}), "argument 0 of @f: found f64(2,), expected tensor<?x2xf32>");
  expectError(call("tensor<?xi32>", {random({2}, 1)}), "argument 0 of @f: found f64(2,), expected tensor<?xi32>");
  expectError(call("tensor<?xf32>", {integers({1}, {1})}), "argument 0 of @f: found i32(1,), expected tensor<?xf32>");
  expectError(call("index", {random({}, 1)}), "argument 0 of @f: found f64(), expected index");
  expectError(call("!tree.tree<forest>", {int64_t(3)}),
              "argument 0 of @f: found the number 3, expected !tree.tree<forest>");
  expectError(call("f32", {*Tree::chain(2)}), "argument 0 of @f: found a tree of 2 vertices, expected f32");
  EXPECT_TRUE(call("tensor<?xf32>", {*random({2}, 1).to(DType::f16)}));
  EXPECT_TRUE(call("f32", {random({}, 1)}));
}

TEST(Errors, ResultsThatNoMemoryHolds) {
  const char *text = R"(
func.func @f(%N: index, %M: index) -> tensor<?x?xf32> {
  %y = tree.sweep each axes(%N, %M) {
  ^bb0(%i: index, %j: index, %self: tensor<?x?xf32>):
    %c = arith.constant 0.0 : f32
    tree.yield %c : f32
  } : tensor<?x?xf32>
  return %y : tensor<?x?xf32>
})";
  EXPECT_FALSE(runText(text, {int64_t(1) << 40, int64_t(1) << 40}));
  EXPECT_FALSE(runText(text, {int64_t(1) << 29, int64_t(1) << 29}));
  EXPECT_FALSE(runText(text, {int64_t(-1), int64_t(2)}));
  auto empty = runText(text, {int64_t(1) << 40, int64_t(0)});
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_EQ(shape(empty->front()), (Shape{int64_t(1) << 40, 0}));
}

TEST(Errors, TilesThatAreTooLarge) {
  for (const char *type : {"tensor<1000000x1000000xf32>", "tensor<4000000000x4000000000xf32>"})
    expectError(runBody("%x: f32", type, fmt::format("%y = tile.broadcast %x : f32 -> {}", type), {random({}, 1)}),
                fmt::format("text.mlir:2:6: a tile of type {} is too large to interpret", type));
}
