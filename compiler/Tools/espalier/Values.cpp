//===- Values.cpp - name=value ----------------------------------------------===//
#include "compiler/Tools/espalier/Values.h"

#include "compiler/Tools/espalier/NumberText.h"
#include "compiler/Tools/espalier/TreeText.h"
#include "runtime/Tensor/Npy.h"
#include "runtime/Tensor/Random.h"

namespace espalier::tool {

namespace {

using Kind = ParameterSpec::Kind;

struct Text {
  std::string name, value;
};

Result<Value> parseNumbers(const std::string &text, bool mayBeTuple) {
  if (std::optional<int64_t> number = numberIn<int64_t>(text))
    return Value(*number);
  if (std::optional<std::vector<int64_t>> tuple = tupleIn(text); mayBeTuple && tuple && !tuple->empty())
    return Value(*tuple);
  return Error::of("expected {}, got `{}`", mayBeTuple ? "a whole number or a tuple like 4,2,1" : "a whole number",
                   text);
}

template <class T> Result<Value> asValue(Result<T> result) {
  return result ? Result<Value>(Value(std::move(*result))) : result.error();
}

Result<Value> asTree(const std::string &text, TreeKind kind) {
  Result<std::variant<Tree, TreeBatch>> tree = parseTree(text, kind);
  if (!tree)
    return tree.error();
  return std::visit([](auto &one) { return Value(std::move(one)); }, *tree);
}

/// A tensor from a file, or a number for a scalar. (Random tensors wait until the float type is known.)
Result<Value> parseTensor(const std::string &text) {
  if (std::optional<int64_t> whole = numberIn<int64_t>(text))
    return Value(*whole);
  if (std::optional<double> number = numberIn<double>(text))
    return Value(*number);
  if (!text.ends_with(".npy"))
    return Error::of("expected FILE.npy, random:SHAPE or a number, got `{}`", text);
  return asValue(readNpy(text));
}

bool isRandom(const std::string &text) { return text.starts_with("random:"); }

const ParameterSpec *find(const sema::Interface &interface, const std::string &name) {
  for (const ParameterSpec &parameter : interface.parameters)
    if (parameter.name == name)
      return &parameter;
  return nullptr;
}

Result<Value> parseOne(const Text &text, const ParameterSpec *parameter, const sema::Interface &interface) {
  if (!parameter)
    return Value(int64_t(0)); // the driver says that there is no such parameter
  switch (parameter->kind) {
  case Kind::tree:
    return asTree(text.value, interface.trees[parameter->row].kind);
  case Kind::index:
    return parseNumbers(text.value, false);
  case Kind::compileTime:
    return parseNumbers(text.value, true);
  case Kind::tensor:
    break;
  }
  return isRandom(text.value) ? Result<Value>(Value(int64_t(0))) : parseTensor(text.value);
}

/// The float type that files give to the call.
DType floatTypeOf(const std::vector<NamedValue> &values, const sema::Interface &interface, const CallOptions &options) {
  if (options.floatType)
    return *options.floatType;
  for (const NamedValue &value : values) {
    const ParameterSpec *parameter = find(interface, value.name);
    const Tensor *tensor = std::get_if<Tensor>(&value.value);
    if (tensor && parameter && interface.usesFloat[parameter->row] && isFloat(tensor->dtype()))
      return tensor->dtype();
  }
  return DType::f32;
}

Result<Value> parseRandom(const std::string &text, const ParameterSpec &parameter, const sema::Interface &interface,
                          DType floatType) {
  Result<RandomSpec> spec = parseRandomSpec(std::string_view(text).substr(7));
  if (!spec)
    return spec.error();
  // Without a seed every parameter has numbers of its own.
  if (text.find("seed") == std::string::npos)
    spec->seed = static_cast<uint64_t>(parameter.row);
  return asValue(
      randomTensor(interface.usesFloat[parameter.row] ? floatType : interface.tensors[parameter.row].dtype, *spec));
}

} // namespace

Result<std::vector<NamedValue>> parseValues(const std::vector<std::string> &arguments, const sema::Interface &interface,
                                            const CallOptions &options) {
  std::vector<Text> texts;
  std::vector<NamedValue> values;
  for (const std::string &argument : arguments) {
    size_t equals = argument.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error::of("expected name=value, got `{}`", argument);
    Text text{argument.substr(0, equals), argument.substr(equals + 1)};
    Result<Value> value = parseOne(text, find(interface, text.name), interface);
    if (!value)
      return value.error().within("argument " + text.name);
    values.push_back({text.name, std::move(*value)});
    texts.push_back(std::move(text));
  }
  DType floatType = floatTypeOf(values, interface, options);
  for (size_t i = 0; i < values.size(); ++i) {
    const ParameterSpec *parameter = find(interface, texts[i].name);
    if (!parameter || parameter->kind != Kind::tensor || !isRandom(texts[i].value))
      continue;
    Result<Value> value = parseRandom(texts[i].value, *parameter, interface, floatType);
    if (!value)
      return value.error().within("argument " + texts[i].name);
    values[i].value = std::move(*value);
  }
  return values;
}

} // namespace espalier::tool
