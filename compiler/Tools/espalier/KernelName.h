//===- KernelName.h - FILE.esp:KERNEL ---------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_KERNELNAME_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_KERNELNAME_H

#include "compiler/Driver/Program.h"

#include <string>

namespace espalier::tool {

/// A program and the name of one of its kernels.
struct NamedKernel {
  Program program;
  std::string kernel;
};

/// Reads FILE.esp:KERNEL. A file with one function needs no KERNEL.
Result<NamedKernel> openKernel(const std::string &text);

} // namespace espalier::tool

#endif
