//===- ElementwiseTest.cpp - Maps over tiles, against plain loops -----------===//
#include "CompiledKernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace espalier;
using namespace espalier::test;

namespace {

template <class T> class Elementwise : public testing::Test {};
using FloatTypes = testing::Types<float, double>;
TYPED_TEST_SUITE(Elementwise, FloatTypes);

constexpr const char *line = "#line = affine_map<(d0) -> (d0)>\n";
constexpr const char *plane =
    "#ij = affine_map<(i, j) -> (i, j)>\n#ji = affine_map<(i, j) -> (j, i)>\n#i = affine_map<(i, j) -> (i)>\n#j = "
    "affine_map<(i, j) -> (j)>\n#s = affine_map<(i, j) -> ()>\n";

} // namespace

TYPED_TEST(Elementwise, LineOfEverySize) {
  for (int64_t n : sizesUpTo(1024)) {
    auto x = numbers<TypeParam>(n, 1), y = numbers<TypeParam>(n, 2), z = std::vector<TypeParam>(n + 1, 77);
    std::string type = fmt::format("memref<{}x{}>", n, typeName<TypeParam>());
    std::string text = oneTask(fmt::format("%x: {0}, %y: {0}, %z: {0}", type),
                               fmt::format(R"(
      linalg.generic {{indexing_maps = [#line, #line, #line], iterator_types = ["parallel"]}} ins(%x, %y : {0}, {0}) outs(%z : {0}) {{
      ^bb0(%a: {1}, %b: {1}, %c: {1}):
        %p = arith.mulf %a, %b : {1}
        %q = arith.subf %p, %a : {1}
        linalg.yield %q : {1}
      }})",
                                           type, typeName<TypeParam>()),
                               line);
    run(text, {x.data(), y.data(), z.data()});
    for (int64_t i = 0; i < n; ++i)
      ASSERT_NEAR(z[i], double(x[i]) * y[i] - x[i], 8 * std::numeric_limits<TypeParam>::epsilon()) << n << " at " << i;
    ASSERT_EQ(z[n], 77) << "wrote beyond " << n;
  }
}

TYPED_TEST(Elementwise, BroadcastsTransposesAndCapturedScalars) {
  for (int64_t n : {1, 2, 3, 4, 5, 8, 15, 16, 17, 33})
    for (int64_t m : {1, 2, 3, 7, 8, 9, 16, 31, 40}) {
      auto x = numbers<TypeParam>(n * m, 1), t = numbers<TypeParam>(n * m, 2), r = numbers<TypeParam>(n, 3),
           c = numbers<TypeParam>(m, 4), s = numbers<TypeParam>(1, 5);
      std::vector<TypeParam> z(n * m);
      std::string f = typeName<TypeParam>();
      std::string nm = fmt::format("memref<{}x{}x{}>", n, m, f), mn = fmt::format("memref<{}x{}x{}>", m, n, f),
                  vn = fmt::format("memref<{}x{}>", n, f), vm = fmt::format("memref<{}x{}>", m, f),
                  v0 = fmt::format("memref<{}>", f);
      run(oneTask(fmt::format("%x: {0}, %t: {1}, %r: {2}, %c: {3}, %s: {4}, %z: {0}", nm, mn, vn, vm, v0),
                  fmt::format(R"(
        %k = memref.load %s[] : {5}
        linalg.generic {{indexing_maps = [#ij, #ji, #i, #j, #s, #ij], iterator_types = ["parallel", "parallel"]}}
            ins(%x, %t, %r, %c, %s : {1}, {2}, {3}, {4}, {5}) outs(%z : {1}) {{
        ^bb0(%a: {0}, %b: {0}, %d: {0}, %e: {0}, %g: {0}, %o: {0}):
          %1 = arith.mulf %a, %b : {0}
          %2 = arith.mulf %d, %e : {0}
          %3 = arith.addf %1, %2 : {0}
          %4 = arith.mulf %g, %k : {0}
          %5 = arith.addf %3, %4 : {0}
          %c2 = arith.constant 2.0 : {0}
          %6 = arith.addf %5, %c2 : {0}
          linalg.yield %6 : {0}
        }})",
                              f, nm, mn, vn, vm, v0),
                  plane),
          {x.data(), t.data(), r.data(), c.data(), s.data(), z.data()});
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < m; ++j)
          ASSERT_NEAR(z[i * m + j], double(x[i * m + j]) * t[j * n + i] + double(r[i]) * c[j] + double(s[0]) * s[0] + 2,
                      40 * std::numeric_limits<TypeParam>::epsilon())
              << n << "x" << m;
    }
}

// A strided part of a buffer, with an offset that is known only at run time.
TYPED_TEST(Elementwise, SubviewsAndPositions) {
  std::string f = typeName<TypeParam>();
  auto x = numbers<TypeParam>(5 * 9 * 7, 1);
  std::vector<TypeParam> z(9 * 4, 0);
  run(oneTask(
          fmt::format(
              "%x: memref<?x9x7x{0}> {{tile.shape = array<i64: -2, 9, 7>}}, %v: index, %n: index, %z: memref<9x4x{0}>",
              f),
          fmt::format(R"(
      %s = memref.subview %x[%v, 0, 2] [1, 9, 4] [1, 1, 1] : memref<?x9x7x{0}> to memref<9x4x{0}, strided<[7, 1], offset: ?>>
      linalg.generic {{indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]}} ins(%s : memref<9x4x{0}, strided<[7, 1], offset: ?>>) outs(%z : memref<9x4x{0}>) {{
      ^bb0(%a: {0}, %o: {0}):
        %i = linalg.index 0 : index
        %j = linalg.index 1 : index
        %k = arith.addi %i, %j : index
        %l = arith.index_cast %k : index to i32
        %m = arith.sitofp %l : i32 to {0}
        %d = arith.cmpi sge, %i, %j : index
        %e = arith.addf %a, %m : {0}
        %g = arith.select %d, %e, %a : {0}
        linalg.yield %g : {0}
      }})",
                      f),
          plane),
      {x.data(), z.data()}, {3, 5});
  for (int64_t i = 0; i < 9; ++i)
    for (int64_t j = 0; j < 4; ++j)
      ASSERT_NEAR(z[i * 4 + j], x[3 * 63 + i * 7 + j + 2] + (i >= j ? i + j : 0), 1e-6);
}

TYPED_TEST(Elementwise, DynamicExtents) {
  std::string f = typeName<TypeParam>();
  auto compiled = compile(oneTask(fmt::format("%x: memref<?x?x{0}> {{tile.shape = array<i64: -1, -2>}}, %n: index, %m: "
                                              "index, %y: memref<?x?x{0}> {{tile.shape = array<i64: -2, -1>}}",
                                              f),
                                  fmt::format(R"(
      linalg.generic {{indexing_maps = [#ij, #ji], iterator_types = ["parallel", "parallel"]}} ins(%x : memref<?x?x{0}>) outs(%y : memref<?x?x{0}>) {{
      ^bb0(%a: {0}, %o: {0}):
        %b = arith.addf %a, %a : {0}
        linalg.yield %b : {0}
      }})",
                                              f),
                                  plane));
  ASSERT_TRUE(compiled) << compiled.error().message;
  for (int64_t n : {0, 1, 2, 7, 8, 9, 16, 17, 40})
    for (int64_t m : {0, 1, 3, 8, 15, 16, 17, 33}) {
      auto x = numbers<TypeParam>(n * m, 1);
      std::vector<TypeParam> y(n * m + 1, 5);
      call(*compiled, {x.data(), y.data()}, {n, m});
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < m; ++j)
          ASSERT_EQ(y[j * n + i], 2 * x[i * m + j]) << n << "x" << m;
      ASSERT_EQ(y[n * m], 5);
    }
}

TEST(Elements, SixteenBitFloats) {
  for (int64_t n : sizesUpTo(67)) {
    auto values = numbers<float>(n, 3);
    values[0] = n % 3 == 0   ? std::numeric_limits<float>::quiet_NaN()
                : n % 3 == 1 ? std::numeric_limits<float>::infinity()
                             : values[0];
    std::vector<uint16_t> x(n), y(n + 1, 0x1234);
    std::vector<float> z(n);
    for (int64_t i = 0; i < n; ++i)
      x[i] = toBFloat(values[i]);
    std::string half = fmt::format("memref<{}xbf16>", n), full = fmt::format("memref<{}xf32>", n);
    run(oneTask(fmt::format("%x: {0}, %y: {0}, %z: {1}", half, full),
                fmt::format(R"(
      linalg.generic {{indexing_maps = [#line, #line, #line], iterator_types = ["parallel"]}} ins(%x : {0}) outs(%y, %z : {0}, {1}) {{
      ^bb0(%a: bf16, %o: bf16, %p: f32):
        %b = arith.extf %a : bf16 to f32
        %k = arith.constant 1.0078125 : f32
        %c = arith.mulf %b, %k : f32
        %d = arith.truncf %c : f32 to bf16
        linalg.yield %d, %c : bf16, f32
      }})",
                            half, full),
                line),
        {x.data(), y.data(), z.data()});
    for (int64_t i = 0; i < n; ++i) {
      if (std::isnan(fromBFloat(x[i]))) {
        ASSERT_TRUE(std::isnan(fromBFloat(y[i])) && std::isnan(z[i]));
        continue;
      }
      ASSERT_EQ(z[i], fromBFloat(x[i]) * 1.0078125f) << n << " at " << i;
      ASSERT_EQ(y[i], toBFloat(z[i])) << n << " at " << i;
    }
    ASSERT_EQ(y[n], 0x1234);
  }
}

TEST(Elements, HalfFloatsRoundTrip) {
  for (int64_t n : {1, 2, 5, 16, 17, 31, 40}) {
    std::vector<uint16_t> x(n), y(n);
    for (int64_t i = 0; i < n; ++i)
      x[i] = static_cast<uint16_t>(0x3c00 + 37 * i); // finite
    std::string half = fmt::format("memref<{}xf16>", n);
    run(oneTask(fmt::format("%x: {0}, %y: {0}", half),
                fmt::format(R"(
      linalg.generic {{indexing_maps = [#line, #line], iterator_types = ["parallel"]}} ins(%x : {0}) outs(%y : {0}) {{
      ^bb0(%a: f16, %o: f16):
        %b = arith.extf %a : f16 to f32
        %c = arith.negf %b : f32
        %d = arith.truncf %c : f32 to f16
        linalg.yield %d : f16
      }})",
                            half),
                line),
        {x.data(), y.data()});
    for (int64_t i = 0; i < n; ++i)
      ASSERT_EQ(y[i], x[i] ^ 0x8000);
  }
}

TEST(Elements, IntegersAndBooleans) {
  for (int64_t n : sizesUpTo(67)) {
    std::vector<int32_t> x(n);
    std::vector<uint8_t> keep(n), flags(n + 1, 9);
    std::vector<int64_t> y(n);
    for (int64_t i = 0; i < n; ++i)
      x[i] = static_cast<int32_t>(i * 7 % 11 - 5), keep[i] = i % 3 == 0;
    run(oneTask(fmt::format("%x: memref<{0}xi32>, %k: memref<{0}xi1>, %f: memref<{0}xi1>, %y: memref<{0}xindex>", n),
                fmt::format(R"(
      linalg.generic {{indexing_maps = [#line, #line, #line, #line], iterator_types = ["parallel"]}} ins(%x, %k : memref<{0}xi32>, memref<{0}xi1>)
          outs(%f, %y : memref<{0}xi1>, memref<{0}xindex>) {{
      ^bb0(%a: i32, %k1: i1, %o: i1, %p: index):
        %zero = arith.constant 0 : i32
        %b = arith.cmpi slt, %a, %zero : i32
        %c = arith.andi %b, %k1 : i1
        %d = arith.index_cast %a : i32 to index
        linalg.yield %c, %d : i1, index
      }})",
                            n),
                line),
        {x.data(), keep.data(), flags.data(), y.data()});
    for (int64_t i = 0; i < n; ++i) {
      ASSERT_EQ(flags[i], x[i] < 0 && keep[i]) << n << " at " << i;
      ASSERT_EQ(y[i], x[i]) << n << " at " << i;
    }
    ASSERT_EQ(flags[n], 9);
  }
}

TEST(Elements, FillsAndCopies) {
  std::vector<float> x = numbers<float>(12, 1), y(12), z(12);
  run(oneTask("%x: memref<3x4xf32>, %y: memref<3x4xf32>, %z: memref<4x3xf32>", R"(
      memref.copy %x, %y : memref<3x4xf32> to memref<3x4xf32>
      %t = memref.transpose %x (i, j) -> (j, i) : memref<3x4xf32> to memref<4x3xf32, strided<[1, 4]>>
      %k = arith.constant 3.0 : f32
      linalg.fill ins(%k : f32) outs(%z : memref<4x3xf32>)
      linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%t : memref<4x3xf32, strided<[1, 4]>>) outs(%z : memref<4x3xf32>) {
      ^bb0(%a: f32, %b: f32):
        %s = arith.addf %a, %b : f32
        linalg.yield %s : f32
      })",
              plane),
      {x.data(), y.data(), z.data()});
  EXPECT_EQ(x, y);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 3; ++j)
      EXPECT_EQ(z[i * 3 + j], x[j * 4 + i] + 3);
}
