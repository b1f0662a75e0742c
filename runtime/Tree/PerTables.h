//===- PerTables.h - What is made once for each choice of tables ------------===//
#ifndef ESPALIER_RUNTIME_TREE_PERTABLES_H
#define ESPALIER_RUNTIME_TREE_PERTABLES_H

#include "runtime/Kernel/Signature.h"

#include <map>
#include <mutex>

namespace espalier {

/// Kernels ask for few different tables, mostly for the same again. Safe to use from many threads.
template <class Made> class PerTables {
public:
  /// What `make` gave when these tables were first asked for; it stays where it is.
  template <class Make> const Made &get(const TreeTables &tables, Make make) {
    std::lock_guard lock(mutex);
    auto known = made.find(tables);
    return known != made.end() ? known->second : made.emplace(tables, make()).first->second;
  }

private:
  std::mutex mutex;
  std::map<TreeTables, Made> made;
};

} // namespace espalier

#endif
