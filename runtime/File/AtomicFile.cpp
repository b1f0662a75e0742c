//===- AtomicFile.cpp - A file that appears whole or not at all -------------===//
#include "runtime/File/AtomicFile.h"
#include "runtime/File/SystemError.h"

#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace espalier {

/// A name beside the target that no other writer of this machine uses now.
static std::string temporaryName(const std::string &target) {
  static std::atomic<uint64_t> writers{0};
  return fmt::format("{}.{}-{}.part", target, ::getpid(), writers.fetch_add(1));
}

Result<AtomicFile> AtomicFile::create(const std::string &path) {
  struct stat status{};
  std::string target = path, temporary;
  bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode))
    return Error::of("cannot write {}: it is a folder", path);
  if (!exists || S_ISREG(status.st_mode)) {
    std::error_code ignored;
    if (std::filesystem::path real = std::filesystem::canonical(path, ignored); !ignored)
      target = real.string();
    temporary = temporaryName(target);
  }
  int flags = temporary.empty() ? O_WRONLY : O_WRONLY | O_CREAT | O_EXCL;
  int descriptor = ::open(temporary.empty() ? target.c_str() : temporary.c_str(), flags | O_CLOEXEC, 0666);
  if (descriptor < 0)
    return systemError("cannot write", path);
  if (exists && !temporary.empty())
    (void)!::fchmod(descriptor, status.st_mode & 07777); // the new file keeps the permissions of the old one
  return AtomicFile(path, std::move(target), std::move(temporary), descriptor);
}

AtomicFile::AtomicFile(std::string shown, std::string target, std::string temporary, int descriptor)
    : shown(std::move(shown)), target(std::move(target)), temporary(std::move(temporary)), descriptor(descriptor) {}

AtomicFile::AtomicFile(AtomicFile &&other) noexcept
    : shown(std::move(other.shown)), target(std::move(other.target)), temporary(std::exchange(other.temporary, {})),
      descriptor(std::exchange(other.descriptor, -1)) {}

AtomicFile::~AtomicFile() {
  if (descriptor >= 0)
    ::close(descriptor);
  if (!temporary.empty())
    ::unlink(temporary.c_str());
}

Result<void> AtomicFile::write(const void *bytes, int64_t count) {
  const char *next = static_cast<const char *>(bytes);
  while (count > 0) {
    ssize_t written = ::write(descriptor, next, static_cast<size_t>(count));
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return systemError("cannot write", shown);
    next += written;
    count -= written;
  }
  return {};
}

Result<void> AtomicFile::commit() {
  if (::close(std::exchange(descriptor, -1)) != 0)
    return systemError("cannot write", shown);
  if (temporary.empty())
    return {};
  if (::rename(temporary.c_str(), target.c_str()) != 0)
    return systemError("cannot write", shown);
  temporary.clear();
  return {};
}

Result<void> writeFile(const std::string &path, std::string_view bytes) {
  Result<AtomicFile> file = AtomicFile::create(path);
  if (!file)
    return file.error();
  if (Result<void> written = file->write(bytes.data(), static_cast<int64_t>(bytes.size())); !written)
    return written;
  return file->commit();
}

} // namespace espalier
