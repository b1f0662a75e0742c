//===- Results.cpp - What a kernel returns (L13) -----------------------------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

void Analyzer::walkReturn(const ast::Stmt &stmt) {
  Frame &frame = *frames.back();
  frame.hasReturned = true;
  for (const ast::ExprPtr &node : stmt.values) {
    frame.returnedNames.push_back(node->kind == ast::ExprKind::Name ? node->text : "");
    if (frames.size() == 1 && node->kind != ast::ExprKind::Name)
      pendingName = "result";
    frame.returned.push_back(evaluate(*node));
    pendingName.clear();
  }
}

/// The value under the stated type of a result; nothing after an error.
std::optional<Value> Analyzer::checkedResult(Value value, const ast::TypeExpr &type, const std::string &name,
                                             Span span) {
  if (isTreeType(type.name)) {
    if (!value.is(Value::Kind::tree)) {
      diags()
          .error(span, fmt::format("{} is stated to be a {}, but it is {}", name, type.name, describe(value)))
          .note(type.span, "stated here");
      return std::nullopt;
    }
    const Tree &tree = treeRow(value.id);
    bool fits =
        type.name == "forest" || (type.name == "tree" ? tree.kind != TreeKind::forest : tree.kind == TreeKind::chain);
    if (!fits) {
      diags()
          .error(span, fmt::format("{} is stated to be a {}, but {} is a {}", name, type.name, tree.name,
                                   kindName(tree.kind)))
          .note(type.span, "stated here")
          .note(tree.span, "it comes from here");
      return std::nullopt;
    }
    return value;
  }
  if (type.name == "index" || type.name == "static") {
    if (type.name == "index" && (isIndexLike(value) || isIntegerScalar(value)) && frames.size() > 1)
      return toIndex(value, span);
    diags()
        .error(type.span, fmt::format("{} cannot be of type `{}`", name, type.name))
        .withHint("results are tensors and trees");
    return std::nullopt;
  }
  auto dtype = dtypeNamed(type.name);
  if (!dtype) {
    diags()
        .error(type.span, fmt::format("{} cannot be of type `{}`", name, type.name))
        .withHint("results are tensors and trees");
    return std::nullopt;
  }
  if (value.is(Value::Kind::unknown))
    return value;
  if (value.is(Value::Kind::tree)) {
    diags()
        .error(span, fmt::format("{} is stated to be {}, but it is {}", name, statedText(type), describe(value)))
        .note(type.span, "stated here");
    return std::nullopt;
  }
  if (!value.is(Value::Kind::tensor) && !value.is(Value::Kind::whole)) {
    Value tile = matchTile(type, toTile(value, span, true), name, span, false);
    return tile ? std::optional(tile) : std::nullopt;
  }
  if (value.is(Value::Kind::whole))
    value = materialise(value, "result", span);
  if (!value)
    return std::nullopt;
  DType found = state.kernel.tensors[static_cast<size_t>(value.id)].dtype;
  if (found != *dtype && !(inCost && isFloat(found) && isFloat(*dtype))) {
    Diagnostic &error = diags().error(span, fmt::format("{} is stated to be {}, but its value is {}", name,
                                                        espalier::name(*dtype), espalier::name(found)));
    error.note(type.span, "stated here");
    noteDefinition(error, value);
    error.withHint(isFloat(found) ? fmt::format("`cast(..., {})` changes the precision", type.name)
                                  : fmt::format("state it at its definition: `name[v]: {} = ...`", type.name));
    return std::nullopt;
  }
  Value matched = matchAxes(type, value, name, span, false);
  return matched ? std::optional(matched) : std::nullopt;
}

/// Results of the kernel itself: names, types, tensors of their own.
void Analyzer::finishResults(const ast::Function &function, Frame &frame) {
  if (!frame.hasReturned) {
    diags()
        .error(function.nameSpan, fmt::format("`{}` returns nothing", function.name))
        .withHint("end it with `return`");
    return;
  }
  if (!function.result) {
    diags()
        .error(function.nameSpan, fmt::format("`{}` states no result type", function.name))
        .withHint("`-> float[..., G, n]`");
    return;
  }
  std::vector<ast::TypeExpr> types = function.result->tuple;
  if (types.empty())
    types.push_back(*function.result);
  if (types.size() != frame.returned.size()) {
    diags()
        .error(function.nameSpan, fmt::format("`{}` states {} result{}, but returns {}", function.name, types.size(),
                                              types.size() == 1 ? "" : "s", frame.returned.size()))
        .note(function.result->span, "stated here");
    return;
  }
  const ast::Stmt &stmt = *function.body.back();
  std::set<std::string> names;
  for (size_t k = 0; k < types.size(); ++k) {
    Span span = stmt.kind == ast::StmtKind::Return && k < stmt.values.size() ? stmt.values[k]->span : function.nameSpan;
    std::string name = frame.returnedNames[k];
    if (name.empty()) {
      name = "result";
      if (types.size() > 1) {
        diags()
            .error(span, "one of several results needs a name")
            .withHint("define it before: `name = ...`, then `return name, ...`");
        continue;
      }
    }
    if (!names.insert(name).second) {
      diags().error(span, fmt::format("`{}` is returned twice", name));
      continue;
    }
    if (!frame.returned[k])
      continue;
    auto value = checkedResult(frame.returned[k], types[k], fmt::format("the result `{}`", name), span);
    if (!value)
      continue;
    if (value->is(Value::Kind::tree)) {
      state.kernel.results.push_back({name, true, value->id});
      continue;
    }
    // A result is a tensor that the kernel defines, not a parameter, a part of a tensor or a result under another name.
    auto isOwn = [&](const Value &v) {
      if (!v.is(Value::Kind::tensor) || !v.indices.empty())
        return false;
      const Tensor &row = state.kernel.tensors[static_cast<size_t>(v.id)];
      const Tensor &base = row.viewOf >= 0 ? state.kernel.tensors[static_cast<size_t>(row.viewOf)] : row;
      for (const ResultRef &result : state.kernel.results)
        if (!result.isTree && result.id == v.id)
          return false;
      return base.parameter < 0;
    };
    if (!isOwn(*value)) {
      if (value->is(Value::Kind::tensor) && !isWhole(*value))
        value = toTile(*value, span);
      Value stored = materialise(*value, name, span);
      if (!stored)
        continue;
      Value matched = matchAxes(types[k], stored, fmt::format("the result `{}`", name), span, false);
      if (!matched)
        continue;
      value = matched;
    }
    state.kernel.results.push_back({name, false, value->id});
  }
}

} // namespace espalier::sema
