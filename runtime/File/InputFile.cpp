//===- InputFile.cpp - A file opened for reading ----------------------------===//
#include "runtime/File/InputFile.h"
#include "runtime/File/SystemError.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace espalier {

Result<InputFile> InputFile::open(const std::string &path) {
  // O_NONBLOCK: opening a pipe without a writer must not hang; it has no effect on regular files.
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    return systemError("cannot read", path);
  InputFile file(path, descriptor, 0);
  struct stat status{};
  if (::fstat(descriptor, &status) != 0)
    return systemError("cannot read", path);
  if (S_ISDIR(status.st_mode))
    return Error::of("cannot read {}: it is a folder, expected a file", path);
  if (!S_ISREG(status.st_mode))
    return Error::of("cannot read {}: it is not a regular file", path);
  file.bytesLeft = status.st_size;
  return file;
}

InputFile::InputFile(InputFile &&other) noexcept
    : filePath(std::move(other.filePath)), descriptor(std::exchange(other.descriptor, -1)), bytesLeft(other.bytesLeft) {
}

InputFile::~InputFile() {
  if (descriptor >= 0)
    ::close(descriptor);
}

Result<void> InputFile::read(void *destination, int64_t bytes) {
  char *next = static_cast<char *>(destination);
  while (bytes > 0) {
    ssize_t got = ::read(descriptor, next, static_cast<size_t>(bytes));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return systemError("cannot read", filePath);
    if (got == 0)
      return Error::of("{} is truncated: it ends {} bytes too early", filePath, bytes);
    next += got;
    bytes -= got;
    bytesLeft -= got;
  }
  return {};
}

} // namespace espalier
