//===- NpyFiles.h - Files for the tests of .npy -----------------------------===//
#ifndef ESPALIER_TEST_UNIT_RUNTIME_TENSOR_NPYFILES_H
#define ESPALIER_TEST_UNIT_RUNTIME_TENSOR_NPYFILES_H

#include "runtime/Tensor/Npy.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

namespace espalier {

/// A folder of its own for the test, removed afterwards.
struct ScratchFolder {
  std::filesystem::path path;

  ScratchFolder() {
    path = std::filesystem::temp_directory_path() / fmt::format("espalier-npy-{}", ::getpid());
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~ScratchFolder() { std::filesystem::remove_all(path); }

  std::string file(std::string_view name) const { return (path / name).string(); }

  std::string write(std::string_view name, std::string_view bytes) const {
    std::ofstream(file(name), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file(name);
  }
  std::string read(std::string_view name) const {
    std::ifstream stream(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  size_t numFiles() const { return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(path), {})); }
};

/// A .npy file of version 1 with this header, as Python would write the dictionary, and these elements.
inline std::string npyBytes(std::string_view header, std::string_view elements) {
  std::string bytes("\x93NUMPY\1\0", 8);
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes.append(header).append(elements);
}

inline std::string npyHeader(std::string_view descr, std::string_view shape, bool fortranOrder = false) {
  return fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}\n", descr, fortranOrder ? "True" : "False",
                     shape);
}

} // namespace espalier

#endif
