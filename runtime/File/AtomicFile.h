//===- AtomicFile.h - A file that appears whole or not at all ---------------===//
//
//   Result<AtomicFile> file = AtomicFile::create("out.npy");
//   ... file->write(bytes, size) ...            // goes to a temporary file in the same folder
//   Result<void> done = file->commit();         // renames it; without commit, out.npy stays as it was
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_FILE_ATOMICFILE_H
#define ESPALIER_RUNTIME_FILE_ATOMICFILE_H

#include "runtime/Error/Result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace espalier {

/// Errors name the path. A symbolic link is followed; a device or pipe is written directly.
class AtomicFile {
public:
  static Result<AtomicFile> create(const std::string &path);

  AtomicFile(AtomicFile &&other) noexcept;
  AtomicFile &operator=(AtomicFile &&) = delete;
  /// Removes the temporary file if commit was not reached.
  ~AtomicFile();

  Result<void> write(const void *bytes, int64_t count);
  Result<void> commit();

private:
  AtomicFile(std::string shown, std::string target, std::string temporary, int descriptor);

  std::string shown;     // as the user wrote it
  std::string target;    // with links resolved
  std::string temporary; // empty where the target is written directly
  int descriptor = -1;
};

/// All bytes of a file that appears whole or not at all.
Result<void> writeFile(const std::string &path, std::string_view bytes);

} // namespace espalier

#endif
