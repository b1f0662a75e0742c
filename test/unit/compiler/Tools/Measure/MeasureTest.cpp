//===- MeasureTest.cpp - Clocks and probes ----------------------------------===//
#include "compiler/Tools/Measure/Interleave.h"
#include "compiler/Tools/Measure/PeakMemory.h"
#include "compiler/Tools/Measure/Probes.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <memory>
#include <thread>

namespace espalier::measure {
namespace {

TEST(Times, LeastAndMedian) {
  Times times;
  for (double seconds : {5.0, 1.0, 4.0, 2.0, 3.0})
    times.add(seconds);
  EXPECT_EQ(times.least(), 1);
  EXPECT_EQ(times.median(), 3);
  EXPECT_EQ(times.count(), 5u);
}

TEST(Interleave, TakesTurnsAfterWarmingUp) {
  std::string order;
  auto runner = [&](char name) { return [&order, name]() -> Result<void> { return order += name, Result<void>(); }; };
  std::vector<Contender> contenders = {{"a", runner('a')}, {"b", runner('b')}};
  ASSERT_TRUE(interleave(contenders, {.seconds = 0, .leastTurns = 3, .secondsPerTurn = 0}));
  EXPECT_EQ(order, "abaaabbbaaabbbaaabbb");
  EXPECT_EQ(contenders[0].times.count(), 6u); // without the first of each turn
  EXPECT_EQ(contenders[1].times.count(), 6u);
}

TEST(Interleave, LongRunsAreAlone) {
  std::string order;
  auto runner = [&](char name) { return [&order, name]() -> Result<void> { return order += name, Result<void>(); }; };
  std::vector<Contender> contenders = {{"a", runner('a')}, {"b", runner('b')}};
  ASSERT_TRUE(interleave(contenders, {.seconds = 0, .leastTurns = 3, .secondsPerTurn = 0, .mostSecondsOfTurn = 0}));
  EXPECT_EQ(order, "abababab");
  EXPECT_EQ(contenders[0].times.count(), 3u);
  EXPECT_EQ(contenders[1].times.count(), 3u);
}

TEST(Interleave, MeasuresWhatRuns) {
  std::vector<Contender> contenders = {{"sleep", []() -> Result<void> {
                                          return std::this_thread::sleep_for(std::chrono::milliseconds(2)),
                                                 Result<void>();
                                        }}};
  ASSERT_TRUE(interleave(contenders, {.seconds = 0.05}));
  EXPECT_GE(contenders[0].times.least(), 0.002);
  EXPECT_GE(contenders[0].times.count(), 5u);
  EXPECT_LE(contenders[0].times.count(), 25u);
}

TEST(Interleave, FillsTurnsWithShortRuns) {
  int runs = 0;
  std::vector<Contender> contenders = {{"short", [&]() -> Result<void> { return ++runs, Result<void>(); }}};
  ASSERT_TRUE(interleave(contenders, {.seconds = 0, .leastTurns = 2, .secondsPerTurn = 0.005}));
  EXPECT_GT(runs, 100);
  EXPECT_EQ(contenders[0].times.count(), size_t(runs - 3)); // without the warm-up and the first of each turn
}

TEST(Interleave, EndsWithTheFirstError) {
  int runs = 0;
  std::vector<Contender> contenders = {{"bad", [&]() -> Result<void> {
                                          if (++runs == 3)
                                            return Error::of("broken");
                                          return {};
                                        }}};
  Result<void> done = interleave(contenders, {.seconds = 0});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "broken");
  EXPECT_EQ(runs, 3);
}

TEST(PeakMemory, SeesWhatWasTouchedAndFreed) {
  PeakMemory memory;
  constexpr size_t size = size_t{64} << 20;
  {
    std::unique_ptr<char[]> block(new char[size]);
    std::memset(block.get(), 1, size);
    asm volatile("" : : "r"(block.get()) : "memory");
  }
  std::optional<int64_t> growth = memory.growth();
  ASSERT_TRUE(growth);
  EXPECT_GE(*growth, int64_t(size * 9 / 10));
  EXPECT_LE(*growth, int64_t(size * 2));
}

/// Within what any machine of today does: a probe that is optimised away is far above, one without vectors below.
TEST(Probes, GiveRatesOfThisWorld) {
  CopyProbe copy;
  FmaProbe singles, doubles(8);
  std::vector<Contender> contenders = {{"copy", [&]() -> Result<void> { return copy.run(), Result<void>(); }},
                                       {"f32", [&]() -> Result<void> { return singles.run(), Result<void>(); }},
                                       {"f64", [&]() -> Result<void> { return doubles.run(), Result<void>(); }}};
  ASSERT_TRUE(interleave(contenders, {.seconds = 0}));
  double bytesPerSecond = double(CopyProbe::bytes()) / contenders[0].times.least();
  EXPECT_GT(bytesPerSecond, 2e8);
  EXPECT_LT(bytesPerSecond, 1e12);
  double peak = singles.operations() / contenders[1].times.least(),
         half = doubles.operations() / contenders[2].times.least();
  EXPECT_GT(peak, 2e9);
  EXPECT_LT(peak, 1e12);
  EXPECT_DOUBLE_EQ(singles.operations(), 2 * doubles.operations());
  EXPECT_LT(half, 1e12);
}

TEST(Probes, TrafficHasTheRatioOfWhatItStandsFor) {
  struct Case {
    double read, written;
  };
  for (Case traffic : {Case{3e6, 1e6}, {1, 1}, {5, 0}, {0, 7}}) {
    TrafficProbe probe(traffic.read, traffic.written);
    EXPECT_GE(probe.bytes(), int64_t{128} << 20); // far larger than the caches of a core
    EXPECT_NEAR(double(probe.readBytes()) / double(probe.bytes()), traffic.read / (traffic.read + traffic.written),
                1e-4);
    std::vector<Contender> contenders = {{"traffic", [&]() -> Result<void> { return probe.run(), Result<void>(); }}};
    ASSERT_TRUE(interleave(contenders, {.seconds = 0}));
    double bytesPerSecond = double(probe.bytes()) / contenders[0].times.least();
    EXPECT_GT(bytesPerSecond, 2e8);
    EXPECT_LT(bytesPerSecond, 1e12);
  }
}

} // namespace
} // namespace espalier::measure
