//===- TileTest.cpp - Products, reductions and shapes of tiles --------------===//
#include "RunText.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace espalier;
using namespace espalier::interpreter;

static constexpr double inf = std::numeric_limits<double>::infinity();

static void expectNear(const std::vector<double> &found, const std::vector<double> &expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i)
    if (std::isnan(expected[i]))
      EXPECT_TRUE(std::isnan(found[i])) << "element " << i << " is " << found[i];
    else if (std::isinf(expected[i]))
      EXPECT_EQ(found[i], expected[i]) << "element " << i;
    else
      EXPECT_NEAR(found[i], expected[i], 1e-13 * (1 + std::fabs(expected[i]))) << "element " << i;
}

TEST(Contract, MatrixProductsOfSizes0To17) {
  for (int n : {0, 1, 2, 17})
    for (int k : {0, 1, 3})
      for (int m : {1, 5}) {
        Tensor a = random({n, k}, 1), b = random({k, m}, 2);
        std::vector<double> x = numbers(Value(a)), y = numbers(Value(b)), expected(n * m, 0.0);
        for (int i = 0; i < n; ++i)
          for (int j = 0; j < m; ++j)
            for (int l = 0; l < k; ++l)
              expected[i * m + j] += x[i * k + l] * y[l * m + j];
        expectNear(evaluate(fmt::format("%a: tensor<{0}x{1}xf32>, %b: tensor<{1}x{2}xf32>", n, k, m),
                            fmt::format("tensor<{}x{}xf32>", n, m),
                            fmt::format("%y = tile.contract \"ik,kj->ij\" (%a, %b) : (tensor<{0}x{1}xf32>, "
                                        "tensor<{1}x{2}xf32>) -> tensor<{0}x{2}xf32>",
                                        n, k, m),
                            {a, b}),
                   expected);
      }
}

TEST(Contract, SeveralFactorsInAnyOrderOfLetters) {
  // y[c, a] = sum over b, d of p[a, b] q[b, c, d] s[d] t
  Tensor p = random({2, 3}, 1), q = random({3, 4, 5}, 2), s = random({5}, 3);
  std::vector<double> P = numbers(Value(p)), Q = numbers(Value(q)), S = numbers(Value(s)), expected(8, 0.0);
  for (int c = 0; c < 4; ++c)
    for (int a = 0; a < 2; ++a)
      for (int b = 0; b < 3; ++b)
        for (int d = 0; d < 5; ++d)
          expected[c * 2 + a] += P[a * 3 + b] * Q[(b * 4 + c) * 5 + d] * S[d] * 1.5;
  expectNear(evaluate("%p: tensor<2x3xf64>, %q: tensor<3x4x5xf64>, %s: tensor<5xf64>, %t: f64", "tensor<4x2xf64>",
                      "%y = tile.contract \"ab,bcd,d,->ca\" (%p, %q, %s, %t) : (tensor<2x3xf64>, tensor<3x4x5xf64>, "
                      "tensor<5xf64>, f64) -> tensor<4x2xf64>",
                      {p, q, s, tensor({}, {1.5})}),
             expected);
}

TEST(Contract, InnerAndOuterProductsAndSums) {
  Value x = tensor({3}, {1, 2, 3}), y = tensor({2}, {10, 100});
  EXPECT_EQ(evaluate("%a: tensor<3xf32>", "f32",
                     "%y = tile.contract \"i,i->\" (%a, %a) : (tensor<3xf32>, tensor<3xf32>) -> f32", {x}),
            std::vector<double>{14});
  EXPECT_EQ(evaluate("%a: tensor<3xf32>", "f32", "%y = tile.contract \"i->\" (%a) : (tensor<3xf32>) -> f32", {x}),
            std::vector<double>{6});
  EXPECT_EQ(evaluate("%a: tensor<3xf32>, %b: tensor<2xf32>", "tensor<3x2xf32>",
                     "%y = tile.contract \"i,j->ij\" (%a, %b) : (tensor<3xf32>, tensor<2xf32>) -> tensor<3x2xf32>",
                     {x, y}),
            (std::vector<double>{10, 100, 20, 200, 30, 300}));
}

TEST(Reduce, OverEveryChoiceOfAxes) {
  Tensor x = random({2, 3, 4}, 5);
  std::vector<double> X = numbers(Value(x));
  for (int choice = 1; choice < 8; ++choice) {
    int size[3] = {2, 3, 4};
    std::string axes, shape;
    for (int axis = 0; axis < 3; ++axis)
      if (choice >> axis & 1)
        axes += (axes.empty() ? "" : ", ") + std::to_string(axis);
      else
        shape += std::to_string(size[axis]) + "x";
    std::string type = shape.empty() ? "f32" : "tensor<" + shape + "f32>";
    int kept[3];
    for (int axis = 0; axis < 3; ++axis)
      kept[axis] = choice >> axis & 1 ? 1 : size[axis];
    size_t count = kept[0] * kept[1] * kept[2];
    std::vector<double> sum(count, 0.0), max(count, -inf), min(count, inf), exponentials(count, 0.0);
    for (int i = 0; i < 2; ++i)
      for (int j = 0; j < 3; ++j)
        for (int k = 0; k < 4; ++k) {
          int to = ((i % kept[0]) * kept[1] + j % kept[1]) * kept[2] + k % kept[2];
          double value = X[(i * 3 + j) * 4 + k];
          sum[to] += value;
          max[to] = std::fmax(max[to], value);
          min[to] = std::fmin(min[to], value);
          exponentials[to] += std::exp(value);
        }
    for (double &e : exponentials)
      e = std::log(e);
    for (auto [kind, expected] : {std::pair{"sum", sum}, {"max", max}, {"min", min}, {"logsumexp", exponentials}})
      expectNear(evaluate("%x: tensor<2x3x4xf32>", type,
                          fmt::format("%y = tile.reduce {} %x [{}] : tensor<2x3x4xf32> -> {}", kind, axes, type), {x}),
                 expected);
  }
}

TEST(Reduce, NeutralElementsAndSpecialNumbers) {
  auto reduced = [](const char *kind, const std::vector<double> &values) {
    std::string type = fmt::format("tensor<{}xf32>", values.size());
    return evaluate("%x: " + type, "f32", fmt::format("%y = tile.reduce {} %x [0] : {} -> f32", kind, type),
                    {tensor({int64_t(values.size())}, values)})[0];
  };
  EXPECT_EQ(reduced("sum", {}), 0);
  EXPECT_EQ(reduced("max", {}), -inf);
  EXPECT_EQ(reduced("min", {}), inf);
  EXPECT_EQ(reduced("logsumexp", {}), -inf);
  EXPECT_EQ(reduced("logsumexp", {-inf, -inf}), -inf);
  EXPECT_EQ(reduced("logsumexp", {1, inf, inf}), inf);
  EXPECT_EQ(reduced("logsumexp", {inf, 1, -inf}), inf);
  EXPECT_NEAR(reduced("logsumexp", {1000, 1000}), 1000 + std::log(2), 1e-12);
  EXPECT_NEAR(reduced("logsumexp", {-1000, -inf, -1001}), -1000 + std::log1p(std::exp(-1)), 1e-12);
  for (const char *kind : {"sum", "max", "min", "logsumexp"})
    for (auto &values :
         std::vector<std::vector<double>>{{NAN, 1, 2}, {1, NAN, 2}, {1, 2, NAN}, {-inf, NAN}, {NAN, inf}})
      EXPECT_TRUE(std::isnan(reduced(kind, values))) << kind;
}

TEST(Reduce, Integers) {
  auto reduced = [](const char *kind, const std::vector<int32_t> &values) {
    std::string type = fmt::format("tensor<{}xi32>", values.size());
    return evaluate("%x: " + type, "i32", fmt::format("%y = tile.reduce {} %x [0] : {} -> i32", kind, type),
                    {integers({int64_t(values.size())}, values)})[0];
  };
  EXPECT_EQ(reduced("sum", {3, -5, 9}), 7);
  EXPECT_EQ(reduced("max", {3, -5, 9}), 9);
  EXPECT_EQ(reduced("min", {3, -5, 9}), -5);
  EXPECT_EQ(reduced("sum", {}), 0);
  EXPECT_EQ(reduced("max", {}), INT32_MIN);
  EXPECT_EQ(reduced("min", {}), INT32_MAX);
  EXPECT_EQ(reduced("sum", {INT32_MAX, 1}), INT32_MIN);
}

TEST(Normalise, SoftmaxAlongEachAxis) {
  Tensor x = random({3, 4}, 6);
  std::vector<double> X = numbers(Value(x)), rows(12), columns(12);
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 4; ++j) {
      double row = 0, column = 0;
      for (int k = 0; k < 4; ++k)
        row += std::exp(X[i * 4 + k]);
      for (int k = 0; k < 3; ++k)
        column += std::exp(X[k * 4 + j]);
      rows[i * 4 + j] = std::exp(X[i * 4 + j]) / row;
      columns[i * 4 + j] = std::exp(X[i * 4 + j]) / column;
    }
  std::string type = "tensor<3x4xf32>";
  expectNear(evaluate("%x: " + type, type, "%y = tile.softmax %x axis 1 : " + type, {x}), rows);
  expectNear(evaluate("%x: " + type, type, "%y = tile.softmax %x axis 0 : " + type, {x}), columns);
}

TEST(Normalise, SoftmaxOfSpecialLines) {
  auto softmax = [](const std::vector<double> &values) {
    return evaluate("%x: tensor<2xf32>", "tensor<2xf32>", "%y = tile.softmax %x axis 0 : tensor<2xf32>",
                    {tensor({2}, values)});
  };
  EXPECT_EQ(softmax({-inf, -inf}), (std::vector<double>{0, 0}));
  EXPECT_EQ(softmax({-inf, 5}), (std::vector<double>{0, 1}));
  EXPECT_EQ(softmax({2000, 2000}), (std::vector<double>{0.5, 0.5}));
  expectNear(softmax({NAN, 1}), {NAN, NAN});
  EXPECT_TRUE(std::isnan(softmax({inf, 1})[0]));
  EXPECT_EQ(
      evaluate("%x: tensor<0xf32>", "tensor<0xf32>", "%y = tile.softmax %x axis 0 : tensor<0xf32>", {tensor({0}, {})}),
      std::vector<double>{});
}

TEST(Normalise, LayerNorm) {
  // Mean 2, variance 2/3.
  double scale = 1 / std::sqrt(2.0 / 3 + 0.5);
  expectNear(evaluate("%x: tensor<3xf32>", "tensor<3xf32>", "%y = tile.layer_norm %x axis 0 eps 0.5 : tensor<3xf32>",
                      {tensor({3}, {1, 2, 3})}),
             {-scale, 0, scale});
  expectNear(evaluate("%x: tensor<2x2xf32>", "tensor<2x2xf32>",
                      "%y = tile.layer_norm %x axis 0 eps 0.0 : tensor<2x2xf32>", {tensor({2, 2}, {1, 7, 3, 3})}),
             {-1, 1, 1, -1});
  expectNear(evaluate("%x: tensor<3xf32>", "tensor<3xf32>", "%y = tile.layer_norm %x axis 0 eps 1.0e-5 : tensor<3xf32>",
                      {tensor({3}, {1, NAN, 3})}),
             {NAN, NAN, NAN});
}

TEST(Shapes, BroadcastTransposeReshape) {
  Value x = tensor({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(evaluate("%x: tensor<3xf32>", "tensor<2x3xf32>",
                     "%y = tile.broadcast %x : tensor<3xf32> -> tensor<2x3xf32>", {tensor({3}, {1, 2, 3})}),
            (std::vector<double>{1, 2, 3, 1, 2, 3}));
  EXPECT_EQ(evaluate("%x: tensor<2x1xf32>", "tensor<2x3xf32>",
                     "%y = tile.broadcast %x : tensor<2x1xf32> -> tensor<2x3xf32>", {tensor({2, 1}, {1, 2})}),
            (std::vector<double>{1, 1, 1, 2, 2, 2}));
  EXPECT_EQ(evaluate("%x: i32", "tensor<3xi32>", "%y = tile.broadcast %x : i32 -> tensor<3xi32>", {integers({}, {7})}),
            (std::vector<double>{7, 7, 7}));
  EXPECT_EQ(evaluate("%x: tensor<2x3xf32>", "tensor<3x2xf32>",
                     "%y = tile.transpose %x [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>", {x}),
            (std::vector<double>{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(evaluate("%x: tensor<2x3xf32>", "tensor<3x2xf32>",
                     "%y = tile.reshape %x : tensor<2x3xf32> -> tensor<3x2xf32>", {x}),
            (std::vector<double>{1, 2, 3, 4, 5, 6}));

  // Axis i of the result is axis p[i] of the input: y[k, i, j] = x[i, j, k].
  std::vector<double> expected;
  Tensor cube = random({2, 3, 4}, 1);
  std::vector<double> X = numbers(Value(cube));
  for (int k = 0; k < 4; ++k)
    for (int i = 0; i < 2; ++i)
      for (int j = 0; j < 3; ++j)
        expected.push_back(X[(i * 3 + j) * 4 + k]);
  EXPECT_EQ(evaluate("%x: tensor<2x3x4xf32>", "tensor<4x2x3xf32>",
                     "%y = tile.transpose %x [2, 0, 1] : tensor<2x3x4xf32> -> tensor<4x2x3xf32>", {cube}),
            expected);
}

TEST(Shapes, SlicePadConcatEye) {
  Value x = tensor({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(evaluate("%x: tensor<3x3xf32>", "tensor<2x1xf32>",
                     "%y = tile.slice %x [1, 2] : tensor<3x3xf32> -> tensor<2x1xf32>", {x}),
            (std::vector<double>{6, 9}));
  EXPECT_EQ(evaluate("%x: tensor<1x2xf32>", "tensor<2x3xf32>",
                     "%y = tile.pad %x [1, 0] : tensor<1x2xf32> -> tensor<2x3xf32>", {tensor({1, 2}, {8, 9})}),
            (std::vector<double>{0, 0, 0, 8, 9, 0}));
  EXPECT_EQ(evaluate("%a: tensor<2x1xf32>, %b: tensor<2x2xf32>", "tensor<2x3xf32>",
                     "%y = tile.concat axis 1 (%a, %b) : (tensor<2x1xf32>, tensor<2x2xf32>) -> tensor<2x3xf32>",
                     {tensor({2, 1}, {1, 2}), tensor({2, 2}, {3, 4, 5, 6})}),
            (std::vector<double>{1, 3, 4, 2, 5, 6}));
  EXPECT_EQ(evaluate("%a: tensor<0x2xf32>, %b: tensor<1x2xf32>", "tensor<1x2xf32>",
                     "%y = tile.concat axis 0 (%a, %b) : (tensor<0x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>",
                     {tensor({0, 2}, {}), tensor({1, 2}, {3, 4})}),
            (std::vector<double>{3, 4}));
  EXPECT_EQ(evaluate("", "tensor<2x2xf32>", "%y = tile.eye : tensor<2x2xf32>"), (std::vector<double>{1, 0, 0, 1}));
}

TEST(Shapes, ElementAndPlace) {
  Value x = tensor({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(evaluate("%x: tensor<2x3xf32>, %i: index", "tensor<3xf32>",
                     "%y = tile.element %x[%i] : tensor<2x3xf32> -> tensor<3xf32>", {x, int64_t(1)}),
            (std::vector<double>{4, 5, 6}));
  EXPECT_EQ(evaluate("%x: tensor<2x3xf32>, %i: index, %j: index", "f32",
                     "%y = tile.element %x[%i, %j] : tensor<2x3xf32> -> f32", {x, int64_t(0), int64_t(2)}),
            std::vector<double>{3});
  EXPECT_EQ(evaluate("%x: tensor<2xf32>, %i: index", "tensor<3x2xf32>",
                     "%y = tile.place %x at [%i] : tensor<2xf32> -> tensor<3x2xf32>",
                     {tensor({2}, {8, 9}), int64_t(1)}),
            (std::vector<double>{0, 0, 8, 9, 0, 0}));
  EXPECT_EQ(evaluate("%x: f32, %i: index", "tensor<2xf32>", "%y = tile.place %x at [%i] : f32 -> tensor<2xf32>",
                     {tensor({}, {8}), int64_t(1)}),
            (std::vector<double>{0, 8}));
}
