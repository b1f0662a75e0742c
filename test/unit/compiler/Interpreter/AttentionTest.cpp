//===- AttentionTest.cpp - block.attend against plain loops -----------------===//
#include "RunText.h"

#include "dialects/Block/Math/LevelMap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace espalier;
using namespace espalier::interpreter;

static constexpr double infinity = std::numeric_limits<double>::infinity();

//===-- Rows of a matrix of scores ------------------------------------------===//

/// Row i of S, keys lo[i] .. hi[i], weights times v[j] and times 1.
static std::string rowsOf(const std::string &weights, const std::string &filter = "") {
  return R"(
func.func @f(%S: tensor<?x?xf32>, %v: tensor<?x2xf32>, %lo: tensor<?xi32>, %hi: tensor<?xi32>, %N: index, %J: index)
    -> (tensor<?x2xf32>, tensor<?xf32>)" +
         std::string(weights == "softmax" ? ", tensor<?xf32>" : "") + R"() {
  %r:)" + (weights == "softmax" ? "3 = block.attend softmax statistics" : "2 = block.attend exp") +
         R"( axes(%N) keys(%J) bounds {
  ^bb0(%i: index):
    %a = block.read %lo[%i] : tensor<?xi32> -> i32
    %b = block.read %hi[%i] : tensor<?xi32> -> i32
    %lower = arith.index_cast %a : i32 to index
    %upper = arith.index_cast %b : i32 to index
    block.yield %lower, %upper : index, index
  } )" + filter +
         R"( score {
  ^bb0(%i: index, %j: index):
    %s = block.read %S[%i, %j] : tensor<?x?xf32> -> f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v_j = block.read %v[%j] : tensor<?x2xf32> -> tensor<2xf32>
    %one = arith.constant 1.0 : f32
    block.yield %v_j, %one : tensor<2xf32>, f32
  } : tensor<?x2xf32>, tensor<?xf32>)" +
         (weights == "softmax"
              ? ", tensor<?xf32>\n  return %r#0, %r#1, %r#2 : tensor<?x2xf32>, tensor<?xf32>, tensor<?xf32>\n}"
              : "\n  return %r#0, %r#1 : tensor<?x2xf32>, tensor<?xf32>\n}");
}

static std::vector<Value> attendRows(const std::string &text, int64_t numRows, int64_t numKeys,
                                     const std::vector<double> &S, const std::vector<double> &v,
                                     const std::vector<int32_t> &lower, const std::vector<int32_t> &upper) {
  auto results = runText(text, {tensor({numRows, numKeys}, S), tensor({numKeys, 2}, v), integers({numRows}, lower),
                                integers({numRows}, upper), numRows, numKeys});
  if (results)
    return *results;
  ADD_FAILURE() << results.error().message;
  return {};
}

TEST(Attention, SumsOverTheKeysOfEachRow) {
  for (bool isSoftmax : {true, false})
    for (int64_t numRows : {0, 1, 2, 7})
      for (int64_t numKeys : {0, 1, 2, 5, 8}) {
        std::vector<double> S = numbers(random({numRows, numKeys}, 1)), v = numbers(random({numKeys, 2}, 2));
        std::vector<int32_t> lower, upper; // also outside of 0 .. numKeys, and empty
        for (int64_t i = 0; i < numRows; ++i) {
          lower.push_back(static_cast<int32_t>(i - 3));
          upper.push_back(static_cast<int32_t>(i == 2 ? -5 : 2 * i + 1));
        }
        std::vector<Value> results =
            attendRows(rowsOf(isSoftmax ? "softmax" : "exp"), numRows, numKeys, S, v, lower, upper);
        ASSERT_EQ(results.size(), isSoftmax ? 3u : 2u);
        std::vector<double> y = numbers(results[0]), total = numbers(results[1]);
        EXPECT_EQ(shape(results[0]), (Shape{numRows, 2}));
        for (int64_t i = 0; i < numRows; ++i) {
          double sum = 0, first = 0, second = 0;
          for (int64_t j = std::max<int64_t>(lower[i], 0); j < std::min<int64_t>(upper[i], numKeys); ++j) {
            double w = std::exp(S[i * numKeys + j]);
            sum += w;
            first += w * v[2 * j];
            second += w * v[2 * j + 1];
          }
          double divisor = isSoftmax && sum != 0 ? sum : 1;
          EXPECT_NEAR(y[2 * i], first / divisor, 1e-12);
          EXPECT_NEAR(y[2 * i + 1], second / divisor, 1e-12);
          EXPECT_NEAR(total[i], sum / divisor, 1e-12);
          if (isSoftmax) {
            EXPECT_NEAR(std::exp(-numbers(results[2])[i]), sum != 0 ? 1 / sum : 0, 1e-12);
          }
        }
      }
}

TEST(Attention, ExtremeScores) {
  const std::vector<double> v = {1, 10, 2, 20, 4, 40};
  auto row = [&](const std::vector<double> &scores) {
    return attendRows(rowsOf("softmax"), 1, 3, scores, v, {0}, {3});
  };
  std::vector<Value> large = row({1e4, -1e4, 1e4});
  EXPECT_DOUBLE_EQ(numbers(large[0])[0], 2.5);
  EXPECT_DOUBLE_EQ(numbers(large[2])[0], 1e4 + std::log(2));
  std::vector<Value> equal = row({7, 7, 7});
  EXPECT_DOUBLE_EQ(numbers(equal[0])[1], 70.0 / 3);
  std::vector<Value> masked = row({-infinity, 0, -infinity});
  EXPECT_EQ(numbers(masked[0])[0], 2);
  std::vector<Value> nothing = row({-infinity, -infinity, -infinity});
  EXPECT_EQ(numbers(nothing[0]), (std::vector<double>{0, 0}));
  EXPECT_EQ(numbers(nothing[1])[0], 0);
  EXPECT_EQ(numbers(nothing[2])[0], infinity);
  for (double bad : {infinity, std::nan("")}) {
    std::vector<Value> spoilt = row({0, bad, 1});
    EXPECT_TRUE(std::isnan(numbers(spoilt[0])[0]));
    EXPECT_TRUE(std::isnan(numbers(spoilt[2])[0]));
  }
}

TEST(Attention, KeysOutsideTheFilterAreNotEvaluated) {
  // j != 1: its score and its value are NaN.
  const char *filter = R"(filter {
  ^bb0(%i: index, %j: index):
    %one = arith.constant 1 : index
    %keep = arith.cmpi ne, %j, %one : index
    block.yield %keep : i1
  })";
  std::vector<Value> results = attendRows(rowsOf("softmax", filter), 1, 3, {0, std::nan(""), 0},
                                          {1, 2, std::nan(""), std::nan(""), 3, 4}, {0}, {3});
  EXPECT_EQ(numbers(results[0]), (std::vector<double>{2, 3}));
}

//===-- Batch, several axes, accumulators -----------------------------------===//

TEST(Attention, BatchAndAxesAndAccumulators) {
  const char *text = R"(
func.func @f(%q: tensor<?x?x?x2xf32>, %k: tensor<?x?x2xf32>, %slope: tensor<?xf32>, %table: tensor<?xf32>, %B: index, %H: index, %N: index)
    -> (tensor<?x?x?x2xf32>, tensor<?xf32>) {
  %y, %acc = block.attend exp batch(%B) axes(%H, %N) keys(%N) accumulate(%table : tensor<?xf32>) bounds {
  ^bb0(%h: index, %i: index):
    block.yield %h, %N : index, index
  } score {
  ^bb0(%h: index, %i: index, %j: index):
    %q_i = block.read %q[%h, %i] : tensor<?x?x?x2xf32> -> tensor<2xf32>
    %k_j = block.read %k[%j] : tensor<?x?x2xf32> -> tensor<2xf32>
    %m = block.read %slope[%h] : tensor<?xf32> -> f32
    %dot = tile.contract "a,a->" (%q_i, %k_j) : (tensor<2xf32>, tensor<2xf32>) -> f32
    %s = arith.mulf %dot, %m : f32
    block.yield %s : f32
  } values {
  ^bb0(%h: index, %i: index, %j: index, %bins: tensor<?xf32>):
    %k_j = block.read %k[%j] : tensor<?x?x2xf32> -> tensor<2xf32>
    %distance = arith.subi %i, %j : index
    %bin = arith.addi %distance, %N : index
    %two = arith.constant 2.0 : f32
    block.accumulate %two into %bins[%bin] : f32 into tensor<?xf32>
    block.yield %k_j : tensor<2xf32>
  } : tensor<?x?x?x2xf32>, tensor<?xf32>
  return %y, %acc : tensor<?x?x?x2xf32>, tensor<?xf32>
})";
  constexpr int64_t B = 2, H = 3, N = 4;
  Tensor q = random({B, H, N, 2}, 1), k = random({B, N, 2}, 2), slope = random({H}, 3), table = random({2 * N}, 4);
  auto results = runText(text, {q, k, slope, table, B, H, N});
  ASSERT_TRUE(results) << results.error().message;
  std::vector<double> y = numbers((*results)[0]), bins = numbers((*results)[1]);
  std::vector<double> wanted = numbers(table), Q = numbers(q), K = numbers(k), m = numbers(slope);
  EXPECT_EQ(shape((*results)[0]), (Shape{B, H, N, 2}));
  for (int64_t b = 0; b < B; ++b)
    for (int64_t h = 0; h < H; ++h)
      for (int64_t i = 0; i < N; ++i) {
        double sum[2] = {0, 0};
        const double *q_i = &Q[((b * H + h) * N + i) * 2];
        for (int64_t j = h; j < N; ++j) {
          const double *k_j = &K[(b * N + j) * 2];
          double w = std::exp(m[h] * (q_i[0] * k_j[0] + q_i[1] * k_j[1]));
          sum[0] += w * k_j[0];
          sum[1] += w * k_j[1];
          wanted[i - j + N] += 2 * w;
        }
        for (int64_t c = 0; c < 2; ++c)
          EXPECT_NEAR(y[((b * H + h) * N + i) * 2 + c], sum[c], 1e-12);
      }
  for (int64_t t = 0; t < 2 * N; ++t)
    EXPECT_NEAR(bins[t], wanted[t], 1e-12);
}

//===-- Levels and prefixes -------------------------------------------------===//

TEST(Attention, LevelsAndPrefixes) {
  const char *text = R"(
func.func @f(%x: tensor<2x4xf32>, %N: index) -> (tensor<?x?x2x4xf32>, tensor<?x?xi32>) {
  %y, %n = tree.sweep each axes(%N, %N) {
  ^bb0(%i: index, %j: index, %self: tensor<?x?x2x4xf32>, %count: tensor<?x?xi32>):
    %x_ = tree.read %x[] : tensor<2x4xf32> -> tensor<2x4xf32>
    %n_ij = block.shared_levels %i, %j levels 3 of %N
    %p = block.prefix %x_ by %n_ij axis 1 table [0, 1, 3, 4] : tensor<2x4xf32>
    %n32 = arith.index_cast %n_ij : index to i32
    tree.yield %p, %n32 : tensor<2x4xf32>, i32
  } : tensor<?x?x2x4xf32>, tensor<?x?xi32>
  return %y, %n : tensor<?x?x2x4xf32>, tensor<?x?xi32>
})";
  const std::vector<double> x = {1, 2, 3, std::nan(""), 5, 6, 7, 8};
  const int64_t lengths[] = {0, 1, 3, 4};
  for (int64_t N : {1, 2, 5, 8, 11}) {
    auto results = runText(text, {tensor({2, 4}, x), N});
    ASSERT_TRUE(results) << results.error().message;
    std::vector<double> y = numbers((*results)[0]), counts = numbers((*results)[1]);
    block::LevelMap map(3, N);
    for (int64_t i = 0; i < N; ++i)
      for (int64_t j = 0; j < N; ++j) {
        int64_t n = map.shared(i, j);
        EXPECT_EQ(counts[i * N + j], n);
        for (int64_t at = 0; at < 8; ++at) {
          double found = y[(i * N + j) * 8 + at];
          if (at % 4 >= lengths[n])
            EXPECT_EQ(found, 0);
          else if (at == 3)
            EXPECT_TRUE(std::isnan(found));
          else
            EXPECT_EQ(found, x[at]);
        }
      }
  }
}

//===-- Errors --------------------------------------------------------------===//

TEST(Attention, AFaultNamesRowAndKey) {
  const char *text = R"(
func.func @f(%token: tensor<?x?xi32>, %E: tensor<?xf32> loc("E"("layer.esp":1:9)), %B: index, %N: index) -> tensor<?x?xf32> {
  %y = block.attend softmax batch(%B) axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    block.yield %zero, %i : index, index
  } score {
  ^bb0(%i: index loc("i"("layer.esp":2:9)), %j: index loc("j"("layer.esp":3:9))):
    %t = block.read %token[%j] : tensor<?x?xi32> -> i32
    %at = arith.index_cast %t : i32 to index
    %e = block.read %E[%at] : tensor<?xf32> -> f32 loc("layer.esp":3:12)
    block.yield %e : f32
  } values {
  ^bb0(%i: index, %j: index):
    %one = arith.constant 1.0 : f32
    block.yield %one : f32
  } : tensor<?x?xf32>
  return %y : tensor<?x?xf32>
})";
  auto run = [&](const std::vector<int32_t> &tokens) {
    return runText(text, {integers({2, 3}, tokens), random({5}, 1), int64_t(2), int64_t(3)});
  };
  EXPECT_TRUE(run({0, 1, 9, 4, 3, -9})); // the last is a key of no row
  auto results = run({0, 1, 2, 4, 5, 0});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().message,
            "layer.esp:3:12: index 5 of E is out of range (expected 0 to 4) at batch 1, i = 2, j = 1");
}

TEST(Attention, SumsAreCheckedWhereAsked) {
  Options options;
  options.checkFinite = true;
  auto results = runText(rowsOf("softmax"),
                         {tensor({2, 1}, {0, std::nan("")}), tensor({1, 2}, {1, 2}), integers({2}, {0, 0}),
                          integers({2}, {1, 1}), int64_t(2), int64_t(1)},
                         options);
  ASSERT_FALSE(results);
  EXPECT_NE(results.error().message.find("a sum is not finite at axis 0 = 1"), std::string::npos)
      << results.error().message;
}
