//===- OverridesTest.cpp - Sizes that are set by hand -----------------------===//
#include "compiler/Schedule/Choices.h"

#include <gtest/gtest.h>

using namespace espalier;
using namespace espalier::schedule;

namespace {

TEST(Overrides, EveryRowStandsAtItsKey) {
  std::vector<std::string_view> names;
  for (const KeyRow &row : allKeys()) {
    EXPECT_EQ(&rowOf(row.key), &row) << row.name;
    EXPECT_LE(row.least, row.most) << row.name;
    EXPECT_FALSE(row.meaning.empty()) << row.name;
    EXPECT_EQ(std::count(names.begin(), names.end(), row.name), 0) << row.name;
    if (!row.words.empty()) {
      EXPECT_EQ(int64_t(row.words.size()), row.most - row.least + 1) << row.name;
    }
    names.push_back(row.name);
  }
}

/// What is written is read again as the same, at both ends of every range; beyond them nothing is.
TEST(Overrides, RangesAreClosed) {
  for (const KeyRow &row : allKeys()) {
    for (int64_t value : {row.least, row.most})
      for (std::optional<int64_t> group : {std::optional<int64_t>(), std::optional<int64_t>(12)}) {
        std::string text = spelled(Override{row.key, value, group});
        Result<Overrides> read = parseOverrides(text);
        ASSERT_TRUE(read) << text;
        ASSERT_EQ(read->size(), 1u);
        EXPECT_EQ(read->front().key, row.key);
        EXPECT_EQ(read->front().value, value);
        EXPECT_EQ(read->front().group, group);
        EXPECT_EQ(spelled(*read), text);
      }
    for (int64_t value : {row.least - 1, row.most + 1})
      EXPECT_FALSE(parseOverrides(fmt::format("{}={}", row.name, value))) << row.name;
  }
}

TEST(Overrides, WhatIsNoneIsRefused) {
  for (const char *text : {"", ",", "grain", "grain=", "=3", ".grain=3", "-1.grain=3", "0.=3", "0.1.grain=3",
                           "grain=3,", "grain=3.5", "grain= 3", "grain=99999999999999999999", "tasks=2",
                           "grain=3,grain=3", "99999999999999999999.grain=3", "GRAIN=x"})
    EXPECT_FALSE(parseOverrides(text)) << text;
  EXPECT_TRUE(parseOverrides("grain=3,0.grain=4,tasks=axes"));
}

Choices choicesOf(const char *text) { return Choices(*parseOverrides(text)); }

TEST(Choices, TheModelDecidesWithoutOverrides) {
  Choices choices{{}};
  choices.beginGroup("a");
  EXPECT_EQ(choices.choose(Key::grain, 5, "because"), 5);
  EXPECT_EQ(choices.choose(Key::points, 1), 1);
  EXPECT_EQ(choices.reasons(), "grain 5: because");
  EXPECT_EQ(describe(choices.groups()), "group 0: a\n  grain 5: because\n  points 1\n");
  EXPECT_TRUE(choices.problems().empty());
}

/// In either order of the text.
TEST(Choices, OneGroupsOverrideGoesBeforeAllGroups) {
  for (const char *text : {"grain=7,1.grain=8", "1.grain=8,grain=7"}) {
    Choices choices = choicesOf(text);
    for (int64_t expected : {7, 8, 7}) {
      choices.beginGroup("a");
      EXPECT_EQ(choices.choose(Key::grain, 5, "because"), expected) << text;
    }
    EXPECT_EQ(choices.reasons(), "grain 7: overridden, instead of 5");
    EXPECT_TRUE(choices.problems().empty());
  }
}

/// A group that cannot take what all should keeps the model's choice; it is a problem only if no group takes it.
TEST(Choices, AnOverrideIsTakenWhereItFits) {
  Choices choices = choicesOf("together=16");
  choices.beginGroup("a");
  EXPECT_EQ(choices.choose(Key::together, 1, "", {1, 1, "effects"}), 1);
  EXPECT_EQ(choices.problems(), std::vector<std::string>{"`together=16`: group 0 takes together 1 only: effects"});
  choices.beginGroup("b");
  EXPECT_EQ(choices.choose(Key::together, 32, "", {1, 15, "cache"}), 32); // the model is not held to it
  choices.beginGroup("c");
  EXPECT_EQ(choices.choose(Key::together, 32, "", {1, 16}), 16);
  EXPECT_TRUE(choices.problems().empty());
}

TEST(Choices, ProblemsSayWhatCouldBe) {
  Choices none = choicesOf("grain=2");
  EXPECT_EQ(none.problems(), std::vector<std::string>{"`grain=2`: the kernel has no sweep"});
  Choices one = choicesOf("1.grain=2,tasks=points,keys=3");
  one.beginGroup("a");
  one.choose(Key::tasks, 2, "", {0, 2, "neighbours"});
  one.choose(Key::grain, 2);
  std::vector<std::string> expected = {"`1.grain=2`: the one group of the kernel is 0",
                                       "`tasks=points`: group 0 takes tasks from whole to axes: neighbours",
                                       "`keys=3`: it is a size of attention; the kernel has tasks, grain"};
  EXPECT_EQ(one.problems(), expected);
}

} // namespace
