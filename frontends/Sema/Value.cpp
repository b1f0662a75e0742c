//===- Value.cpp - Types as text, promotion, equality of expressions --------===//
#include "frontends/Sema/Value.h"

#include <algorithm>

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
  case Kind::tile: return typeText(type.dtype, type.sizes);
  case Kind::index: return "index";
  case Kind::vertex: return "vertex";
  case Kind::row: return "row over " + type.rowLength.str();
  }
  return "";
}

DType promote(DType a, DType b) {
  if (a == b)
    return a;
  if (a == DType::f64 || b == DType::f64)
    return DType::f64;
  return DType::f32; // f32 with anything, f16 with bf16
}

static bool sameDomain(const Domain &a, const Domain &b) {
  return a.kind == b.kind && a.extent == b.extent && a.tree == b.tree && sameExpr(a.lower, b.lower) && sameExpr(a.upper, b.upper) &&
         sameExpr(a.vertex, b.vertex);
}

bool sameExpr(const ExprPtr &a, const ExprPtr &b) {
  if (a == b)
    return true;
  if (!a || !b || a->op != b->op || a->id != b->id || a->tree != b->tree || a->number != b->number || a->text != b->text || a->axes != b->axes ||
      a->dims != b->dims || a->table != b->table || a->variable != b->variable || a->args.size() != b->args.size() || !sameDomain(a->domain, b->domain))
    return false;
  return std::equal(a->args.begin(), a->args.end(), b->args.begin(), sameExpr);
}

} // namespace espalier::sema
