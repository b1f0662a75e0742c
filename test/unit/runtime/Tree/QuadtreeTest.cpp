//===- QuadtreeTest.cpp - Laws of trees whose leaves are pixels -------------===//
#include "runtime/Tree/Quadtree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

using namespace espalier;

namespace {
constexpr PixelOrder orders[] = {PixelOrder::morton, PixelOrder::hilbert, PixelOrder::snake, PixelOrder::raster};
constexpr std::pair<int64_t, int64_t> sizes[] = {{1, 1},   {1, 2},   {2, 1},  {2, 2},  {1, 5},  {5, 1},
                                                 {3, 3},   {4, 4},   {5, 7},  {8, 8},  {9, 4},  {16, 16},
                                                 {17, 16}, {28, 28}, {1, 64}, {33, 2}, {64, 64}};

/// papers.md 1.6: bit b of x counts 4^b, bit b of y twice that.
int64_t mortonCode(int64_t y, int64_t x) {
  int64_t code = 0;
  for (int b = 0; b < 20; ++b)
    code += ((x >> b & 1) + 2 * (y >> b & 1)) << (2 * b);
  return code;
}

std::string refusal(const Result<Tree> &tree) { return tree ? "accepted" : tree.error().message; }
} // namespace

TEST(Quadtree, everyPixelIsALeaf) {
  for (PixelOrder order : orders)
    for (auto [height, width] : sizes) {
      SCOPED_TRACE(fmt::format("quadtree({}, {}, {})", height, width, name(order)));
      Result<Tree> tree = quadtree(height, width, order);
      ASSERT_TRUE(tree) << tree.error().message;
      ASSERT_EQ(tree->numLeaves(), height * width);
      ASSERT_TRUE(tree->isRooted());
      for (int64_t pixel = 0; pixel < height * width; ++pixel)
        ASSERT_EQ(tree->leafRanks()[pixel], pixel);
      ASSERT_EQ(tree->roots()[0], tree->numVertices() - 1);
      for (int64_t v = 0; v + 1 < tree->numVertices(); ++v)
        ASSERT_GT(tree->parents()[v], v);
      int32_t tallest = 0; // all leaves are equally deep, level by level
      for (int64_t v = 0; v < tree->numVertices(); ++v) {
        ASSERT_EQ(tree->heights()[v] + tree->depths()[v], tree->maxDepth());
        ASSERT_GE(tree->heights()[v], tallest);
        tallest = tree->heights()[v];
        ASSERT_LE(tree->children(v).size(), 4u);
      }
    }
}

TEST(Quadtree, whatIsBelowAVertexIsContiguousInTheOrder) {
  for (PixelOrder order : orders)
    for (auto [height, width] : sizes) {
      SCOPED_TRACE(fmt::format("quadtree({}, {}, {})", height, width, name(order)));
      Tree tree = *quadtree(height, width, order);
      std::vector<int32_t> pixels = *pixelsInOrder(height, width, order);
      ASSERT_EQ(static_cast<int64_t>(pixels.size()), height * width);
      // Walk up all leaves at once, level by level: the vertices above, in the order of the pixels, are runs; and the
      // vertices of a level above the pixels are numbered in that order.
      std::vector<int32_t> above = pixels;
      for (int64_t level = 0; level < tree.maxDepth(); ++level) {
        for (int32_t &v : above)
          v = tree.parents()[v];
        std::vector<int32_t> runs = above;
        runs.erase(std::unique(runs.begin(), runs.end()), runs.end());
        for (size_t i = 1; i < runs.size(); ++i)
          ASSERT_EQ(runs[i], runs[i - 1] + 1);
      }
      std::sort(pixels.begin(), pixels.end());
      for (int64_t i = 0; i < height * width; ++i)
        ASSERT_EQ(pixels[i], i);
    }
}

TEST(Quadtree, curvesVisitSquares) {
  for (PixelOrder order : {PixelOrder::morton, PixelOrder::hilbert})
    for (auto [height, width] : sizes) {
      Tree tree = *quadtree(height, width, order);
      int64_t numVertices = 0;
      for (int64_t level = 0; level <= tree.maxDepth(); ++level) {
        int64_t side = int64_t(1) << level;
        numVertices += ((height + side - 1) / side) * ((width + side - 1) / side);
      }
      EXPECT_EQ(tree.numVertices(), numVertices);
      // Two pixels meet at height h exactly if h is the least for which they lie in one square of side 2^h.
      auto above = [&](int64_t pixel, int64_t h) {
        for (; h > 0; --h)
          pixel = tree.parents()[pixel];
        return pixel;
      };
      for (int64_t i = 0; i < height * width; i += 3)
        for (int64_t j = 0; j < height * width; j += 7)
          for (int64_t h = 0; h <= tree.maxDepth(); ++h)
            ASSERT_EQ(above(i, h) == above(j, h), i / width >> h == j / width >> h && i % width >> h == j % width >> h);
    }
}

TEST(Quadtree, groupsOfFourAlongRows) {
  for (PixelOrder order : {PixelOrder::snake, PixelOrder::raster})
    for (auto [height, width] : sizes) {
      Tree tree = *quadtree(height, width, order);
      int64_t numVertices = height * width;
      for (int64_t level = height * width; level > 1; numVertices += level)
        level = (level + 3) / 4;
      EXPECT_EQ(tree.numVertices(), numVertices);
      std::vector<int32_t> pixels = *pixelsInOrder(height, width, order);
      for (size_t p = 0; p < pixels.size() && pixels.size() > 1; ++p)
        ASSERT_EQ(tree.parents()[pixels[p]], height * width + static_cast<int64_t>(p) / 4);
    }
}

TEST(Quadtree, orders) {
  for (auto [height, width] : sizes) {
    std::vector<int32_t> pixels(static_cast<size_t>(height * width));
    std::iota(pixels.begin(), pixels.end(), 0);
    EXPECT_EQ(*pixelsInOrder(height, width, PixelOrder::raster), pixels);
    std::vector<int32_t> snake = pixels, morton = pixels;
    for (int64_t y = 1; y < height; y += 2)
      std::reverse(snake.begin() + y * width, snake.begin() + (y + 1) * width);
    EXPECT_EQ(*pixelsInOrder(height, width, PixelOrder::snake), snake);
    std::sort(morton.begin(), morton.end(), [w = width](int32_t left, int32_t right) {
      return mortonCode(left / w, left % w) < mortonCode(right / w, right % w);
    });
    EXPECT_EQ(*pixelsInOrder(height, width, PixelOrder::morton), morton);
  }
  for (int64_t side : {1, 2, 4, 8, 16, 64}) { // successive pixels are neighbours
    std::vector<int32_t> hilbert = *pixelsInOrder(side, side, PixelOrder::hilbert);
    for (size_t p = 1; p < hilbert.size(); ++p)
      ASSERT_EQ(
          std::abs(hilbert[p] / side - hilbert[p - 1] / side) + std::abs(hilbert[p] % side - hilbert[p - 1] % side), 1);
    EXPECT_EQ(hilbert.front(), 0);
    EXPECT_EQ(hilbert.back(), side - 1);
  }
  // Of other sizes it is the curve of the square around them, without what is outside.
  std::vector<int32_t> inside, whole = *pixelsInOrder(8, 8, PixelOrder::hilbert);
  for (int32_t pixel : whole)
    if (pixel / 8 < 5 && pixel % 8 < 7)
      inside.push_back(pixel / 8 * 7 + pixel % 8);
  EXPECT_EQ(*pixelsInOrder(5, 7, PixelOrder::hilbert), inside);
}

TEST(Quadtree, namesOfOrders) {
  for (PixelOrder order : orders)
    EXPECT_EQ(pixelOrderNamed(name(order)), order);
  EXPECT_EQ(pixelOrderNamed("peano"), std::nullopt);
}

TEST(Quadtree, refusesSizes) {
  for (PixelOrder order : orders) {
    EXPECT_EQ(refusal(quadtree(0, 4, order)), "quadtree(0, 4), expected at least one pixel in each direction");
    EXPECT_EQ(refusal(quadtree(4, -1, order)), "quadtree(4, -1), expected at least one pixel in each direction");
    EXPECT_EQ(refusal(quadtree(65536, 32768, order)), "quadtree(65536, 32768) has more than 2147483646 vertices");
    EXPECT_EQ(refusal(quadtree(INT64_MAX, INT64_MAX, order)),
              "quadtree(9223372036854775807, 9223372036854775807) has more than 2147483646 vertices");
    EXPECT_EQ(refusal(quadtree(int64_t(1) << 31, 1, order)),
              "quadtree(2147483648, 1) has more than 2147483646 vertices");
    EXPECT_FALSE(pixelsInOrder(0, 1, order));
  }
  EXPECT_EQ(refusal(quadtree(1, int64_t(1) << 30, PixelOrder::morton)), // 2^31 - 1 vertices
            "quadtree(1, 1073741824) has more than 2147483646 vertices");
}
