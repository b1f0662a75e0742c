//===- MathTest.cpp - Functions of math against libm in double --------------===//
#include "CompiledKernel.h"

#include "runtime/Tensor/NarrowFloat.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

using namespace espalier;
using namespace espalier::test;

namespace {

template <class T> std::vector<T> evaluate(const char *op, std::vector<T> x) {
  std::vector<T> y(x.size());
  std::string f = typeName<T>();
  run(oneTask(fmt::format("%n: index, %x: memref<?x{0}> {{tile.shape = array<i64: -1>}}, %y: memref<?x{0}> "
                          "{{tile.shape = array<i64: -1>}}",
                          f),
              fmt::format(R"(
      linalg.generic {{indexing_maps = [#line, #line], iterator_types = ["parallel"]}} ins(%x : memref<?x{0}>) outs(%y : memref<?x{0}>) {{
      ^bb0(%a: {0}, %o: {0}):
        %b = {1} %a : {0}
        linalg.yield %b : {0}
      }})",
                          f, op),
              "#line = affine_map<(d0) -> (d0)>"),
      {x.data(), y.data()}, {static_cast<int64_t>(x.size())});
  return y;
}

struct Function {
  const char *op;
  double (*reference)(double);
  double least, most; // where relative accuracy is asked for
};

std::ostream &operator<<(std::ostream &stream, const Function &function) { return stream << function.op; }

class Functions : public testing::TestWithParam<Function> {};

/// Floats of all sizes in [least, most], both signs where the interval has them.
std::vector<float> samples(double least, double most) {
  std::vector<float> x;
  for (uint32_t bits = 0; bits < 0x7f800000; bits += 4099)
    for (float value : {std::bit_cast<float>(bits), -std::bit_cast<float>(bits)})
      if (value >= least && value <= most)
        x.push_back(value);
  for (int i = 0; i <= 200000; ++i)
    x.push_back(
        static_cast<float>(std::max(least, -100.0) + (std::min(most, 100.0) - std::max(least, -100.0)) * i / 200000));
  return x;
}

bool sameClass(float a, double b) {
  float expected = static_cast<float>(b);
  return std::isnan(expected) ? std::isnan(a) : a == expected;
}

double reciprocalRoot(double x) { return 1 / std::sqrt(x); }

} // namespace

TEST_P(Functions, SinglesAreAccurate) {
  const Function &function = GetParam();
  auto x = samples(function.least, function.most);
  auto y = evaluate(function.op, x);
  double worst = 0;
  float where = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    double expected = function.reference(x[i]);
    if (std::abs(expected) < std::numeric_limits<float>::min()) { // a denormal result may lose its last bits
      ASSERT_NEAR(y[i], expected, std::numeric_limits<float>::min() * 1e-6) << function.op << " of " << x[i];
      continue;
    }
    if (std::abs(expected) > std::numeric_limits<float>::max()) {
      ASSERT_TRUE(std::isinf(y[i]) && (y[i] > 0) == (expected > 0)) << function.op << " of " << x[i] << " is " << y[i];
      continue;
    }
    double error = std::abs(y[i] - expected) / std::abs(expected);
    if (!(error <= worst))
      worst = error, where = x[i];
  }
  printf("  %-12s relative error %.2e at %g\n", function.op, worst, where);
  EXPECT_LE(worst, 4e-7) << "at " << where;
}

TEST_P(Functions, SpecialSinglesAndDoubles) {
  const Function &function = GetParam();
  std::vector<float> x{0.0f,
                       -0.0f,
                       std::numeric_limits<float>::infinity(),
                       -std::numeric_limits<float>::infinity(),
                       std::numeric_limits<float>::quiet_NaN(),
                       -1.0f,
                       1.0f,
                       std::numeric_limits<float>::max(),
                       -std::numeric_limits<float>::max()};
  auto y = evaluate(function.op, x);
  for (size_t i = 0; i < x.size(); ++i) {
    float expected = static_cast<float>(function.reference(x[i]));
    bool isOrdinary = std::isfinite(expected) && expected != 0 && std::isfinite(x[i]);
    if (!isOrdinary) {
      EXPECT_TRUE(sameClass(y[i], expected)) << function.op << " of " << x[i] << " is " << y[i] << ", not " << expected;
    } else if (x[i] >= function.least && x[i] <= function.most) {
      EXPECT_NEAR(y[i] / expected, 1, 4e-7) << function.op << " of " << x[i];
    }
  }
  std::vector<double> doubles{0.5, 1.25, 3, 7.5, 0.001};
  auto z = evaluate(function.op, doubles);
  for (size_t i = 0; i < doubles.size(); ++i)
    EXPECT_NEAR(z[i] / function.reference(doubles[i]), 1, 1e-15) << function.op << " of " << doubles[i];
}

INSTANTIATE_TEST_SUITE_P(
    Math, Functions,
    testing::Values(Function{"math.exp", std::exp, -1000, 1000}, Function{"math.exp2", std::exp2, -1000, 1000},
                    Function{"math.expm1", std::expm1, -1000, 1000}, Function{"math.log", std::log, 0, 1e38},
                    Function{"math.log2", std::log2, 0, 1e38}, Function{"math.log1p", std::log1p, -0.999999, 1e38},
                    Function{"math.tanh", std::tanh, -1e38, 1e38}, Function{"math.erf", std::erf, -1e38, 1e38},
                    Function{"math.sqrt", std::sqrt, 0, 1e38}, Function{"math.rsqrt", reciprocalRoot, 1e-37, 1e38},
                    Function{"math.sin", std::sin, -30000, 30000}, Function{"math.cos", std::cos, -30000, 30000}));

// Against a reference of more bits, in steps that meet every exponent and many remainders.
TEST(Math, ExponentialsOfDoublesAreAccurate) {
  std::vector<double> x{0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 709.78, 709.79, -708.3, -745.1, -745.2};
  for (int i = -745000; i <= 709000; i += 7)
    x.push_back(1e-3 * i + 1e-9 * (i % 1000));
  for (int exponent = -60; exponent < 0; ++exponent)
    for (double fraction : {1.0, -1.0, 1.3, -1.7})
      x.push_back(std::ldexp(fraction, exponent));
  std::vector<double> y = evaluate("math.exp", x);
  long double worst = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    long double expected = std::exp(static_cast<long double>(x[i]));
    if (expected < static_cast<long double>(std::numeric_limits<double>::min())) {
      ASSERT_NEAR(y[i], static_cast<double>(expected), 5e-324) << x[i];
    } else if (expected > static_cast<long double>(std::numeric_limits<double>::max())) {
      ASSERT_EQ(y[i], INFINITY) << x[i];
    } else {
      worst = std::max(worst, std::abs(static_cast<long double>(y[i]) - expected) / expected);
    }
  }
  printf("  relative error %.2Le\n", worst);
  EXPECT_LE(worst, 3e-16L);
  std::vector<double> special = evaluate("math.exp", std::vector<double>{INFINITY, -INFINITY, NAN, 1e308, -1e308});
  EXPECT_EQ(special[0], INFINITY);
  EXPECT_EQ(special[1], 0);
  EXPECT_TRUE(std::isnan(special[2]));
  EXPECT_EQ(special[3], INFINITY);
  EXPECT_EQ(special[4], 0);
}

// A number alone is what it is in a vector: edges of one cost tie, wherever they stand.
TEST(Math, ExponentialsOfDoublesDoNotDependOnTheirNeighbours) {
  for (double x : {-1.0, 0.3, 1e-9, -700.25, -744.0}) {
    double alone = evaluate("math.exp", std::vector<double>{x}).front();
    for (double inVector : evaluate("math.exp", std::vector<double>(37, x)))
      EXPECT_EQ(inVector, alone) << x;
  }
}

// Doubles are rounded to 16 bits once, as the runtime rounds them: beside the middle between two such numbers a float
// is that middle already.
TEST(Math, DoublesToSixteenBitsAreRoundedOnce) {
  std::vector<double> x = {0,     -0.0,   1e-300,   5e-324,    1e300, -1e300, 65519.999999,
                           65520, 3.4e38, INFINITY, -INFINITY, NAN};
  for (double exponent : {-1022, -150, -133, -126, -24, -14, -1, 0, 7, 15, 127})
    for (double fraction : {1.0, 1 + 0x1p-8, 1 + 0x3p-8, 1 + 0x1p-11, 1 + 0x3p-11, 1.5, 2 - 0x1p-8, 2 - 0x1p-11})
      for (double beside : {0.0, 0x1p-24, -0x1p-24, 0x1p-25, 0x1p-40, -0x1p-40, 0x1p-50, -0x1p-50})
        for (double sign : {1, -1})
          x.push_back(sign * std::ldexp(fraction + beside, static_cast<int>(exponent)));
  auto check = [&]<class Narrow>(const char *type, Narrow) {
    std::vector<uint16_t> y(x.size());
    run(oneTask(fmt::format("%n: index, %x: memref<?xf64> {{tile.shape = array<i64: -1>}}, %y: memref<?x{}> "
                            "{{tile.shape = array<i64: -1>}}",
                            type),
                fmt::format(R"(
      linalg.generic {{indexing_maps = [#line, #line], iterator_types = ["parallel"]}} ins(%x : memref<?xf64>) outs(%y : memref<?x{0}>) {{
      ^bb0(%a: f64, %o: {0}):
        %b = arith.truncf %a : f64 to {0}
        linalg.yield %b : {0}
      }})",
                            type),
                "#line = affine_map<(d0) -> (d0)>"),
        {x.data(), y.data()}, {static_cast<int64_t>(x.size())});
    for (size_t i = 0; i < x.size(); ++i) {
      if (std::isnan(x[i])) {
        EXPECT_TRUE(std::isnan(static_cast<double>(Narrow::fromBits(y[i]))));
      } else if (std::abs(x[i]) >= std::numeric_limits<float>::min() ||
                 x[i] == 0) { // below, processors that round bf16 give 0
        EXPECT_EQ(y[i], Narrow(x[i]).bits) << type << " of " << fmt::format("{:a}", x[i]);
      }
    }
  };
  check("bf16", BFloat16());
  check("f16", Float16());
}

TEST(Math, TwoArguments) {
  std::vector<float> x{0.5f, 2, 3, 0, 1.5f}, p{2, -1.5f, 0, 2, 30}, y(5);
  run(oneTask("%x: memref<5xf32>, %p: memref<5xf32>, %y: memref<5xf32>", R"(
      linalg.generic {indexing_maps = [#line, #line, #line], iterator_types = ["parallel"]} ins(%x, %p : memref<5xf32>, memref<5xf32>) outs(%y : memref<5xf32>) {
      ^bb0(%a: f32, %b: f32, %o: f32):
        %c = math.powf %a, %b : f32
        linalg.yield %c : f32
      })",
              "#line = affine_map<(d0) -> (d0)>"),
      {x.data(), p.data(), y.data()});
  for (int i = 0; i < 5; ++i)
    EXPECT_NEAR(y[i], std::pow(double(x[i]), double(p[i])), 4e-7 * std::abs(std::pow(double(x[i]), double(p[i]))));
}
