//===- LanesTest.cpp - Rows in lanes, and systems in lanes ------------------===//
#include "CompiledKernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

using namespace espalier;
using namespace espalier::test;

namespace {

constexpr int64_t points = 16;

/// The type of a tile of n x m elements in lanes, and of its scratch.
std::string lanesType(int64_t n, int64_t m, std::string_view element) {
  return fmt::format("memref<{}x{}x{}x{}, strided<[1, {}, {}]>>", points, n, m, element, m * points, points);
}
std::string inLanes(std::string_view name, int64_t n, int64_t m, std::string_view element) {
  return fmt::format(R"(
      %{0}_scratch = memref.alloca() {{alignment = 64 : i64}} : memref<{2}x{3}x{1}x{4}>
      %{0} = memref.reinterpret_cast %{0}_scratch to offset: [0], sizes: [{1}, {2}, {3}], strides: [1, {5}, {1}] : memref<{2}x{3}x{1}x{4}> to {6})",
                     name, points, n, m, element, m * points, lanesType(n, m, element));
}

//===-- Rows ----------------------------------------------------------------===//

/// Gathers the rows of %x that %from names, and scatters them to the rows of %y that %to names.
std::string moveText(int64_t n, int64_t m, std::string_view element, bool mayMiss) {
  int64_t size = 2 * points * n * m;
  std::string lanes = lanesType(n, m, element);
  return oneTask(fmt::format("%x: memref<{0}x{1}>, %from: memref<{2}xi32>, %to: memref<{2}xi32>, %y: memref<{0}x{1}>",
                             size, element, points),
                 inLanes("tile", n, m, element) +
                     fmt::format(R"(
      %none = arith.constant 0 : index
      %step = arith.constant {0} : index
      %x_flat = memref.reinterpret_cast %x to offset: [0], sizes: [%size], strides: [1] : memref<{5}x{1}> to memref<?x{1}>
      %y_flat = memref.reinterpret_cast %y to offset: [0], sizes: [%size], strides: [1] : memref<{5}x{1}> to memref<?x{1}>
      tile.fetch_rows %x_flat at %none step %step rows %to of {0} : memref<?x{1}>, memref<{2}xi32>
      tile.gather_rows %x_flat at %none step %step rows %from {3} into %tile : memref<?x{1}>, memref<{2}xi32> into {4}
      tile.scatter_rows %tile into %y_flat at %none step %step rows %to : {4} into memref<?x{1}>, memref<{2}xi32>)",
                                 n * m, element, points, mayMiss ? "may_miss" : "", lanes, size)
                         .insert(0, fmt::format("\n      %size = arith.constant {} : index", size)));
}

template <class T> void expectMoves(std::string_view element, int64_t n, int64_t m) {
  int64_t row = n * m;
  for (bool mayMiss : {false, true}) {
    std::vector<T> x(2 * points * row + 1), y(2 * points * row + 1, T(77));
    for (size_t i = 0; i < x.size(); ++i)
      x[i] = T(i % 8191 + 1);
    std::vector<int32_t> from(points), to(points);
    for (int32_t p = 0; p < points; ++p) {
      from[p] = (7 * p + 3) % (2 * points);
      to[p] = 2 * points - 1 - 2 * p;
    }
    from[5] = from[4];
    if (mayMiss)
      from[0] = from[15] = -1;
    to[15] = to[14], from[14] = from[15]; // several lanes for one row
    EXPECT_FALSE(run(moveText(n, m, element, mayMiss), {x.data(), from.data(), to.data(), y.data()}));
    std::vector<T> expected(2 * points * row + 1, T(77));
    for (int32_t p = 0; p < points; ++p)
      for (int64_t e = 0; e < row; ++e)
        expected[to[p] * row + e] = from[p] < 0 ? T(0) : x[from[p] * row + e];
    EXPECT_EQ(y, expected) << n << " x " << m << " of " << element << (mayMiss ? ", some missing" : "");
  }
}

} // namespace

TEST(Rows, everyLengthAndElement) {
  for (int64_t m : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 37}) {
    expectMoves<float>("f32", 1, m);
    expectMoves<double>("f64", 1, m);
  }
  for (int64_t m : {1, 3, 8}) {
    expectMoves<int32_t>("i32", 1, m);
    expectMoves<uint16_t>("bf16", 1, m);
    expectMoves<float>("f32", 5, m);
    expectMoves<double>("f64", 5, m);
  }
}

//===-- Lanes of blocks -----------------------------------------------------===//

namespace {

/// Gathers the lanes of %from that %places names.
std::string gatherText(int64_t blocks, int64_t n, int64_t m, std::string_view element, bool mayMiss) {
  int64_t size = blocks * points * n * m;
  return oneTask(fmt::format("%from: memref<{0}x{1}>, %places: memref<{2}xi32>, %y: memref<{3}x{4}x{2}x{1}>", size,
                             element, points, n, m),
                 fmt::format(R"(
      %size = arith.constant {0} : index
      %flat = memref.reinterpret_cast %from to offset: [0], sizes: [%size], strides: [1] : memref<{0}x{1}> to memref<?x{1}>
      %lanes = memref.reinterpret_cast %y to offset: [0], sizes: [{2}, {3}, {4}], strides: [1, {5}, {2}] : memref<{3}x{4}x{2}x{1}> to {6}
      tile.gather_lanes %flat places %places {7} into %lanes : memref<?x{1}>, memref<{2}xi32> into {6})",
                             size, element, points, n, m, m * points, lanesType(n, m, element),
                             mayMiss ? "may_miss" : ""));
}

/// Points from `sources` blocks in turn, their lanes in some order.
template <class T> void expectGather(std::string_view element, int64_t n, int64_t m, int64_t sources, bool mayMiss) {
  int64_t blocks = 2 * points, row = n * m;
  std::vector<T> from(blocks * points * row), y(points * row + 1, T(77)), expected(y);
  for (size_t i = 0; i < from.size(); ++i)
    from[i] = T(i % 8191 + 1);
  std::vector<int32_t> places(points);
  for (int64_t p = 0; p < points; ++p)
    places[p] = int32_t((p * sources / points * 2 + 1) * points + (5 * p + 3) % points);
  if (mayMiss)
    places[0] = places[7] = -1;
  for (int64_t p = 0; p < points; ++p)
    for (int64_t e = 0; e < row; ++e)
      expected[e * points + p] =
          places[p] < 0 ? T(0) : from[(places[p] / points * row + e) * points + places[p] % points];
  EXPECT_FALSE(run(gatherText(blocks, n, m, element, mayMiss), {from.data(), places.data(), y.data()}));
  EXPECT_EQ(y, expected) << n << " x " << m << " of " << element << " from " << sources << " blocks";
}

} // namespace

TEST(LaneGathers, anyNumberOfBlocks) {
  for (bool mayMiss : {false, true})
    for (int64_t sources : {1, 2, 3, 5, 16}) {
      expectGather<float>("f32", 1, 1, sources, mayMiss);
      expectGather<float>("f32", 3, 5, sources, mayMiss);
      expectGather<double>("f64", 2, 3, sources, mayMiss);
      expectGather<int32_t>("i32", 1, 7, sources, mayMiss);
      expectGather<uint16_t>("bf16", 4, 1, sources, mayMiss);
    }
}

TEST(LaneGathers, noneOfThem) {
  std::vector<float> from(points * 3, 5), y(points * 3, 77);
  std::vector<int32_t> places(points, -1);
  EXPECT_FALSE(run(gatherText(1, 3, 1, "f32", true), {from.data(), places.data(), y.data()}));
  EXPECT_EQ(y, std::vector<float>(points * 3, 0));
}

//===-- Systems -------------------------------------------------------------===//

namespace {
template <class T> class LaneSolve : public testing::Test {};
using FloatTypes = testing::Types<float, double>;
TYPED_TEST_SUITE(LaneSolve, FloatTypes);

/// `points` systems of n equations with m + 1 right-hand sides, m of them in one tile.
template <class T> struct Systems {
  int64_t n, m;
  std::vector<T> matrix, b, c, x, y;

  Systems(int64_t n, int64_t m, uint64_t seed)
      : n(n), m(m), matrix(numbers<T>(points * n * n, seed)), b(numbers<T>(points * n * m, seed + 1)),
        c(numbers<T>(points * n, seed + 2)), x(points * n * m + 1, 77), y(points * n + 1, 77) {}

  void dominate(int64_t system) {
    for (int64_t i = 0; i < n; ++i)
      matrix[system * n * n + i * n + i] += T(2 * n);
  }
  void makePositive(int64_t system) {
    T *s = matrix.data() + system * n * n;
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < i; ++j)
        s[j * n + i] = s[i * n + j];
    for (int64_t i = 0; i < n; ++i)
      s[i * n + i] = T(2 * n + 1);
  }

  /// The backward error of one system, in units of epsilon.
  double backwardError(int64_t system, bool transposed) const {
    const T *s = matrix.data() + system * n * n;
    auto entry = [&](int64_t i, int64_t k) -> double { return transposed ? s[k * n + i] : s[i * n + k]; };
    double largest = 0, worst = 0;
    for (int64_t i = 0; i < n * n; ++i)
      largest = std::max(largest, std::abs(double(s[i])));
    auto column = [&](const T *solution, const T *side, int64_t step) {
      double size = 0;
      for (int64_t k = 0; k < n; ++k)
        size = std::max(size, std::abs(double(solution[k * step])));
      for (int64_t i = 0; i < n; ++i) {
        double residual = -double(side[i * step]);
        for (int64_t k = 0; k < n; ++k)
          residual += entry(i, k) * solution[k * step];
        double scale = largest * size * double(n) + std::abs(double(side[i * step]));
        double error = residual == 0 ? 0 : std::abs(residual) / scale;
        worst = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::max(worst, error);
      }
    };
    for (int64_t j = 0; j < m; ++j)
      column(x.data() + system * n * m + j, b.data() + system * n * m + j, m);
    column(y.data() + system * n, c.data() + system * n, 1);
    return worst / std::numeric_limits<T>::epsilon();
  }
};

template <class T> std::string solveText(int64_t n, int64_t m, std::string_view method) {
  std::string f = typeName<T>();
  auto tensor = [&](std::string_view name, int64_t size) {
    return fmt::format("%{}: memref<{}x{}>", name, points * size, f);
  };
  std::string arguments = fmt::format("{}, {}, {}, {}, {}, %rows: memref<{}xi32>", tensor("s", n * n),
                                      tensor("b", n * m), tensor("c", n), tensor("x", n * m), tensor("y", n), points);
  std::string body = "\n      %none = arith.constant 0 : index\n      %batch = arith.constant 3 : index";
  auto line = [&](std::string_view name, int64_t size) {
    body += fmt::format(R"(
      %{0}_size = arith.constant {1} : index
      %{0}_step = arith.constant {2} : index
      %{0}_flat = memref.reinterpret_cast %{0} to offset: [0], sizes: [%{0}_size], strides: [1] : memref<{1}x{3}> to memref<?x{3}>)",
                        name, points * size, size, f);
  };
  line("s", n * n), line("b", n * m), line("c", n), line("x", n * m), line("y", n);
  body += inLanes("S", n, n, f) + inLanes("B", n, m, f) + inLanes("C", n, 1, f) + inLanes("X", n, m, f);
  auto gather = [&](std::string_view from, std::string_view into, int64_t columns) {
    body +=
        fmt::format("\n      tile.gather_rows %{0}_flat at %none step %{0}_step rows %rows into %{1} : memref<?x{2}>, "
                    "memref<{3}xi32> into {4}",
                    from, into, f, points, lanesType(n, columns, f));
  };
  auto scatter = [&](std::string_view from, std::string_view into, int64_t columns) {
    body += fmt::format("\n      tile.scatter_rows %{1} into %{0}_flat at %none step %{0}_step rows %rows : {4} into "
                        "memref<?x{2}>, memref<{3}xi32>",
                        into, from, f, points, lanesType(n, columns, f));
  };
  gather("s", "S", n), gather("b", "B", m), gather("c", "C", 1);
  // C is solved in place.
  body += fmt::format(R"(
      tile.solve_into {0} %S (%B, %C) into (%X, %C) scratch %S location 9 at %batch, %none positions %rows : memref<{1}xi32>
        : {2} ({3}, {4}) into ({3}, {4}) scratch {2})",
                      method, points, lanesType(n, n, f), lanesType(n, m, f), lanesType(n, 1, f));
  scatter("X", "x", m), scatter("C", "y", 1);
  return oneTask(arguments, body);
}

template <class T> std::optional<Fault> solve(const cpu::JitCode &code, Systems<T> &systems) {
  std::vector<int32_t> rows(points);
  std::iota(rows.begin(), rows.end(), 0);
  auto fault = call(code, {systems.matrix.data(), systems.b.data(), systems.c.data(), systems.x.data(),
                           systems.y.data(), rows.data()});
  EXPECT_EQ(systems.x.back(), 77) << "wrote beyond the target";
  EXPECT_EQ(systems.y.back(), 77) << "wrote beyond the target";
  return fault;
}

constexpr double tolerance = 8; // of epsilon, relative to n |S| |x|

} // namespace

// Some systems need exchanges of rows, the others share a vector with them.
TYPED_TEST(LaneSolve, sizesAndMethods) {
  using T = TypeParam;
  for (std::string_view method : {"general", "general transposed", "cholesky"})
    for (int64_t n : {1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 21})
      for (int64_t m : {1, 3, 17}) {
        if (n > 9 && m != 3)
          continue;
        auto code = compile(solveText<T>(n, m, method));
        ASSERT_TRUE(code) << code.error().message;
        for (uint64_t seed : {1, 2}) {
          Systems<T> systems(n, m, seed);
          for (int64_t p = 0; p < points; ++p) {
            if (method == "cholesky")
              systems.makePositive(p);
            else if (seed == 1 || p % 3)
              systems.dominate(p);
          }
          if (seed == 2 && method != "cholesky" && n > 1) // the first pivot of one is 0
            systems.matrix[6 * n * n] = 0;
          EXPECT_FALSE(solve(*code, systems)) << n;
          for (int64_t p = 0; p < points; ++p)
            ASSERT_LT(systems.backwardError(p, method == "general transposed"), tolerance)
                << method << " " << n << " x " << m << ", system " << p;
        }
      }
}

TYPED_TEST(LaneSolve, oneSingularSystem) {
  using T = TypeParam;
  for (int64_t n : {1, 2, 4, 6, 16}) {
    auto code = compile(solveText<T>(n, 2, "general"));
    ASSERT_TRUE(code) << code.error().message;
    Systems<T> systems(n, 2, 1);
    for (int64_t p = 0; p < points; ++p)
      systems.dominate(p);
    std::fill_n(systems.matrix.begin() + 11 * n * n, n * n, T(0));
    systems.matrix[3 * n * n] = std::numeric_limits<T>::quiet_NaN();
    auto fault = solve(*code, systems);
    ASSERT_TRUE(fault) << n;
    EXPECT_EQ(fault->kind, ESPALIER_FAULT_SINGULAR);
    EXPECT_EQ(fault->location, 9);
    EXPECT_EQ(fault->batch, 3);
    EXPECT_EQ(fault->position, 11);
    for (int64_t p = 0; p < points; ++p)
      for (int64_t i = 0; i < n; ++i) {
        T value = systems.y[p * n + i];
        if (p == 3)
          EXPECT_TRUE(std::isnan(value));
        else if (p == 11)
          EXPECT_EQ(value, 0);
        else
          EXPECT_TRUE(std::isfinite(value));
      }
    for (int64_t p : {0, 10, 12, 15})
      EXPECT_LT(systems.backwardError(p, false), tolerance);
  }
}
