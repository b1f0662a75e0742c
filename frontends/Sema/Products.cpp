//===- Products.cpp - dot, outer, einsum and the solves ----------------===//
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

Value Analyzer::callDot(const Call &call) {
  Span span = call.node.span;
  Value a = evaluate(*call.args[0]), b = evaluate(*call.args[1]);
  if (!a || !b)
    return Value::none();
  if (!inVisit() && (isWhole(a) || isWhole(b)))
    return wholeDot(call.builtin.op, a, b, span);
  bool mayBePrefix = call.builtin.op == Op::dot;
  Value x = floatTile(a, call.args[0]->span, mayBePrefix), y = floatTile(b, call.args[1]->span, mayBePrefix);
  if (!x || !y)
    return Value::none();
  if (x.is(Value::Kind::unknown) || y.is(Value::Kind::unknown))
    return Value::unknown();
  const Type &p = x.expr->type, &q = y.expr->type;
  std::string message =
      fmt::format("`{}` takes two tiles of equal shape, found {} and {}", call.builtin.name, typeText(p), typeText(q));
  bool fits = p.sizes.size() == q.sizes.size();
  if (!fits) {
    Diagnostic &error = diags().error(span, message);
    noteDefinition(error, a);
    noteDefinition(error, b);
  }
  for (size_t k = 0; k < p.sizes.size() && fits; ++k)
    fits = requireEqual(p.sizes[k], q.sizes[k], span, message, {&a, &b});
  if (!fits)
    return Value::none();
  if (x.prefix != y.prefix || (x.prefix && (x.expr->table != y.expr->table || x.expr->axes != y.expr->axes ||
                                            !sameExpr(x.expr->args[1], y.expr->args[1])))) {
    diags()
        .error(span, "both sides of `dot` are cut to the same number of shared levels")
        .withHint("`dot(q[:sum(ranks[:n])], k[:sum(ranks[:n])])`");
    return Value::none();
  }
  DType dtype = commonDType({x, y});
  // A prefix stays what it is: dtypes that differ meet below it.
  auto cast = [&](const Value &value) { return asDType(value, dtype, span); };
  return Value::tile(make(call.builtin.op, {Kind::tile, dtype, {}, -1, 0}, {cast(x), cast(y)}, span));
}

Value Analyzer::callOuter(const Call &call) {
  Value a = floatTile(evaluate(*call.args[0]), call.args[0]->span),
        b = floatTile(evaluate(*call.args[1]), call.args[1]->span);
  if (!a || !b)
    return Value::none();
  if (a.is(Value::Kind::unknown) || b.is(Value::Kind::unknown))
    return Value::unknown();
  const Type &p = a.expr->type, &q = b.expr->type;
  if (p.sizes.size() != 1 || q.sizes.size() != 1) {
    diags().error(call.node.span, fmt::format("`outer` takes two vectors, found {} and {}", typeText(p), typeText(q)));
    return Value::none();
  }
  DType dtype = commonDType({a, b});
  return Value::tile(make(Op::outer, {Kind::tile, dtype, {p.sizes[0], q.sizes[0]}, -1, 0},
                          {asDType(a, dtype, call.node.span), asDType(b, dtype, call.node.span)}, call.node.span));
}

/// einsum("ab,bc->ac", x, y)
Value Analyzer::callEinsum(const Call &call) {
  const ast::Expr &node = *call.args[0];
  if (node.kind != ast::ExprKind::String) {
    diags().error(node.span, "`einsum` starts with its subscripts as a text").withHint("`einsum(\"ik,kj->ij\", a, b)`");
    return Value::none();
  }
  std::string subscripts;
  for (char c : node.text)
    if (c != ' ')
      subscripts += c;
  size_t arrow = subscripts.find("->");
  if (arrow == std::string::npos) {
    diags()
        .error(node.span, fmt::format("the subscripts \"{}\" name no result", node.text))
        .withHint("write `->` and the letters of the result");
    return Value::none();
  }
  std::vector<std::string> letters(1);
  for (size_t k = 0; k < arrow; ++k) {
    if (subscripts[k] == ',')
      letters.emplace_back();
    else
      letters.back() += subscripts[k];
  }
  std::string result = subscripts.substr(arrow + 2);
  std::vector<std::string> all = letters;
  all.push_back(result);
  for (const std::string &group : all)
    for (size_t k = 0; k < group.size(); ++k) {
      bool isLetter = (group[k] >= 'a' && group[k] <= 'z') || (group[k] >= 'A' && group[k] <= 'Z');
      if (!isLetter) {
        diags().error(node.span, fmt::format("subscripts are letters, found `{}`", group[k]));
        return Value::none();
      }
      if (group.find(group[k], k + 1) != std::string::npos) {
        diags()
            .error(node.span, fmt::format("the letter `{}` stands twice in \"{}\"", group[k], group))
            .withHint("a letter stands once in an operand");
        return Value::none();
      }
    }
  if (letters.size() != call.args.size() - 1) {
    diags().error(node.span, fmt::format("the subscripts \"{}\" are for {} operands, found {}", node.text,
                                         letters.size(), call.args.size() - 1));
    return Value::none();
  }
  std::vector<Value> operands, originals;
  std::map<char, std::pair<Dim, size_t>> sizes;
  for (size_t k = 0; k < letters.size(); ++k) {
    Value value = evaluate(*call.args[k + 1]);
    Value tile = floatTile(value, call.args[k + 1]->span);
    if (!tile.is(Value::Kind::tile))
      return tile;
    const Type &type = tile.expr->type;
    if (type.sizes.size() != letters[k].size()) {
      Diagnostic &error =
          diags().error(call.args[k + 1]->span, fmt::format("\"{}\" has {} letters, but its operand is {}", letters[k],
                                                            letters[k].size(), typeText(type)));
      noteDefinition(error, value);
      return Value::none();
    }
    for (size_t axis = 0; axis < type.sizes.size(); ++axis) {
      auto [place, isNew] = sizes.try_emplace(letters[k][axis], type.sizes[axis], k);
      if (isNew)
        continue;
      std::string message =
          fmt::format("the letter `{}` has size {} in operand {} and {} in operand {}", letters[k][axis],
                      place->second.first.str(), place->second.second + 1, type.sizes[axis].str(), k + 1);
      if (!requireEqual(place->second.first, type.sizes[axis], call.args[k + 1]->span, message, {&value}))
        return Value::none();
    }
    operands.push_back(std::move(tile));
  }
  std::vector<Dim> resultSizes;
  for (char letter : result) {
    auto place = sizes.find(letter);
    if (place == sizes.end()) {
      diags().error(node.span, fmt::format("the letter `{}` of the result stands in no operand", letter));
      return Value::none();
    }
    resultSizes.push_back(place->second.first);
  }
  return contract(subscripts, operands, std::move(resultSizes), call.node.span);
}

//===----------------------------------------------------------------------===//
// Solves
//===----------------------------------------------------------------------===//

Value Analyzer::callSolve(const Call &call) {
  Value left = evaluate(*call.args[0]), right = evaluate(*call.args[1]);
  Value s = floatTile(left, call.args[0]->span), b = floatTile(right, call.args[1]->span);
  if (!s || !b)
    return Value::none();
  if (s.is(Value::Kind::unknown) || b.is(Value::Kind::unknown))
    return Value::unknown();
  const Type &p = s.expr->type, &q = b.expr->type;
  std::string message = fmt::format("`{}` takes S [n, n] and b [n] or [n, m], found {} and {}", call.builtin.name,
                                    typeText(p), typeText(q));
  bool fits = p.sizes.size() == 2 && (q.sizes.size() == 1 || q.sizes.size() == 2);
  if (!fits) {
    Diagnostic &error = diags().error(call.node.span, message);
    noteDefinition(error, left);
    noteDefinition(error, right);
    return Value::none();
  }
  if (!requireEqual(p.sizes[0], p.sizes[1], call.node.span, message, {&left, &right}) ||
      !requireEqual(p.sizes[0], q.sizes[0], call.node.span, message, {&left, &right}))
    return Value::none();
  DType dtype = commonDType({s, b});
  return Value::tile(make(call.builtin.op, {Kind::tile, dtype, q.sizes, -1, 0},
                          {asDType(s, dtype, call.node.span), asDType(b, dtype, call.node.span)}, call.node.span));
}

/// inv(S) = solve(S, eye(n))
Value Analyzer::callInv(const Call &call) {
  Value s = floatTile(evaluate(*call.args[0]), call.args[0]->span);
  if (!s.is(Value::Kind::tile))
    return s;
  const Type type = s.expr->type;
  std::string message = fmt::format("`inv` takes a square tile, found {}", typeText(type));
  if (type.sizes.size() != 2) {
    diags().error(call.node.span, message);
    return Value::none();
  }
  if (!requireEqual(type.sizes[0], type.sizes[1], call.node.span, message))
    return Value::none();
  return Value::tile(make(Op::solve, type, {s.expr, make(Op::eye, type, {}, call.node.span)}, call.node.span));
}

} // namespace espalier::sema
