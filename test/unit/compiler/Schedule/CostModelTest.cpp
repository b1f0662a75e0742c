//===- CostModelTest.cpp - The laws of the cost model -----------------------===//
#include "compiler/Schedule/CostModel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace espalier::schedule;

namespace {

TEST(CostModel, LanesFillAVector) {
  TargetDescription target;
  target.vectorBytes = 32;
  EXPECT_EQ(lanes(target, 4), 8);
  EXPECT_EQ(lanes(target, 8), 4);
  EXPECT_EQ(lanes(target, 64), 1);
  EXPECT_EQ(lanes(target, 0), 32);
}

TEST(CostModel, CostIsMonotoneInEveryCount) {
  TargetDescription target;
  VisitCost visit{1000, 10, 1000};
  double base = nanoseconds(visit, target, 4);
  EXPECT_GE(nanoseconds({}, target, 4), 0);
  EXPECT_GE(nanoseconds({2000, 10, 1000}, target, 4), base);
  EXPECT_GE(nanoseconds({1000, 90, 1000}, target, 4), base);
  EXPECT_GE(nanoseconds({1000, 10, 9000}, target, 4), base);
  EXPECT_GE(nanoseconds(visit, target, 8), base); // half the lanes
  EXPECT_GT(nanoseconds({0, 0, 1e6}, target, 4), nanoseconds({0, 0, 1e5}, target, 4));
}

TEST(CostModel, ArithmeticAndTrafficOverlap) {
  TargetDescription target;
  double both = nanoseconds({1e5, 0, 1e5}, target, 4);
  EXPECT_DOUBLE_EQ(both, std::max(nanoseconds({1e5, 0, 0}, target, 4), nanoseconds({0, 0, 1e5}, target, 4)));
}

TEST(CostModel, CostsAdd) {
  VisitCost sum{1, 2, 3};
  sum += VisitCost{10, 20, 30}.scaled(2);
  EXPECT_DOUBLE_EQ(sum.operations, 21);
  EXPECT_DOUBLE_EQ(sum.transcendental, 42);
  EXPECT_DOUBLE_EQ(sum.bytes, 63);
}

/// A chunk has at least the work asked for; one task less has not.
TEST(CostModel, GrainIsTheLeastThatSuffices) {
  for (double task : {0.5, 1.0, 7.0, 19999.0, 20000.0, 20001.0, 1e9})
    for (double wanted : {1.0, 20000.0}) {
      int64_t tasks = grain(task, wanted, 1 << 20);
      EXPECT_GE(tasks, 1);
      EXPECT_GE(double(tasks) * task, wanted) << task;
      if (tasks > 1) {
        EXPECT_LT(double(tasks - 1) * task, wanted) << task;
      }
    }
}

TEST(CostModel, GrainIsBounded) {
  EXPECT_EQ(grain(1e-9, 20000, 4096), 4096);
  EXPECT_EQ(grain(0, 20000, 4096), 4096);
  EXPECT_EQ(grain(std::nan(""), 20000, 4096), 4096);
  EXPECT_EQ(grain(std::numeric_limits<double>::infinity(), 20000, 4096), 1);
}

/// The accumulators, one row of vectors and one broadcast element are in registers at once.
TEST(CostModel, RegisterBlockFits) {
  for (int64_t registers : {1, 2, 4, 8, 16, 32, 64}) {
    TargetDescription target;
    target.numVectorRegisters = registers;
    RegisterBlock block = registerBlock(target);
    EXPECT_GE(block.rows, 1);
    EXPECT_GE(block.vectors, 1);
    if (registers >= 4) {
      EXPECT_LE(block.rows * block.vectors + block.vectors + 1, registers) << registers;
    }
  }
}

} // namespace
