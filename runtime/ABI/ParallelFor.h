//===- ParallelFor.h - The threads behind espalier_parallel_for -------------===//
//
//   setNumThreads(4);               // from now on; 0: ESPALIER_NUM_THREADS, or as many as OpenMP offers
//   static MyPool pool;
//   static HostPool adapter{&pool, runOnMyPool};
//   setHostPool(&adapter);          // instead of OpenMP
//   Result<void> done = parallelFor(rows, 1, 0, [&](int64_t begin, int64_t end, void *) { .. });
//
// The cut of a loop into chunks never depends on the number of threads, nor on who
// runs them; neither do results. A loop inside a loop, and a loop of one chunk, runs
// in the thread that reached it.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_ABI_PARALLELFOR_H
#define ESPALIER_RUNTIME_ABI_PARALLELFOR_H

#include "runtime/Error/Result.h"

#include <cstdint>
#include <functional>

namespace espalier {

/// Threads that one loop may use; at least 1.
int numThreads();
void setNumThreads(int threads);

/// Threads of a host application. `run` calls work(argument) at least once and at most `workers` times, each call on
/// any thread (the caller's too), returns when all calls have returned, and may itself be called from many threads.
struct HostPool {
  void *context;
  void (*run)(void *context, int64_t workers, void (*work)(void *argument), void *argument);
};

/// Takes effect for loops that start later; null goes back to OpenMP. The pool outlives all calls of kernels.
void setHostPool(const HostPool *pool);

/// espalier_parallel_for for the runtime itself. An error where a thread had no memory for its scratch.
Result<void> parallelFor(int64_t tasks, int64_t grain, int64_t scratchBytes,
                         const std::function<void(int64_t begin, int64_t end, void *scratch)> &body);

} // namespace espalier

#endif
