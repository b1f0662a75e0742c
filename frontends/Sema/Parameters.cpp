//===- Parameters.cpp - Type expressions and the parameters of a kernel ------===//
#include "frontends/Sema/Analyzer.h"

#include <cmath>

namespace espalier::sema {

std::optional<DType> Analyzer::dtypeNamed(const std::string &name) const {
  static const std::map<std::string, DType> fixed = {{"f64", DType::f64}, {"f32", DType::f32},
                                                     {"f16", DType::f16}, {"bf16", DType::bf16},
                                                     {"i32", DType::i32}, {"bool", DType::boolean}};
  if (name == "float")
    return frames.back()->floatType;
  auto place = fixed.find(name);
  return place == fixed.end() ? std::nullopt : std::optional(place->second);
}

bool Analyzer::isTreeType(const std::string &name) const {
  return name == "tree" || name == "forest" || name == "chain";
}

//===----------------------------------------------------------------------===//
// The parameters of the kernel itself
//===----------------------------------------------------------------------===//

/// Trees, statics and indices first: their names may stand in the shapes of tensors before they do.
void Analyzer::declareParameters(const ast::Function &function) {
  for (const ast::Parameter &parameter : function.parameters) {
    if (isTreeType(parameter.type.name))
      declareTreeParameter(parameter);
    else if (parameter.type.name == "static")
      declareStaticParameter(parameter);
    else if (parameter.type.name == "index") {
      Type type;
      type.kind = Kind::index;
      auto expr = make(Op::indexParam, type, {}, parameter.span);
      expr->id = static_cast<int32_t>(state.kernel.indices.size());
      Value value = Value::of(Value::Kind::index, expr);
      value.dim = Dim::symbol(parameter.name);
      value.runtime = true;
      value.range = {value.dim, value.dim, true};
      if (declare(parameter.name, value, parameter.span, "an index parameter")) {
        indexNames.insert(parameter.name);
        state.usedSymbols.insert(parameter.name);
      }
      state.kernel.indices.push_back(parameter.name);
      interface.indices.push_back(parameter.name);
    } else if (!dtypeNamed(parameter.type.name)) {
      diags()
          .error(parameter.type.span, fmt::format("`{}` is not a type", parameter.type.name))
          .withHint("types: float f64 f32 f16 bf16 i32 bool index static tree forest chain");
    }
    if (!dtypeNamed(parameter.type.name) && (parameter.type.hasBrackets))
      diags().error(parameter.type.span, fmt::format("`{}` takes no axes", parameter.type.name));
  }
  for (const ast::Parameter &parameter : function.parameters)
    if (dtypeNamed(parameter.type.name))
      declareTensorParameter(parameter);
  // The rows of the call, in order.
  std::map<ParameterSpec::Kind, int32_t> rows;
  for (const ast::Parameter &parameter : function.parameters) {
    ParameterSpec spec;
    spec.name = parameter.name;
    spec.kind = isTreeType(parameter.type.name)   ? ParameterSpec::Kind::tree
                : parameter.type.name == "static" ? ParameterSpec::Kind::compileTime
                : parameter.type.name == "index"  ? ParameterSpec::Kind::index
                                                  : ParameterSpec::Kind::tensor;
    if (spec.kind != ParameterSpec::Kind::compileTime)
      spec.row = rows[spec.kind]++;
    interface.parameters.push_back(std::move(spec));
  }
  for (const TensorSpec &tensor : interface.tensors)
    interface.batched |= tensor.batched;
  for (TreeSpec &tree : interface.trees)
    tree.batchable = interface.batched;
  for (const Tree &tree : state.kernel.trees)
    if (tree.batched && !interface.batched)
      diags()
          .error(tree.span,
                 fmt::format("`{}` is a batch of trees, but no parameter of the kernel has a batch", tree.name))
          .withHint("write `...` first in the brackets of the tensors that have one: `float[..., G]`");
}

void Analyzer::declareTreeParameter(const ast::Parameter &parameter) {
  Tree tree;
  tree.name = parameter.name;
  tree.span = parameter.span;
  tree.kind = parameter.type.name == "chain"    ? TreeKind::chain
              : parameter.type.name == "forest" ? TreeKind::forest
                                                : TreeKind::rooted;
  interface.trees.push_back({tree.name, tree.kind, 0, false});
  tree.parameter = static_cast<int32_t>(interface.trees.size()) - 1;
  if (mode.bindings)
    if (auto bound = mode.bindings->trees.find(parameter.name); bound != mode.bindings->trees.end()) {
      if (tree.kind == TreeKind::chain && bound->second.kind != TreeKind::chain)
        diags().error(parameter.span,
                      fmt::format("`{}` takes a chain, but its argument is a tree of another shape", parameter.name));
      else if (tree.kind == TreeKind::rooted && bound->second.kind == TreeKind::forest)
        diags()
            .error(parameter.span,
                   fmt::format("`{}` takes a tree with one root, but its argument is a forest", parameter.name))
            .withHint("declare it as `forest`");
      else
        tree.kind = bound->second.kind;
      tree.arity = bound->second.arity;
      tree.batched = bound->second.batched;
    }
  if (!declare(parameter.name, Value::tree(static_cast<int32_t>(state.kernel.trees.size())), parameter.span, "a tree"))
    return;
  dimNames.insert(parameter.name);
  dimNames.insert("leaves(" + parameter.name + ")");
  // The number of vertices or leaves is a constant where it is the size of a tile.
  auto bound = [&](const std::string &name, Dim &size) {
    if (!mode.constantDims || !mode.knownTileDims.count(name))
      return false;
    auto place = mode.bindings->dims.find(name);
    if (place == mode.bindings->dims.end())
      diags().error(parameter.span,
                    fmt::format("the size of `{}` is needed to specialise the kernel, and no argument shows it", name));
    else
      size = place->second;
    return place != mode.bindings->dims.end();
  };
  bool countKnown = bound(tree.name, tree.numVertices),
       leavesKnown = bound("leaves(" + tree.name + ")", tree.numLeaves);
  addTree(std::move(tree), countKnown, leavesKnown);
}

void Analyzer::declareStaticParameter(const ast::Parameter &parameter) {
  interface.statics.push_back(parameter.name);
  auto statics = std::make_shared<StaticTuple>();
  statics->name = parameter.name;
  Value value = Value::of(Value::Kind::statics);
  if (mode.bindings) {
    auto bound = mode.bindings->statics.find(parameter.name);
    if (bound == mode.bindings->statics.end()) {
      diags().error(parameter.span, fmt::format("the static parameter `{}` has no value", parameter.name));
      value = Value::none();
    } else if (!bound->second.isTuple && bound->second.values.size() == 1) {
      value = Value::number(bound->second.values[0]);
    } else {
      statics->known = true;
      statics->values.assign(bound->second.values.begin(), bound->second.values.end());
    }
  }
  value.statics = statics;
  state.usedSymbols.insert(parameter.name);
  declare(parameter.name, value, parameter.span, "a static parameter");
}

/// An axis of a tensor parameter; a name that stands for nothing yet is a new dimension (L3).
Tensor::Axis Analyzer::parameterAxis(const ast::Expr &dim) {
  if (dim.kind == ast::ExprKind::Name && !find(dim.text)) {
    Dim size = Dim::symbol(dim.text);
    dimNames.insert(dim.text);
    if (mode.constantDims && mode.knownTileDims.count(dim.text)) {
      auto bound = mode.bindings->dims.find(dim.text);
      if (bound == mode.bindings->dims.end())
        diags().error(
            dim.span,
            fmt::format("the size of `{}` is needed to specialise the kernel, and no argument shows it", dim.text));
      else
        size = bound->second;
    }
    state.usedSymbols.insert(dim.text);
    Value value = Value::number(size);
    value.sized = true;
    declare(dim.text, value, dim.span, "a dimension");
    return {size, -1, false};
  }
  bool leaves = false;
  if (namesTree(dim)) {
    Value tree = treeArgument(dim, leaves);
    if (!tree)
      return {};
    const Tree &row = treeRow(tree.id);
    return {leaves ? row.numLeaves : row.numVertices, tree.id, leaves};
  }
  return {axisSize(dim).value_or(Dim(0)), -1, false};
}

void Analyzer::declareTensorParameter(const ast::Parameter &parameter) {
  Tensor tensor;
  tensor.name = parameter.name;
  tensor.span = parameter.span;
  tensor.dtype = *dtypeNamed(parameter.type.name);
  tensor.batched = parameter.type.hasEllipsis;
  tensor.parameter = static_cast<int32_t>(interface.tensors.size());
  TensorSpec spec{tensor.name, tensor.dtype, tensor.batched, {}};
  for (const ast::ExprPtr &dim : parameter.type.dims) {
    tensor.axes.push_back(parameterAxis(*dim));
    AxisSize size;
    const Tensor::Axis &axis = tensor.axes.back();
    size.constant = axis.size.constant().value_or(-1);
    size.name = dim->kind == ast::ExprKind::Name ? dim->text
                : axis.tree >= 0 && axis.leaves  ? fmt::format("leaves({})", treeRow(axis.tree).name)
                                                 : axis.size.str();
    spec.axes.push_back(std::move(size));
  }
  interface.usesFloat.push_back(parameter.type.name == "float");
  interface.tensors.push_back(std::move(spec));
  declare(parameter.name, Value::tensor(static_cast<int32_t>(state.kernel.tensors.size())), parameter.span,
          "a parameter");
  state.kernel.tensors.push_back(std::move(tensor));
  state.tensors.push_back({});
}

//===----------------------------------------------------------------------===//
// Stated shapes (L3, L7)
//===----------------------------------------------------------------------===//

/// Whether a dimension is `G` or `leaves(G)` of a tree.
bool Analyzer::namesTree(const ast::Expr &dim) const {
  const Name *name = dim.kind == ast::ExprKind::Name ? find(dim.text) : nullptr;
  bool isLeaves = dim.kind == ast::ExprKind::Call && dim.operands[0]->text == "leaves";
  return isLeaves || (name && name->value.is(Value::Kind::tree));
}

/// What an expression over dimensions and statics says an axis has; at least 0.
std::optional<Dim> Analyzer::axisSize(const ast::Expr &dim) {
  if (dim.kind == ast::ExprKind::Name && !find(dim.text)) {
    unknownName(dim, "dimensions are named by the parameters; another size is an expression over them, as `4 * m`");
    return std::nullopt;
  }
  auto size = compileTime(dim, "the size of an axis");
  if (size && size->constant() && *size->constant() < 0) {
    diags().error(dim.span, fmt::format("an axis has a size of at least 0, not {}", size->str()));
    return std::nullopt;
  }
  return size;
}

std::optional<std::vector<Dim>> Analyzer::statedSizes(const ast::TypeExpr &type) {
  std::vector<Dim> sizes;
  for (const ast::ExprPtr &dim : type.dims) {
    auto size = axisSize(*dim);
    if (!size)
      return std::nullopt;
    sizes.push_back(*size);
  }
  return sizes;
}

/// The value of a tile in the dtype that its definition states: to a higher precision, or from integers to floats.
Value Analyzer::convert(Value tile, DType dtype, const std::string &name, Span span) {
  DType from = tile.expr->type.dtype;
  if (from == dtype)
    return tile;
  bool widens =
      isFloat(dtype) && (from == DType::i32 || (isFloat(from) && (tile.weak || promote(from, dtype) == dtype)));
  const Expr &expr = *tile.expr;
  bool isIndex = tile.weak && expr.op == Op::cast && expr.args[0]->type.kind == Kind::index;
  bool isInteger =
      tile.weak && (expr.op == Op::literal || expr.op == Op::fill) && expr.number == std::floor(expr.number);
  if (widens || (dtype == DType::i32 && (isIndex || isInteger)))
    return Value::tile(asDType(tile, dtype, span));
  diags()
      .error(span, fmt::format("{} is stated to be {}, but its value is {}", name, espalier::name(dtype),
                               espalier::name(from)))
      .withHint(fmt::format("write `cast(..., {})` where precision may be lost", espalier::name(dtype)));
  return Value::none();
}

Value Analyzer::conform(Value tile, const ast::TypeExpr &type, const std::string &name, Span span) {
  auto dtype = dtypeNamed(type.name);
  if (!dtype) {
    diags().error(type.span, fmt::format("`{}` cannot be the type of a tile", type.name));
    return Value::none();
  }
  auto sizes = statedSizes(type);
  if (!sizes)
    return Value::none();
  if (tile.is(Value::Kind::unknown))
    return Value::tile(placeholder({Kind::tile, *dtype, *sizes, -1, 0}, span));
  Value converted = convert(tile, *dtype, name, span);
  if (!converted)
    return converted;
  const std::vector<Dim> &found = converted.expr->type.sizes;
  std::string message = fmt::format("{} is stated to be {}, but its value is {}", name, typeText(*dtype, *sizes),
                                    typeText(*dtype, found));
  if (found.size() != sizes->size()) {
    diags().error(span, message);
    return Value::none();
  }
  for (size_t k = 0; k < found.size(); ++k)
    if (!requireEqual(found[k], (*sizes)[k], span, message))
      return Value::none();
  return converted;
}

} // namespace espalier::sema
