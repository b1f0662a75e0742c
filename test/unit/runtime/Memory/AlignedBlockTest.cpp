//===- AlignedBlockTest.cpp - Memory aligned to lines and to pages ----------===//
#include "runtime/Memory/AlignedBlock.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace espalier;

static constexpr int64_t kLargePage = int64_t{2} << 20;

TEST(AlignedBlock, beginsAtALineAndIsWritableToItsEnd) {
  for (int64_t bytes : {int64_t{0}, int64_t{1}, int64_t{63}, int64_t{64}, int64_t{65}, kLargePage - 65, kLargePage - 64,
                        kLargePage - 63, kLargePage, kLargePage + 1, 3 * kLargePage + 100}) {
    AlignedBlock block = allocateAligned(bytes);
    ASSERT_NE(block, nullptr) << bytes;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block.get()) % blockAlignment, 0u) << bytes;
    std::memset(block.get(), 1, static_cast<size_t>(bytes));
  }
}

TEST(AlignedBlock, beginsAtALargePageWhereItFillsOne) {
  for (int64_t bytes : {kLargePage - 63, kLargePage, 5 * kLargePage + 1}) {
    AlignedBlock block = allocateAligned(bytes);
    ASSERT_NE(block, nullptr) << bytes;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block.get()) % static_cast<uintptr_t>(kLargePage), 0u) << bytes;
  }
}

TEST(AlignedBlock, isNullForSizesThatDoNotExist) {
  EXPECT_EQ(allocateAligned(-1), nullptr);
  EXPECT_EQ(allocateAligned(INT64_MAX), nullptr);
  EXPECT_EQ(allocateAligned(INT64_MAX / 2), nullptr);
}
