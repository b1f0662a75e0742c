//===- CodeCacheTest.cpp - The process compiles nothing twice ---------------===//
#include "compiler/Driver/CodeCache.h"
#include "compiler/Driver/Program.h"

#include "runtime/Tensor/Random.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace espalier {
namespace {

class Nothing final : public KernelCode {
public:
  explicit Nothing(std::string name) { description.kernel = std::move(name); }
  const Signature &signature() const override { return description; }
  Result<std::vector<Tensor>> call(std::span<const Argument>) const override { return std::vector<Tensor>(); }
  Result<void> callInto(std::span<const Argument>, std::span<const Tensor>) const override { return {}; }

private:
  Signature description;
};

std::string getNamed(CodeCache &cache, const std::string &key) {
  auto make = [&]() -> Result<LoadedKernel> { return LoadedKernel(std::make_shared<Nothing>(key)); };
  return cache.get(key, make)->signature().kernel;
}

TEST(CodeCache, KeepsAtMostItsCapacityAndGivesUpTheOldest) {
  CodeCache cache(2);
  for (const char *key : {"a", "b", "a", "c"}) // b was asked for longest ago
    EXPECT_EQ(getNamed(cache, key), key);
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(cache.numMade(), 3);
  EXPECT_EQ(getNamed(cache, "a"), "a");
  EXPECT_EQ(cache.numMade(), 3);
  EXPECT_EQ(getNamed(cache, "b"), "b");
  EXPECT_EQ(cache.numMade(), 4);
  EXPECT_EQ(cache.size(), 2u);
}

TEST(CodeCache, WhatIsGivenUpLivesAsLongAsItsHandles) {
  auto code = std::make_shared<Nothing>("a");
  std::weak_ptr<Nothing> watched = code;
  CodeCache cache(1);
  std::optional<LoadedKernel> handle =
      *cache.get("a", [&]() -> Result<LoadedKernel> { return LoadedKernel(std::move(code)); });
  getNamed(cache, "b");
  EXPECT_EQ(handle->signature().kernel, "a");
  handle.reset();
  EXPECT_TRUE(watched.expired());
}

TEST(CodeCache, WhatWasRefusedIsNotKept) {
  CodeCache cache(2);
  EXPECT_FALSE(cache.get("a", []() -> Result<LoadedKernel> { return Error::of("no"); }));
  EXPECT_EQ(cache.size(), 0u);
  EXPECT_EQ(getNamed(cache, "a"), "a");
}

TEST(CodeCache, ManyThreadsMakeOneKernelOfEachKey) {
  CodeCache cache(8);
  std::atomic<int> numRight = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      std::string key = thread % 2 ? "odd" : "even";
      numRight += cache
                      .get(key,
                           [&]() -> Result<LoadedKernel> {
                             std::this_thread::sleep_for(std::chrono::milliseconds(20));
                             return LoadedKernel(std::make_shared<Nothing>(key));
                           })
                      ->signature()
                      .kernel == key;
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(numRight, 8);
  EXPECT_EQ(cache.numMade(), 2);
}

#ifdef ESPALIER_HAS_CPU_TARGET

/// A text that no other test compiles.
std::string textOf(const char *test) {
  return fmt::format("def twice(x: float[N, d], y: float[N, d]) -> float[N, d]:\n"
                     "    for i in each(N):\n        z[i] = x[i] + y[i]  # {}\n    return z\n",
                     test);
}

Result<LoadedKernel> twiceOf(const std::string &text, int64_t width = 3, const CallOptions &options = {}) {
  Tensor x = *randomTensor(DType::f32, {{2, width}, 1});
  Result<Program> program = Program::fromText(text);
  return program ? program->kernel("twice", {{"x", x}, {"y", x}}, options) : program.error();
}

int64_t numMade() { return CodeCache::ofProcess().numMade(); }

TEST(CodeOfProcess, ASecondProgramOfTheSameTextCompilesNothing) {
  std::string text = textOf("second");
  int64_t before = numMade();
  ASSERT_TRUE(twiceOf(text)); // gone at once: the program and the handle
  EXPECT_EQ(numMade(), before + 1);
  Result<LoadedKernel> again = twiceOf(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(numMade(), before + 1);
  Tensor x = *randomTensor(DType::f32, {{5, 3}, 1});
  EXPECT_FLOAT_EQ((*again->call({x, x}))[0].values<float>()[7], 2 * x.values<float>()[7]);
}

TEST(CodeOfProcess, EveryDifferenceIsASpecialisationOfItsOwn) {
  std::string text = textOf("different");
  int64_t expected = numMade();
  CallOptions finite, scheduled, wide;
  finite.checkFinite = true;
  scheduled.schedule = *schedule::parseOverrides("grain=3");
  wide.floatType = DType::f64;
  for (int turn = 0; turn < 2; ++turn) {
    for (const CallOptions &options : {CallOptions(), finite, scheduled, wide})
      for (int64_t width : {3, 4})
        ASSERT_TRUE(twiceOf(text, width, options));
    ASSERT_TRUE(twiceOf(textOf("another")));
    expected += turn == 0 ? 9 : 0;
    EXPECT_EQ(numMade(), expected);
  }
}

TEST(CodeOfProcess, TheInterpreterIsNotKept) {
  CallOptions options;
  options.target = Target::interp;
  int64_t before = numMade();
  ASSERT_TRUE(twiceOf(textOf("interp"), 3, options));
  EXPECT_EQ(numMade(), before);
}

TEST(CodeOfProcess, ProgramsOfManyThreadsCompileOnce) {
  std::string text = textOf("threads");
  int64_t before = numMade();
  std::atomic<int> numRight = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 6; ++thread)
    threads.emplace_back([&] { numRight += twiceOf(text).operator bool(); });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(numRight, 6);
  EXPECT_EQ(numMade(), before + 1);
}

/// A kernel whose calls check equations between sizes shows the text, which outlives its program.
TEST(CodeOfProcess, DiagnosticsOutliveTheirProgram) {
  std::string text = "def twice(x: float[N, d], y: float[M, d]) -> float[N, d]:\n    assert M == N, \"as many\"\n"
                     "    for i in each(N):\n        z[i] = x[i] + y[i]\n    return z\n";
  Result<LoadedKernel> kernel = twiceOf(text);
  ASSERT_TRUE(kernel);
  Tensor two = *randomTensor(DType::f32, {{2, 3}, 1}), five = *randomTensor(DType::f32, {{5, 3}, 1});
  EXPECT_TRUE(kernel->call({two, two}));
  Result<std::vector<Tensor>> wrong = kernel->call({two, five});
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("as many"), std::string::npos) << wrong.error().message;
}

/// In the best of several compilations: others use the processor too.
TEST(CodeOfProcess, StagesSumUpToTheTimeOfTheCompilation) {
  double share = 0;
  for (int turn = 0; turn < 5; ++turn) {
    std::string text = textOf(fmt::format("stages {}", turn).c_str());
    auto start = std::chrono::steady_clock::now();
    Result<LoadedKernel> kernel = twiceOf(text);
    double wall = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    ASSERT_TRUE(kernel);
    EXPECT_LE(kernel->report().milliseconds(), wall);
    EXPECT_EQ(kernel->report().times.front().phase, "parse");
    for (const PhaseTime &phase : kernel->report().times)
      EXPECT_GE(phase.milliseconds, 0) << phase.phase;
    share = std::max(share, kernel->report().milliseconds() / wall);
  }
  EXPECT_GE(share, 0.8);
}

#endif

} // namespace
} // namespace espalier
