//===- SpellingTest.cpp - Which name was meant ------------------------------===//

#include "frontends/AST/Spelling.h"

#include <gtest/gtest.h>

using namespace espalier;

namespace {

TEST(Spelling, Distance) {
  struct {
    const char *a, *b;
    size_t distance;
  } rows[] = {{"", "", 0},        {"", "abc", 3},        {"abc", "abc", 0}, {"abc", "abd", 1},       {"abc", "ab", 1},
              {"abc", "xabc", 1}, {"float", "flaot", 1}, {"ab", "ba", 1},   {"kitten", "sitting", 3}};
  for (auto row : rows) {
    EXPECT_EQ(editDistance(row.a, row.b, 10), row.distance) << row.a << " " << row.b;
    EXPECT_EQ(editDistance(row.b, row.a, 10), row.distance) << row.a << " " << row.b;
    if (row.distance > 0) {
      EXPECT_EQ(editDistance(row.a, row.b, row.distance - 1), row.distance);
    }
  }
  EXPECT_EQ(editDistance("aaaaaaaa", "bbbbbbbb", 3), 4u);
}

TEST(Spelling, ClosestName) {
  std::vector<std::string> names = {"children", "child", "parent", "sum", "softmax", "x"};
  EXPECT_EQ(closestName("childen", names), "children");
  EXPECT_EQ(closestName("soft_max", names), "softmax");
  EXPECT_EQ(closestName("Sum", names), "sum");
  EXPECT_EQ(closestName("X", names), "x");
  EXPECT_EQ(closestName("y", names), "");
  EXPECT_EQ(closestName("banana", names), "");
  EXPECT_EQ(closestName("anything", {}), "");
  EXPECT_EQ(didYouMean("parents", names), "did you mean `parent`?");
  EXPECT_EQ(didYouMean("banana", names), "");
}

} // namespace
