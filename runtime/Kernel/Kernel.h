//===- Kernel.h - One specialisation, called like a function ----------------===//
//
//   Result<std::vector<Tensor>> results = kernel.call({tree, A, B, C, u});
//   if (!results)
//     return results.error();   // "argument u: axis G is 7, but tree G has 8 vertices"
//
//   std::vector<Argument> arguments = {tree, A, B, C, u};       // kept: nothing is copied per call
//   Result<void> done = kernel.callInto(arguments, {&x, 1});    // into tensors of the caller
//
// A Kernel never compiles: it checks a call against the signature, makes the tables of
// the ABI and runs the code. It is a handle, never changes, and may be called from
// many threads at once. Workspaces are kept by the calling thread (Memory/Scratch.h).
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_KERNEL_KERNEL_H
#define ESPALIER_RUNTIME_KERNEL_KERNEL_H

#include "runtime/ABI/ABI.h"
#include "runtime/Kernel/Signature.h"
#include "runtime/Tensor/Tensor.h"
#include "runtime/Tree/TreeBatch.h"

#include <initializer_list>
#include <memory>
#include <span>
#include <variant>
#include <vector>

namespace espalier {

/// A tensor (also for a scalar: rank 0), a tree, a batch of trees, or the value of an index parameter.
using Argument = std::variant<Tensor, Tree, TreeBatch, int64_t>;

class Kernel {
public:
  /// `code` keeps `entry` callable. An error where a row of the signature refers to a row that is not there.
  static Result<Kernel> create(Signature signature, espalier_kernel entry, std::shared_ptr<void> code);

  const Signature &signature() const { return *description; }

  /// One argument for each parameter of the signature that is not compileTime, in their order. Strided tensors are
  /// copied. The results are dense, in the order of the signature.
  /// Errors: an argument of another kind, dtype, rank, size, batch shape or kind of tree than the signature's, sizes
  /// that overflow, no memory, and what the kernel reports (a singular matrix, an index out of range, a value that is
  /// not finite).
  Result<std::vector<Tensor>> call(std::span<const Argument> arguments) const;
  Result<std::vector<Tensor>> call(std::initializer_list<Argument> arguments) const {
    return call(std::span<const Argument>(arguments.begin(), arguments.size()));
  }

  /// The same into dense tensors of the caller, which overlap no argument and not each other. After an error of the
  /// kernel itself they hold nothing of use.
  Result<void> callInto(std::span<const Argument> arguments, std::span<const Tensor> results) const;

  /// Floating-point operations of such a call (Signature::work). Errors: those of call() about the arguments.
  Result<double> operations(std::span<const Argument> arguments) const;

private:
  Kernel(Signature signature, espalier_kernel entry, std::shared_ptr<void> code);

  std::shared_ptr<const Signature> description;
  espalier_kernel entry;
  std::shared_ptr<void> code;
};

} // namespace espalier

#endif
