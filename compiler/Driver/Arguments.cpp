//===- Arguments.cpp - Arguments by name, and what they fix -----------------===//
#include "compiler/Driver/Arguments.h"

#include "compiler/Schedule/CostModel.h"
#include "frontends/AST/Spelling.h"
#include "runtime/ABI/ParallelFor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace espalier {

namespace {

using Kind = ParameterSpec::Kind;

std::string_view kindOf(const Value &value) {
  static constexpr std::string_view names[] = {"a tensor",       "a tree",   "a batch of trees",
                                               "a whole number", "a number", "a tuple"};
  return names[value.index()];
}

Error inArgument(const std::string &name, const Error &error) { return error.within(fmt::format("argument {}", name)); }

Error wrongKind(const std::string &name, std::string_view expected, const Value &found) {
  return inArgument(name, Error::of("expected {}, got {}", expected, kindOf(found)));
}

/// The value of each parameter, in their order.
Result<std::vector<const Value *>> matchNames(const std::string &kernel, const sema::Interface &interface,
                                              const std::vector<NamedValue> &values) {
  std::vector<std::string> names;
  for (const ParameterSpec &parameter : interface.parameters)
    names.push_back(parameter.name);
  std::vector<const Value *> matched(names.size(), nullptr);
  for (const NamedValue &value : values) {
    auto place = std::find(names.begin(), names.end(), value.name);
    if (place == names.end()) {
      std::string hint = didYouMean(value.name, names);
      return Error::of("{} has no parameter {}: it takes {}{}", kernel, value.name, fmt::join(names, ", "),
                       hint.empty() ? "" : "; " + hint);
    }
    const Value *&entry = matched[place - names.begin()];
    if (entry)
      return Error::of("two arguments are called {}", value.name);
    entry = &value.value;
  }
  std::vector<std::string> missing;
  for (size_t i = 0; i < names.size(); ++i)
    if (!matched[i])
      missing.push_back(names[i]);
  if (!missing.empty())
    return Error::of("{} needs {} more argument{}: {}", kernel, missing.size(), missing.size() == 1 ? "" : "s",
                     fmt::join(missing, ", "));
  return matched;
}

//===-- Tensors -------------------------------------------------------------===//

Result<Tensor> scalarOf(DType dtype, double number) {
  Result<Tensor> scalar = Tensor::of<double>({}, {number});
  return scalar ? scalar->to(dtype) : scalar;
}

/// What `float` is where no argument says so: numbers of a kernel of f64 are not cut short.
static DType floatTypeWithout(const sema::Interface &interface) {
  for (size_t row = 0; row < interface.tensors.size(); ++row)
    if (!interface.usesFloat[row] && interface.tensors[row].dtype == DType::f64)
      return DType::f64;
  return DType::f32;
}

/// What `float` is: the option, else what the first such tensor has, else f64 if a parameter is, else f32.
Result<DType> floatTypeOf(const sema::Interface &interface, const std::vector<const Value *> &values,
                          const CallOptions &options) {
  if (options.floatType)
    return *options.floatType;
  const std::string *giver = nullptr;
  DType type = floatTypeWithout(interface);
  for (size_t i = 0; i < values.size(); ++i) {
    const ParameterSpec &parameter = interface.parameters[i];
    const Tensor *tensor = std::get_if<Tensor>(values[i]);
    if (parameter.kind != Kind::tensor || !interface.usesFloat[parameter.row] || !tensor || !isFloat(tensor->dtype()))
      continue;
    if (giver && tensor->dtype() != type)
      return inArgument(parameter.name,
                        Error::of("is {}, but argument {} is {}: `float` is one type in a call; --float or "
                                  "CallOptions::floatType converts all to one",
                                  name(tensor->dtype()), *giver, name(type)));
    giver = &parameter.name;
    type = tensor->dtype();
  }
  return type;
}

Result<Tensor> matchTensor(const TensorSpec &spec, bool usesFloat, const Value &value, DType floatType,
                           bool mayConvert) {
  DType wanted = usesFloat ? floatType : spec.dtype;
  const Tensor *tensor = std::get_if<Tensor>(&value);
  if (!tensor) {
    const int64_t *whole = std::get_if<int64_t>(&value);
    const double *number = std::get_if<double>(&value);
    if ((!whole && !number) || !spec.axes.empty())
      return wrongKind(spec.name, "a tensor", value);
    Result<Tensor> scalar = scalarOf(wanted, whole ? static_cast<double>(*whole) : *number);
    return scalar ? scalar : Result<Tensor>(inArgument(spec.name, scalar.error()));
  }
  if (tensor->dtype() == wanted)
    return *tensor;
  if (usesFloat && mayConvert && isFloat(tensor->dtype()))
    return tensor->to(wanted);
  return inArgument(spec.name, Error::of("expected {}, got {}", name(wanted), describe(*tensor)));
}

//===-- Trees ---------------------------------------------------------------===//

/// Whether every tree of one kind is one of the other.
bool isA(TreeKind kind, TreeKind wider) {
  return kind == wider || wider == TreeKind::forest || (wider == TreeKind::rooted && kind != TreeKind::forest);
}

/// The narrowest kind that is known of a tree which stands where `declared` is asked for.
Result<sema::Bindings::TreeType> treeTypeOf(const Tree &tree, const TreeSpec &declared) {
  sema::Bindings::TreeType type;
  if (!tree.is(declared.kind, declared.arity))
    return inArgument(declared.name, Error::of("expected a {}, got {}", name(declared.kind), describe(tree)));
  type.kind = isA(tree.kind(), declared.kind) ? tree.kind() : declared.kind;
  type.arity = type.kind == TreeKind::perfect ? tree.arity() : 0;
  return type;
}

Result<sema::Bindings::TreeType> treeTypeOf(const TreeBatch &batch, const TreeSpec &declared) {
  for (const Tree &tree : batch.trees())
    if (!tree.is(declared.kind, declared.arity))
      return inArgument(declared.name,
                        Error::of("expected a batch of {}s, got {} in it", name(declared.kind), describe(tree)));
  sema::Bindings::TreeType type;
  type.kind = declared.kind;
  type.arity = declared.arity;
  type.batched = true;
  return type;
}

/// Enters a tree argument and what is known of its kind.
Result<void> matchTree(const TreeSpec &spec, const Value &value, MatchedCall &call) {
  auto enter = [&](const auto &trees) -> Result<void> {
    Result<sema::Bindings::TreeType> type = treeTypeOf(trees, spec);
    if (!type)
      return type.error();
    call.bindings.trees[spec.name] = *type;
    call.arguments.push_back(trees);
    return {};
  };
  if (const Tree *tree = std::get_if<Tree>(&value))
    return enter(*tree);
  if (const TreeBatch *batch = std::get_if<TreeBatch>(&value))
    return enter(*batch);
  return wrongKind(spec.name, fmt::format("a {}", name(spec.kind)), value);
}

//===-- Dimensions ----------------------------------------------------------===//

/// Sizes by name, each with the argument that gave it.
class Dimensions {
public:
  Result<void> add(const std::string &dimension, int64_t size, const std::string &giver) {
    auto [place, isNew] = sizes.try_emplace(dimension, size);
    if (isNew)
      givers[dimension] = giver;
    else if (place->second != size)
      return Error::of("argument {}: {} is {}, but {} in argument {}", giver, dimension, size, place->second,
                       givers[dimension]);
    return {};
  }

  Result<void> addTensor(const TensorSpec &spec, const Tensor &tensor) {
    auto numAxes = static_cast<int64_t>(spec.axes.size());
    if (spec.batched ? tensor.rank() < numAxes : tensor.rank() != numAxes)
      return inArgument(spec.name, Error::of("expected {}{} axes [{}], got {}", spec.batched ? "at least " : "",
                                             numAxes, axesText(spec), describe(tensor)));
    for (int64_t axis = 0; axis < numAxes; ++axis) {
      const AxisSize &size = spec.axes[axis];
      int64_t found = tensor.size(tensor.rank() - numAxes + axis);
      if (size.constant >= 0 && size.constant != found)
        return inArgument(spec.name,
                          Error::of("expected size {} of axis {}, got {}", size.constant, axis, describe(tensor)));
      if (size.constant < 0)
        if (Result<void> added = add(size.name, found, spec.name); !added)
          return added;
    }
    return {};
  }

  std::map<std::string, int64_t> sizes;

private:
  static std::string axesText(const TensorSpec &spec) {
    std::vector<std::string> names;
    if (spec.batched)
      names.push_back("...");
    for (const AxisSize &axis : spec.axes)
      names.push_back(axis.name);
    return fmt::format("{}", fmt::join(names, ", "));
  }

  std::map<std::string, std::string> givers;
};

/// Leaves are a dimension of a batch where all its trees have as many.
std::optional<int64_t> numLeavesOf(std::span<const Tree> trees) {
  for (const Tree &tree : trees)
    if (tree.numLeaves() != trees.front().numLeaves())
      return std::nullopt;
  return trees.empty() ? 0 : trees.front().numLeaves();
}

} // namespace

Result<std::map<std::string, int64_t>> dimensionsOf(const sema::Interface &interface,
                                                    std::span<const Argument> arguments) {
  Dimensions dimensions;
  // Trees first: where they disagree with a tensor, the message is about the tensor.
  for (bool ofTrees : {true, false}) {
    size_t next = 0;
    for (const ParameterSpec &parameter : interface.parameters) {
      if (parameter.kind == Kind::compileTime)
        continue;
      if (next == arguments.size())
        return Error::of("expected an argument for {}, got {} arguments", parameter.name, arguments.size());
      const Argument &argument = arguments[next++];
      Result<void> added;
      if (const Tensor *tensor = std::get_if<Tensor>(&argument); tensor && parameter.kind == Kind::tensor && !ofTrees)
        added = dimensions.addTensor(interface.tensors[parameter.row], *tensor);
      if (const Tree *tree = std::get_if<Tree>(&argument); tree && parameter.kind == Kind::tree && ofTrees) {
        added = dimensions.add(parameter.name, tree->numVertices(), parameter.name);
        if (added)
          added = dimensions.add("leaves(" + parameter.name + ")", tree->numLeaves(), parameter.name);
      }
      if (const TreeBatch *batch = std::get_if<TreeBatch>(&argument);
          batch && parameter.kind == Kind::tree && ofTrees) {
        added = dimensions.add(parameter.name, batch->numVertices(), parameter.name);
        if (std::optional<int64_t> leaves = numLeavesOf(batch->trees()); added && leaves)
          added = dimensions.add("leaves(" + parameter.name + ")", *leaves, parameter.name);
      }
      if (const int64_t *index = std::get_if<int64_t>(&argument); index && parameter.kind == Kind::index && !ofTrees)
        added = dimensions.add(parameter.name, *index, parameter.name);
      if (!added)
        return added.error();
    }
  }
  return std::move(dimensions.sizes);
}

CallSizes sizesOf(const sema::Interface &interface, std::span<const Argument> arguments) {
  CallSizes sizes;
  sizes.threads = numThreads();
  size_t next = 0;
  for (const ParameterSpec &parameter : interface.parameters) {
    if (parameter.kind == Kind::compileTime || next == arguments.size())
      continue;
    const Argument &argument = arguments[next++];
    auto isDeep = [](const Tree &tree) { return schedule::isDeep(tree.numVertices(), tree.maxDepth()); };
    if (const Tree *tree = std::get_if<Tree>(&argument)) {
      sizes.vertices = std::max(sizes.vertices, tree->numVertices());
      sizes.isDeep |= isDeep(*tree);
    }
    if (const TreeBatch *batch = std::get_if<TreeBatch>(&argument)) {
      sizes.vertices = std::max(sizes.vertices, batch->numVertices());
      sizes.isDeep |= std::any_of(batch->trees().begin(), batch->trees().end(), isDeep);
    }
    const Tensor *tensor = std::get_if<Tensor>(&argument);
    if (!tensor || parameter.kind != Kind::tensor || !interface.tensors[parameter.row].batched)
      continue;
    std::span<const int64_t> shape = tensor->shape();
    size_t leading = shape.size() - std::min(shape.size(), interface.tensors[parameter.row].axes.size());
    int64_t elements = 1;
    for (int64_t size : shape.first(leading))
      if (__builtin_mul_overflow(elements, size, &elements))
        return sizes;
    sizes.batch = std::max(sizes.batch, elements);
  }
  return sizes;
}

std::string magnitude(const CallSizes &sizes) {
  constexpr int64_t smallTree = 1024;
  std::string batch = schedule::fillsBlocks(sizes.batch) ? " abreast" : "";
  if (sizes.vertices > 0 && sizes.vertices < schedule::fewVertices)
    return " tiny" + batch;
  int64_t power = 0;
  for (int64_t vertices = sizes.vertices / smallTree; vertices > 0; vertices /= 4)
    ++power;
  bool someIdle = sizes.vertices > 0 && sizes.batch < sizes.threads;
  if (power == 0 && !someIdle)
    return (sizes.vertices > 0 && sizes.vertices < schedule::fewSteps ? " short" : "") + batch;
  int64_t counted = sizes.isDeep ? std::max(sizes.threads, schedule::mostTreesWithRuns + 1) : sizes.threads;
  return fmt::format(" 4^{} {}/{}{}{}", power, std::min(sizes.batch, counted), sizes.threads,
                     sizes.isDeep ? " deep" : "", batch);
}

namespace {

Result<void> matchStatic(const std::string &name, const Value &value, sema::Bindings &bindings) {
  sema::Static number;
  if (const int64_t *whole = std::get_if<int64_t>(&value))
    number.values = {*whole};
  else if (const auto *tuple = std::get_if<std::vector<int64_t>>(&value))
    number = {*tuple, true};
  else
    return wrongKind(name, "a whole number or a tuple of them", value);
  bindings.statics[name] = number;
  return {};
}

/// All that a specialisation depends on, as text.
std::string keyOf(const std::string &kernel, const sema::Interface &interface, const sema::Bindings &bindings,
                  const CallOptions &options) {
  std::string key = fmt::format("{} {} {}{}", kernel, name(options.target), name(bindings.floatType),
                                options.checkFinite ? " finite" : "");
  for (const std::string &dimension : interface.tileDims)
    if (auto size = bindings.dims.find(dimension); size != bindings.dims.end())
      key += fmt::format(" {}={}", dimension, size->second);
  for (const auto &[parameter, number] : bindings.statics)
    key += fmt::format(" {}={}{}", parameter, number.isTuple ? "," : "", fmt::join(number.values, ","));
  for (const auto &[parameter, type] : bindings.trees)
    key += fmt::format(" {}={}:{}{}", parameter, name(type.kind), type.arity, type.batched ? "..." : "");
  if (!options.schedule.empty())
    key += " schedule " + schedule::spelled(options.schedule);
  return key;
}

Result<void> matchOne(const ParameterSpec &parameter, const sema::Interface &interface, const Value &value,
                      bool mayConvert, MatchedCall &call) {
  switch (parameter.kind) {
  case Kind::compileTime:
    return matchStatic(parameter.name, value, call.bindings);
  case Kind::tree:
    return matchTree(interface.trees[parameter.row], value, call);
  case Kind::index:
    if (!std::holds_alternative<int64_t>(value))
      return wrongKind(parameter.name, "an index (a whole number)", value);
    call.arguments.push_back(std::get<int64_t>(value));
    return {};
  case Kind::tensor: {
    Result<Tensor> tensor = matchTensor(interface.tensors[parameter.row], interface.usesFloat[parameter.row], value,
                                        call.bindings.floatType, mayConvert);
    if (!tensor)
      return tensor.error();
    call.arguments.push_back(*tensor);
    return {};
  }
  }
  return {};
}

} // namespace

Result<MatchedCall> matchArguments(const std::string &kernel, const sema::Interface &interface,
                                   const std::vector<NamedValue> &values, const CallOptions &options) {
  Result<std::vector<const Value *>> matched = matchNames(kernel, interface, values);
  if (!matched)
    return matched.error();
  Result<DType> floatType = floatTypeOf(interface, *matched, options);
  if (!floatType)
    return floatType.error();
  MatchedCall call;
  call.bindings.floatType = *floatType;
  for (size_t i = 0; i < matched->size(); ++i)
    if (Result<void> done =
            matchOne(interface.parameters[i], interface, *(*matched)[i], options.floatType.has_value(), call);
        !done)
      return done.error();
  Result<std::map<std::string, int64_t>> dimensions = dimensionsOf(interface, call.arguments);
  if (!dimensions)
    return dimensions.error();
  call.bindings.dims = std::move(*dimensions);
  call.key = keyOf(kernel, interface, call.bindings, options);
  return call;
}

} // namespace espalier
