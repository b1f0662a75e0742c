//===- Definitions.cpp - Definitions and locals of a loop (L7) ---------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

/// `name[v] = value`
void Analyzer::define(const ast::Stmt &stmt, Loop &loop) {
  Value value = evaluate(*stmt.value);
  const Name *name = find(stmt.name);
  if (!name || !name->value.is(Value::Kind::tensor) || name->span.begin != stmt.nameSpan.begin)
    return; // a second definition of the name: reported
  int32_t id = name->value.id;
  auto at = static_cast<size_t>(id);
  state.tensors[at].defined = true;
  state.tensors[at].failed = true; // until the end of this function
  std::vector<int32_t> variables = loop.axisVariables;
  if (loop.treeVariable >= 0)
    variables.push_back(loop.treeVariable);
  bool indicesFit = stmt.indices.size() == variables.size();
  for (size_t k = 0; k < variables.size() && indicesFit; ++k)
    indicesFit = stmt.indices[k]->kind == ast::ExprKind::Name &&
                 stmt.indices[k]->text == state.kernel.variables[static_cast<size_t>(variables[k])].name;
  if (!indicesFit) {
    std::string wanted;
    for (int32_t variable : variables)
      wanted += (wanted.empty() ? "" : ", ") + state.kernel.variables[static_cast<size_t>(variable)].name;
    diags()
        .error(stmt.nameSpan, fmt::format("`{}` is defined at all variables of its loop, in order", stmt.name))
        .withHint(fmt::format("`{}[{}] = ...`", stmt.name, wanted));
  }
  if (value.is(Value::Kind::tree))
    value = countOf(value.id, false, stmt.value->span);
  if (value.is(Value::Kind::index) ||
      (value.is(Value::Kind::statics) && isIndexLike(value))) { // a number: i32 unless stated otherwise
    Value tile = toTile(value, stmt.value->span);
    if (tile && !(stmt.type && stmt.type->name != "i32"))
      tile = Value::tile(asDType(tile, DType::i32, stmt.value->span));
    value = tile;
  } else {
    value = toTile(value, stmt.value->span);
  }
  if (value && stmt.type)
    value = conform(value, *stmt.type, fmt::format("`{}`", stmt.name), stmt.nameSpan);
  bool isStuck = !value && sawUnknown && !diags().hasErrors(); // an index of unknown value
  if (!value && !isStuck)
    return;
  if (isStuck || value.is(Value::Kind::unknown)) {
    diags()
        .error(stmt.nameSpan, fmt::format("the shape of `{}` cannot be inferred: it depends on itself", stmt.name))
        .withHint(fmt::format("state it: `{}[...]: float[n, m] = ...`", stmt.name));
    return;
  }
  Tensor &tensor = state.kernel.tensors[at];
  auto loopAxes = static_cast<size_t>(tensor.numLoopAxes);
  std::vector<Tensor::Axis> axes(tensor.axes.begin(), tensor.axes.begin() + static_cast<std::ptrdiff_t>(loopAxes));
  for (const Dim &size : value.expr->type.sizes)
    axes.push_back({size, -1, false});
  DType dtype = value.expr->type.dtype;
  if (!state.tensors[at].shapeKnown) {
    state.tensors[at].shapeKnown = true;
    tensor.axes = std::move(axes);
    tensor.dtype = dtype;
  } else {
    std::vector<Dim> before;
    for (size_t k = loopAxes; k < tensor.axes.size(); ++k)
      before.push_back(tensor.axes[k].size);
    std::string message = fmt::format("`{}` is {} where it is read, but its value is {}", stmt.name,
                                      typeText(tensor.dtype, before), typeText(value.expr->type));
    bool fits = tensor.axes.size() == axes.size() && tensor.dtype == dtype;
    if (!fits)
      diags().error(stmt.nameSpan, message).withHint("state its type: `name[v]: float[n, m] = ...`");
    for (size_t k = loopAxes; k < axes.size() && fits; ++k)
      fits = requireEqual(tensor.axes[k].size, axes[k].size, stmt.nameSpan, message);
    if (!fits)
      return;
  }
  state.tensors[at].failed = false;
  loop.body.push_back({Statement::Kind::define, id, stmt.name, value.expr, stmt.span});
}

/// `name = value` within a loop: a value of one visit.
void Analyzer::defineLocal(const ast::Stmt &stmt) {
  Value value = evaluate(*stmt.value);
  if (stmt.type && value) {
    Value tile = toTile(value, stmt.value->span);
    value = tile ? conform(tile, *stmt.type, fmt::format("`{}`", stmt.name), stmt.nameSpan) : tile;
  }
  bool isLet = (value.is(Value::Kind::tile) && !(value.weak && value.expr->op == Op::literal) && !value.prefix) ||
               value.is(Value::Kind::row);
  if (isLet) {
    int32_t local = state.numLocals++;
    visit->loop->body.push_back({Statement::Kind::let, local, stmt.name, value.expr, stmt.span});
    auto expr = make(Op::local, value.expr->type, {}, stmt.nameSpan);
    expr->id = local;
    if (value.is(Value::Kind::row))
      expr->variable = value.expr->variable;
    value.expr = expr;
    value.weak = false;
  } else if (value.is(Value::Kind::text) || value.is(Value::Kind::tuple)) {
    diags().error(stmt.value->span, fmt::format("{} cannot be named", describe(value)));
    value = Value::none();
  }
  declare(stmt.name, value, stmt.nameSpan, "a local");
}

} // namespace espalier::sema
