//===- SvgTest.cpp - The text of SVG files ----------------------------------===//
#include "runtime/Picture/Drawing.h"
#include "runtime/Picture/Png.h"
#include "runtime/Picture/SvgCanvas.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace espalier;
using namespace espalier::picture;

namespace {

std::string svgOf(const std::function<void(Canvas &)> &draw) {
  SvgCanvas canvas({20, 10});
  draw(canvas);
  return *canvas.text();
}

bool has(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

} // namespace

TEST(SvgCanvas, HeadAndFoot) {
  std::string text = svgOf([](Canvas &) {});
  EXPECT_TRUE(
      text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_TRUE(has(text, "width=\"20\" height=\"10\" viewBox=\"0 0 20 10\""));
  EXPECT_TRUE(text.ends_with("</svg>\n"));
}

TEST(SvgCanvas, ShapesAsTheyAre) {
  std::string text = svgOf([](Canvas &c) {
    const Segment segments[] = {{{1, 2}, {3, 2}}, {{1, 2}, {1, 5}}, {{0, 0}, {1.234, -0.001}}};
    c.segments(segments, {{1, 0, 0}, 1.5});
    c.rectangle({1, 2, 3, 4}, {0, 1, 0});
    c.disc({5, 6}, 2.5, {0, 0, 1});
    c.text({7, 8}, "a < b & \"c\"", {12, Anchor::middle, black});
  });
  EXPECT_TRUE(has(text, R"(<path d="M1 2H3M1 2V5M0 0H1.23" fill="none" stroke="#ff0000" stroke-width="1.5")"));
  EXPECT_TRUE(has(text, R"(<rect x="1" y="2" width="3" height="4" fill="#00ff00"/>)"));
  EXPECT_TRUE(has(text, R"(<circle cx="5" cy="6" r="2.5" fill="#0000ff"/>)"));
  EXPECT_TRUE(has(text, R"(text-anchor="middle" fill="#000000">a &lt; b &amp; "c"</text>)"));
}

TEST(SvgCanvas, WhatIsNowhereIsLeftOut) {
  std::string text = svgOf([](Canvas &c) {
    double nan = std::nan("");
    c.line({0, 0}, {nan, 1}, {});
    c.rectangle({0, 0, INFINITY, 1}, black);
    c.disc({nan, 0}, 1, black);
    c.text({nan, 0}, "x", {});
    c.image({0, nan, 1, 1}, Image(1, 1));
    const Point broken[] = {{0, 0}, {1, 1}, {nan, 2}, {3, 3}, {4, 4}};
    c.polyline(broken, {});
  });
  EXPECT_FALSE(has(text, "nan") || has(text, "inf"));
  EXPECT_TRUE(has(text, "M0 0L1 1M3 3L4 4"));
}

/// RFC 4648, section 10; the picture inside is the PNG file itself.
TEST(SvgCanvas, ImagesAreInside) {
  std::string text = svgOf([](Canvas &c) { c.image({0, 0, 4, 4}, Image(2, 2)); });
  EXPECT_TRUE(has(text, "data:image/png;base64,iVBORw0KGgo"));
}

TEST(Drawing, ByTheEndingOfThePath) {
  Drawing drawing{{8, 4}, [](Canvas &c) { c.rectangle({0, 0, 4, 4}, {1, 0, 0}); }};
  std::string folder = testing::TempDir() + "espalier_drawing/";
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(writeDrawing(folder + "a.png", drawing));
  Result<Image> image = readPng(folder + "a.png");
  ASSERT_TRUE(image);
  EXPECT_EQ(image->size(), (Size{8, 4}));
  EXPECT_EQ(hex(image->at(3, 3)), "#ff0000");
  EXPECT_EQ(hex(image->at(4, 0)), "#ffffff");
  ASSERT_TRUE(writeDrawing(folder + "a.svg", drawing));
  std::stringstream text;
  text << std::ifstream(folder + "a.svg").rdbuf();
  EXPECT_TRUE(has(text.str(), "#ff0000"));
  EXPECT_FALSE(writeDrawing(folder + "a.gif", drawing));
  EXPECT_FALSE(writeDrawing(folder + "missing/a.svg", drawing));
  drawing.size = {0, 4};
  EXPECT_FALSE(writeDrawing(folder + "b.svg", drawing));
  EXPECT_FALSE(std::filesystem::exists(folder + "b.svg"));
  std::filesystem::remove_all(folder);
}
