//===- ReductionTest.cpp - Sums, maxima and minima over axes ----------------===//
#include "CompiledKernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace espalier;
using namespace espalier::test;

namespace {

template <class T> class Reduction : public testing::Test {};
using FloatTypes = testing::Types<float, double>;
TYPED_TEST_SUITE(Reduction, FloatTypes);

constexpr const char *maps = "#ij = affine_map<(i, j) -> (i, j)>\n#i = affine_map<(i, j) -> (i)>\n#j = affine_map<(i, "
                             "j) -> (j)>\n#s = affine_map<(i, j) -> ()>\n";

/// One reduction of an n x m tile to rows, columns or a scalar.
std::string reduce(std::string_view f, int64_t n, int64_t m, std::string_view map, std::string_view iterators,
                   std::string_view output, std::string_view op, std::string_view start) {
  return oneTask(fmt::format("%x: memref<{}x{}x{}>, %y: {}", n, m, f, output),
                 fmt::format(R"(
      %k = arith.constant {6} : {0}
      linalg.fill ins(%k : {0}) outs(%y : {5})
      linalg.generic {{indexing_maps = [#ij, {3}], iterator_types = [{4}]}} ins(%x : memref<{1}x{2}x{0}>) outs(%y : {5}) {{
      ^bb0(%a: {0}, %o: {0}):
        %b = {7} %a, %o : {0}
        linalg.yield %b : {0}
      }})",
                             f, n, m, map, iterators, output, start, op),
                 maps);
}

} // namespace

TYPED_TEST(Reduction, RowsColumnsAll) {
  std::string f = typeName<TypeParam>();
  for (int64_t n : {1, 2, 3, 4, 5, 8, 13, 16, 17, 64})
    for (int64_t m : {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 67, 131}) {
      auto x = numbers<TypeParam>(n * m, 1);
      std::vector<TypeParam> rows(n), columns(m), all(1);
      run(reduce(f, n, m, "#i", R"("parallel", "reduction")", fmt::format("memref<{}x{}>", n, f), "arith.addf", "0.5"),
          {x.data(), rows.data()});
      run(reduce(f, n, m, "#j", R"("reduction", "parallel")", fmt::format("memref<{}x{}>", m, f), "arith.addf", "0.5"),
          {x.data(), columns.data()});
      run(reduce(f, n, m, "#s", R"("reduction", "reduction")", fmt::format("memref<{}>", f), "arith.addf", "0.5"),
          {x.data(), all.data()});
      double total = 0.5, tolerance = n * m * 4 * std::numeric_limits<TypeParam>::epsilon();
      std::vector<double> perRow(n, 0.5), perColumn(m, 0.5);
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < m; ++j)
          total += x[i * m + j], perRow[i] += x[i * m + j], perColumn[j] += x[i * m + j];
      for (int64_t i = 0; i < n; ++i)
        ASSERT_NEAR(rows[i], perRow[i], tolerance) << n << "x" << m;
      for (int64_t j = 0; j < m; ++j)
        ASSERT_NEAR(columns[j], perColumn[j], tolerance) << n << "x" << m;
      ASSERT_NEAR(all[0], total, tolerance) << n << "x" << m;
    }
}

// A NaN anywhere reaches the result, of maxima and minima too; infinities order as they should.
TYPED_TEST(Reduction, ExtremesWithNaNAndInfinity) {
  std::string f = typeName<TypeParam>();
  TypeParam nan = std::numeric_limits<TypeParam>::quiet_NaN(), infinity = std::numeric_limits<TypeParam>::infinity();
  for (int64_t m : {1, 2, 3, 7, 8, 9, 16, 17, 33, 70}) {
    const char *lowest = sizeof(TypeParam) == 8 ? "0xFFF0000000000000" : "0xFF800000",
               *highest = sizeof(TypeParam) == 8 ? "0x7FF0000000000000" : "0x7F800000";
    auto maximum = compile(
        reduce(f, 1, m, "#s", R"("reduction", "reduction")", fmt::format("memref<{}>", f), "arith.maximumf", lowest));
    auto minimum = compile(
        reduce(f, 1, m, "#s", R"("reduction", "reduction")", fmt::format("memref<{}>", f), "arith.minimumf", highest));
    ASSERT_TRUE(maximum) << maximum.error().message;
    ASSERT_TRUE(minimum) << minimum.error().message;
    auto x = numbers<TypeParam>(m, 4);
    TypeParam most, least;
    auto both = [&] { call(*maximum, {x.data(), &most}), call(*minimum, {x.data(), &least}); };
    both();
    ASSERT_EQ(most, *std::max_element(x.begin(), x.end()));
    ASSERT_EQ(least, *std::min_element(x.begin(), x.end()));
    for (int64_t at = 0; at < m; ++at) {
      TypeParam kept = x[at];
      x[at] = nan, both();
      ASSERT_TRUE(std::isnan(most) && std::isnan(least)) << m << " at " << at;
      x[at] = infinity, both();
      ASSERT_EQ(most, infinity);
      x[at] = -infinity, both();
      ASSERT_EQ(least, -infinity);
      x[at] = kept;
    }
    x.assign(m, -infinity), both();
    ASSERT_EQ(most, -infinity);
  }
}

// Two reductions at once, one of a product of two tiles.
TEST(Reduction, TwoResults) {
  for (int64_t n : {1, 5, 16, 37, 100}) {
    auto x = numbers<float>(n, 1), y = numbers<float>(n, 2);
    float dot = 0, norm = 0;
    run(oneTask(fmt::format("%x: memref<{0}xf32>, %y: memref<{0}xf32>, %d: memref<f32>, %n: memref<f32>", n),
                fmt::format(R"(
      linalg.generic {{indexing_maps = [#line, #line, #none, #none], iterator_types = ["reduction"]}} ins(%x, %y : memref<{0}xf32>, memref<{0}xf32>) outs(%d, %n : memref<f32>, memref<f32>) {{
      ^bb0(%a: f32, %b: f32, %s: f32, %t: f32):
        %1 = arith.mulf %a, %b : f32
        %2 = arith.addf %s, %1 : f32
        %3 = arith.mulf %a, %a : f32
        %4 = arith.addf %3, %t : f32
        linalg.yield %2, %4 : f32, f32
      }})",
                            n),
                "#line = affine_map<(i) -> (i)>\n#none = affine_map<(i) -> ()>\n"),
        {x.data(), y.data(), &dot, &norm});
    double expectedDot = 0, expectedNorm = 0;
    for (int64_t i = 0; i < n; ++i)
      expectedDot += double(x[i]) * y[i], expectedNorm += double(x[i]) * x[i];
    EXPECT_NEAR(dot, expectedDot, 1e-5 * n);
    EXPECT_NEAR(norm, expectedNorm, 1e-5 * n);
  }
}
