//===- SolveTest.cpp - Systems against their residuals ----------------------===//
#include "CompiledKernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace espalier;
using namespace espalier::test;

namespace {

template <class T> class Solve : public testing::Test {};
using FloatTypes = testing::Types<float, double>;
TYPED_TEST_SUITE(Solve, FloatTypes);

/// What is solved: an n x n matrix, a right side of m columns, and a vector.
template <class T> struct System {
  int64_t n, m;
  std::vector<T> matrix, b, c, x, y;

  System(int64_t n, int64_t m, uint64_t seed)
      : n(n), m(m), matrix(numbers<T>(n * n, seed)), b(numbers<T>(n * m, seed + 1)), c(numbers<T>(n, seed + 2)),
        x(n * m + 1, 77), y(n + 1, 77) {}

  /// Large diagonal: no exchange is needed.
  System &dominant() {
    for (int64_t i = 0; i < n; ++i)
      matrix[i * n + i] += static_cast<T>(2 * n);
    return *this;
  }
  /// A A^T + I.
  System &positive() {
    std::vector<T> a = matrix;
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j) {
        double sum = i == j ? 1 : 0;
        for (int64_t k = 0; k < n; ++k)
          sum += double(a[i * n + k]) * a[j * n + k];
        matrix[i * n + j] = static_cast<T>(sum);
      }
    return *this;
  }

  /// max |S x - b| / (|S| |x| + |b|), the backward error, in units of epsilon.
  double backwardError(bool transposed = false) const {
    double worst = 0;
    auto entry = [&](int64_t i, int64_t k) -> double { return transposed ? matrix[k * n + i] : matrix[i * n + k]; };
    double largest = 0;
    for (T value : matrix)
      largest = std::max(largest, std::abs(double(value)));
    auto column = [&](const T *solution, const T *side, int64_t step) {
      double size = 0;
      for (int64_t k = 0; k < n; ++k)
        size = std::max(size, std::abs(double(solution[k * step])));
      for (int64_t i = 0; i < n; ++i) {
        double residual = -double(side[i * step]);
        for (int64_t k = 0; k < n; ++k)
          residual += entry(i, k) * solution[k * step];
        double scale = largest * size * n + std::abs(double(side[i * step]));
        double error = residual == 0 ? 0 : std::abs(residual) / scale;
        worst = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::max(worst, error);
      }
    };
    for (int64_t j = 0; j < m; ++j)
      column(x.data() + j, b.data() + j, m);
    column(y.data(), c.data(), 1);
    return worst / std::numeric_limits<T>::epsilon();
  }
};

std::string solveText(std::string_view f, int64_t n, int64_t m, std::string_view method) {
  std::string S = fmt::format("memref<{0}x{0}x{1}>", n, f), B = fmt::format("memref<{}x{}x{}>", n, m, f),
              C = fmt::format("memref<{}x{}>", n, f);
  return oneTask(fmt::format("%s: {0}, %b: {1}, %c: {2}, %x: {1}, %y: {2}", S, B, C),
                 fmt::format(R"(
      %batch = arith.constant 3 : index
      %position = arith.constant 5 : index
      %scratch = memref.alloca() : memref<{1}x{2}x{6}>
      tile.solve_into {0} %s (%b, %c) into (%x, %y) scratch %scratch location 9 at %batch, %position : {3} ({4}, {5}) into ({4}, {5}) scratch memref<{1}x{2}x{6}>)",
                             method, n, n + m + 1, S, B, C, f));
}

template <class T> cpu::JitCode compileSolve(int64_t n, int64_t m, std::string_view method) {
  auto code = compile(solveText(typeName<T>(), n, m, method));
  EXPECT_TRUE(code) << code.error().message;
  return *code;
}

template <class T> std::optional<Fault> solve(const cpu::JitCode &code, System<T> &system) {
  auto fault = call(code, {system.matrix.data(), system.b.data(), system.c.data(), system.x.data(), system.y.data()});
  EXPECT_EQ(system.x[system.n * system.m], 77) << "wrote beyond the target";
  EXPECT_EQ(system.y[system.n], 77) << "wrote beyond the target";
  return fault;
}

constexpr double tolerance = 8; // of epsilon, relative to n |S| |x|

} // namespace

TYPED_TEST(Solve, EverySize) {
  for (int64_t n : sizesUpTo(71))
    for (int64_t m : {1, 2, 17}) {
      if (n > 20 && m == 2)
        continue;
      auto code = compileSolve<TypeParam>(n, m, "general");
      System<TypeParam> easy(n, m, 1), hard(n, m, 2), exchanged(n, m, 3);
      easy.dominant();
      exchanged.dominant();
      for (int64_t i = 0; i < n; ++i) // rows in reverse: every pivot is small against its column
        if (i < n - 1 - i)
          std::swap_ranges(exchanged.matrix.begin() + i * n, exchanged.matrix.begin() + (i + 1) * n,
                           exchanged.matrix.begin() + (n - 1 - i) * n);
      for (System<TypeParam> *system : {&easy, &hard, &exchanged}) {
        EXPECT_FALSE(solve(code, *system)) << n;
        ASSERT_LT(system->backwardError(), tolerance) << n << " and " << m;
      }
    }
}

TYPED_TEST(Solve, LargerSizes) {
  for (int64_t n : {97, 128, 131}) {
    auto code = compileSolve<TypeParam>(n, 40, "general");
    System<TypeParam> system(n, 40, 5);
    EXPECT_FALSE(solve(code, system));
    ASSERT_LT(system.backwardError(), tolerance) << n;
  }
}

TYPED_TEST(Solve, ManyColumns) {
  for (int64_t n : {1, 2, 3, 16, 33})
    for (int64_t m : {31, 100, 512}) {
      auto code = compileSolve<TypeParam>(n, m, "general");
      System<TypeParam> system(n, m, 5);
      EXPECT_FALSE(solve(code, system));
      ASSERT_LT(system.backwardError(), tolerance) << n << " and " << m;
    }
}

TYPED_TEST(Solve, Transposed) {
  for (int64_t n : {1, 2, 3, 5, 8, 13, 16, 17, 33, 64}) {
    auto code = compileSolve<TypeParam>(n, 3, "general transposed");
    System<TypeParam> easy(n, 3, 1), hard(n, 3, 2);
    easy.dominant();
    for (System<TypeParam> *system : {&easy, &hard}) {
      EXPECT_FALSE(solve(code, *system));
      ASSERT_LT(system->backwardError(true), tolerance) << n;
    }
  }
}

// The strict upper triangle is not read: it holds NaN.
TYPED_TEST(Solve, Cholesky) {
  for (int64_t n : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 33, 64, 71}) {
    auto code = compileSolve<TypeParam>(n, 3, "cholesky");
    System<TypeParam> system(n, 3, 1);
    system.positive();
    auto matrix = system.matrix;
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = i + 1; j < n; ++j)
        system.matrix[i * n + j] = std::numeric_limits<TypeParam>::quiet_NaN();
    EXPECT_FALSE(solve(code, system));
    system.matrix = matrix;
    ASSERT_LT(system.backwardError(), tolerance) << n;

    system.matrix[(n - 1) * n + n - 1] = -1;
    auto fault = solve(code, system);
    ASSERT_TRUE(fault) << n;
    EXPECT_EQ(fault->kind, ESPALIER_FAULT_NOT_POSITIVE);
    for (int64_t i = 0; i < n * 3; ++i)
      EXPECT_EQ(system.x[i], 0);

    // Small but positive pivots are no fault.
    std::fill(system.matrix.begin(), system.matrix.end(), 0);
    for (int64_t i = 0; i < n; ++i)
      system.matrix[i * n + i] = std::pow(TypeParam(10), TypeParam(-i % 30));
    EXPECT_FALSE(solve(code, system)) << n;
    for (int64_t i = 0; i < n; ++i)
      EXPECT_NEAR(system.y[i] / (system.c[i] / system.matrix[i * n + i]), 1, 1e-5);

    system.matrix[(n - 1) * n] = std::numeric_limits<TypeParam>::quiet_NaN();
    EXPECT_FALSE(solve(code, system)) << n;
    for (int64_t i = 0; i < n; ++i)
      EXPECT_TRUE(std::isnan(system.y[i])) << n;
  }
}

TYPED_TEST(Solve, SingularIsAFault) {
  for (int64_t n : {1, 2, 3, 4, 5, 8, 16, 17, 33}) {
    auto code = compileSolve<TypeParam>(n, 2, "general");
    System<TypeParam> zeros(n, 2, 1), dependent(n, 2, 2), rankOne(n, 2, 3);
    std::fill(zeros.matrix.begin(), zeros.matrix.end(), 0);
    if (n > 1) // the last row is twice the first, or the sum of the first two
      for (int64_t j = 0; j < n; ++j)
        dependent.matrix[(n - 1) * n + j] =
            n % 2 ? 2 * dependent.matrix[j] : dependent.matrix[j] + (n > 2 ? dependent.matrix[n + j] : 0);
    else
      dependent.matrix[0] = 0;
    if (n > 1)
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < n; ++j)
          rankOne.matrix[i * n + j] = rankOne.b[i] * rankOne.c[j];
    else
      rankOne.matrix[0] = 0;
    for (System<TypeParam> *system : {&zeros, &dependent, &rankOne}) {
      auto fault = solve(code, *system);
      ASSERT_TRUE(fault) << n << ", "
                         << (system == &zeros       ? "zeros"
                             : system == &dependent ? "dependent rows"
                                                    : "rank one");
      EXPECT_EQ(fault->kind, ESPALIER_FAULT_SINGULAR);
      EXPECT_EQ(fault->location, 9);
      EXPECT_EQ(fault->batch, 3);
      EXPECT_EQ(fault->position, 5);
      for (int64_t i = 0; i < 2 * n; ++i)
        EXPECT_EQ(system->x[i], 0);
    }
  }
}

TYPED_TEST(Solve, NotFiniteGoesThrough) {
  TypeParam nan = std::numeric_limits<TypeParam>::quiet_NaN(), infinity = std::numeric_limits<TypeParam>::infinity();
  for (int64_t n : {1, 2, 3, 4, 6, 16, 21}) {
    auto code = compileSolve<TypeParam>(n, 3, "general");
    for (int64_t at = 0; at < n * n; at += std::max<int64_t>(n * n / 7, 1))
      for (TypeParam value : {nan, infinity}) {
        System<TypeParam> system(n, 3, 4);
        system.dominant().matrix[at] = value;
        EXPECT_FALSE(solve(code, system)) << n << " at " << at;
        for (int64_t i = 0; i < 3 * n; ++i)
          ASSERT_TRUE(std::isnan(system.x[i])) << n << " at " << at;
      }
    // A NaN in one right-hand side stays in its column.
    System<TypeParam> system(n, 3, 4);
    system.dominant().b[(n - 1) * 3 + 1] = nan;
    EXPECT_FALSE(solve(code, system));
    for (int64_t i = 0; i < n; ++i) {
      EXPECT_TRUE(std::isnan(system.x[i * 3 + 1]) && !std::isnan(system.x[i * 3]) && !std::isnan(system.x[i * 3 + 2]))
          << n;
      EXPECT_FALSE(std::isnan(system.y[i]));
    }
  }
}

// Every multiplier is within bounds, yet the last column grows by half at each step: a fast elimination must not be
// trusted.
TYPED_TEST(Solve, GrowthIsNoticed) {
  for (int64_t n : {16, 33, 64}) {
    auto code = compileSolve<TypeParam>(n, 1, "general");
    System<TypeParam> system(n, 1, 4);
    std::fill(system.matrix.begin(), system.matrix.end(), 0);
    for (int64_t i = 0; i < n; ++i) {
      system.matrix[i * n + i] = 1;
      system.matrix[i * n + n - 1] = 1;
      for (int64_t j = 0; j < i; ++j)
        system.matrix[i * n + j] = -8;
    }
    EXPECT_FALSE(solve(code, system));
    ASSERT_LT(system.backwardError(), tolerance) << n;
  }
}

// Badly scaled, but not singular.
TYPED_TEST(Solve, ScaledRows) {
  for (int64_t n : {2, 5, 16}) {
    auto code = compileSolve<TypeParam>(n, 1, "general");
    System<TypeParam> system(n, 1, 4);
    std::fill(system.matrix.begin(), system.matrix.end(), 0);
    for (int64_t i = 0; i < n; ++i)
      system.matrix[i * n + i] = std::pow(TypeParam(10), TypeParam(-2 * i));
    EXPECT_FALSE(solve(code, system));
    for (int64_t i = 0; i < n; ++i)
      EXPECT_NEAR(system.y[i] * system.matrix[i * n + i] / system.c[i], 1, 1e-5);
  }
}

// A target may be the buffer of its right-hand side.
// Products of two entries leave the range of numbers; no entry does.
TYPED_TEST(Solve, FarFromOne) {
  double far = sizeof(TypeParam) == 4 ? 1e20 : 1e160;
  for (std::string_view method : {"general", "cholesky"})
    for (int64_t n : {2, 3, 5, 7, 16, 17, 20, 33}) {
      auto code = compileSolve<TypeParam>(n, 2, method);
      for (double scale : {far, 1 / far, 1e-3 / far, 1e-8 / far}) {
        System<TypeParam> system(n, 2, 9);
        system.positive().dominant();
        for (TypeParam &entry : system.matrix)
          entry = static_cast<TypeParam>(entry * scale);
        EXPECT_FALSE(solve(code, system)) << method << " " << n << " " << scale;
        ASSERT_LT(system.backwardError(), tolerance) << method << " " << n << " " << scale;
      }
    }
}

TYPED_TEST(Solve, InPlace) {
  std::string f = typeName<TypeParam>();
  for (int64_t n : {3, 16}) {
    System<TypeParam> system(n, 4, 6), hard(n, 4, 7);
    system.dominant();
    std::string S = fmt::format("memref<{0}x{0}x{1}>", n, f), B = fmt::format("memref<{}x4x{}>", n, f);
    auto code = compile(oneTask(fmt::format("%s: {0}, %b: {1}", S, B), fmt::format(R"(
      %c0 = arith.constant 0 : index
      %scratch = memref.alloca() : {0}
      tile.solve_into general %s (%b) into (%b) scratch %scratch location 0 at %c0, %c0 : {0} ({1}) into ({1}) scratch {0})",
                                                                                   S, B)));
    ASSERT_TRUE(code) << code.error().message;
    for (System<TypeParam> *each : {&system, &hard}) {
      std::copy(each->b.begin(), each->b.end(), each->x.begin());
      EXPECT_FALSE(call(*code, {each->matrix.data(), each->x.data()}));
      each->c.assign(n, 0), each->y.assign(n + 1, 0);
      ASSERT_LT(each->backwardError(), tolerance) << n;
    }
  }
}
