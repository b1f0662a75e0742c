//===- Scopes.cpp - Names, limits and requirements of a walk -----------------===//
#include "frontends/AST/Spelling.h"
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

Analyzer::Analyzer(const ast::Module &module, Mode mode, Diagnostics &diagnostics)
    : module(module), mode(std::move(mode)), diagnostics(&diagnostics) {}

//===----------------------------------------------------------------------===//
// Names (L5)
//===----------------------------------------------------------------------===//

const Name *Analyzer::find(const std::string &name) const {
  for (const Scope *s = scope; s; s = s->parent)
    if (auto place = s->names.find(name); place != s->names.end())
      return &place->second;
  return nullptr;
}

bool Analyzer::declare(const std::string &name, Value value, Span span, std::string_view what) {
  if (const Name *earlier = find(name)) {
    diags()
        .error(span, fmt::format("`{}` is defined already", name))
        .note(earlier->span, fmt::format("`{}` is {}, defined here", name, earlier->what))
        .withHint("a name is assigned once and shadows no other: choose another name");
    return false;
  }
  scope->names[name] = {std::move(value), span, what};
  return true;
}

std::vector<std::string> Analyzer::visibleNames() const {
  std::vector<std::string> names;
  for (const Scope *s = scope; s; s = s->parent)
    for (const auto &[name, entry] : s->names)
      names.push_back(name);
  return names;
}

Value Analyzer::unknownName(const ast::Expr &node, const std::string &hint) {
  int program = 0;
  if (findBuiltin(node.text) || resolveFunction(node.text, program)) {
    diags()
        .error(node.span, fmt::format("`{}` is a function and has no value of its own", node.text))
        .withHint(fmt::format("call it: `{}(...)`", node.text));
    return Value::none();
  }
  std::string near = didYouMean(node.text, visibleNames());
  diags().error(node.span, fmt::format("unknown name `{}`", node.text)).withHint(near.empty() ? hint : near);
  return Value::none();
}

std::string Analyzer::uniqueSymbol(const std::string &name) {
  std::string unique = name;
  for (int k = 2; !state.usedSymbols.insert(unique).second; ++k)
    unique = fmt::format("{}'{}", name, k);
  return unique;
}

//===----------------------------------------------------------------------===//
// Limits
//===----------------------------------------------------------------------===//

bool Analyzer::step(Span span) {
  if (exhausted)
    return false;
  if (++steps <= maxSteps)
    return true;
  exhausted = true;
  diags()
      .error(span, "the program is too large once calls are inlined and ranges unrolled")
      .withHint("let helpers call each other less often, or shorten static ranges");
  return false;
}

std::shared_ptr<Expr> Analyzer::make(Op op, Type type, std::vector<ExprPtr> args, Span span) {
  auto expr = std::make_shared<Expr>();
  expr->op = op;
  expr->span = span;
  for (const ExprPtr &arg : args)
    if (arg && arg->depth >= expr->depth)
      expr->depth = arg->depth + 1;
  if (type.kind == Kind::tile) {
    noteTile(type.sizes);
    checkSizesKnown(type.sizes, span);
  }
  expr->type = std::move(type);
  expr->args = std::move(args);
  step(span);
  if (expr->depth > maxExprDepth && !exhausted) {
    exhausted = true;
    diags().error(span, "the expression is nested too deeply").withHint("name its parts");
  }
  return expr;
}

//===----------------------------------------------------------------------===//
// Dimensions
//===----------------------------------------------------------------------===//

void Analyzer::noteTile(const std::vector<Dim> &sizes) {
  for (const Dim &size : sizes)
    if (!size.constant())
      for (std::string &name : size.symbols())
        tileSymbols.insert(std::move(name));
}

/// With sizes bound, a tile has numbers for sizes; dimensions that no walk before saw in a tile are bound by the next
/// one.
void Analyzer::checkSizesKnown(const std::vector<Dim> &sizes, Span span) {
  if (!mode.constantDims)
    return;
  for (const Dim &size : sizes)
    for (const std::string &symbol : size.symbols())
      if (!dimNames.count(symbol) && !unrollable.count(symbol)) {
        diags()
            .error(span, fmt::format("a tile of size {} is not known when the kernel is specialised", size.str()))
            .withHint("read the tensor at a vertex or position");
        return;
      }
}

std::set<std::string> Analyzer::tileDims() const {
  std::set<std::string> names;
  for (const std::string &name : tileSymbols)
    if (dimNames.count(name))
      names.insert(name);
  return names;
}

bool Analyzer::isDimension(const Dim &size) const {
  for (const std::string &name : size.symbols())
    if (!dimNames.count(name))
      return false;
  return true;
}

bool Analyzer::isSymbolic(const Dim &size) const {
  for (const std::string &name : size.symbols())
    if (!mode.knownTileDims.count(name))
      return true;
  return false;
}

std::optional<int64_t> Analyzer::minimumOf(const std::string &symbol) const {
  if (indexNames.count(symbol))
    return std::nullopt;
  if (auto place = unrollable.find(symbol); place != unrollable.end()) {
    const auto &low = state.variables[static_cast<size_t>(place->second)].range.low;
    return low ? low->constant() : std::nullopt;
  }
  for (const Dim &extent : visitedExtents) // a loop's body runs only where there is something to visit
    if (extent.symbolName() == symbol)
      return 1;
  return 0; // sizes, and statics: counts and tuples of sizes
}

bool Analyzer::provablyAtLeast(const Dim &value, int64_t bound) const {
  auto least = value.lowerBound([&](const std::string &symbol) { return minimumOf(symbol); });
  return least && *least >= bound;
}

/// Whether the equation may hold. One that provably does not is reported; one that is open becomes a requirement.
bool Analyzer::require(Relation relation, const Dim &left, const Dim &right, Span span, const std::string &message,
                       Causes causes, const std::string &hint) {
  Dim difference = right - left;
  if (!difference.isValid()) {
    diags().error(span, "this size is too large, or divides by zero");
    return false;
  }
  if (auto value = difference.constant()) {
    bool holds = relation == Relation::equal      ? *value == 0
                 : relation == Relation::notEqual ? *value != 0
                 : relation == Relation::less     ? *value > 0
                                                  : *value >= 0;
    if (!holds) {
      Diagnostic &error = diags().error(span, message);
      for (const Value *cause : causes)
        noteDefinition(error, *cause);
      error.withHint(hint);
    }
    return holds;
  }
  if (relation == Relation::lessEqual && provablyAtLeast(difference, 0))
    return true;
  if (relation == Relation::less && provablyAtLeast(difference, 1))
    return true;
  for (const Dim *side : {&left, &right}) // decided for each value of the variable, once its range is unrolled
    for (const std::string &symbol : side->symbols())
      if (unrollable.count(symbol))
        return true;
  for (const Requirement &earlier : state.kernel.requirements)
    if (earlier.relation == relation &&
        ((earlier.left == left && earlier.right == right) ||
         (relation == Relation::equal && earlier.left == right && earlier.right == left)))
      return true;
  Requirement requirement{relation, left, right, message, span, {}, hint, {}};
  for (const Value *cause : causes)
    if (auto note = definitionOf(*cause);
        note && (requirement.notes.empty() || requirement.notes.back().message != note->message))
      requirement.notes.push_back(std::move(*note));
  state.kernel.requirements.push_back(std::move(requirement));
  return true;
}

/// Whether an assertion, or another equation that every call is checked for, states it.
bool Analyzer::isStatedEqual(const Dim &a, const Dim &b) const {
  return std::any_of(state.kernel.requirements.begin(), state.kernel.requirements.end(), [&](const Requirement &row) {
    return row.relation == Relation::equal && ((row.left == a && row.right == b) || (row.left == b && row.right == a));
  });
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

int32_t Analyzer::addVariable(const std::string &name, Kind kind, int32_t tree, Span span, VariableInfo info) {
  state.kernel.variables.push_back({name, kind, tree, span});
  state.variables.push_back(std::move(info));
  return static_cast<int32_t>(state.variables.size()) - 1;
}

Value Analyzer::variableValue(int32_t variable, Span span) {
  const Variable &row = state.kernel.variables[static_cast<size_t>(variable)];
  Type type;
  type.kind = row.kind;
  type.tree = row.tree;
  auto expr = make(Op::loopIndex, type, {}, span);
  expr->id = variable;
  Value value = Value::of(row.kind == Kind::vertex ? Value::Kind::vertex : Value::Kind::index, expr);
  value.range = state.variables[static_cast<size_t>(variable)].range;
  return value;
}

//===----------------------------------------------------------------------===//
// What messages call a value
//===----------------------------------------------------------------------===//

std::string Analyzer::tensorText(int32_t id) const {
  const Tensor &tensor = state.kernel.tensors[static_cast<size_t>(id)];
  std::string axes;
  for (const Tensor::Axis &axis : tensor.axes) {
    std::string size = axis.size.str();
    if (axis.tree >= 0)
      size = axis.leaves ? fmt::format("leaves({})", treeRow(axis.tree).name) : treeRow(axis.tree).name;
    axes += (axes.empty() ? "" : ", ") + size;
  }
  std::string dtype(espalier::name(tensor.dtype));
  return axes.empty() ? dtype : dtype + "[" + axes + "]";
}

std::string Analyzer::describe(const Value &value) const {
  switch (value.kind) {
  case Value::Kind::none:
    return "nothing";
  case Value::Kind::unknown:
    return "a tile of a shape not known yet";
  case Value::Kind::index:
    return "an index";
  case Value::Kind::tile:
    return typeText(value.expr->type);
  case Value::Kind::vertex:
    return fmt::format("a vertex of {}", treeRow(value.expr->type.tree).name);
  case Value::Kind::row:
    return fmt::format("a row over {}", value.expr->type.rowLength.str());
  case Value::Kind::tensor: {
    if (value.indices.empty())
      return tensorText(value.id);
    std::vector<Dim> sizes;
    for (const Tensor::Axis &axis : remainingAxes(value))
      sizes.push_back(axis.size);
    return typeText(state.kernel.tensors[static_cast<size_t>(value.id)].dtype, sizes);
  }
  case Value::Kind::whole: {
    std::vector<Dim> sizes;
    for (const Tensor::Axis &axis : value.whole->axes)
      sizes.push_back(axis.size);
    sizes.insert(sizes.end(), value.whole->tile.sizes.begin(), value.whole->tile.sizes.end());
    return typeText(value.whole->tile.dtype, sizes);
  }
  case Value::Kind::tree:
    return fmt::format("the tree {}", treeRow(value.id).name);
  case Value::Kind::statics:
    return "a static tuple";
  case Value::Kind::text:
    return "a text";
  case Value::Kind::tuple:
    return "a tuple";
  }
  return "";
}

/// Where a vertex of a chain stands for a number.
std::string Analyzer::positionHint(const Value &value) const {
  if (!value.is(Value::Kind::vertex) || treeRow(value.expr->type.tree).kind != TreeKind::chain)
    return "";
  const Expr &vertex = *value.expr;
  const std::string name =
      vertex.op == Op::loopIndex ? state.kernel.variables[static_cast<size_t>(vertex.id)].name : std::string("v");
  return fmt::format("`height({})` is its position in the chain, counted from 0", name);
}

/// A note at the definition of the tensor that a value is, or is read from.
std::optional<Note> Analyzer::definitionOf(const Value &value) const {
  int32_t id = -1;
  if (value.is(Value::Kind::tensor))
    id = value.id;
  else if (value.is(Value::Kind::tile) && value.expr) {
    const Expr *expr = value.expr.get();
    while ((expr->op == Op::transpose || expr->op == Op::cast || expr->op == Op::slice) && !expr->args.empty() &&
           expr->args[0])
      expr = expr->args[0].get();
    if (expr->op == Op::read)
      id = expr->id;
  }
  if (id < 0)
    return std::nullopt;
  const Tensor &tensor = state.kernel.tensors[static_cast<size_t>(id)];
  return Note{tensor.span, fmt::format("{} is {}, defined here", tensor.name, tensorText(id))};
}

void Analyzer::noteDefinition(Diagnostic &diagnostic, const Value &value) const {
  if (auto note = definitionOf(value);
      note && (diagnostic.notes.empty() || diagnostic.notes.back().message != note->message))
    diagnostic.notes.push_back(std::move(*note));
}

} // namespace espalier::sema
