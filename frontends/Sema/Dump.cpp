//===- Dump.cpp - A resolved kernel as text ----------------------------------===//
#include "frontends/Sema/Sema.h"
#include "frontends/Sema/Value.h"

#include <fmt/format.h>

#include <map>

namespace espalier::sema {

namespace {

const char *opName(Op op) {
  static const char *const names[] = {
      "literal",       "dim",       "loopIndex", "local",   "indexParam",   "read",      "parent",      "root",
      "vertexIndex",   "isRoot",    "isLeaf",    "depth",   "height",       "slot",      "numVertices", "numLeaves",
      "neg",           "abs",       "exp",       "log",     "sqrt",         "rsqrt",     "tanh",        "sigmoid",
      "silu",          "gelu",      "softplus",  "relu",    "square",       "sin",       "cos",         "logicalNot",
      "add",           "sub",       "mul",       "div",     "floorDiv",     "mod",       "pow",         "min",
      "max",           "less",      "lessEqual", "greater", "greaterEqual", "equal",     "notEqual",    "logicalAnd",
      "logicalOr",     "where",     "cast",      "sum",     "mean",         "reduceMax", "reduceMin",   "norm",
      "logSumExp",     "softmax",   "layerNorm", "dot",     "cosine",       "outer",     "contract",    "solve",
      "choleskySolve", "transpose", "reshape",   "slice",   "concat",       "fill",      "eye",         "element",
      "comprehension", "row",       "rowTimes",  "rowSum",  "sharedLevels", "prefix"};
  static_assert(sizeof(names) / sizeof(names[0]) == static_cast<size_t>(Op::prefix) + 1);
  return names[static_cast<size_t>(op)];
}

class Printer {
public:
  explicit Printer(const Kernel &kernel) : kernel(kernel) {}
  std::string text;

  void print();

private:
  std::string variable(int32_t id) const {
    return id < 0 ? "?" : fmt::format("{}%{}", kernel.variables[static_cast<size_t>(id)].name, id);
  }
  std::string axis(const Tensor::Axis &axis) const {
    if (axis.tree < 0)
      return axis.size.str();
    const std::string &name = kernel.trees[static_cast<size_t>(axis.tree)].name;
    return axis.leaves ? fmt::format("leaves({})", name) : name;
  }
  std::string tensorType(const Tensor &tensor) const {
    std::string axes = tensor.batched ? "..." : "";
    for (const Tensor::Axis &a : tensor.axes)
      axes += (axes.empty() ? "" : ", ") + axis(a);
    return axes.empty() ? std::string(name(tensor.dtype)) : fmt::format("{}[{}]", name(tensor.dtype), axes);
  }
  std::string domain(const Domain &domain);
  std::string attributes(const Expr &expr);
  std::string expr(const ExprPtr &expr);
  std::string plain(const Expr &expr);
  void tree(const Tree &tree);
  void loop(const Loop &loop);

  const Kernel &kernel;
  int depth = 0, numNodes = 0;
};

std::string Printer::domain(const Domain &d) {
  switch (d.kind) {
  case Domain::Kind::axis:
    return d.extent.str();
  case Domain::Kind::range:
    return fmt::format("range({}, {})", expr(d.lower), expr(d.upper));
  case Domain::Kind::children:
    return fmt::format("children({})", expr(d.vertex));
  case Domain::Kind::tree:
    return kernel.trees[static_cast<size_t>(d.tree)].name;
  case Domain::Kind::leaves:
    return fmt::format("leaves({})", kernel.trees[static_cast<size_t>(d.tree)].name);
  }
  return "";
}

/// The fields of an operation beside its args.
std::string Printer::attributes(const Expr &e) {
  std::string result;
  auto add = [&](const std::string &part) { result += (result.empty() ? "" : " ") + part; };
  auto join = [](const auto &values, auto show) {
    std::string list;
    for (const auto &value : values)
      list += (list.empty() ? "" : ",") + show(value);
    return list;
  };
  if (e.op == Op::contract)
    add("\"" + e.text + "\"");
  if (!e.axes.empty())
    add("axes=" + join(e.axes, [](int64_t k) { return std::to_string(k); }));
  if (!e.dims.empty())
    add("dims=" + join(e.dims, [](const Dim &d) { return d.str(); }));
  if (!e.table.empty())
    add("table=" + join(e.table, [](const Dim &d) { return d.str(); }));
  if (e.op == Op::fill || e.op == Op::layerNorm)
    add(fmt::format("{}", e.number));
  if (e.op == Op::reshape || e.op == Op::fill || e.op == Op::eye || e.op == Op::cast)
    add(typeText(e.type));
  if (e.op == Op::numVertices || e.op == Op::numLeaves)
    add(kernel.trees[static_cast<size_t>(e.tree)].name);
  if (e.mayFault)
    add("checked");
  return result.empty() ? "" : "{" + result + "}";
}

std::string Printer::plain(const Expr &e) {
  std::string args;
  for (const ExprPtr &arg : e.args)
    args += (args.empty() ? "" : ", ") + expr(arg);
  switch (e.op) {
  case Op::literal:
    return fmt::format("{}", e.number);
  case Op::dim:
    return e.dims[0].str();
  case Op::loopIndex:
    return variable(e.id);
  case Op::local:
    return fmt::format("${}", e.id);
  case Op::indexParam:
    return kernel.indices[static_cast<size_t>(e.id)];
  case Op::root:
    return fmt::format("root({})", kernel.trees[static_cast<size_t>(e.tree)].name);
  case Op::read:
    return fmt::format("{}#{}[{}]{}", kernel.tensors[static_cast<size_t>(e.id)].name, e.id, args, attributes(e));
  case Op::comprehension: {
    std::string test = e.args.size() > 1 ? " if " + expr(e.args[1]) : "";
    return fmt::format("{}({} for {} in {}{})", e.text, expr(e.args[0]), variable(e.variable), domain(e.domain), test);
  }
  case Op::row: {
    std::string test = e.args.size() > 3 ? " if " + expr(e.args[3]) : "";
    return fmt::format("row({} for {} in range({}, {}) of {}{})", expr(e.args[2]), variable(e.variable),
                       expr(e.args[0]), expr(e.args[1]), e.type.rowLength.str(), test);
  }
  default:
    return fmt::format("{}{}({})", opName(e.op), attributes(e), args);
  }
}

std::string Printer::expr(const ExprPtr &e) {
  if (!e)
    return "none";
  if (depth > 64 || ++numNodes > 100'000) // shared nodes are printed wherever they are used
    return "...";
  ++depth;
  std::string result = plain(*e);
  --depth;
  return result;
}

void Printer::tree(const Tree &tree) {
  static const char *const kinds[] = {"chain", "perfect", "rooted", "forest"};
  text += fmt::format("tree {}: {}", tree.name, kinds[static_cast<size_t>(tree.kind)]);
  if (tree.kind == TreeKind::perfect)
    text += fmt::format(" arity {}", tree.arity);
  text += fmt::format(", {} vertices, {} leaves{}", tree.numVertices.str(), tree.numLeaves.str(),
                      tree.batched ? ", batched" : "");
  if (tree.builder.empty()) {
    text += fmt::format(" = parameter {}\n", tree.parameter);
    return;
  }
  std::string args = tree.graph;
  auto add = [&](const std::string &part) { args += (args.empty() ? "" : " ") + part; };
  for (const Dim &dim : tree.builder == "chain" || tree.builder == "perfect" ? std::vector<Dim>{} : tree.dims)
    add(dim.str()); // those of the others are args
  if (!tree.order.empty())
    add(tree.order);
  for (int32_t id : tree.variables)
    add(variable(id));
  for (const ExprPtr &arg : tree.args)
    add(expr(arg));
  if (tree.centered)
    add("at its centre");
  if (tree.seed)
    add("seed " + expr(tree.seed));
  text += fmt::format(" = {}({}) before loop {}\n", tree.builder, args, tree.position);
}

void Printer::loop(const Loop &loop) {
  static const char *const directions[] = {"up", "down", "each"};
  std::string header;
  for (size_t k = 0; k < loop.axes.size(); ++k)
    header += fmt::format("{}{} < {}", header.empty() ? "" : ", ", variable(loop.axisVariables[k]), loop.axes[k].str());
  if (loop.tree >= 0) {
    const std::string &name = kernel.trees[static_cast<size_t>(loop.tree)].name;
    header += fmt::format("{}{} in {}", header.empty() ? "" : ", ", variable(loop.treeVariable),
                          loop.leaves ? fmt::format("leaves({})", name) : name);
  }
  text += fmt::format("{}({}){}\n", directions[static_cast<size_t>(loop.direction)], header,
                      loop.batched ? " batched" : "");
  for (const Statement &statement : loop.body)
    text += statement.kind == Statement::Kind::let
                ? fmt::format("  ${} {} = {}\n", statement.id, statement.name, expr(statement.value))
                : fmt::format("  {}#{} = {}\n", statement.name, statement.id, expr(statement.value));
}

void Printer::print() {
  text += fmt::format("kernel {}\n", kernel.name);
  for (size_t k = 0; k < kernel.tensors.size(); ++k) {
    const Tensor &tensor = kernel.tensors[k];
    text += fmt::format("tensor {}#{}: {}", tensor.name, k, tensorType(tensor));
    if (tensor.parameter >= 0)
      text += fmt::format(" = parameter {}", tensor.parameter);
    else if (tensor.viewOf >= 0)
      text += fmt::format(" = view of #{}", tensor.viewOf);
    else
      text += fmt::format(" = loop {}{}", tensor.loop, tensor.recursive ? ", recursive" : "");
    text += "\n";
  }
  for (const Tree &row : kernel.trees)
    tree(row);
  for (const std::string &index : kernel.indices)
    text += fmt::format("index {}\n", index);
  for (const Loop &row : kernel.loops)
    loop(row);
  for (const ResultRef &result : kernel.results)
    text += result.isTree
                ? fmt::format("result {} = tree {}\n", result.name, kernel.trees[static_cast<size_t>(result.id)].name)
                : fmt::format("result {} = #{}\n", result.name, result.id);
  static const char *const relations[] = {"==", "!=", "<", "<="};
  for (const Requirement &r : kernel.requirements)
    text += fmt::format("require {} {} {}: {}\n", r.left.str(), relations[static_cast<size_t>(r.relation)],
                        r.right.str(), r.message);
  std::string dims;
  for (const std::string &name : kernel.tileDims)
    dims += (dims.empty() ? "" : ", ") + name;
  text += fmt::format("tile dims {}\n", dims);
}

} // namespace

std::string dump(const Kernel &kernel) {
  Printer printer(kernel);
  printer.print();
  return std::move(printer.text);
}

} // namespace espalier::sema
