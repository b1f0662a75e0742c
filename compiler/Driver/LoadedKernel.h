//===- LoadedKernel.h - One specialisation, ready to be called --------------===//
#ifndef ESPALIER_COMPILER_DRIVER_LOADEDKERNEL_H
#define ESPALIER_COMPILER_DRIVER_LOADEDKERNEL_H

#include "compiler/Pipeline/Report.h"
#include "runtime/Kernel/Kernel.h"

#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

namespace espalier {

/// What a specialisation is on its target.
class KernelCode {
public:
  virtual ~KernelCode() = default;
  virtual const Signature &signature() const = 0;
  virtual Result<std::vector<Tensor>> call(std::span<const Argument> arguments) const = 0;
  virtual Result<void> callInto(std::span<const Argument> arguments, std::span<const Tensor> results) const = 0;
  // Of code that was not compiled there is nothing to tell.
  virtual Result<double> operations(std::span<const Argument>) const { return 0.0; }
  virtual const CompileReport &report() const {
    static const CompileReport nothing;
    return nothing;
  }
};

/// A handle; it never changes and may be called from many threads.
class LoadedKernel {
public:
  explicit LoadedKernel(std::shared_ptr<const KernelCode> code) : code(std::move(code)) {}

  const Signature &signature() const { return code->signature(); }

  /// One argument for each parameter that is not `static`, in their order: of the dtypes, tile sizes and kinds of trees
  /// that the kernel was made for. Errors: those of Kernel::call, and sizes that break an equation of the program.
  Result<std::vector<Tensor>> call(std::span<const Argument> arguments) const { return code->call(arguments); }
  Result<std::vector<Tensor>> call(std::initializer_list<Argument> arguments) const {
    return code->call(std::span<const Argument>(arguments.begin(), arguments.size()));
  }
  /// The same into dense tensors of the caller.
  Result<void> callInto(std::span<const Argument> arguments, std::span<const Tensor> results) const {
    return code->callInto(arguments, results);
  }

  /// Floating-point operations of such a call, counted by the compiler; 0 where nothing was compiled. Errors: those of
  /// call().
  Result<double> operations(std::span<const Argument> arguments) const { return code->operations(arguments); }
  /// How the specialisation was compiled; empty where it is interpreted.
  const CompileReport &report() const { return code->report(); }

private:
  std::shared_ptr<const KernelCode> code;
};

} // namespace espalier

#endif
