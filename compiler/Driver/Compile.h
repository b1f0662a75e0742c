//===- Compile.h - From bindings to a kernel --------------------------------===//
#ifndef ESPALIER_COMPILER_DRIVER_COMPILE_H
#define ESPALIER_COMPILER_DRIVER_COMPILE_H

#include "compiler/Driver/Arguments.h"
#include "compiler/Driver/LoadedKernel.h"
#include "compiler/Driver/Options.h"
#include "frontends/Sema/Sema.h"

#include <memory>
#include <string>

namespace espalier {

/// The program that a kernel is in. `owner` keeps the rest alive.
struct Source {
  std::shared_ptr<const void> owner;
  const ast::Module &module;
  const SourceManager &sources;
  bool colour = false; // of diagnostics
  double parseMilliseconds = 0;
};

/// Resolves, emits and compiles one specialisation for the options' target. `sizes` are those of the first call. The
/// report's times begin with reading the text, as if it had been read for this kernel alone.
Result<LoadedKernel> compile(const Source &source, const std::string &kernel, const sema::Interface &interface,
                             const sema::Bindings &bindings, const CallOptions &options, const CallSizes &sizes);

/// The form of the kernel at a stage behind `ast`.
Result<std::string> textOfStage(Stage stage, const Source &source, const std::string &kernel,
                                const sema::Interface &interface, const sema::Bindings &bindings,
                                const CallOptions &options, const CallSizes &sizes);

} // namespace espalier

#endif
