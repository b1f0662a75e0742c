//===- Output.h - Where results go ------------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_OUTPUT_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_OUTPUT_H

#include "runtime/Kernel/Signature.h"
#include "runtime/Tensor/Tensor.h"

#include <string>
#include <vector>

namespace espalier::tool {

/// `-o out.npy` for one result, `-o folder/` for any number: folder/NAME.npy each.
class Output {
public:
  /// Finds out whether the path can be written, before there is anything to write.
  static Result<Output> open(const std::string &path);
  /// The same of a path for results: a file of them ends in .npy or in nothing, unless it is a device or a pipe.
  static Result<Output> openForResults(const std::string &path);

  /// A file holds one result.
  Result<void> accepts(const Signature &signature) const;

  /// Each file appears whole or not at all. The folder is made if it is not there.
  Result<void> write(const Signature &signature, const std::vector<Tensor> &results) const;

private:
  Output(std::string path, bool isFolder) : path(std::move(path)), isFolder(isFolder) {}

  std::string path;
  bool isFolder;
};

/// Text or bytes into a file, whole or not at all; to standard output without a path.
Result<void> writeText(const std::string &path, const std::string &text);

} // namespace espalier::tool

#endif
