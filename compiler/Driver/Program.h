//===- Program.h - A program, its kernels, and calling them -----------------===//
//
//   Result<Program> program = Program::fromFile("tree_scan.esp");
//   Result<std::vector<Tensor>> h = program->call("tree_scan", {{"T", tree}, {"u", u}, {"a", a}});
//
// The first call of a kernel with new dtypes, tile sizes, statics or kinds of trees compiles it; later ones, also those
// of another Program of the same text, find it in a table. A Program is a handle that never changes: copies share the
// table, and any number of threads may call. Where several ask for one specialisation at once, one compiles and the
// others wait.
//
// For many calls with one specialisation:
//
//   Result<LoadedKernel> scan = program->kernel("tree_scan", {{"T", tree}, {"u", u}, {"a", a}});
//   scan->call({tree, u, a});                 // in the order of the parameters; other sizes of loops are welcome
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_DRIVER_PROGRAM_H
#define ESPALIER_COMPILER_DRIVER_PROGRAM_H

#include "compiler/Driver/Arguments.h"
#include "compiler/Driver/LoadedKernel.h"
#include "compiler/Driver/Options.h"

#include <memory>
#include <string>
#include <vector>

namespace espalier {

/// A specialisation and the arguments of one call of it: `kernel.call(arguments)`.
struct PreparedCall {
  LoadedKernel kernel;
  std::vector<Argument> arguments; // in the order of the parameters, without those that are `static`
};

class Program {
public:
  /// Errors: what is wrong with the text, with line, column and caret (in colour for terminals). Only the syntax is
  /// read here; see check().
  static Result<Program> fromFile(const std::string &path, bool colour = false);
  static Result<Program> fromText(std::string text, const std::string &name = "program.esp", bool colour = false);

  /// Names, kinds and shapes of every function, with all sizes symbolic: what no call can repair.
  Result<void> check() const;

  /// The functions of the file, in order.
  std::vector<std::string> functions() const;

  /// The parameters of a kernel. Errors: no such kernel (with the nearest name), and those of check() that concern it.
  Result<sema::Interface> interfaceOf(const std::string &kernel) const;

  /// The specialisation that these arguments need. Errors: those of interfaceOf and matchArguments; sizes that do not
  /// fit the kernel; what the compiler refuses.
  Result<LoadedKernel> kernel(const std::string &kernel, const std::vector<NamedValue> &arguments,
                              const CallOptions &options = {}) const;

  /// The same with the arguments as its calls take them.
  Result<PreparedCall> prepare(const std::string &kernel, const std::vector<NamedValue> &arguments,
                               const CallOptions &options = {}) const;

  /// The results, in the order of the kernel's `return`. Errors: those of kernel(), and of the run: a singular tile, an
  /// index out of range.
  Result<std::vector<Tensor>> call(const std::string &kernel, const std::vector<NamedValue> &arguments,
                                   const CallOptions &options = {}) const;

  /// The text (of `object`, the bytes) of one form that the kernel has on its way. `ast` needs no arguments.
  Result<std::string> stage(Stage stage, const std::string &kernel, const std::vector<NamedValue> &arguments,
                            const CallOptions &options = {}) const;

private:
  struct State;
  explicit Program(std::shared_ptr<State> state) : state(std::move(state)) {}
  std::shared_ptr<State> state;
};

} // namespace espalier

#endif
