//===- NarrowFloatTest.cpp - All values of float16 and bfloat16 -------------===//
#include "runtime/Tensor/NarrowFloat.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <vector>
#ifdef __x86_64__
#include <immintrin.h>
#endif

using namespace espalier;

template <class T> class NarrowFloatTest : public testing::Test {};
using Types = testing::Types<Float16, BFloat16>;
TYPED_TEST_SUITE(NarrowFloatTest, Types);

TYPED_TEST(NarrowFloatTest, everyValueSurvivesTheWayThroughDouble) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    double wide(TypeParam::fromBits(static_cast<uint16_t>(bits)));
    TypeParam back(wide);
    if (wide != wide) {
      EXPECT_NE(double(back), double(back)) << bits;
      EXPECT_EQ(std::signbit(wide), bits >> 15 == 1);
      EXPECT_EQ(back.bits >> 15, static_cast<int>(bits >> 15)) << bits;
    } else {
      EXPECT_EQ(back.bits, bits);
      EXPECT_EQ(float(TypeParam::fromBits(static_cast<uint16_t>(bits))), wide);
    }
  }
}

/// The nearest of all values, found by search instead of by arithmetic on bits.
template <class T> static uint16_t nearestBySearch(double value, const std::vector<std::pair<double, uint16_t>> &all) {
  auto above = std::lower_bound(all.begin(), all.end(), std::pair<double, uint16_t>(value, 0));
  auto below = above == all.begin() ? above : above - 1;
  if (above == all.end())
    return below->second;
  // The step to infinity is as long as the last finite one.
  auto position = [&](auto entry) {
    return std::isinf(entry->first) ? 2 * (entry - 1)->first - (entry - 2)->first : entry->first;
  };
  double toBelow = value - below->first, toAbove = position(above) - value;
  return toBelow < toAbove || (toBelow == toAbove && below->second % 2 == 0) ? below->second : above->second;
}

TYPED_TEST(NarrowFloatTest, roundsToTheNearestAndOnTiesToEven) {
  std::vector<std::pair<double, uint16_t>> all; // the values that are not negative, ascending
  for (uint32_t bits = 0; bits < 32768; ++bits)
    if (double value(TypeParam::fromBits(static_cast<uint16_t>(bits))); value == value)
      all.emplace_back(value, static_cast<uint16_t>(bits));
  ASSERT_TRUE(std::is_sorted(all.begin(), all.end()));
  auto check = [&](double value) {
    uint16_t expected = nearestBySearch<TypeParam>(value, all);
    ASSERT_EQ(TypeParam(value).bits, expected) << value;
    ASSERT_EQ(TypeParam(-value).bits, expected | 0x8000) << value;
  };
  // Every tie, and the doubles on both sides of it.
  for (size_t i = 0; i + 2 < all.size(); ++i) {
    double middle = all[i].first + (all[i + 1].first - all[i].first) / 2;
    for (double value : {middle, std::nextafter(middle, 0), std::nextafter(middle, HUGE_VAL)})
      check(value);
  }
  std::mt19937_64 random(3);
  for (int i = 0; i < 200000; ++i) {
    double value = std::bit_cast<double>(random() & ~(uint64_t(1) << 63));
    if (value == value && value < 1e300)
      check(value);
  }
}

TYPED_TEST(NarrowFloatTest, specialValues) {
  TypeParam infinity(HUGE_VAL);
  EXPECT_EQ(double(infinity), HUGE_VAL);
  EXPECT_EQ(double(TypeParam(-HUGE_VAL)), -HUGE_VAL);
  EXPECT_EQ(TypeParam(1e300).bits, infinity.bits);
  EXPECT_EQ(TypeParam(0.0).bits, 0);
  EXPECT_EQ(TypeParam(-0.0).bits, 0x8000);
  EXPECT_EQ(TypeParam(5e-324).bits, 0);
  double nan = std::nan("");
  EXPECT_NE(double(TypeParam(nan)), double(TypeParam(nan)));
}

TEST(Float16, knownValues) {
  EXPECT_EQ(Float16(1.0).bits, 0x3c00);
  EXPECT_EQ(Float16(65504.0).bits, 0x7bff);
  EXPECT_EQ(Float16(65519.999).bits, 0x7bff);
  EXPECT_EQ(Float16(65520.0).bits, 0x7c00);
  EXPECT_EQ(BFloat16(1.0).bits, 0x3f80);
  EXPECT_EQ(BFloat16(3.14159265358979).bits, 0x4049);
}

#ifdef __x86_64__
__attribute__((target("f16c"))) static uint16_t narrowByHardware(float value) {
  return static_cast<uint16_t>(_mm_extract_epi16(_mm_cvtps_ph(_mm_set_ss(value), _MM_FROUND_TO_NEAREST_INT), 0));
}
__attribute__((target("f16c"))) static float widenByHardware(uint16_t bits) {
  return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(bits)));
}

TEST(Float16, agreesWithTheProcessor) {
  if (!__builtin_cpu_supports("f16c"))
    GTEST_SKIP() << "the processor has no F16C";
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    float ours(Float16::fromBits(static_cast<uint16_t>(bits))), theirs = widenByHardware(static_cast<uint16_t>(bits));
    EXPECT_EQ(std::bit_cast<uint32_t>(ours), std::bit_cast<uint32_t>(theirs)) << bits;
  }
  std::mt19937 random(4);
  for (int i = 0; i < 300000; ++i) {
    float value = std::bit_cast<float>(static_cast<uint32_t>(random()));
    EXPECT_EQ(Float16(value).bits, narrowByHardware(value)) << value;
  }
}
#endif
