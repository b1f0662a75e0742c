//===- CodeCache.cpp - What the process has compiled ------------------------===//
#include "compiler/Driver/CodeCache.h"

#include <algorithm>

namespace espalier {

/// A kernel's code and signature take tens of kilobytes.
static constexpr size_t kKernelsOfProcess = 512;

CodeCache &CodeCache::ofProcess() {
  static auto *cache = new CodeCache(kKernelsOfProcess); // not destroyed: a static handle of the caller may be, later
  return *cache;
}

Result<LoadedKernel> CodeCache::get(const std::string &key, const std::function<Result<LoadedKernel>()> &make) {
  std::shared_ptr<Entry> entry = find(key);
  std::call_once(entry->once, [&] {
    entry->kernel.emplace(make());
    std::lock_guard lock(mutex);
    ++made;
    if (auto kept = entries.find(key); !*entry->kernel && kept != entries.end() && kept->second == entry)
      entries.erase(kept);
  });
  return *entry->kernel;
}

std::shared_ptr<CodeCache::Entry> CodeCache::find(const std::string &key) {
  std::lock_guard lock(mutex);
  std::shared_ptr<Entry> &entry = entries[key];
  if (!entry)
    entry = std::make_shared<Entry>();
  entry->lastUse = ++numUses;
  std::shared_ptr<Entry> found = entry;
  if (entries.size() > capacity)
    giveUpOldest();
  return found;
}

void CodeCache::giveUpOldest() {
  auto oldest = std::min_element(entries.begin(), entries.end(),
                                 [](const auto &a, const auto &b) { return a.second->lastUse < b.second->lastUse; });
  entries.erase(oldest);
}

int64_t CodeCache::numMade() const {
  std::lock_guard lock(mutex);
  return made;
}

size_t CodeCache::size() const {
  std::lock_guard lock(mutex);
  return entries.size();
}

} // namespace espalier
