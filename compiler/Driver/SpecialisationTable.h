//===- SpecialisationTable.h - Each key is made once -------------------------===//
#ifndef ESPALIER_COMPILER_DRIVER_SPECIALISATIONTABLE_H
#define ESPALIER_COMPILER_DRIVER_SPECIALISATIONTABLE_H

#include "compiler/Driver/LoadedKernel.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace espalier {

/// Kernels by key. Of all threads that ask for a new key one makes the kernel, the others wait for it and for nothing
/// else: kernels of other keys are made at the same time. What was refused once is refused again without a second try.
class SpecialisationTable {
public:
  Result<LoadedKernel> get(const std::string &key, const std::function<Result<LoadedKernel>()> &make) {
    std::shared_ptr<Entry> entry = find(key);
    std::call_once(entry->once, [&] { entry->kernel.emplace(make()); });
    return *entry->kernel;
  }

private:
  struct Entry {
    std::once_flag once;
    std::optional<Result<LoadedKernel>> kernel;
  };

  std::shared_ptr<Entry> find(const std::string &key) {
    std::lock_guard lock(mutex);
    std::shared_ptr<Entry> &entry = entries[key];
    if (!entry)
      entry = std::make_shared<Entry>();
    return entry;
  }

  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Entry>> entries;
};

} // namespace espalier

#endif
