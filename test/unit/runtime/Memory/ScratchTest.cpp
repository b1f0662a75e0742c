//===- ScratchTest.cpp - Memory reused by its thread ------------------------===//
#include "runtime/Memory/Scratch.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace espalier;

TEST(Scratch, isAlignedAndWritable) {
  for (int64_t bytes : {0, 1, 63, 64, 65, 100000}) {
    Scratch scratch(bytes);
    ASSERT_NE(scratch.data(), nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(scratch.data()) % 64, 0u);
    std::memset(scratch.data(), 1, static_cast<size_t>(bytes));
  }
}

TEST(Scratch, isReusedAndNests) {
  Scratch::releaseUnused();
  void *outerFirst, *innerFirst;
  {
    Scratch outer(1000);
    Scratch inner(100);
    outerFirst = outer.data();
    innerFirst = inner.data();
    EXPECT_NE(outerFirst, innerFirst);
  }
  {
    Scratch outer(1000);
    Scratch inner(50);
    EXPECT_EQ(outer.data(), outerFirst);
    EXPECT_EQ(inner.data(), innerFirst);
  }
  Scratch::releaseUnused();
}

TEST(Scratch, refusesWhatThereIsNot) {
  EXPECT_EQ(Scratch(int64_t(1) << 60).data(), nullptr);
  EXPECT_EQ(Scratch(INT64_MAX).data(), nullptr);
  EXPECT_EQ(Scratch(-1).data(), nullptr);
}

TEST(AlignedBlock, sizes) {
  EXPECT_EQ(alignedSize(0), 0);
  EXPECT_EQ(alignedSize(1), 64);
  EXPECT_EQ(alignedSize(64), 64);
  EXPECT_EQ(alignedSize(65), 128);
  EXPECT_EQ(alignedSize(-1), -1);
  EXPECT_EQ(alignedSize(INT64_MAX), -1);
}
