//===- Binding.h - The tables of one call, and the checks behind them -------===//
//
// In this order: arguments (kinds, dtypes, ranks, batch shape), extents, sizes, results.
// An object is used for one call after another, so that its tables are allocated once.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_KERNEL_BINDING_H
#define ESPALIER_RUNTIME_KERNEL_BINDING_H

#include "runtime/Kernel/BuiltTree.h"
#include "runtime/Kernel/Kernel.h"

namespace espalier {

class Binding {
public:
  /// Checks the arguments and computes the extents. What is passed lives as long as the call.
  Result<void> bind(const Signature &signature, std::span<const Argument> arguments);

  /// One new tensor for each result.
  Result<std::vector<Tensor>> allocateResults() const;
  /// Checks tensors of the caller against the results of the signature.
  Result<void> checkResults(std::span<const Tensor> results) const;

  /// Bytes of all workspaces, each aligned.
  Result<int64_t> workspaceBytes() const;

  /// Completes the tables for a call; they are valid until the next bind or clear.
  espalier_call table(std::span<const Tensor> results, void *workspace, void *host);

  /// By row of Signature::trees, and what the kernel reads of them.
  std::span<BuiltTree> builtTrees() { return built; }
  std::span<espalier_trees> trees() { return treeTable; }

  /// After the kernel: writes the parents of the trees that are results.
  Result<void> writeTreeResults(std::span<const Tensor> results) const;

  /// Floating-point operations of the call, as the signature counts them.
  double operations() const;

  std::span<const int64_t> extents() const { return extentTable; }
  /// The caller's batch axes.
  std::span<const int64_t> batchShape() const { return batch; }

  /// Lets go of everything but the tables' memory.
  void clear();

private:
  // Binding.cpp
  Result<void> bindArgument(const ParameterSpec &parameter, const Argument &argument);
  Result<void> bindTensor(const TensorSpec &spec, const Tensor &tensor, const Tensor *&bound);
  Result<void> bindTree(const TreeSpec &spec, const Argument &argument, espalier_trees &bound);
  Result<void> checkTreeBatches() const;
  Result<void> checkSizes() const;
  Error sizeError(const AxisSize &axis, int64_t found) const;
  int64_t sizeOf(const AxisSize &axis) const { return axis.extent < 0 ? axis.constant : extentTable[axis.extent]; }
  const TreeBatch *treeBatch(size_t row) const {
    return treeArguments[row] ? std::get_if<TreeBatch>(treeArguments[row]) : nullptr;
  }

  // Extents.cpp
  Result<void> computeExtents();
  Result<void> buildTree(size_t row);
  Result<int64_t> extent(const ExtentSpec &spec) const;
  Result<int64_t> leaves(size_t tree) const;

  // Results.cpp
  Result<Shape> resultShape(const TensorSpec &spec) const;
  Result<void> checkResult(const TensorSpec &spec, const Tensor &tensor) const;
  Result<int64_t> workspaceBytes(const TensorSpec &spec) const;

  const Signature *signature = nullptr;
  std::span<const int64_t> batch;
  const TensorSpec *batchGiver = nullptr;      // the parameter that gave the batch shape, if any is batched
  std::vector<const Tensor *> tensors;         // by row: the caller's, or one of `copies`
  std::vector<Tensor> copies;                  // of strided arguments
  std::vector<const Argument *> treeArguments; // by row; null for trees that are built
  std::vector<BuiltTree> built;                // by row; without a spec for trees that are passed
  std::vector<int64_t> indices;                // by row

  std::vector<void *> bufferTable;
  std::vector<int64_t> extentTable;
  std::vector<espalier_trees> treeTable;
};

} // namespace espalier

#endif
