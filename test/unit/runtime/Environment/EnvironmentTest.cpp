//===- EnvironmentTest.cpp - What the process's environment says ------------===//
#include "runtime/Environment/Environment.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace espalier;

static std::string threadsFor(const char *value) {
  ::setenv("ESPALIER_NUM_THREADS", value, 1);
  Result<std::optional<int>> threads = threadsFromEnvironment();
  ::unsetenv("ESPALIER_NUM_THREADS");
  return threads ? std::to_string(**threads) : threads.error().message;
}

TEST(Environment, threads) {
  ::unsetenv("ESPALIER_NUM_THREADS");
  Result<std::optional<int>> unset = threadsFromEnvironment();
  ASSERT_TRUE(unset);
  EXPECT_FALSE(*unset);
  EXPECT_EQ(threadsFor("1"), "1");
  EXPECT_EQ(threadsFor("4096"), "4096");
  for (const char *value : {"", "0", "-2", "4097", "two", "2x", " 2", "99999999999"})
    EXPECT_EQ(threadsFor(value), fmt::format("ESPALIER_NUM_THREADS is `{}`, expected a number from 1 to 4096", value));
}
