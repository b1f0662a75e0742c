//===- OptionsTest.cpp - Names of targets, stages and float types -----------===//
#include "compiler/Driver/Options.h"

#include <gtest/gtest.h>

namespace espalier {
namespace {

TEST(Options, TargetsAreReadByName) {
  for (Target target : {Target::cpu, Target::interp}) {
    Result<Target> parsed = parseTarget(name(target));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed, target);
  }
}

TEST(Options, AnUnknownTargetIsNamedWithTheNearest) {
  Result<Target> parsed = parseTarget("intrep");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "unknown target `intrep`: expected cpu, interp; did you mean `interp`?");
  EXPECT_EQ(parseTarget("vulkan").error().message, "unknown target `vulkan`: expected cpu, interp");
}

TEST(Options, StagesAreReadByName) {
  for (Stage stage : allStages()) {
    Result<Stage> parsed = parseStage(name(stage));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed, stage);
  }
  EXPECT_FALSE(parseStage("ptx"));
}

TEST(Options, FloatTypes) {
  EXPECT_EQ(*parseFloatType("bf16"), DType::bf16);
  EXPECT_FALSE(parseFloatType("i32"));
}

} // namespace
} // namespace espalier
