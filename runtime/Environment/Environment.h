//===- Environment.h - What the process's environment says ------------------===//
//
// The only place that reads environment variables:
//   ESPALIER_NUM_THREADS   threads of a parallel loop, 1 to 4096
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_ENVIRONMENT_ENVIRONMENT_H
#define ESPALIER_RUNTIME_ENVIRONMENT_ENVIRONMENT_H

#include "runtime/Error/Result.h"

#include <optional>
#include <string>

namespace espalier {

/// The value of a variable, if it is set.
std::optional<std::string> environmentVariable(const char *name);

/// ESPALIER_NUM_THREADS, if it is set; an error where it is no number from 1 to 4096.
Result<std::optional<int>> threadsFromEnvironment();

} // namespace espalier

#endif
