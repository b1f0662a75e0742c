//===- Calls.cpp - Inlining kernels and helpers (L1) -------------------------===//
#include "frontends/Sema/Analyzer.h"
#include "frontends/Text/Printer.h"

namespace espalier::sema {

/// A function that the current file defines or imports.
const ast::Function *Analyzer::resolveFunction(const std::string &name, int &program) const {
  if (frames.empty())
    return nullptr;
  int current = frames.back()->program;
  const ast::Program &file = module.programs[static_cast<size_t>(current)];
  for (const ast::FunctionPtr &function : file.functions)
    if (function->name == name) {
      program = current;
      return function.get();
    }
  for (size_t k = 0; k < file.imports.size(); ++k)
    for (const std::string &imported : file.imports[k].names) {
      if (imported != name)
        continue;
      program = module.importTargets[static_cast<size_t>(current)][k];
      for (const ast::FunctionPtr &function : module.programs[static_cast<size_t>(program)].functions)
        if (function->name == name)
          return function.get();
    }
  return nullptr;
}

static bool hasLoop(const ast::Function &function) {
  for (const ast::StmtPtr &stmt : function.body)
    if (stmt->kind == ast::StmtKind::For)
      return true;
  return false;
}

Value Analyzer::callFunction(const ast::Expr &node, const ast::Function &callee, int program) {
  for (const Frame *frame : frames)
    if (frame->function == &callee) {
      diags()
          .error(node.span, fmt::format("`{}` calls itself", callee.name))
          .note(callee.nameSpan, "defined here")
          .withHint("calls are inlined; a sweep over a tree is the language's recursion");
      return Value::none();
    }
  if (static_cast<int>(frames.size()) >= maxCallDepth) {
    diags().error(node.span, fmt::format("calls are nested deeper than {}", maxCallDepth));
    return Value::none();
  }
  if (inVisit() && hasLoop(callee)) {
    diags()
        .error(node.span, fmt::format("`{}` has loops and stands outside loops", callee.name))
        .note(callee.nameSpan, "defined here")
        .withHint("call it before the loop and read its result");
    return Value::none();
  }
  // Arguments, by position and by name, in the caller's scope.
  size_t count = callee.parameters.size(), given = node.operands.size() - 1;
  std::vector<const ast::Expr *> nodes(count, nullptr);
  if (given + node.keywords.size() != count) {
    diags()
        .error(node.span, fmt::format("`{}` takes {} argument{}, found {}", callee.name, count, count == 1 ? "" : "s",
                                      given + node.keywords.size()))
        .note(callee.nameSpan, "defined here");
    return Value::none();
  }
  for (size_t k = 0; k < given; ++k)
    nodes[k] = node.operands[k + 1].get();
  for (const ast::Keyword &keyword : node.keywords) {
    auto place = std::find_if(callee.parameters.begin(), callee.parameters.end(),
                              [&](const ast::Parameter &p) { return p.name == keyword.name; });
    if (place == callee.parameters.end() || nodes[static_cast<size_t>(place - callee.parameters.begin())]) {
      diags()
          .error(keyword.span, fmt::format("`{}` takes no further argument `{}`", callee.name, keyword.name))
          .note(callee.nameSpan, "defined here");
      return Value::none();
    }
    nodes[static_cast<size_t>(place - callee.parameters.begin())] = keyword.value.get();
  }
  std::vector<Value> arguments;
  bool isComplete = true;
  std::string pending = std::move(pendingName);
  pendingName.clear();
  for (const ast::Expr *argument : nodes) {
    arguments.push_back(evaluate(*argument));
    isComplete &= static_cast<bool>(arguments.back());
  }
  if (!isComplete)
    return Value::none();
  for (const Value &argument : arguments)
    if (argument.is(Value::Kind::unknown)) // L11: any other operation on an unknown is unknown
      return argument;

  Frame frame;
  frame.function = &callee;
  frame.program = program;
  frame.floatType = floatType();
  // `float` is bound by the first argument that stands for it.
  for (size_t k = 0; k < count; ++k) {
    const Value &argument = arguments[k];
    if (callee.parameters[k].type.name != "float" || inCost)
      continue;
    std::optional<DType> dtype;
    if (argument.is(Value::Kind::tensor))
      dtype = state.kernel.tensors[static_cast<size_t>(argument.id)].dtype;
    else if (argument.is(Value::Kind::tile) && !argument.weak)
      dtype = argument.expr->type.dtype;
    else if (argument.is(Value::Kind::whole))
      dtype = argument.whole->tile.dtype;
    if (dtype && isFloat(*dtype)) {
      frame.floatType = *dtype;
      break;
    }
  }
  Scope body;
  Scope *callerScope = scope;
  scope = &body;
  frames.push_back(&frame);
  bool isBound = true;
  // Trees, statics and indices first: shapes may name them.
  for (bool tensors : {false, true})
    for (size_t k = 0; k < count; ++k)
      if (dtypeNamed(callee.parameters[k].type.name).has_value() == tensors)
        isBound = bindArgument(callee.parameters[k], arguments[k], nodes[k]->span) && isBound;
  Value result = Value::none();
  if (isBound) {
    for (const ast::StmtPtr &stmt : callee.body) {
      if (exhausted || frame.hasReturned)
        break;
      walkOutside(*stmt);
    }
    if (frame.hasReturned && frame.returned.size() == 1) {
      result = frame.returned[0];
      if (result && callee.result && callee.result->tuple.empty())
        result = checkedResult(result, *callee.result, fmt::format("the result of `{}`", callee.name), node.span)
                     .value_or(Value::none());
    } else if (frame.hasReturned) {
      diags()
          .error(node.span, fmt::format("`{}` returns {} values and cannot stand in an expression", callee.name,
                                        frame.returned.size()))
          .note(callee.nameSpan, "defined here");
    } else if (!exhausted) {
      diags().error(node.span, fmt::format("`{}` returns nothing", callee.name)).note(callee.nameSpan, "defined here");
    }
  }
  frames.pop_back();
  scope = callerScope;
  return result;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

bool Analyzer::bindArgument(const ast::Parameter &parameter, const Value &argument, Span span) {
  const std::string &type = parameter.type.name;
  if (isTreeType(type))
    return bindTreeArgument(parameter, argument, span);
  if (type == "static") {
    StaticTuple storage;
    if (argument.is(Value::Kind::statics) || (argument.statics && argument.dim))
      return declare(parameter.name, argument, parameter.span, "a static parameter");
    if (argument.is(Value::Kind::tuple)) {
      auto statics = std::make_shared<StaticTuple>();
      statics->name = parameter.name;
      statics->known = true;
      for (const Value &element : argument.elements) {
        auto number = compileTime(element, span, fmt::format("the static argument `{}`", parameter.name));
        if (!number)
          return false;
        statics->values.push_back(*number);
      }
      Value value = Value::of(Value::Kind::statics);
      value.statics = statics;
      return declare(parameter.name, value, parameter.span, "a static parameter");
    }
    auto number = compileTime(argument, span, fmt::format("the static argument `{}`", parameter.name));
    if (!number)
      return false;
    Value value = argument;
    auto statics = std::make_shared<StaticTuple>();
    statics->name = parameter.name;
    value.statics = statics;
    noteTile({*number});
    return declare(parameter.name, value, parameter.span, "a static parameter");
  }
  if (type == "index") {
    Value index = toIndex(argument, span);
    return index && declare(parameter.name, index, parameter.span, "an index parameter");
  }
  return bindTensorArgument(parameter, argument, span);
}

bool Analyzer::bindTreeArgument(const ast::Parameter &parameter, const Value &argument, Span span) {
  if (!argument.is(Value::Kind::tree)) {
    diags()
        .error(span, fmt::format("`{}` takes a tree, found {}", parameter.name, describe(argument)))
        .note(parameter.span, "declared here");
    return false;
  }
  const Tree &tree = treeRow(argument.id);
  const std::string &wanted = parameter.type.name;
  bool fits = wanted == "forest" || (wanted == "tree" ? tree.kind != TreeKind::forest || tree.builder == "from_parents"
                                                      : tree.kind == TreeKind::chain);
  if (!fits) {
    diags()
        .error(span,
               fmt::format("`{}` takes a {}, but {} is a {}", parameter.name, wanted, tree.name, kindName(tree.kind)))
        .note(tree.span, fmt::format("{} comes from here", tree.name))
        .note(parameter.span, "declared here");
    return false;
  }
  return declare(parameter.name, argument, parameter.span, "a tree");
}

/// Tensors stay tensors, whole expressions and tiles outside loops become ones, tiles of a visit stay tiles.
bool Analyzer::bindTensorArgument(const ast::Parameter &parameter, Value argument, Span span) {
  if (!inVisit() && (isWhole(argument) || argument.is(Value::Kind::tile)) && !argument.is(Value::Kind::tensor) &&
      !(argument.is(Value::Kind::tile) && argument.expr->op == Op::literal))
    argument = materialise(argument, parameter.name, span);
  if (!argument.is(Value::Kind::tensor)) {
    argument = toTile(argument, span);
    if (!argument)
      return false;
    argument = matchTile(parameter.type, argument, fmt::format("`{}`", parameter.name), span, true);
  } else {
    DType wanted = *dtypeNamed(parameter.type.name),
          found = state.kernel.tensors[static_cast<size_t>(argument.id)].dtype;
    bool fits = wanted == found || (inCost && isFloat(wanted) && isFloat(found));
    if (!fits && remainingAxes(argument).empty() && inVisit()) {
      argument = matchTile(parameter.type, toTile(argument, span), fmt::format("`{}`", parameter.name), span, true);
    } else if (!fits) {
      Diagnostic &error = diags().error(
          span, fmt::format("`{}` takes {}, found {}", parameter.name, espalier::name(wanted), espalier::name(found)));
      error.note(parameter.span, "declared here");
      noteDefinition(error, argument);
      return false;
    } else {
      argument = matchAxes(parameter.type, argument, fmt::format("`{}`", parameter.name), span, true);
    }
  }
  return argument && declare(parameter.name, argument, parameter.span, "a parameter");
}

//===----------------------------------------------------------------------===//
// Stated shapes against found ones
//===----------------------------------------------------------------------===//

/// The type as the program writes it.
std::string Analyzer::statedText(const ast::TypeExpr &type) const {
  std::string axes;
  for (const ast::ExprPtr &dim : type.dims)
    axes += (axes.empty() ? "" : ", ") + text::print(*dim);
  return axes.empty() ? type.name : type.name + "[" + axes + "]";
}

bool Analyzer::matchSize(const ast::Expr &dim, const Dim &size, const std::string &name, const std::string &found,
                         const ast::TypeExpr &type, Span span, bool bindNames) {
  if (bindNames && dim.kind == ast::ExprKind::Name && !find(dim.text)) {
    Value value = Value::number(size);
    value.sized = true;
    return declare(dim.text, value, dim.span, "a dimension");
  }
  std::optional<Dim> wanted;
  bool leaves = false;
  if (namesTree(dim)) {
    Value tree = treeArgument(dim, leaves);
    if (tree)
      wanted = leaves ? treeRow(tree.id).numLeaves : treeRow(tree.id).numVertices;
  } else {
    wanted = axisSize(dim);
  }
  if (!wanted)
    return false;
  std::string text = statedText(type);
  return requireEqual(size, *wanted, span,
                      fmt::format("{} is {}, found {}: an axis of size {} instead of {}", name, text, found, size.str(),
                                  wanted->str()));
}

/// The tensor under the axes of a stated type, its unindexed axes matched one by one; grids stand for the vertices of
/// their trees.
Value Analyzer::matchAxes(const ast::TypeExpr &type, Value tensor, const std::string &name, Span span, bool bindNames) {
  const std::string found = describe(tensor);
  auto mismatch = [&](const std::string &hint = "") {
    Diagnostic &error = diags().error(span, fmt::format("{} is {}, found {}", name, statedText(type), found));
    error.note(type.span, "stated here");
    noteDefinition(error, tensor);
    error.withHint(hint);
    return Value::none();
  };
  bool namesTrees = false;
  auto treeOf = [&](const ast::Expr &dim, bool &leaves) -> int32_t {
    if (!namesTree(dim))
      return -1;
    Value tree = treeArgument(dim, leaves);
    return tree ? tree.id : -2;
  };
  for (const ast::ExprPtr &dim : type.dims) {
    bool leaves = false;
    namesTrees |= treeOf(*dim, leaves) != -1;
  }
  if (!namesTrees && remainingAxes(tensor).size() < type.dims.size() && tensor.indices.empty())
    tensor = expandGrids(tensor, span); // H, W are wanted, and the tree that grew on them is found
  for (size_t k = 0; k < type.dims.size(); ++k) {
    const ast::Expr &dim = *type.dims[k];
    std::vector<Tensor::Axis> axes = remainingAxes(tensor);
    if (k >= axes.size())
      return mismatch();
    bool leaves = false;
    int32_t tree = treeOf(dim, leaves);
    if (tree == -2)
      return Value::none();
    if (tree >= 0 && (axes[k].tree != tree || axes[k].leaves != leaves)) {
      size_t errors = diags().numErrors();
      auto view = viewAt(tensor.id, tensor.indices.size() + k, tree, leaves, span);
      if (!view)
        return diags().numErrors() > errors ? Value::none()
                                            : mismatch(viewHint(tensor.id, tensor.indices.size() + k, tree, leaves));
      tensor.id = *view;
      continue;
    }
    if (tree < 0 && !matchSize(dim, axes[k].size, name, found, type, span, bindNames))
      return Value::none();
  }
  if (remainingAxes(tensor).size() != type.dims.size())
    return mismatch();
  return tensor;
}

Value Analyzer::matchTile(const ast::TypeExpr &type, Value tile, const std::string &name, Span span, bool bindNames) {
  auto dtype = dtypeNamed(type.name);
  if (!tile || !dtype)
    return Value::none();
  if (tile.is(Value::Kind::unknown))
    return tile;
  bool isPrefix = tile.prefix;
  Value converted = convert(tile, inCost && isFloat(*dtype) ? DType::f64 : *dtype, name, span);
  if (!converted)
    return converted;
  converted.prefix = isPrefix;
  const std::vector<Dim> sizes = converted.expr->type.sizes;
  std::string found = typeText(converted.expr->type);
  if (sizes.size() != type.dims.size()) {
    diags()
        .error(span, fmt::format("{} is {}, found {}", name, statedText(type), found))
        .note(type.span, "stated here");
    return Value::none();
  }
  for (size_t k = 0; k < sizes.size(); ++k)
    if (!matchSize(*type.dims[k], sizes[k], name, found, type, span, bindNames))
      return Value::none();
  return converted;
}

} // namespace espalier::sema
