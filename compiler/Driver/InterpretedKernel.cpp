//===- InterpretedKernel.cpp - A kernel that the interpreter evaluates ------===//
#include "compiler/Driver/InterpretedKernel.h"

#include "compiler/Interpreter/Interpreter.h"
#include "runtime/Kernel/Binding.h"
#include "runtime/Kernel/SignatureCheck.h"

#include <cstring>
#include <mutex>

namespace espalier {

namespace {

class InterpretedKernel final : public KernelCode {
public:
  InterpretedKernel(Signature signature, std::unique_ptr<mlir::MLIRContext> context,
                    mlir::OwningOpRef<mlir::ModuleOp> module, bool checkFinite)
      : description(std::move(signature)), context(std::move(context)), module(std::move(module)),
        checkFinite(checkFinite) {}

  const Signature &signature() const override { return description; }

  Result<std::vector<Tensor>> call(std::span<const Argument> arguments) const override {
    Binding binding;
    if (Result<void> bound = binding.bind(description, arguments); !bound)
      return bound.error();
    Result<std::vector<Tensor>> results = binding.allocateResults();
    if (!results)
      return results;
    Result<void> done = run(binding, arguments, *results);
    return done ? std::move(results) : Result<std::vector<Tensor>>(done.error());
  }

  Result<void> callInto(std::span<const Argument> arguments, std::span<const Tensor> results) const override {
    Binding binding;
    if (Result<void> bound = binding.bind(description, arguments); !bound)
      return bound;
    if (Result<void> checked = binding.checkResults(results); !checked)
      return checked;
    return run(binding, arguments, results);
  }

private:
  /// The arguments of the function: trees, tensors with one batch axis, extents.
  Result<std::vector<interpreter::Value>> functionArguments(Binding &binding,
                                                            std::span<const Argument> arguments) const {
    std::vector<interpreter::Value> trees, tensors;
    size_t next = 0;
    for (const ParameterSpec &parameter : description.parameters) {
      if (parameter.kind == ParameterSpec::Kind::compileTime)
        continue;
      const Argument &argument = arguments[next++];
      if (parameter.kind == ParameterSpec::Kind::tree)
        trees.push_back(treeValue(argument));
      if (parameter.kind != ParameterSpec::Kind::tensor)
        continue;
      Result<Tensor> tensor = tensorValue(description.tensors[parameter.row], std::get<Tensor>(argument), binding);
      if (!tensor)
        return tensor.error();
      tensors.push_back(*tensor);
    }
    for (const BuiltTree &tree : binding.builtTrees())
      if (tree.spec && !isGrown(*tree.spec)) {
        Result<TreeBatch> batch = builtValue(tree);
        if (!batch)
          return batch.error();
        trees.push_back(*batch);
      }
    trees.insert(trees.end(), tensors.begin(), tensors.end());
    for (int64_t extent : binding.extents())
      trees.push_back(extent);
    return trees;
  }

  static interpreter::Value treeValue(const Argument &argument) {
    if (const TreeBatch *batch = std::get_if<TreeBatch>(&argument))
      return *batch;
    return std::get<Tree>(argument);
  }

  static Result<TreeBatch> builtValue(const BuiltTree &tree) {
    Shape shape = tree.spec->batchable ? Shape{static_cast<int64_t>(tree.trees.size())} : Shape{};
    return TreeBatch::of(std::move(shape), tree.trees, tree.numVertices);
  }

  static Result<Tensor> tensorValue(const TensorSpec &spec, const Tensor &tensor, const Binding &binding) {
    if (!spec.batched)
      return tensor.contiguous();
    Result<Tensor> dense = tensor.contiguous();
    if (!dense)
      return dense;
    Shape shape(tensor.shape().end() - static_cast<std::ptrdiff_t>(spec.axes.size()), tensor.shape().end());
    int64_t batch = 1;
    for (int64_t size : binding.batchShape())
      batch *= size;
    shape.insert(shape.begin(), batch);
    return dense->reshaped(shape);
  }

  Result<void> run(Binding &binding, std::span<const Argument> arguments, std::span<const Tensor> results) const {
    Result<std::vector<interpreter::Value>> values = functionArguments(binding, arguments);
    if (!values)
      return values.error();
    auto functions = module.get().getOps<mlir::func::FuncOp>();
    std::lock_guard lock(mutex);
    std::span<const int64_t> batch = binding.batchShape();
    Result<std::vector<interpreter::Value>> computed =
        interpreter::interpret(*functions.begin(), *values, {checkFinite, Shape(batch.begin(), batch.end())});
    if (!computed)
      return computed.error();
    for (size_t i = 0; i < results.size(); ++i) {
      if (description.results[i].tree >= 0) {
        binding.trees()[description.results[i].tree] = treesOf((*computed)[i]);
        continue;
      }
      Result<Tensor> rounded = std::get<Tensor>((*computed)[i]).to(results[i].dtype());
      if (!rounded)
        return rounded.error();
      if (rounded->numBytes() > 0)
        std::memcpy(results[i].data(), rounded->data(), static_cast<size_t>(rounded->numBytes()));
    }
    return binding.writeTreeResults(results);
  }

  /// What a kernel would have left in the table of the call.
  static espalier_trees treesOf(const interpreter::Value &value) {
    if (const TreeBatch *batch = std::get_if<TreeBatch>(&value))
      return {batch->abi().data(), static_cast<int64_t>(batch->abi().size())};
    return {&std::get<Tree>(value).abi(), 1};
  }

  Signature description;
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  bool checkFinite;
  mutable std::mutex mutex; // the context is used by one thread at a time
};

} // namespace

Result<std::shared_ptr<const KernelCode>> makeInterpreted(Signature signature,
                                                          std::unique_ptr<mlir::MLIRContext> context,
                                                          mlir::OwningOpRef<mlir::ModuleOp> module, bool checkFinite) {
  if (Result<void> checked = checkSignature(signature); !checked) {
    module = nullptr; // before its context
    return checked.error();
  }
  return std::shared_ptr<const KernelCode>(
      std::make_shared<InterpretedKernel>(std::move(signature), std::move(context), std::move(module), checkFinite));
}

} // namespace espalier
