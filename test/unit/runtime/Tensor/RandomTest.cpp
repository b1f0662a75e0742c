//===- RandomTest.cpp - Standard normal numbers, the same everywhere --------===//
#include "runtime/Tensor/Random.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace espalier;

static std::string parsed(std::string_view text) {
  Result<RandomSpec> spec = parseRandomSpec(text);
  return spec ? fmt::format("{} seed {}", toString(spec->shape), spec->seed) : spec.error().message;
}

TEST(Random, parses) {
  EXPECT_EQ(parsed("2,64,16"), "(2, 64, 16) seed 0");
  EXPECT_EQ(parsed("5;seed=18446744073709551615"), "(5,) seed 18446744073709551615");
  EXPECT_EQ(parsed(""), "() seed 0");
  EXPECT_EQ(parsed(";seed=3"), "() seed 3");
  EXPECT_EQ(parsed("0,2"), "(0, 2) seed 0");
}

TEST(Random, refuses) {
  EXPECT_EQ(parsed("2,x"), "found `x` in `random:2,x`, expected sizes such as `random:2,64,16`");
  EXPECT_EQ(parsed("-2"), "found `-2` in `random:-2`, expected sizes such as `random:2,64,16`");
  EXPECT_EQ(parsed("2,,3"), "found `` in `random:2,,3`, expected sizes such as `random:2,64,16`");
  EXPECT_EQ(parsed("2,"), "`random:2,` ends in a comma, expected another size");
  EXPECT_EQ(parsed("99999999999999999999"),
            "found `99999999999999999999` in `random:99999999999999999999`, expected sizes such as `random:2,64,16`");
  EXPECT_EQ(parsed("2;sed=1"), "found `;sed=1` in `random:2;sed=1`, expected `;seed=` and a number from 0 to 2^64 - 1, "
                               "`;scale=` or `;diagonal=` and a number");
  EXPECT_EQ(parsed("2;seed=1.5"), "found `;seed=1.5` in `random:2;seed=1.5`, expected `;seed=` and a number from 0 to "
                                  "2^64 - 1, `;scale=` or `;diagonal=` and a number");
  EXPECT_EQ(randomTensor(DType::i32, {{2}, 0}).error().message,
            "random numbers of dtype i32, expected one of f64, f32, f16, bf16");
}

TEST(Random, hasTheMomentsOfTheNormalDistribution) {
  constexpr int64_t count = 1000000;
  Result<Tensor> tensor = randomTensor(DType::f64, {{count}, 42});
  double moments[5] = {}, neighbours = 0, within = 0;
  auto values = tensor->values<double>();
  for (int64_t i = 0; i < count; ++i) {
    for (int power = 1; power <= 4; ++power)
      moments[power] += std::pow(values[i], power) / count;
    neighbours += i ? values[i] * values[i - 1] / count : 0;
    within += (std::fabs(values[i]) < 1) / double(count);
  }
  // Four standard deviations of each estimate.
  EXPECT_NEAR(moments[1], 0, 0.004);
  EXPECT_NEAR(moments[2], 1, 0.006);
  EXPECT_NEAR(moments[3], 0, 0.016);
  EXPECT_NEAR(moments[4], 3, 0.04);
  EXPECT_NEAR(neighbours, 0, 0.004);
  EXPECT_NEAR(within, 0.682689, 0.002);
}

TEST(Random, scalesThenAddsADiagonal) {
  Result<RandomSpec> spec = parseRandomSpec("2,3,4;scale=0.5;seed=3;diagonal=-7");
  ASSERT_TRUE(spec) << spec.error().message;
  Result<Tensor> plain = randomTensor(DType::f64, {{2, 3, 4}, 3}), changed = randomTensor(DType::f64, *spec);
  for (int64_t i = 0; i < 24; ++i)
    EXPECT_EQ(changed->values<double>()[i], 0.5 * plain->values<double>()[i] + (i % 4 == i / 4 % 3 ? -7 : 0)) << i;
  EXPECT_FALSE(parseRandomSpec("2;scale=inf"));
  EXPECT_FALSE(parseRandomSpec("2;diagonal=x"));
  EXPECT_FALSE(parseRandomSpec("2;seed=1;"));
  EXPECT_EQ(randomTensor(DType::f32, {{2}, 0, 1, 5}).error().message,
            "a diagonal in a tensor of shape (2,), which has fewer than two axes");
}

TEST(Random, dependsOnSeedAndIndexOnly) {
  Result<Tensor> shorter = randomTensor(DType::f64, {{3}, 7}), longer = randomTensor(DType::f64, {{2, 2}, 7});
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(shorter->values<double>()[i], longer->values<double>()[i]);
  EXPECT_NE(randomTensor(DType::f64, {{1}, 8})->values<double>()[0], shorter->values<double>()[0]);
  EXPECT_EQ(randomTensor(DType::f32, {{1}, 7})->values<float>()[0], static_cast<float>(shorter->values<double>()[0]));
}
