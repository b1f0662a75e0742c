//===- Invocation.cpp - What a command line asks to be called ---------------===//
#include "compiler/Tools/espalier/Invocation.h"

#include "compiler/Tools/espalier/Progress.h"
#include "compiler/Tools/espalier/Values.h"

namespace espalier::tool {

Result<Invocation> Invocation::read(const CallFlags &flags) {
  Result<CallOptions> options = flags.options();
  if (!options)
    return options.error();
  Result<NamedKernel> named = openKernel(flags.kernel);
  if (!named)
    return named.error();
  Result<sema::Interface> interface = named->program.interfaceOf(named->kernel);
  if (!interface)
    return interface.error();
  Result<std::vector<NamedValue>> values = parseValues(flags.values, *interface, *options);
  if (!values)
    return values.error();
  return Invocation{std::move(*named), std::move(*values), *options};
}

Result<PreparedCall> Invocation::prepare() const {
  Progress progress("compiling " + named.kernel);
  return named.program.prepare(named.kernel, values, options);
}

} // namespace espalier::tool
