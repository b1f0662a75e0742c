//===- Invocation.h - What a command line asks to be called -----------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_INVOCATION_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_INVOCATION_H

#include "compiler/Tools/espalier/CallFlags.h"
#include "compiler/Tools/espalier/KernelName.h"

namespace espalier::tool {

/// A kernel, its arguments by name, and how it is compiled.
struct Invocation {
  NamedKernel named;
  std::vector<NamedValue> values;
  CallOptions options;

  /// Errors: an option that is none, a program or a kernel that is not there, a value that cannot be read.
  static Result<Invocation> read(const CallFlags &flags);

  /// Compiles; says so where it takes long.
  Result<PreparedCall> prepare() const;
};

} // namespace espalier::tool

#endif
