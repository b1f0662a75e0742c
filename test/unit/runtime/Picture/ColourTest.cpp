//===- ColourTest.cpp - Colours and colour maps -----------------------------===//
#include "runtime/Picture/ColourMap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

using namespace espalier::picture;

TEST(Colour, BytesAreRoundedAndClamped) {
  EXPECT_EQ(toByte(0), 0);
  EXPECT_EQ(toByte(1), 255);
  EXPECT_EQ(toByte(0.5f), 128);
  EXPECT_EQ(toByte(-3), 0);
  EXPECT_EQ(toByte(1e30f), 255);
  EXPECT_EQ(toByte(std::nanf("")), 0);
  for (int byte = 0; byte < 256; ++byte)
    EXPECT_EQ(toByte(static_cast<float>(byte) / 255.0f), byte);
  EXPECT_EQ(hex({1, 0, 0.2f}), "#ff0033");
}

TEST(Colour, MixMeetsBothEnds) {
  const Colour a{0.1f, 0.2f, 0.3f}, b{1, 0, 0.5f};
  EXPECT_EQ(mix(a, b, 0), a);
  EXPECT_EQ(hex(mix(a, b, 1)), hex(b));
  EXPECT_FLOAT_EQ(luma(white), 1);
  EXPECT_FLOAT_EQ(luma(black), 0);
}

/// Known points of OKLab: white has lightness 1, pure red 0.628, pure blue 0.452 (Ottosson 2020).
TEST(Colour, LightnessOfKnownColours) {
  EXPECT_NEAR(lightnessOf(white), 1, 1e-5);
  EXPECT_NEAR(lightnessOf(black), 0, 1e-6);
  EXPECT_NEAR(lightnessOf({1, 0, 0}), 0.62796, 1e-4);
  EXPECT_NEAR(lightnessOf({0, 0, 1}), 0.45201, 1e-4);
  for (double lightness : {0.1, 0.5, 0.9}) {
    Colour grey = fromLightness(lightness, 0, 0);
    EXPECT_NEAR(grey[0], grey[1], 1e-4);
    EXPECT_NEAR(grey[1], grey[2], 1e-4);
    EXPECT_NEAR(lightnessOf(grey), lightness, 1e-5);
  }
}

TEST(Colour, DistinctColoursDiffer) {
  std::set<std::string> seen;
  for (int64_t i = 0; i < 64; ++i)
    seen.insert(hex(distinct(i)));
  EXPECT_EQ(seen.size(), 64u);
}

/// The law of ColourMap.h: equal steps of the number are equal steps of lightness.
TEST(ColourMap, LightnessGrowsInProportion) {
  for (ColourMap map : {ColourMap::tide, ColourMap::ember, ColourMap::glow, ColourMap::shade}) {
    double low = lightnessOf(colourOf(map, 0)), high = lightnessOf(colourOf(map, 1));
    EXPECT_GT(high - low, 0.4);
    for (int i = 0; i <= 64; ++i) {
      double number = i / 64.0;
      EXPECT_NEAR(lightnessOf(colourOf(map, number)), low + number * (high - low), 0.008)
          << static_cast<int>(map) << " at " << number;
    }
  }
}

TEST(ColourMap, BeyondTheEnds) {
  EXPECT_EQ(colourOf(ColourMap::tide, -5), colourOf(ColourMap::tide, 0));
  EXPECT_EQ(colourOf(ColourMap::tide, std::numeric_limits<double>::infinity()), colourOf(ColourMap::tide, 1));
  EXPECT_EQ(hex(colourOf(ColourMap::ember, std::nan(""))), "#808080");
}
