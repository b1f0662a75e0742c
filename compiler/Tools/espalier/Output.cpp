//===- Output.cpp - Where results go ----------------------------------------===//
#include "compiler/Tools/espalier/Output.h"

#include "runtime/File/AtomicFile.h"
#include "runtime/Tensor/Npy.h"

#include <fmt/ranges.h>

#include <cstdio>
#include <filesystem>
#include <unistd.h>

namespace espalier::tool {

namespace fs = std::filesystem;

/// The folder that must be writable for `path` to be made: its nearest one that exists.
static fs::path nearestFolder(fs::path path) {
  std::error_code ignored;
  path = fs::absolute(path, ignored).lexically_normal();
  while (path.has_relative_path() && !fs::exists(path, ignored))
    path = path.parent_path();
  return path;
}

static Result<void> checkWritable(const fs::path &folder, const std::string &shown) {
  std::error_code problem;
  if (!fs::is_directory(folder, problem))
    return Error::of("cannot write {}: {} is not a folder", shown, folder.string());
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    return Error::of("cannot write {}: no permission to write in {}", shown, folder.string());
  return {};
}

Result<Output> Output::open(const std::string &path) {
  std::error_code ignored;
  bool isFolder = path.ends_with('/') || fs::is_directory(path, ignored);
  if (isFolder) {
    if (Result<void> checked = checkWritable(nearestFolder(path), path); !checked)
      return checked.error();
    return Output(path, true);
  }
  if (path.empty())
    return Error::of("-o needs a file or a folder");
  if (fs::exists(path, ignored) && access(path.c_str(), W_OK) != 0)
    return Error::of("cannot write {}: no permission", path);
  fs::path folder = fs::path(path).parent_path();
  if (!folder.empty() && !fs::exists(folder, ignored))
    return Error::of("cannot write {}: there is no folder {}", path, folder.string());
  // A device or a pipe is written as it is.
  if (!fs::exists(path, ignored) || fs::is_regular_file(path, ignored))
    if (Result<void> checked = checkWritable(folder.empty() ? fs::path(".") : folder, path); !checked)
      return checked.error();
  return Output(path, false);
}

Result<Output> Output::openForResults(const std::string &path) {
  std::error_code ignored;
  bool isDevice = fs::exists(path, ignored) && !fs::is_regular_file(path, ignored);
  std::string ending = fs::path(path).extension().string();
  if (!isDevice && !ending.empty() && ending != ".npy" && !path.ends_with('/'))
    return Error::of("-o: expected FILE.npy or FOLDER/, got `{}`", path);
  return open(path);
}

Result<void> Output::accepts(const Signature &signature) const {
  if (isFolder || signature.results.size() == 1)
    return {};
  std::vector<std::string> names;
  for (const TensorSpec &result : signature.results)
    names.push_back(result.name);
  return Error::of("{} has {} results ({}), and {} is one file: name a folder, as in -o {}/", signature.kernel,
                   names.size(), fmt::join(names, ", "), path, path);
}

Result<void> Output::write(const Signature &signature, const std::vector<Tensor> &results) const {
  if (!isFolder)
    return writeNpy(path, results.front());
  std::error_code problem;
  fs::create_directories(path, problem);
  if (problem)
    return Error::of("cannot make the folder {}: {}", path, problem.message());
  for (size_t i = 0; i < results.size(); ++i)
    if (Result<void> written = writeNpy((fs::path(path) / (signature.results[i].name + ".npy")).string(), results[i]);
        !written)
      return written;
  return {};
}

Result<void> writeText(const std::string &path, const std::string &text) {
  if (path.empty()) {
    bool isWritten = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    return isWritten ? Result<void>() : Error::of("cannot write to standard output");
  }
  return writeFile(path, text);
}

} // namespace espalier::tool
