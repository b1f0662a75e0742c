//===- Kernel.cpp - One specialisation, called like a function --------------===//
#include "runtime/Kernel/Kernel.h"
#include "runtime/ABI/CallState.h"
#include "runtime/Kernel/Binding.h"
#include "runtime/Kernel/CallTrees.h"
#include "runtime/Kernel/FaultText.h"
#include "runtime/Kernel/SignatureCheck.h"
#include "runtime/Memory/Scratch.h"

#include <utility>

namespace espalier {

namespace {
/// A Binding of this thread that is not in use. (A host pool may run one call inside another one's wait, on the same
/// thread; the inner call then takes a new one.)
class BindingLease {
public:
  BindingLease() : binding(std::exchange(idle, nullptr)) {
    if (!binding)
      binding = std::make_unique<Binding>();
  }
  ~BindingLease() {
    binding->clear();
    idle = std::move(binding);
  }
  Binding *operator->() const { return binding.get(); }

private:
  static thread_local std::unique_ptr<Binding> idle;
  std::unique_ptr<Binding> binding;
};
thread_local std::unique_ptr<Binding> BindingLease::idle;
} // namespace

Kernel::Kernel(Signature signature, espalier_kernel entry, std::shared_ptr<void> code)
    : description(std::make_shared<const Signature>(std::move(signature))), entry(entry), code(std::move(code)) {}

Result<Kernel> Kernel::create(Signature signature, espalier_kernel entry, std::shared_ptr<void> code) {
  if (Result<void> checked = checkSignature(signature); !checked)
    return checked.error();
  if (!entry)
    return Error::of("{} has no code", signature.kernel);
  return Kernel(std::move(signature), entry, std::move(code));
}

/// Runs the code on tables that have been checked.
static Result<void> run(const Signature &signature, espalier_kernel entry, const BindingLease &binding,
                        std::span<const Tensor> results) {
  Result<int64_t> bytes = binding->workspaceBytes();
  if (!bytes)
    return bytes.error();
  Scratch workspace(*bytes);
  if (!workspace.data())
    return Error::of("no memory for the workspaces of {}: {} bytes", signature.kernel, *bytes);
  CallState state;
  CallTrees trees(binding->builtTrees(), binding->trees(), state);
  state.trees = &trees;
  espalier_call call = binding->table(results, workspace.data(), &state);
  entry(&call);
  if (std::optional<int64_t> refused = state.memoryRefused())
    return Error::of("no memory for a thread of {}: {} bytes", signature.kernel, *refused);
  if (std::optional<Fault> fault = state.fault())
    return faultError(signature, *fault, binding->extents(), binding->batchShape());
  return binding->writeTreeResults(results);
}

Result<std::vector<Tensor>> Kernel::call(std::span<const Argument> arguments) const {
  BindingLease binding;
  if (Result<void> bound = binding->bind(*description, arguments); !bound)
    return bound.error();
  Result<std::vector<Tensor>> results = binding->allocateResults();
  if (!results)
    return results;
  Result<void> done = run(*description, entry, binding, *results);
  return done ? std::move(results) : Result<std::vector<Tensor>>(done.error());
}

Result<void> Kernel::callInto(std::span<const Argument> arguments, std::span<const Tensor> results) const {
  BindingLease binding;
  if (Result<void> bound = binding->bind(*description, arguments); !bound)
    return bound;
  if (Result<void> checked = binding->checkResults(results); !checked)
    return checked;
  return run(*description, entry, binding, results);
}

Result<double> Kernel::operations(std::span<const Argument> arguments) const {
  BindingLease binding;
  if (Result<void> bound = binding->bind(*description, arguments); !bound)
    return bound.error();
  return binding->operations();
}

} // namespace espalier
