//===- Binding.cpp - Arguments against parameters ---------------------------===//
#include "runtime/Kernel/Binding.h"

#include <algorithm>

namespace espalier {

/// Stands for the trees of an empty batch: nobody reads it, but elements divided by trees stays defined.
static constexpr int32_t zeroOffset = 0;
static constexpr espalier_tree noTree = {0,           0,
                                         0,           -1,
                                         &zeroOffset, &zeroOffset,
                                         &zeroOffset, &zeroOffset,
                                         &zeroOffset, &zeroOffset,
                                         &zeroOffset, &zeroOffset,
                                         &zeroOffset, &zeroOffset,
                                         &zeroOffset, 0,
                                         &zeroOffset, &zeroOffset,
                                         &zeroOffset, 0,
                                         &zeroOffset, 0};

static std::string describe(const Argument &argument) {
  if (auto *tensor = std::get_if<Tensor>(&argument))
    return describe(*tensor);
  if (auto *tree = std::get_if<Tree>(&argument))
    return describe(*tree);
  if (auto *batch = std::get_if<TreeBatch>(&argument))
    return fmt::format("a batch {} of trees", toString(batch->shape()));
  return fmt::format("the number {}", std::get<int64_t>(argument));
}

/// "(..., G, n, n)".
static std::string axesOf(const TensorSpec &spec) {
  std::vector<std::string_view> names;
  if (spec.batched)
    names.push_back("...");
  for (const AxisSize &axis : spec.axes)
    names.push_back(axis.name);
  return fmt::format("({})", fmt::join(names, ", "));
}

static std::string describe(const TreeSpec &spec) {
  return spec.kind == TreeKind::perfect ? fmt::format("a perfect tree of arity {}", spec.arity)
                                        : fmt::format("a {}", name(spec.kind));
}

static Error wrongNumber(const Signature &signature, size_t found) {
  std::vector<std::string_view> names;
  for (const ParameterSpec &parameter : signature.parameters)
    if (parameter.kind != ParameterSpec::Kind::compileTime)
      names.push_back(parameter.name);
  return Error::of("{} takes {} arguments ({}), got {}", signature.kernel, names.size(), fmt::join(names, ", "), found);
}

Result<void> Binding::bindTensor(const TensorSpec &spec, const Tensor &tensor, const Tensor *&bound) {
  if (tensor.dtype() != spec.dtype)
    return Error::of("dtype {}, expected {}", name(tensor.dtype()), name(spec.dtype));
  int64_t ownAxes = static_cast<int64_t>(spec.axes.size()), batchAxes = tensor.rank() - ownAxes;
  if (batchAxes < 0 || (batchAxes > 0 && !spec.batched))
    return Error::of("shape {} has {} axes, expected {}{}: {}", toString(tensor.shape()), tensor.rank(),
                     spec.batched ? "at least " : "", ownAxes, axesOf(spec));
  if (spec.batched) {
    std::span<const int64_t> found(tensor.shape().data(), static_cast<size_t>(batchAxes));
    if (batchGiver && !std::equal(found.begin(), found.end(), batch.begin(), batch.end()))
      return Error::of("batch axes {}, but {} gave {}", toString(found), batchGiver->name, toString(batch));
    if (!batchGiver) {
      batchGiver = &spec;
      batch = found;
    }
  }
  bound = &tensor;
  if (!tensor.isDense()) {
    Result<Tensor> copy = tensor.contiguous();
    if (!copy)
      return copy.error();
    copies.push_back(std::move(*copy));
    bound = &copies.back();
  }
  return {};
}

Result<void> Binding::bindTree(const TreeSpec &spec, const Argument &argument, espalier_trees &bound) {
  const TreeBatch *many = std::get_if<TreeBatch>(&argument);
  if (many && !spec.batchable && !many->shape().empty())
    return Error::of("a batch {} of trees, expected one tree for all batch elements", toString(many->shape()));
  std::span<const Tree> trees = many ? many->trees() : std::span<const Tree>(&std::get<Tree>(argument), 1);
  for (size_t i = 0; i < trees.size(); ++i)
    if (!trees[i].is(spec.kind, spec.arity))
      return Error::of("{}{}, expected {}{}", trees.size() > 1 ? fmt::format("tree {} is ", i) : "",
                       espalier::describe(trees[i]), describe(spec),
                       spec.kind == TreeKind::chain ? ": vertex t has parent t + 1" : "");
  if (!many) {
    bound = {&trees.front().abi(spec.tables), 1};
    return {};
  }
  std::span<const espalier_tree> tables = many->abi(spec.tables);
  bound =
      tables.empty() ? espalier_trees{&noTree, 1} : espalier_trees{tables.data(), static_cast<int64_t>(tables.size())};
  return {};
}

/// language.md L4: the axes of a batch of trees are a prefix of the batch axes.
Result<void> Binding::checkTreeBatches() const {
  for (size_t row = 0; row < treeArguments.size(); ++row)
    if (const TreeBatch *trees = treeBatch(row))
      if (trees->shape().size() > batch.size() ||
          !std::equal(trees->shape().begin(), trees->shape().end(), batch.begin()))
        return Error::of("argument {}: a batch {} of trees, but the batch axes are {}{}{}", signature->trees[row].name,
                         toString(trees->shape()), toString(batch), batchGiver ? ", given by " : "",
                         batchGiver ? batchGiver->name : "");
  return {};
}

/// Where the size that an axis should have comes from.
Error Binding::sizeError(const AxisSize &axis, int64_t found) const {
  if (axis.extent < 0)
    return Error::of("axis {} is {}, but the kernel is compiled for {}", axis.name, found, axis.constant);
  const ExtentSpec &spec = signature->extents[axis.extent];
  int64_t expected = extentTable[axis.extent];
  switch (spec.source) {
  case ExtentSpec::Source::axis:
    return Error::of("axis {} is {}, but {} gave {} = {}", axis.name, found, signature->tensors[spec.parameter].name,
                     spec.name, expected);
  case ExtentSpec::Source::vertices:
    return Error::of("axis {} is {}, but tree {} has {} vertices", axis.name, found,
                     signature->trees[spec.parameter].name, expected);
  case ExtentSpec::Source::leaves:
    return Error::of("axis {} is {}, but tree {} has {} leaves", axis.name, found,
                     signature->trees[spec.parameter].name, expected);
  default:
    return Error::of("axis {} is {}, but {} is {}", axis.name, found, spec.name, expected);
  }
}

Result<void> Binding::checkSizes() const {
  for (size_t row = 0; row < tensors.size(); ++row) {
    const TensorSpec &spec = signature->tensors[row];
    const int64_t *sizes = tensors[row]->shape().data() + (spec.batched ? batch.size() : 0);
    for (size_t axis = 0; axis < spec.axes.size(); ++axis)
      if (sizes[axis] != sizeOf(spec.axes[axis]))
        return sizeError(spec.axes[axis], sizes[axis]).within(fmt::format("argument {}", spec.name));
  }
  return {};
}

Result<void> Binding::bindArgument(const ParameterSpec &parameter, const Argument &argument) {
  auto row = static_cast<size_t>(parameter.row);
  auto found = [&](std::string_view expected) {
    return Error::of("found {}, expected {}", describe(argument), expected);
  };
  if (parameter.kind == ParameterSpec::Kind::tensor) {
    auto *tensor = std::get_if<Tensor>(&argument);
    return tensor ? bindTensor(signature->tensors[row], *tensor, tensors[row]) : found("a tensor");
  }
  if (parameter.kind == ParameterSpec::Kind::tree) {
    treeArguments[row] = &argument;
    bool isTree = std::holds_alternative<Tree>(argument) || std::holds_alternative<TreeBatch>(argument);
    return isTree ? bindTree(signature->trees[row], argument, treeTable[row]) : found(describe(signature->trees[row]));
  }
  auto *index = std::get_if<int64_t>(&argument);
  if (!index)
    return found("a number (an index)");
  indices[row] = *index;
  return {};
}

Result<void> Binding::bind(const Signature &signature, std::span<const Argument> arguments) {
  this->signature = &signature;
  tensors.resize(signature.tensors.size());
  copies.reserve(signature.tensors.size()); // `tensors` points into it
  treeArguments.resize(signature.trees.size());
  built.resize(signature.trees.size());
  treeTable.resize(signature.trees.size(), {&noTree, 1});
  indices.resize(signature.indices.size());
  auto isPassed = [](const TreeSpec &tree) { return tree.builder == TreeSpec::Builder::parameter; };
  auto numPassed = static_cast<size_t>(std::count_if(signature.trees.begin(), signature.trees.end(), isPassed));
  if (arguments.size() != tensors.size() + numPassed + indices.size())
    return wrongNumber(signature, arguments.size());
  auto next = arguments.begin();
  for (const ParameterSpec &parameter : signature.parameters)
    if (parameter.kind != ParameterSpec::Kind::compileTime)
      if (Result<void> bound = bindArgument(parameter, *next++); !bound)
        return bound.error().within(fmt::format("argument {}", parameter.name));
  if (Result<void> checked = checkTreeBatches(); !checked)
    return checked;
  if (Result<void> computed = computeExtents(); !computed)
    return computed;
  return checkSizes();
}

void Binding::clear() {
  signature = nullptr;
  batchGiver = nullptr;
  batch = {};
  tensors.clear();
  copies.clear();
  treeArguments.clear();
  built.clear();
  indices.clear();
  bufferTable.clear();
  extentTable.clear();
  treeTable.clear();
}

} // namespace espalier
