//===- Results.cpp - Results and workspaces of a call -----------------------===//
#include "runtime/Kernel/Binding.h"
#include "runtime/Memory/AlignedBlock.h"

#include <algorithm>
#include <functional>

namespace espalier {

Result<Shape> Binding::resultShape(const TensorSpec &spec) const {
  Shape shape;
  shape.reserve(spec.axes.size() + batch.size());
  if (spec.batched)
    shape.assign(batch.begin(), batch.end());
  for (const AxisSize &axis : spec.axes) {
    if (sizeOf(axis) < 0)
      return Error::of("axis {} is {}, expected 0 or more", axis.name, sizeOf(axis));
    shape.push_back(sizeOf(axis));
  }
  return shape;
}

Result<std::vector<Tensor>> Binding::allocateResults() const {
  std::vector<Tensor> results;
  results.reserve(signature->results.size());
  for (const TensorSpec &spec : signature->results) {
    Result<Shape> shape = resultShape(spec);
    Result<Tensor> tensor = shape ? Tensor::allocate(spec.dtype, std::move(*shape)) : shape.error();
    if (!tensor)
      return tensor.error().within(fmt::format("result {}", spec.name));
    results.push_back(std::move(*tensor));
  }
  return results;
}

Result<void> Binding::checkResult(const TensorSpec &spec, const Tensor &tensor) const {
  if (tensor.dtype() != spec.dtype)
    return Error::of("dtype {}, expected {}", name(tensor.dtype()), name(spec.dtype));
  Result<Shape> shape = resultShape(spec);
  if (!shape)
    return shape.error();
  if (tensor.shape() != *shape)
    return Error::of("shape {}, expected {}", toString(tensor.shape()), toString(*shape));
  if (!tensor.isDense())
    return Error::of("strides {} of shape {}, expected a dense tensor", toString(tensor.strides()), toString(*shape));
  return {};
}

Result<void> Binding::writeTreeResults(std::span<const Tensor> results) const {
  for (size_t result = 0; result < results.size(); ++result) {
    const TensorSpec &spec = signature->results[result];
    if (spec.tree < 0 || results[result].numElements() == 0)
      continue;
    const espalier_trees &bound = treeTable[static_cast<size_t>(spec.tree)];
    int64_t numVertices = results[result].shape().back(), rows = results[result].numElements() / numVertices,
            rowsEach = rows / bound.count; // a batch of trees has axes that are a prefix of those of the result
    for (int64_t row = 0; row < rows; ++row) {
      const espalier_tree &tree = bound.trees[row / rowsEach];
      if (tree.num_vertices != numVertices)
        return Error::of("result {} has {} vertices, but tree {} has {}", spec.name, numVertices,
                         signature->trees[static_cast<size_t>(spec.tree)].name, tree.num_vertices);
      std::copy_n(tree.parent, numVertices, results[result].data<int32_t>() + row * numVertices);
    }
  }
  return {};
}

static bool overlap(const Tensor &left, const Tensor &right) {
  auto *leftBegin = static_cast<const char *>(left.data()), *rightBegin = static_cast<const char *>(right.data());
  std::less<> before;
  return left.numBytes() > 0 && right.numBytes() > 0 && before(leftBegin, rightBegin + right.numBytes()) &&
         before(rightBegin, leftBegin + left.numBytes());
}

Result<void> Binding::checkResults(std::span<const Tensor> results) const {
  if (results.size() != signature->results.size())
    return Error::of("{} has {} results, got {} tensors for them", signature->kernel, signature->results.size(),
                     results.size());
  for (size_t row = 0; row < results.size(); ++row) {
    const std::string &name = signature->results[row].name;
    if (Result<void> checked = checkResult(signature->results[row], results[row]); !checked)
      return checked.error().within(fmt::format("result {}", name));
    for (size_t other = 0; other < tensors.size(); ++other)
      if (overlap(results[row], *tensors[other]))
        return Error::of("result {} shares memory with argument {}", name, signature->tensors[other].name);
    for (size_t other = 0; other < row; ++other)
      if (overlap(results[row], results[other]))
        return Error::of("result {} shares memory with result {}", name, signature->results[other].name);
  }
  return {};
}

Result<int64_t> Binding::workspaceBytes(const TensorSpec &spec) const {
  int64_t bytes = sizeInBytes(spec.dtype);
  bool overflow = false;
  // Without elements there is nothing to hold; a negative extent counts as none.
  auto multiply = [&](int64_t size) { overflow |= __builtin_mul_overflow(bytes, std::max<int64_t>(size, 0), &bytes); };
  if (spec.batched)
    std::for_each(batch.begin(), batch.end(), multiply);
  for (const AxisSize &axis : spec.axes)
    multiply(sizeOf(axis));
  if (overflow || alignedSize(bytes) < 0)
    return Error::of("workspace {} exceeds 2^63 - 1 bytes", spec.name);
  return alignedSize(bytes);
}

Result<int64_t> Binding::workspaceBytes() const {
  int64_t total = 0;
  for (const TensorSpec &spec : signature->workspaces) {
    Result<int64_t> bytes = workspaceBytes(spec);
    if (!bytes)
      return bytes;
    if (__builtin_add_overflow(total, *bytes, &total))
      return Error::of("the workspaces of {} exceed 2^63 - 1 bytes", signature->kernel);
  }
  return total;
}

espalier_call Binding::table(std::span<const Tensor> results, void *workspace, void *host) {
  // A tensor without elements may have no address; generated code is given one all the same.
  alignas(blockAlignment) static char nothing[blockAlignment];
  auto addressOf = [](const Tensor &tensor) { return tensor.data() ? tensor.data() : nothing; };
  for (const Tensor *tensor : tensors)
    bufferTable.push_back(addressOf(*tensor));
  for (const Tensor &result : results)
    bufferTable.push_back(addressOf(result));
  char *next = static_cast<char *>(workspace);
  for (const TensorSpec &spec : signature->workspaces) {
    bufferTable.push_back(next);
    next += *workspaceBytes(spec);
  }
  return {bufferTable.data(), extentTable.data(), treeTable.data(), host};
}

} // namespace espalier
