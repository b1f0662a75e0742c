//===- ElementwiseTest.cpp - arith and math in the interpreter --------------===//
#include "RunText.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

using namespace espalier;
using namespace espalier::interpreter;

static constexpr double inf = std::numeric_limits<double>::infinity();
static constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

/// Equal bits up to the last two, or both NaN.
static void expectSame(double found, double expected, const std::string &what) {
  if (std::isnan(expected))
    EXPECT_TRUE(std::isnan(found)) << what << ": " << found;
  else if (std::isinf(expected) || expected == 0)
    EXPECT_TRUE(found == expected && std::signbit(found) == std::signbit(expected)) << what << ": " << found;
  else
    EXPECT_NEAR(found, expected, 1e-15 * std::fabs(expected)) << what;
}

TEST(Elementwise, FunctionsOfOneFloat) {
  struct Row {
    const char *op;
    std::function<double(double)> function;
  };
  // Definitions by other functions than those of the same name, where there are any.
  const Row rows[] = {
      {"arith.negf", [](double x) { return x * -1; }},
      {"math.absf", [](double x) { return std::signbit(x) ? -x : x; }},
      {"math.exp", [](double x) { return std::exp(x); }},
      {"math.exp2", [](double x) { return std::pow(2.0, x); }},
      {"math.expm1", [](double x) { return std::expm1(x); }},
      {"math.log", [](double x) { return std::log(x); }},
      {"math.log1p", [](double x) { return std::log1p(x); }},
      {"math.log2", [](double x) { return std::log2(x); }},
      {"math.sqrt", [](double x) { return x == 0 ? x : std::pow(x, 0.5); }},
      {"math.rsqrt", [](double x) { return x == 0 ? std::copysign(inf, x) : std::pow(x, -0.5); }},
      {"math.tanh", [](double x) { return std::tanh(x); }},
      {"math.erf", [](double x) { return std::erf(x); }},
      {"math.sin", [](double x) { return std::sin(x); }},
      {"math.cos", [](double x) { return std::cos(x); }},
      {"math.floor", [](double x) { return std::floor(x); }},
      {"math.ceil", [](double x) { return -std::floor(-x); }},
      {"math.round", [](double x) { return std::copysign(std::floor(std::fabs(x) + 0.5), x); }},
      {"math.roundeven",
       [](double x) { return std::isfinite(x) ? std::copysign(std::fabs(x - std::remainder(x, 1)), x) : x; }},
  };
  const std::vector<double> points = {0.0, -0.0, 0.25, 0.5, 1.0, 1.5, 2.5, 3.7, -0.5, -1.5, -2.5, 40.0, inf, NaN};
  for (const Row &row : rows) {
    std::vector<double> found =
        evaluate("%x: tensor<14xf64>", "tensor<14xf64>", "%y = " + std::string(row.op) + " %x : tensor<14xf64>",
                 {tensor({14}, points)});
    ASSERT_EQ(found.size(), points.size());
    for (size_t i = 0; i < points.size(); ++i)
      expectSame(found[i], row.function(points[i]), fmt::format("{} of {}", row.op, points[i]));
  }
}

TEST(Elementwise, FunctionsOfTwoFloats) {
  struct Row {
    const char *op;
    std::function<double(double, double)> function;
  };
  auto isAnyNaN = [](double a, double b) { return std::isnan(a) || std::isnan(b); };
  const Row rows[] = {
      {"arith.addf", [](double a, double b) { return a + b; }},
      {"arith.subf", [](double a, double b) { return a - b; }},
      {"arith.mulf", [](double a, double b) { return a * b; }},
      {"arith.divf", [](double a, double b) { return a / b; }},
      {"arith.maximumf", [&](double a, double b) { return isAnyNaN(a, b) ? NaN
                                                          : a > b        ? a
                                                                         : b; }},
      {"arith.minimumf", [&](double a, double b) { return isAnyNaN(a, b) ? NaN
                                                          : a < b        ? a
                                                                         : b; }},
      {"arith.maxnumf", [](double a, double b) { return std::isnan(a)   ? b
                                                        : std::isnan(b) ? a
                                                        : a > b         ? a
                                                                        : b; }},
      {"math.powf", [](double a, double b) { return std::pow(a, b); }},
  };
  const std::vector<double> points = {0.5, -2, 3, 7.25, -inf, inf, NaN};
  for (const Row &row : rows)
    for (double b : points) {
      std::vector<double> found = evaluate("%a: tensor<7xf32>, %b: tensor<7xf32>", "tensor<7xf32>",
                                           "%y = " + std::string(row.op) + " %a, %b : tensor<7xf32>",
                                           {tensor({7}, points), tensor({7}, std::vector<double>(7, b))});
      ASSERT_EQ(found.size(), points.size());
      for (size_t i = 0; i < points.size(); ++i)
        expectSame(found[i], row.function(points[i], b), fmt::format("{} of {} and {}", row.op, points[i], b));
    }
}

TEST(Elementwise, MaximumAndMinimumOrderZeros) {
  const char *body = "%y = arith.maximumf %a, %b : f64";
  EXPECT_FALSE(std::signbit(evaluate("%a: f64, %b: f64", "f64", body, {tensor({}, {-0.0}), tensor({}, {0.0})})[0]));
  EXPECT_FALSE(std::signbit(evaluate("%a: f64, %b: f64", "f64", body, {tensor({}, {0.0}), tensor({}, {-0.0})})[0]));
  body = "%y = arith.minimumf %a, %b : f64";
  EXPECT_TRUE(std::signbit(evaluate("%a: f64, %b: f64", "f64", body, {tensor({}, {-0.0}), tensor({}, {0.0})})[0]));
  EXPECT_TRUE(std::signbit(evaluate("%a: f64, %b: f64", "f64", body, {tensor({}, {0.0}), tensor({}, {-0.0})})[0]));
}

TEST(Elementwise, ComparisonsOfFloats) {
  // Answers for a < b, a == b, a > b, and for a NaN.
  const std::pair<const char *, std::vector<double>> rows[] = {
      {"false", {0, 0, 0, 0}}, {"oeq", {0, 1, 0, 0}}, {"ogt", {0, 0, 1, 0}}, {"oge", {0, 1, 1, 0}},
      {"olt", {1, 0, 0, 0}},   {"ole", {1, 1, 0, 0}}, {"one", {1, 0, 1, 0}}, {"ord", {1, 1, 1, 0}},
      {"ueq", {0, 1, 0, 1}},   {"ugt", {0, 0, 1, 1}}, {"uge", {0, 1, 1, 1}}, {"ult", {1, 0, 0, 1}},
      {"ule", {1, 1, 0, 1}},   {"une", {1, 0, 1, 1}}, {"uno", {0, 0, 0, 1}}, {"true", {1, 1, 1, 1}},
  };
  for (auto [predicate, expected] : rows)
    EXPECT_EQ(evaluate("%a: tensor<4xf32>, %b: tensor<4xf32>", "tensor<4xi1>",
                       fmt::format("%y = arith.cmpf {}, %a, %b : tensor<4xf32>", predicate),
                       {tensor({4}, {1, 2, 3, NaN}), tensor({4}, {2, 2, 2, 2})}),
              expected)
        << predicate;
}

TEST(Elementwise, FunctionsOfTwoIntegers) {
  struct Row {
    const char *op;
    std::function<double(int, int)> function;
    bool isDivision;
  };
  const Row rows[] = {
      {"arith.addi", [](int a, int b) { return a + b; }, false},
      {"arith.subi", [](int a, int b) { return a - b; }, false},
      {"arith.muli", [](int a, int b) { return a * b; }, false},
      {"arith.maxsi", [](int a, int b) { return a > b ? a : b; }, false},
      {"arith.minsi", [](int a, int b) { return a < b ? a : b; }, false},
      {"arith.andi", [](int a, int b) { return a & b; }, false},
      {"arith.ori", [](int a, int b) { return a | b; }, false},
      {"arith.xori", [](int a, int b) { return a ^ b; }, false},
      {"arith.divsi", [](int a, int b) { return std::trunc(double(a) / b); }, true},
      {"arith.floordivsi", [](int a, int b) { return std::floor(double(a) / b); }, true},
      {"arith.ceildivsi", [](int a, int b) { return std::ceil(double(a) / b); }, true},
      {"arith.remsi", [](int a, int b) { return std::fmod(a, b); }, true},
  };
  std::vector<int32_t> points;
  for (int a = -7; a <= 7; ++a)
    points.push_back(a);
  for (const Row &row : rows)
    for (int b : {-4, -3, -1, 0, 1, 2, 5}) {
      if (b == 0 && row.isDivision)
        continue;
      std::vector<double> expected;
      for (int a : points)
        expected.push_back(row.function(a, b));
      std::vector<Value> arguments = {integers({15}, points), integers({15}, std::vector<int32_t>(15, b))};
      std::string parameters = "%a: tensor<15xi32>, %b: tensor<15xi32>";
      EXPECT_EQ(
          evaluate(parameters, "tensor<15xi32>", fmt::format("%y = {} %a, %b : tensor<15xi32>", row.op), arguments),
          expected)
          << row.op << ' ' << b;
      EXPECT_EQ(evaluate(parameters, "tensor<15xi32>",
                         fmt::format("%i = arith.index_cast %a : tensor<15xi32> to tensor<15xindex>\n"
                                     "%j = arith.index_cast %b : tensor<15xi32> to tensor<15xindex>\n"
                                     "%k = {} %i, %j : tensor<15xindex>\n"
                                     "%y = arith.index_cast %k : tensor<15xindex> to tensor<15xi32>",
                                     row.op),
                         arguments),
                expected)
          << row.op << ' ' << b;
    }
}

TEST(Elementwise, IntegersWrapAroundAtTheirWidth) {
  auto i32 = [](const char *op, int32_t a, int32_t b) {
    return evaluate("%a: i32, %b: i32", "i32", fmt::format("%y = {} %a, %b : i32", op),
                    {integers({}, {a}), integers({}, {b})})[0];
  };
  EXPECT_EQ(i32("arith.addi", INT32_MAX, 1), INT32_MIN);
  EXPECT_EQ(i32("arith.muli", 65536, 65536), 0);
  EXPECT_EQ(i32("arith.divsi", INT32_MIN, -1), INT32_MIN);
  EXPECT_EQ(i32("arith.floordivsi", INT32_MIN, -1), INT32_MIN);
  EXPECT_EQ(i32("arith.remsi", INT32_MIN, -1), 0);
  auto index = [](const char *op, int64_t a, int64_t b) {
    auto results = runBody("%a: index, %b: index", "index", fmt::format("%y = {} %a, %b : index", op), {a, b});
    return std::get<int64_t>(results->front());
  };
  EXPECT_EQ(index("arith.addi", INT64_MAX, 1), INT64_MIN);
  EXPECT_EQ(index("arith.divsi", INT64_MIN, -1), INT64_MIN);
  EXPECT_EQ(index("arith.muli", int64_t(1) << 62, 4), 0);
}

TEST(Elementwise, ComparisonsOfIntegers) {
  // Answers for (-1, 2), (2, 2), (3, 2); unsigned -1 is the greatest.
  const std::pair<const char *, std::vector<double>> rows[] = {
      {"eq", {0, 1, 0}},  {"ne", {1, 0, 1}},  {"slt", {1, 0, 0}}, {"sle", {1, 1, 0}}, {"sgt", {0, 0, 1}},
      {"sge", {0, 1, 1}}, {"ult", {0, 0, 0}}, {"ule", {0, 1, 0}}, {"ugt", {1, 0, 1}}, {"uge", {1, 1, 1}},
  };
  for (auto [predicate, expected] : rows)
    EXPECT_EQ(evaluate("%a: tensor<3xi32>, %b: tensor<3xi32>", "tensor<3xi1>",
                       fmt::format("%y = arith.cmpi {}, %a, %b : tensor<3xi32>", predicate),
                       {integers({3}, {-1, 2, 3}), integers({3}, {2, 2, 2})}),
              expected)
        << predicate;
}

TEST(Elementwise, ConstantsAndSelection) {
  EXPECT_EQ(evaluate("", "f64", "%y = arith.constant 0.1 : f64"), std::vector<double>{0.1});
  EXPECT_EQ(evaluate("", "f32", "%y = arith.constant 0.1 : f32"), std::vector<double>{double(0.1f)});
  EXPECT_EQ(evaluate("", "i1", "%y = arith.constant true"), std::vector<double>{1});
  EXPECT_EQ(evaluate("", "i32", "%y = arith.constant -7 : i32"), std::vector<double>{-7});
  EXPECT_EQ(evaluate("", "tensor<2x2xf32>", "%y = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>"),
            (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(evaluate("", "tensor<3xf32>", "%y = arith.constant dense<2.5> : tensor<3xf32>"),
            (std::vector<double>{2.5, 2.5, 2.5}));
  EXPECT_EQ(evaluate("", "tensor<2xi1>", "%y = arith.constant dense<[true, false]> : tensor<2xi1>"),
            (std::vector<double>{1, 0}));

  std::string parameters = "%c: tensor<3xi1>, %a: tensor<3xf32>, %b: tensor<3xf32>";
  Tensor truths = *integers({3}, {1, 0, 1}).to(DType::boolean);
  std::vector<Value> arguments = {truths, tensor({3}, {1, 2, 3}), tensor({3}, {4, 5, 6})};
  EXPECT_EQ(
      evaluate(parameters, "tensor<3xf32>", "%y = arith.select %c, %a, %b : tensor<3xi1>, tensor<3xf32>", arguments),
      (std::vector<double>{1, 5, 3}));
  EXPECT_EQ(evaluate(parameters, "tensor<3xf32>",
                     "%t = arith.constant false\n%y = arith.select %t, %a, %b : tensor<3xf32>", arguments),
            (std::vector<double>{4, 5, 6}));
}

TEST(Elementwise, OnlyNarrowingToSixteenBitsRounds) {
  auto narrowed = [](const char *type, double x) {
    return evaluate("%x: f64", type, fmt::format("%y = arith.truncf %x : f64 to {}", type), {tensor({}, {x})})[0];
  };
  EXPECT_EQ(narrowed("f32", 0.1), 0.1);
  EXPECT_EQ(narrowed("f16", 1.0 + 0x1p-11), 1.0);              // a tie, to even
  EXPECT_EQ(narrowed("f16", 1.0 + 3 * 0x1p-11), 1.0 + 0x1p-9); // a tie, to even
  EXPECT_EQ(narrowed("f16", 70000.0), inf);
  EXPECT_EQ(narrowed("bf16", 1.0 + 0x1p-8), 1.0);
  EXPECT_EQ(narrowed("bf16", 1.0 + 0x1p-8 + 0x1p-30), 1.0 + 0x1p-7);
  EXPECT_EQ(evaluate("%x: f16", "f32", "%y = arith.extf %x : f16 to f32", {tensor({}, {0.5})})[0], 0.5);
}

TEST(Elementwise, Conversions) {
  Value minusTwo = integers({}, {-2});
  EXPECT_EQ(evaluate("%x: i32", "f32", "%y = arith.sitofp %x : i32 to f32", {minusTwo})[0], -2);
  EXPECT_EQ(evaluate("%x: i32", "f64", "%y = arith.uitofp %x : i32 to f64", {minusTwo})[0], 4294967294.0);
  EXPECT_EQ(evaluate("%x: i32", "index", "%y = arith.index_cast %x : i32 to index", {minusTwo})[0], -2);
  EXPECT_EQ(evaluate("%x: index", "i32", "%y = arith.index_cast %x : index to i32", {int64_t(1) << 32 | 5})[0], 5);
  for (int64_t x : {int64_t(1) << 40, INT64_MIN, int64_t(-5)})
    EXPECT_EQ(evaluate("%x: index", "f64", "%k = arith.index_cast %x : index to i64\n%y = arith.sitofp %k : i64 to f64",
                       {x})[0],
              double(x));
  EXPECT_EQ(evaluate("%x: index", "f64", "%k = arith.index_castui %x : index to i64\n%y = arith.sitofp %k : i64 to f64",
                     {int64_t(1) << 40})[0],
            0x1p40);
  EXPECT_EQ(evaluate("%x: i32", "index", "%y = arith.index_castui %x : i32 to index", {minusTwo})[0], 4294967294.0);
  EXPECT_EQ(evaluate("%x: i32", "i1", "%y = arith.trunci %x : i32 to i1", {minusTwo})[0], 0);
  std::string truth = "%t = arith.constant true\n";
  EXPECT_EQ(evaluate("", "f32", truth + "%y = arith.uitofp %t : i1 to f32")[0], 1);
  EXPECT_EQ(evaluate("", "f32", truth + "%y = arith.sitofp %t : i1 to f32")[0], -1);
  EXPECT_EQ(evaluate("", "i32", truth + "%y = arith.extui %t : i1 to i32")[0], 1);
  EXPECT_EQ(evaluate("", "i32", truth + "%y = arith.extsi %t : i1 to i32")[0], -1);
  const std::pair<double, double> towardsZero[] = {
      {2.9, 2}, {-2.9, -2}, {1e30, INT32_MAX}, {-inf, INT32_MIN}, {NaN, 0}};
  for (auto [x, expected] : towardsZero)
    EXPECT_EQ(evaluate("%x: f64", "i32", "%y = arith.fptosi %x : f64 to i32", {tensor({}, {x})})[0], expected) << x;
}
