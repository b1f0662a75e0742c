//===- CanvasTest.cpp - Known pixels of shapes ------------------------------===//
#include "runtime/Picture/Lettering.h"
#include "runtime/Picture/RasterCanvas.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace espalier::picture;

namespace {

RasterCanvas canvas(int64_t width, int64_t height) { return std::move(*RasterCanvas::make({width, height})); }

/// How dark the picture is: the sum of 1 - luma over its pixels, the area covered by black.
double darkness(const RasterCanvas &canvas) {
  double sum = 0;
  for (const Colour &pixel : canvas.picture().pixels)
    sum += 1 - luma(pixel);
  return sum;
}

constexpr double infinity = std::numeric_limits<double>::infinity();

} // namespace

TEST(RasterCanvas, StartsWhite) { EXPECT_EQ(darkness(canvas(5, 3)), 0); }

TEST(RasterCanvas, RectanglesCoverPartsOfPixels) {
  RasterCanvas c = canvas(6, 4);
  c.rectangle({1, 1, 2.5, 1.25}, black);
  EXPECT_EQ(c.picture().at(1, 1), black);
  EXPECT_EQ(c.picture().at(0, 1), white);
  EXPECT_NEAR(c.picture().at(3, 1)[0], 0.5, 1e-6);
  EXPECT_NEAR(c.picture().at(1, 2)[0], 0.75, 1e-6);
  EXPECT_NEAR(c.picture().at(3, 2)[0], 0.875, 1e-6);
  EXPECT_NEAR(darkness(c), 2.5 * 1.25, 1e-5);
}

TEST(RasterCanvas, LinesAreAsWideAsTheyAre) {
  RasterCanvas c = canvas(40, 20);
  c.line({5, 10}, {35, 10}, {black, 2});
  EXPECT_NEAR(luma(c.picture().at(20, 9)), 0, 1e-6);
  EXPECT_NEAR(luma(c.picture().at(20, 10)), 0, 1e-6);
  EXPECT_NEAR(luma(c.picture().at(20, 8)), 1, 1e-6);
  EXPECT_EQ(c.picture().at(20, 12), white);
  EXPECT_EQ(c.picture().at(2, 10), white);
  RasterCanvas slant = canvas(60, 60);
  slant.line({10, 15}, {50, 45}, {black, 3}); // 50 long: about 150 pixels, and the round ends
  EXPECT_NEAR(darkness(slant), 150 + 9 * 3.1416 / 4, 6);
  RasterCanvas thin = canvas(40, 20);
  thin.line({5, 10.5}, {35, 10.5}, {black, 0.25});
  EXPECT_NEAR(thin.picture().at(20, 10)[0], 0.75, 1e-6);
}

TEST(RasterCanvas, DiscsHaveTheirArea) {
  RasterCanvas c = canvas(41, 41);
  c.disc({20.5, 20.5}, 10, black);
  EXPECT_NEAR(darkness(c), 314.16, 4);
  EXPECT_EQ(c.picture().at(20, 20), black);
  EXPECT_EQ(c.picture().at(20, 9), white);
}

TEST(RasterCanvas, ImagesHaveSharpPixels) {
  Image image(2, 2);
  image.pixels = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 0}};
  RasterCanvas c = canvas(8, 8);
  c.image({1, 1, 6, 6}, image);
  EXPECT_EQ(c.picture().at(0, 0), white);
  EXPECT_EQ(c.picture().at(1, 1), image.at(0, 0));
  EXPECT_EQ(c.picture().at(3, 3), image.at(0, 0));
  EXPECT_EQ(c.picture().at(4, 3), image.at(1, 0));
  EXPECT_EQ(c.picture().at(3, 4), image.at(0, 1));
  EXPECT_EQ(c.picture().at(6, 6), image.at(1, 1));
  EXPECT_EQ(c.picture().at(7, 7), white);
}

TEST(RasterCanvas, WhatIsOutsideOrNowhereIsNotDrawn) {
  RasterCanvas c = canvas(8, 8);
  for (double far : {1e9, -1e9, 1e300, -1e300, infinity, std::nan("")}) {
    c.line({far, far}, {far, 2 * far}, {black, 3});
    c.disc({far, 4}, 3, black);
    c.rectangle({far, far, 5, 5}, black);
    c.text({far, 3}, "text", {12});
    c.image({far, 0, 3, 3}, Image(2, 2));
  }
  EXPECT_EQ(darkness(c), 0);
  c.line({-1e9, 4.5}, {1e9, 4.5}, {black, 1}); // one that crosses it is
  EXPECT_NEAR(darkness(c), 8, 0.05);
}

TEST(Lettering, EveryPrintableCharacterHasStrokesOfItsOwn) {
  std::vector<std::string> drawn;
  for (char character = '!'; character <= '~'; ++character) {
    std::string strokes;
    for (const Segment &s : letteringOf({&character, 1}, 60))
      strokes += fmt::format("{:.1f} {:.1f} {:.1f} {:.1f} ", s.from.x, s.from.y, s.to.x, s.to.y);
    EXPECT_FALSE(strokes.empty()) << character;
    bool isZero = character == 'O'; // 0 and O are one shape
    EXPECT_TRUE(isZero || std::find(drawn.begin(), drawn.end(), strokes) == drawn.end()) << character;
    drawn.push_back(strokes);
  }
  EXPECT_TRUE(letteringOf(" ", 12).empty());
}

TEST(Lettering, WidthsAndAnchors) {
  EXPECT_EQ(textWidth("", 12), 0);
  EXPECT_GT(textWidth("mm", 12), textWidth("m", 12));
  EXPECT_EQ(textWidth("111", 12), textWidth("888", 12));
  RasterCanvas start = canvas(100, 30), end = canvas(100, 30), up = canvas(30, 100);
  start.text({10, 20}, "level", {16});
  end.text({10 + textWidth("level", 16), 20}, "level", {16, Anchor::end});
  EXPECT_NEAR(darkness(start), darkness(end), 1);
  EXPECT_EQ(start.picture().pixels, end.picture().pixels);
  up.text({20, 90}, "level", {16, Anchor::start, ink, true});
  for (int64_t y = 0; y < 100; ++y)
    for (int64_t x = 0; x < 30; ++x)
      EXPECT_NEAR(up.picture().at(x, y)[0], start.picture().at(99 - y, x)[0], 1e-4);
}

TEST(Lettering, FittedTextFits) {
  EXPECT_EQ(fitted("short", 12, 1000), "short");
  std::string shortened = fitted("a rather long name of a file.png", 12, 90);
  EXPECT_TRUE(shortened.ends_with("..."));
  EXPECT_LE(textWidth(shortened, 12), 90);
  EXPECT_EQ(fitted("abc", 12, 0), "...");
}

TEST(Lettering, CharactersOfUtf8) {
  EXPECT_EQ(charactersOf("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\xb3"), U"a\u00e9\u20ac\U0001f333");
  EXPECT_EQ(charactersOf("\xff"
                         "b"),
            U"\ufffd"
            U"b");
  EXPECT_EQ(charactersOf("\xc3"), U"\ufffd");           // cut off
  EXPECT_EQ(charactersOf("\xc0\x80"), U"\ufffd\ufffd"); // a longer form of zero
  EXPECT_EQ(charactersOf("\xed\xa0\x80"), U"\ufffd");   // half of a pair
  EXPECT_EQ(charactersOf("\x01\n"), U"\ufffd\ufffd");
  EXPECT_EQ(xmlText("a<b & \xc3\xa9>"), "a&lt;b &amp; \xc3\xa9&gt;");
}
