//===- Value.h - What a name or an expression stands for during analysis ----===//
#ifndef ESPALIER_FRONTENDS_SEMA_VALUE_H
#define ESPALIER_FRONTENDS_SEMA_VALUE_H

#include "frontends/Sema/Kernel.h"

#include <functional>
#include <memory>
#include <optional>

namespace espalier::sema {

/// Where an index lies, inclusive; a missing end is not known. Exact: both ends are attained whenever the loops around
/// are not empty.
struct Interval {
  std::optional<Dim> low, high;
  bool exact = false;
};

/// A `static` parameter, or a part of one. Without known values (check() has none) it is only a name.
struct StaticTuple {
  std::string name;
  bool known = false;
  std::vector<Dim> values;
  /// The tuple is cut to as many elements as this Op::sharedLevels counts (L19).
  ExprPtr levels;
};

struct Whole;

struct Value {
  enum class Kind : uint8_t {
    none,    // an error was reported; whatever uses it is silent
    unknown, // a neighbour's tile whose shape is being inferred (L11)
    index,   // dim if known when the kernel is specialised, else expr
    tile,    // expr
    vertex,  // expr
    row,     // expr
    tensor,  // a tensor (id) with its first axes indexed; not read yet
    whole,   // an elementwise expression over whole tensors outside loops (L12)
    tree,    // id
    statics, // a tuple of numbers
    text,    // a string literal
    tuple,   // (a, b): sizes
  };
  Kind kind = Kind::none;
  ExprPtr expr;

  // index
  std::optional<Dim> dim; // its value, over symbols
  bool runtime =
      false;          // dim holds symbols that only a call knows (index parameters, unrollable variables); expr is set
  bool sized = false; // made of dimensions: a range up to it is unrolled only where its variable decides a shape
  Interval range;
  std::vector<Dim> table; // with levels: the index is table[levels] (L19)
  ExprPtr levels;

  bool weak = false;     // tile: a constant or converted index, which adopts the dtype of what it meets
  bool integral = false; // weak, of an index or integer: beside i32 data it is i32
  bool prefix = false;   // tile: Op::prefix
  int32_t id = -1;       // tensor, tree
  std::vector<ExprPtr> indices;
  std::optional<Span> indexedAt; // tensor: the brackets with their name, which a fault of the read names
  bool mayFault = false;
  std::shared_ptr<const Whole> whole;
  std::shared_ptr<const StaticTuple> statics;
  std::vector<Value> elements;
  std::string text;

  bool is(Kind k) const { return kind == k; }
  explicit operator bool() const { return kind != Kind::none; }

  static Value none() { return {}; }
  static Value unknown() { return of(Kind::unknown); }
  static Value of(Kind kind) {
    Value value;
    value.kind = kind;
    return value;
  }
  static Value of(Kind kind, ExprPtr expr) {
    Value value = of(kind);
    value.expr = std::move(expr);
    return value;
  }
  static Value tile(ExprPtr expr) { return of(Kind::tile, std::move(expr)); }
  static Value number(Dim dim) {
    Value value = of(Kind::index);
    value.range = {dim, dim, true};
    value.dim = std::move(dim);
    return value;
  }
  static Value tensor(int32_t id) {
    Value value = of(Kind::tensor);
    value.id = id;
    return value;
  }
  static Value tree(int32_t id) {
    Value value = of(Kind::tree);
    value.id = id;
    return value;
  }
};

/// For each position of `axes` the tile of type `tile`: what an implicit `each` loop computes.
struct Whole {
  std::vector<Tensor::Axis> axes;
  Type tile;
  std::function<ExprPtr(const std::vector<ExprPtr> &indices)> at;
};

/// As messages show them: `f32[n, m]`, `f32`.
std::string typeText(DType dtype, const std::vector<Dim> &sizes);
std::string typeText(const Type &type);
/// "(n, m)" of sizes.
std::string sizesText(const std::vector<Dim> &sizes);

/// L16: f64 > f32 > f16, bf16; f16 with bf16 is f32.
DType promote(DType a, DType b);

/// chain, perfect tree, tree, forest.
std::string_view kindName(TreeKind kind);

/// Whether two expressions are the same by structure.
bool sameExpr(const ExprPtr &a, const ExprPtr &b);

} // namespace espalier::sema

#endif
