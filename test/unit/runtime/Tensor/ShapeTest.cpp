//===- ShapeTest.cpp - Counting elements without overflow -------------------===//
#include "runtime/Tensor/Shape.h"

#include <gtest/gtest.h>

using namespace espalier;

static std::string counted(Shape shape, int64_t elementBytes) {
  Result<int64_t> count = countElements(shape, elementBytes);
  return count ? std::to_string(*count) : count.error().message;
}

TEST(Shape, counts) {
  EXPECT_EQ(counted({}, 4), "1");
  EXPECT_EQ(counted({0}, 4), "0");
  EXPECT_EQ(counted({2, 3, 5}, 8), "30");
  EXPECT_EQ(counted({int64_t(1) << 40, 0}, 4), "0");
  EXPECT_EQ(counted(Shape(32, 1), 4), "1");
}

TEST(Shape, refuses) {
  EXPECT_EQ(counted({2, -1}, 4), "negative size -1 in shape (2, -1)");
  EXPECT_EQ(counted({INT64_MAX}, 2), "shape (9223372036854775807,) is too large: more than 2^63 - 1 bytes");
  EXPECT_EQ(counted({int64_t(1) << 32, int64_t(1) << 31}, 1),
            "shape (4294967296, 2147483648) is too large: more than 2^63 - 1 bytes");
  EXPECT_EQ(
      counted({0, int64_t(1) << 40, int64_t(1) << 40}, 1),
      "shape (0, 1099511627776, 1099511627776) is too large: its sizes other than 0 make more than 2^63 - 1 bytes");
  EXPECT_EQ(counted(Shape(33, 1), 4), "a tensor of 33 axes, expected at most 32");
}

TEST(Shape, printsAsATuple) {
  EXPECT_EQ(toString(Shape{}), "()");
  EXPECT_EQ(toString(Shape{7}), "(7,)");
  EXPECT_EQ(toString(Shape{7, 0, 2}), "(7, 0, 2)");
}

TEST(Shape, denseStridesAreRowMajor) { EXPECT_EQ(denseStrides(Shape{2, 3, 4}), (Shape{12, 4, 1})); }
