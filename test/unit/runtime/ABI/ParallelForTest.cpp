//===- ParallelForTest.cpp - Chunks, threads, scratch -----------------------===//
#include "runtime/ABI/ParallelFor.h"
#include "runtime/ABI/CallState.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

using namespace espalier;

namespace {
/// What a loop did; bodies reach it through the buffers of the call.
struct Record {
  explicit Record(int64_t tasks) : runs(static_cast<size_t>(tasks)) {}
  std::vector<std::atomic<int>> runs; // by task
  std::mutex mutex;
  std::set<std::pair<int64_t, int64_t>> chunks;
  std::atomic<int> scratchErrors{0};
};

espalier_call callOf(void *const *buffers, CallState &state) { return {buffers, nullptr, nullptr, &state}; }

constexpr int64_t scratchBytes = 192;

void recordChunk(const espalier_call *call, int64_t begin, int64_t end, void *scratch) {
  auto &record = *static_cast<Record *>(call->buffers[0]);
  // Whoever else had this scratch now would overwrite the mark.
  record.scratchErrors += reinterpret_cast<uintptr_t>(scratch) % 64 != 0;
  std::memset(scratch, static_cast<int>(begin & 0x7f), scratchBytes);
  for (int64_t task = begin; task < end; ++task)
    ++record.runs[static_cast<size_t>(task)];
  for (int i = 0; i < scratchBytes; ++i)
    record.scratchErrors += static_cast<char *>(scratch)[i] != static_cast<char>(begin & 0x7f);
  std::lock_guard lock(record.mutex);
  record.chunks.emplace(begin, end);
}

void runRecorded(Record &record, int64_t tasks, int64_t grain) {
  CallState state;
  void *buffers[] = {&record};
  espalier_call call = callOf(buffers, state);
  espalier_parallel_for(&call, tasks, grain, scratchBytes, recordChunk);
  EXPECT_FALSE(state.memoryRefused());
}

void expectEveryTaskOnce(int64_t tasks, int64_t grain) {
  Record record(tasks);
  runRecorded(record, tasks, grain);
  std::set<std::pair<int64_t, int64_t>> expected;
  for (int64_t begin = 0; begin < tasks; begin += std::max<int64_t>(grain, 1))
    expected.emplace(begin, std::min(tasks, begin + std::max<int64_t>(grain, 1)));
  EXPECT_EQ(record.chunks, expected);
  EXPECT_EQ(record.scratchErrors, 0);
  for (auto &runs : record.runs)
    EXPECT_EQ(runs, 1);
}

/// A host application's pool, made of plain threads.
struct PlainThreads {
  std::atomic<int> loops{0};
  static void run(void *context, int64_t workers, void (*work)(void *), void *argument) {
    ++static_cast<PlainThreads *>(context)->loops;
    std::vector<std::thread> threads;
    for (int64_t i = 1; i < workers; ++i)
      threads.emplace_back(work, argument);
    work(argument);
    for (std::thread &thread : threads)
      thread.join();
  }
};

/// Every test leaves the threads as it found them.
class ParallelFor : public testing::Test {
protected:
  ~ParallelFor() override {
    setNumThreads(0);
    setHostPool(nullptr);
  }
};
} // namespace

TEST_F(ParallelFor, numberOfThreads) {
  EXPECT_GE(numThreads(), 1);
  int before = numThreads();
  setNumThreads(5);
  EXPECT_EQ(numThreads(), 5);
  setNumThreads(0);
  EXPECT_EQ(numThreads(), before);
}

TEST_F(ParallelFor, everyTaskOnceInChunksThatDoNotDependOnThreads) {
  for (int threads : {1, 2, 3, 8}) {
    setNumThreads(threads);
    for (int64_t tasks : {0, 1, 2, 7, 8, 9, 64, 1021})
      for (int64_t grain : {0, 1, 2, 8, 1000, 5000})
        expectEveryTaskOnce(tasks, grain);
  }
}

TEST_F(ParallelFor, hugeGrainDoesNotOverflow) {
  setNumThreads(2);
  Record record(3);
  runRecorded(record, 3, INT64_MAX);
  EXPECT_EQ(record.chunks, (std::set<std::pair<int64_t, int64_t>>{{0, 3}}));
}

TEST_F(ParallelFor, hostPoolRunsTheLoops) {
  PlainThreads pool;
  HostPool adapter{&pool, PlainThreads::run};
  setHostPool(&adapter);
  setNumThreads(4);
  expectEveryTaskOnce(100, 3);
  EXPECT_EQ(pool.loops, 1);
  expectEveryTaskOnce(3, 3); // one chunk stays in this thread
  EXPECT_EQ(pool.loops, 1);
  setHostPool(nullptr);
  expectEveryTaskOnce(100, 3);
  EXPECT_EQ(pool.loops, 1);
}

TEST_F(ParallelFor, oneChunkRunsInTheCaller) {
  setNumThreads(8);
  static std::thread::id where;
  CallState state;
  espalier_call call = callOf(nullptr, state);
  espalier_parallel_for(&call, 8, 8, 0,
                        [](const espalier_call *, int64_t, int64_t, void *) { where = std::this_thread::get_id(); });
  EXPECT_EQ(where, std::this_thread::get_id());
}

TEST_F(ParallelFor, nestedLoops) {
  for (bool plain : {false, true}) {
    PlainThreads pool;
    HostPool adapter{&pool, PlainThreads::run};
    setHostPool(plain ? &adapter : nullptr);
    setNumThreads(4);
    Record inner(50);
    CallState state;
    void *buffers[] = {&inner};
    espalier_call call = callOf(buffers, state);
    auto outer = [](const espalier_call *call, int64_t begin, int64_t end, void *scratch) {
      std::memset(scratch, 0x55, 64);
      for (int64_t task = begin; task < end; ++task)
        espalier_parallel_for(call, 50, 7, scratchBytes, recordChunk);
      for (int i = 0; i < 64; ++i) // the inner loop has scratch of its own
        static_cast<Record *>(call->buffers[0])->scratchErrors += static_cast<char *>(scratch)[i] != 0x55;
    };
    espalier_parallel_for(&call, 20, 1, 64, outer);
    for (auto &runs : inner.runs)
      EXPECT_EQ(runs, 20);
    EXPECT_EQ(inner.scratchErrors, 0);
    EXPECT_EQ(pool.loops, plain ? 1 : 0);
    setHostPool(nullptr);
  }
}

TEST_F(ParallelFor, fromManyThreadsAtOnce) {
  for (bool plain : {false, true}) {
    PlainThreads pool;
    HostPool adapter{&pool, PlainThreads::run};
    setHostPool(plain ? &adapter : nullptr);
    setNumThreads(3);
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 8; ++caller)
      callers.emplace_back([] {
        for (int round = 0; round < 20; ++round)
          expectEveryTaskOnce(97, 5);
      });
    for (std::thread &caller : callers)
      caller.join();
    setHostPool(nullptr);
  }
}

TEST_F(ParallelFor, refusedScratchIsRecorded) {
  CallState state;
  espalier_call call = callOf(nullptr, state);
  espalier_parallel_for(&call, 4, 1, int64_t(1) << 60, [](const espalier_call *, int64_t, int64_t, void *) { FAIL(); });
  EXPECT_EQ(state.memoryRefused(), int64_t(1) << 60);
}
