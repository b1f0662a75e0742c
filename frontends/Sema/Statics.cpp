//===- Statics.cpp - Static tuples: len, sum, max, min, [l], [:l] ---===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

const StaticTuple *Analyzer::asStatics(const Value &value, StaticTuple &storage) const {
  if (value.statics) // a single number also serves as a tuple of one
    if (value.is(Value::Kind::statics) || value.dim) {
      if (value.is(Value::Kind::statics))
        return value.statics.get();
      storage = *value.statics;
      storage.known = true;
      storage.values = {*value.dim};
      return &storage;
    }
  return nullptr;
}

Value Analyzer::staticSubscript(const Value &tuple, const ast::Expr &node) {
  StaticTuple storage;
  const StaticTuple &statics = *asStatics(tuple, storage);
  auto result = std::make_shared<StaticTuple>();
  Value value = Value::of(Value::Kind::statics);
  value.statics = result;
  if (node.operands.size() != 2) {
    diags().error(node.span, "a static tuple takes one index");
    return Value::none();
  }
  const ast::Expr &index = *node.operands[1];
  auto count = static_cast<int64_t>(statics.values.size());
  if (index.kind != ast::ExprKind::Slice) {
    auto place = compileTime(index, "an index of a static tuple");
    if (!place)
      return Value::none();
    if (!statics.known || !place->constant()) // check(): a number without a value
      return Value::number(Dim::symbol(fmt::format("{}[{}]", statics.name, place->str())));
    int64_t at = *place->constant();
    if (at < -count || at >= count) {
      diags().error(index.span, fmt::format("index {} is out of range: `{}` has {} elements", at, statics.name, count));
      return Value::none();
    }
    return Value::number(statics.values[static_cast<size_t>(at < 0 ? at + count : at)]);
  }
  // A slice up to a count of levels stands for a table (L19).
  const ast::ExprPtr &lower = index.operands[0], &upper = index.operands[1];
  std::optional<Dim> low = Dim(0), high;
  if (upper) {
    Value bound = evaluate(*upper);
    if (!bound)
      return bound;
    if (bound.expr && bound.expr->op == Op::sharedLevels && !lower) {
      *result = statics;
      result->levels = bound.expr;
      return value;
    }
    high = compileTime(bound, upper->span, "the bound of a slice");
  }
  if (lower)
    low = compileTime(*lower, "the bound of a slice");
  if (!low || (upper && !high))
    return Value::none();
  result->name = fmt::format("{}[{}:{}]", statics.name, lower ? low->str() : "", upper ? high->str() : "");
  if (statics.known && (!high || high->constant()) && low->constant()) {
    auto clamp = [&](int64_t at) { return std::min(std::max<int64_t>(at < 0 ? at + count : at, 0), count); };
    int64_t from = clamp(*low->constant()), to = clamp(high ? *high->constant() : count);
    result->known = true;
    for (int64_t k = from; k < to; ++k)
      result->values.push_back(statics.values[static_cast<size_t>(k)]);
  }
  return value;
}

Value Analyzer::staticReduce(std::string_view what, const Value &tuple, Span span) {
  StaticTuple storage;
  const StaticTuple &statics = *asStatics(tuple, storage);
  auto reduced = [&](size_t count) {
    Dim result = what == "len" ? Dim(static_cast<int64_t>(count)) : Dim(0);
    for (size_t k = 0; k < count && what != "len"; ++k)
      result = k == 0          ? statics.values[0]
               : what == "sum" ? result + statics.values[k]
               : what == "max" ? Dim::max(result, statics.values[k])
                               : Dim::min(result, statics.values[k]);
    return result;
  };
  if (statics.levels) {
    if (what == "len") {
      Value value = Value::of(Value::Kind::index, statics.levels);
      value.runtime = true;
      return value;
    }
    if (what != "sum") {
      diags()
          .error(span, fmt::format("`{}` of a tuple cut by `shared_levels` is no table of sizes", what))
          .withHint("`sum(ranks[:n])` is");
      return Value::none();
    }
    Value value = Value::of(Value::Kind::index);
    value.levels = statics.levels;
    value.runtime = true;
    if (auto levels = statics.levels->dims[0].constant(); levels && statics.known)
      for (int64_t n = 0; n <= *levels; ++n)
        value.table.push_back(reduced(std::min(static_cast<size_t>(n), statics.values.size())));
    return value;
  }
  if (!statics.known)
    return Value::number(Dim::symbol(fmt::format("{}({})", what, statics.name)));
  if (statics.values.empty() && (what == "max" || what == "min")) {
    diags().error(span, fmt::format("`{}` of an empty tuple", what));
    return Value::none();
  }
  return Value::number(reduced(statics.values.size()));
}

} // namespace espalier::sema
