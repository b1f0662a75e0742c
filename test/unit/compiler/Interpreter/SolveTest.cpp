//===- SolveTest.cpp - Dense systems in the interpreter ---------------------===//
#include "RunText.h"

#include "compiler/Interpreter/Elimination.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace espalier;
using namespace espalier::interpreter;

/// || S x - b || / (|| S || || x || + || b ||) in the largest element: small for every backward stable solution.
static double backwardError(const std::vector<double> &S, const std::vector<double> &x, const std::vector<double> &b,
                            int n, int m) {
  double worst = 0, scale = 0;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < m; ++j) {
      double residual = -b[i * m + j], size = std::fabs(b[i * m + j]);
      for (int k = 0; k < n; ++k) {
        residual += S[i * n + k] * x[k * m + j];
        size += std::fabs(S[i * n + k] * x[k * m + j]);
      }
      worst = std::fmax(worst, std::fabs(residual));
      scale = std::fmax(scale, size);
    }
  return scale == 0 ? worst : worst / scale;
}

static std::vector<double> transposed(const std::vector<double> &matrix, int n) {
  std::vector<double> result(matrix.size());
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j)
      result[i * n + j] = matrix[j * n + i];
  return result;
}

static std::vector<double> solve(const std::string &method, const std::vector<double> &S, const std::vector<double> &b,
                                 int n, int m) {
  std::string types = fmt::format("tensor<{0}x{0}xf64>, tensor<{0}x{1}xf64>", n, m);
  return evaluate(fmt::format("%S: tensor<{0}x{0}xf64>, %b: tensor<{0}x{1}xf64>", n, m),
                  fmt::format("tensor<{}x{}xf64>", n, m),
                  fmt::format("%y = tile.solve {} %S (%b) : ({}) -> tensor<{}x{}xf64>", method, types, n, m),
                  {tensor({n, n}, S), tensor({n, m}, b)});
}

TEST(Solve, GeneralSystemsOfManySizes) {
  for (int n : {0, 1, 2, 3, 7, 16, 33, 128, 200})
    for (int m : {1, 3}) {
      std::vector<double> S = numbers(Value(random({n, n}, 100 + n))), b = numbers(Value(random({n, m}, 200 + n)));
      EXPECT_LT(backwardError(S, solve("general", S, b, n, m), b, n, m), 1e-14) << n;
      EXPECT_LT(backwardError(transposed(S, n), solve("general transposed", S, b, n, m), b, n, m), 1e-14) << n;
    }
}

TEST(Solve, ExchangesRowsWhereAPivotIsZeroOrSmall) {
  EXPECT_EQ(solve("general", {0, 1, 2, 0}, {3, 4}, 2, 1), (std::vector<double>{2, 3}));
  std::vector<double> S = {1e-30, 1, 1, 1}, b = {1, 2};
  EXPECT_LT(backwardError(S, solve("general", S, b, 2, 1), b, 2, 1), 1e-15);
}

TEST(Solve, SeveralRightSidesShareTheMatrix) {
  auto results = runText(R"(
func.func @f(%S: tensor<2x2xf32>, %b: tensor<2xf32>, %c: tensor<2x2xf32>) -> (tensor<2xf32>, tensor<2x2xf32>) {
  %x, %y = tile.solve general %S (%b, %c) : (tensor<2x2xf32>, tensor<2xf32>, tensor<2x2xf32>) -> (tensor<2xf32>, tensor<2x2xf32>)
  return %x, %y : tensor<2xf32>, tensor<2x2xf32>
})",
                         {tensor({2, 2}, {2, 0, 1, 4}), tensor({2}, {2, 9}), tensor({2, 2}, {2, 4, 5, 6})});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(numbers((*results)[0]), (std::vector<double>{1, 2}));
  EXPECT_EQ(numbers((*results)[1]), (std::vector<double>{1, 2, 1, 1}));
}

TEST(Solve, CholeskyReadsTheLowerTriangleOnly) {
  for (int n : {0, 1, 2, 5, 17}) {
    std::vector<double> M = numbers(Value(random({n, n}, 300 + n))), S(n * n, 0.0),
                        b = numbers(Value(random({n, 2}, 1)));
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) {
        S[i * n + j] = i == j;
        for (int k = 0; k < n; ++k)
          S[i * n + j] += M[i * n + k] * M[j * n + k];
      }
    std::vector<double> lower = S;
    for (int i = 0; i < n; ++i)
      for (int j = i + 1; j < n; ++j)
        lower[i * n + j] = NAN;
    EXPECT_LT(backwardError(S, solve("cholesky", lower, b, n, 2), b, n, 2), 1e-14) << n;
  }
}

TEST(Solve, KnowsASingularMatrixFromABadlyScaledOne) {
  EXPECT_FALSE(Elimination::of({0}, 1));
  EXPECT_FALSE(Elimination::of({1, 2, 2, 4}, 2));
  EXPECT_FALSE(Elimination::of({1, 2, 3, 4, 5, 6, 7, 8, 9}, 3)); // the last pivot is rounding error
  EXPECT_FALSE(Elimination::of({1e-100, 2e-100, 2e100, 4e100}, 2));
  EXPECT_TRUE(Elimination::of({1, 0, 0, 1e-300}, 2));
  EXPECT_TRUE(Elimination::of({1e-20, 2e-20, 3, 4}, 2));
  EXPECT_TRUE(Elimination::of({1, 1, 1, 1 + 1e-14}, 2));
  EXPECT_TRUE(Elimination::of({}, 0));
  EXPECT_TRUE(Elimination::of({NAN}, 1)); // gives NaN, not an error
}

TEST(Solve, KnowsAMatrixThatIsNotPositiveDefinite) {
  EXPECT_FALSE(Cholesky::of({0}, 1));
  EXPECT_FALSE(Cholesky::of({-1}, 1));
  EXPECT_FALSE(Cholesky::of({1, 2, 2, 1}, 2));
  EXPECT_FALSE(Cholesky::of({1, 1, 1, 1}, 2));
  EXPECT_TRUE(Cholesky::of({1e-300, 0, 0, 1}, 2));
  EXPECT_TRUE(Cholesky::of({NAN}, 1));
}

TEST(Solve, WhatIsNotFiniteGivesNaN) {
  for (double entry : {double(NAN), double(INFINITY), -double(INFINITY)})
    for (int at : {0, 2, 3}) {
      std::vector<double> S = {2, 1, 1, 3};
      S[at] = entry;
      for (const char *method : {"general", "cholesky"})
        for (double x : solve(method, S, {1, 2, 3, 4}, 2, 2))
          EXPECT_TRUE(std::isnan(x)) << method << " " << entry << " at " << at;
    }
  EXPECT_EQ(solve("cholesky", {4, INFINITY, 0, 4}, {4, 8}, 2, 1), (std::vector<double>{1, 2}));
}

// Compiled code leaves out what nothing needs; no matrix is too singular for no right side.
TEST(Solve, NoRightSidesAreSolvedByAnyMatrix) {
  for (const char *method : {"general", "cholesky"}) {
    auto none = runBody(
        "%S: tensor<2x2xf64>, %b: tensor<2x0xf64>", "tensor<2x0xf64>",
        fmt::format("%y = tile.solve {} %S (%b) : (tensor<2x2xf64>, tensor<2x0xf64>) -> tensor<2x0xf64>", method),
        {tensor({2, 2}, {0, 0, 0, 0}), tensor({2, 0}, {})});
    EXPECT_TRUE(static_cast<bool>(none)) << method;
  }
}
