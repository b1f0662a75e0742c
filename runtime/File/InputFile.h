//===- InputFile.h - A file opened for reading ------------------------------===//
#ifndef ESPALIER_RUNTIME_FILE_INPUTFILE_H
#define ESPALIER_RUNTIME_FILE_INPUTFILE_H

#include "runtime/Error/Result.h"

#include <cstdint>
#include <string>

namespace espalier {

/// A regular file, read from front to back. Errors name the path.
class InputFile {
public:
  /// Refuses what is not there, not readable, or not a regular file (a folder, a device).
  static Result<InputFile> open(const std::string &path);

  InputFile(InputFile &&other) noexcept;
  InputFile &operator=(InputFile &&) = delete;
  ~InputFile();

  const std::string &path() const { return filePath; }

  /// Bytes that were left to read when the file was opened, less those read since.
  int64_t remaining() const { return bytesLeft; }

  /// Reads exactly `bytes` bytes; an error where the file ends before.
  Result<void> read(void *destination, int64_t bytes);

private:
  InputFile(std::string path, int descriptor, int64_t size)
      : filePath(std::move(path)), descriptor(descriptor), bytesLeft(size) {}

  std::string filePath;
  int descriptor = -1;
  int64_t bytesLeft = 0;
};

} // namespace espalier

#endif
