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

/// The number of insertions, deletions, changes and swaps of neighbours that turn a into b.
static size_t editDistance(const std::string &a, const std::string &b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i)
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

std::optional<std::string> closest(const std::string &name, const std::vector<std::string> &candidates) {
  std::optional<std::string> best;
  size_t bestDistance = name.size() < 3 ? 1 : name.size() / 3 + 1; // accepted up to this
  if (name.size() < 2 || name.size() > 64)
    return best;
  for (const std::string &candidate : candidates) {
    if (candidate.size() > 64 || candidate == name)
      continue;
    size_t distance = editDistance(name, candidate);
    if (distance < bestDistance || (distance == bestDistance && !best)) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

} // namespace espalier::sema
