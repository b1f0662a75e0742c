//===- KernelName.cpp - FILE.esp:KERNEL -------------------------------------===//
#include "compiler/Tools/espalier/KernelName.h"
#include "compiler/Tools/espalier/Terminal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace espalier::tool {

Result<NamedKernel> openKernel(const std::string &text) {
  size_t colon = text.rfind(':');
  // A colon before a slash is part of the path.
  if (colon != std::string::npos && text.find('/', colon) != std::string::npos)
    colon = std::string::npos;
  std::string path = text.substr(0, colon);
  std::string kernel = colon == std::string::npos ? "" : text.substr(colon + 1);
  Result<Program> program = Program::fromFile(path, isTerminal());
  if (!program)
    return program.error();
  if (!kernel.empty())
    return NamedKernel{*program, kernel};
  std::vector<std::string> functions = program->functions();
  if (functions.size() == 1)
    return NamedKernel{*program, functions.front()};
  return Error::of("which kernel of {}? Write {}:KERNEL; it defines {}", path, path,
                   functions.empty() ? "none" : fmt::format("{}", fmt::join(functions, ", ")));
}

} // namespace espalier::tool
