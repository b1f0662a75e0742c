//===- ParallelFor.cpp - The threads behind espalier_parallel_for -----------===//
#include "runtime/ABI/ParallelFor.h"
#include "runtime/ABI/CallState.h"
#include "runtime/Environment/Environment.h"
#include "runtime/Memory/Scratch.h"

#include <algorithm>
#include <atomic>
#include <omp.h>
#include <utility>

namespace espalier {

static std::atomic<int> chosenThreads{0};
static std::atomic<const HostPool *> hostPool{nullptr};

/// A value of the environment that is no number of threads does not count here; the command line reports it.
static int defaultThreads() {
  Result<std::optional<int>> asked = threadsFromEnvironment();
  return asked && *asked ? **asked : std::max(1, omp_get_max_threads());
}

int numThreads() {
  static const int threadsAtStart = defaultThreads();
  int chosen = chosenThreads.load(std::memory_order_relaxed);
  return chosen > 0 ? chosen : threadsAtStart;
}

void setNumThreads(int threads) { chosenThreads.store(threads, std::memory_order_relaxed); }

void setHostPool(const HostPool *pool) { hostPool.store(pool, std::memory_order_release); }

namespace {
/// One parallel loop. Workers take the next chunk until none is left.
class Loop {
public:
  Loop(const espalier_call *call, int64_t tasks, int64_t grain, int64_t scratchBytes, espalier_body body)
      : call(call), tasks(tasks), grain(std::max<int64_t>(grain, 1)), scratchBytes(scratchBytes), body(body),
        numChunks((tasks - 1) / this->grain + 1) {}

  void run();

private:
  void work();
  void runOnWorkers(int64_t workers);

  const espalier_call *call;
  const int64_t tasks, grain, scratchBytes;
  const espalier_body body;
  const int64_t numChunks;
  std::atomic<int64_t> nextChunk{0};
};
} // namespace

/// Whether this thread is a worker of a loop that has several.
static thread_local bool isWorker = false;

void Loop::work() {
  Scratch scratch(scratchBytes);
  if (!scratch.data()) {
    static_cast<CallState *>(call->host)->recordMemoryRefused(scratchBytes);
    return;
  }
  for (int64_t chunk; (chunk = nextChunk.fetch_add(1, std::memory_order_relaxed)) < numChunks;) {
    int64_t begin = chunk * grain;
    body(call, begin, begin + std::min(grain, tasks - begin), scratch.data());
  }
}

void Loop::runOnWorkers(int64_t workers) {
  auto workAsWorker = [](void *loop) {
    bool before = std::exchange(isWorker, true); // a pool may run a worker inside another one's wait
    static_cast<Loop *>(loop)->work();
    isWorker = before;
  };
  if (const HostPool *pool = hostPool.load(std::memory_order_acquire)) {
    pool->run(pool->context, workers, workAsWorker, this);
    return;
  }
#pragma omp parallel num_threads(static_cast<int>(workers))
  workAsWorker(this);
}

void Loop::run() {
  int64_t workers = std::min<int64_t>(numThreads(), numChunks);
  if (workers <= 1 || isWorker)
    work();
  else
    runOnWorkers(workers);
}

namespace {
/// A call made only for its loop: the body finds itself behind the tables.
struct LoopCall {
  espalier_call call;
  const std::function<void(int64_t, int64_t, void *)> *body;
};
} // namespace

Result<void> parallelFor(int64_t tasks, int64_t grain, int64_t scratchBytes,
                         const std::function<void(int64_t begin, int64_t end, void *scratch)> &body) {
  CallState state;
  LoopCall loop{{nullptr, nullptr, nullptr, &state}, &body};
  espalier_parallel_for(&loop.call, tasks, grain, scratchBytes,
                        [](const espalier_call *call, int64_t begin, int64_t end, void *scratch) {
                          (*reinterpret_cast<const LoopCall *>(call)->body)(begin, end, scratch);
                        });
  if (std::optional<int64_t> refused = state.memoryRefused())
    return Error::of("no memory for a thread: {} bytes", *refused);
  return {};
}

} // namespace espalier

void espalier_parallel_for(const espalier_call *call, int64_t tasks, int64_t grain, int64_t scratch_bytes,
                           espalier_body body) {
  if (tasks > 0)
    espalier::Loop(call, tasks, grain, scratch_bytes, body).run();
}
