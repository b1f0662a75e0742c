//===- SystemError.h - What the operating system refused --------------------===//
#ifndef ESPALIER_RUNTIME_FILE_SYSTEMERROR_H
#define ESPALIER_RUNTIME_FILE_SYSTEMERROR_H

#include "runtime/Error/Result.h"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

namespace espalier {

/// "cannot write out.npy: No space left on device", from errno.
inline Error systemError(std::string_view attempt, const std::string &path) {
  return Error::of("{} {}: {}", attempt, path, std::error_code(errno, std::generic_category()).message());
}

} // namespace espalier

#endif
