//===- Value.cpp - Types as text, promotion, equality of expressions --------===//
#include "frontends/Sema/Value.h"

#include <algorithm>
#include <set>

namespace espalier::sema {

std::string sizesText(const std::vector<Dim> &sizes) {
  std::string text;
  for (const Dim &size : sizes)
    text += (text.empty() ? "" : ", ") + size.str();
  return text;
}

std::string typeText(DType dtype, const std::vector<Dim> &sizes) {
  std::string text(name(dtype));
  return sizes.empty() ? text : text + "[" + sizesText(sizes) + "]";
}

std::string typeText(const Type &type) {
  switch (type.kind) {
  case Kind::tile:
    return typeText(type.dtype, type.sizes);
  case Kind::index:
    return "index";
  case Kind::vertex:
    return "vertex";
  case Kind::row:
    return "row over " + type.rowLength.str();
  }
  return "";
}

std::string_view kindName(TreeKind kind) {
  static constexpr std::string_view names[] = {"chain", "perfect tree", "tree", "forest"};
  return names[static_cast<size_t>(kind)];
}

DType promote(DType a, DType b) {
  if (a == b)
    return a;
  if (a == DType::f64 || b == DType::f64)
    return DType::f64;
  return DType::f32; // f32 with anything, f16 with bf16
}

static bool sameFields(const Expr &a, const Expr &b) {
  return a.op == b.op && a.id == b.id && a.tree == b.tree && a.number == b.number && a.text == b.text &&
         a.axes == b.axes && a.dims == b.dims && a.table == b.table && a.variable == b.variable &&
         a.args.size() == b.args.size() && a.domain.kind == b.domain.kind && a.domain.extent == b.domain.extent &&
         a.domain.tree == b.domain.tree;
}

bool sameExpr(const ExprPtr &first, const ExprPtr &second) {
  std::set<std::pair<const Expr *, const Expr *>> seen; // shared nodes are compared once
  std::vector<std::pair<const Expr *, const Expr *>> open = {{first.get(), second.get()}};
  while (!open.empty()) {
    auto [a, b] = open.back();
    open.pop_back();
    if (a == b || !seen.insert({a, b}).second)
      continue;
    if (!a || !b || !sameFields(*a, *b))
      return false;
    for (size_t k = 0; k < a->args.size(); ++k)
      open.emplace_back(a->args[k].get(), b->args[k].get());
    open.emplace_back(a->domain.lower.get(), b->domain.lower.get());
    open.emplace_back(a->domain.upper.get(), b->domain.upper.get());
    open.emplace_back(a->domain.vertex.get(), b->domain.vertex.get());
  }
  return true;
}

} // namespace espalier::sema
