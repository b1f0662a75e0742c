//===- CodeCache.h - What the process has compiled --------------------------===//
//
// A second Program of the same text finds what the first one compiled, at any time. A key holds all that the code of a
// kernel depends on within a process: the text, the kernel, its specialisation, the options. (The machine and the ABI
// are those of the process.)
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_DRIVER_CODECACHE_H
#define ESPALIER_COMPILER_DRIVER_CODECACHE_H

#include "compiler/Driver/LoadedKernel.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace espalier {

/// Kernels by key, at most `capacity` of them: then the one that was asked for longest ago is given up. Its code is
/// unloaded with the last handle. Of all threads that ask for a new key one makes the kernel, the others wait for it
/// and for nothing else. What was refused is not kept.
class CodeCache {
public:
  explicit CodeCache(size_t capacity) : capacity(capacity) {}

  static CodeCache &ofProcess();

  Result<LoadedKernel> get(const std::string &key, const std::function<Result<LoadedKernel>()> &make);

  /// How many kernels have been made, refused ones included.
  int64_t numMade() const;
  size_t size() const;

private:
  struct Entry {
    std::once_flag once;
    std::optional<Result<LoadedKernel>> kernel;
    uint64_t lastUse = 0;
  };

  std::shared_ptr<Entry> find(const std::string &key);
  void giveUpOldest();

  const size_t capacity;
  mutable std::mutex mutex; // of all below, but for what an entry's flag guards
  std::map<std::string, std::shared_ptr<Entry>> entries;
  uint64_t numUses = 0;
  int64_t made = 0;
};

} // namespace espalier

#endif
