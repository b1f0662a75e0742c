//===- Print.cpp - The text of a program that was drawn ---------------------===//
#include "test/differential/Case.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace espalier::differential {

std::string textOf(const Term &term) {
  std::string text;
  for (size_t k = 0; k < term.form.size(); ++k) {
    if (term.form[k] != '$') {
      text += term.form[k];
      continue;
    }
    auto part = static_cast<size_t>(term.form[++k] - '0');
    text += textOf(term.parts[part]);
  }
  return text;
}

bool choosesNothing(const Term &term) {
  return term.form.starts_with("where(") && term.form.ends_with(", $0, $1)") &&
         textOf(term.parts[0]) == textOf(term.parts[1]);
}

Term simplest(const Term &term) {
  if (term.kind == Term::Kind::condition)
    return {"True", {}, {}, Term::Kind::condition};
  if (term.kind == Term::Kind::other)
    return term;
  return {term.shape.empty() ? "0.5" : fmt::format("ones(({},))", fmt::join(term.shape, ", ")), {}, term.shape};
}

std::set<std::string> namesIn(std::string_view text) {
  std::set<std::string> names;
  auto isPart = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  for (size_t k = 0; k < text.size();) {
    size_t end = k;
    while (end < text.size() && isPart(text[end]))
      ++end;
    if (end > k && !std::isdigit(static_cast<unsigned char>(text[k])))
      names.emplace(text.substr(k, end - k));
    k = std::max(end, k + 1);
  }
  return names;
}

static bool isTree(const Parameter &parameter) {
  return parameter.type == "tree" || parameter.type == "forest" || parameter.type == "chain";
}

static std::string headerOf(const Block &block) {
  return fmt::format("    for {} in {}({}):\n", fmt::join(block.variables, ", "), block.direction,
                     fmt::join(block.domains, ", "));
}

static std::string typeText(std::string_view type, bool isBatched, const std::vector<std::string> &axes) {
  std::vector<std::string> all = axes;
  if (isBatched)
    all.insert(all.begin(), "...");
  return all.empty() ? std::string(type) : fmt::format("{}[{}]", type, fmt::join(all, ", "));
}

static std::string statementText(const Statement &statement, const Block &block) {
  bool isDefinition = statement.kind == Statement::Kind::definition;
  std::string name =
      isDefinition ? fmt::format("{}[{}]", statement.name, fmt::join(block.variables, ", ")) : statement.name;
  std::string type = statement.isStated ? ": " + typeText("float", false, statement.value.shape) : "";
  return fmt::format("{}    {}{} = {}\n", block.direction.empty() ? "" : "    ", name, type, textOf(statement.value));
}

/// The names that the results depend on.
static std::set<std::string> neededNames(const Function &function) {
  std::set<std::string> needed;
  for (const Returned &result : function.results)
    needed.merge(namesIn(textOf(result.value)));
  for (size_t before = 0; before != needed.size();) {
    before = needed.size();
    for (const Block &block : function.blocks)
      for (const Statement &statement : block.statements)
        if (needed.count(statement.name))
          needed.merge(namesIn(fmt::format("{} {}", fmt::join(block.domains, " "), textOf(statement.value))));
  }
  return needed;
}

static std::string bodyOf(const Function &function, bool hasDeadCode) {
  std::string text;
  std::set<std::string> needed = neededNames(function);
  for (const Block &block : function.blocks) {
    std::string body;
    for (const Statement &statement : block.statements)
      if (hasDeadCode || needed.count(statement.name))
        body += statementText(statement, block);
    text += body.empty() || block.direction.empty() ? body : headerOf(block) + body;
  }
  std::vector<std::string> results;
  for (const Returned &result : function.results)
    results.push_back(textOf(result.value));
  return text + fmt::format("    return {}\n", fmt::join(results, ", "));
}

std::vector<Parameter> parametersOf(const Function &function, const Case &sketch) {
  if (function.keepsParameters)
    return function.parameters;
  std::string text = bodyOf(function, sketch.hasDeadCode);
  for (const Returned &result : function.results)
    text += fmt::format(" {}", fmt::join(result.axes, " "));
  std::set<std::string> used = namesIn(text), shown;
  std::vector<Parameter> kept;
  for (bool changed = true; changed;) { // the axes of a parameter name trees and sizes too
    changed = false;
    for (const Parameter &parameter : function.parameters)
      if (used.count(parameter.name))
        for (const std::string &name : namesIn(fmt::format("{}", fmt::join(parameter.axes, " "))))
          changed |= used.insert(name).second;
  }
  bool hasBatch = false, hasTreeBatch = false;
  for (const Parameter &parameter : function.parameters)
    if (used.count(parameter.name)) {
      kept.push_back(parameter);
      shown.insert(parameter.axes.begin(), parameter.axes.end());
      shown.insert(parameter.name);
      hasBatch |= parameter.isBatched;
      hasTreeBatch |= parameter.tree.isBatched;
    }
  Parameter more{"more", "float"};
  for (const auto &[name, size] : sketch.sizes)
    if (used.count(name) && !shown.count(name))
      more.axes.push_back(name);
  more.isBatched = hasTreeBatch && !hasBatch; // a batch of trees goes with a batch of something
  if (!more.axes.empty() || more.isBatched)
    kept.push_back(more);
  return kept;
}

/// The names that have the batch axes: parameters with `...`, and what is defined by them (L4).
static std::set<std::string> batchedNames(const Function &function) {
  std::set<std::string> batched;
  for (const Parameter &parameter : function.parameters)
    if (parameter.isBatched || parameter.tree.isBatched)
      batched.insert(parameter.name);
  auto dependsOnBatch = [&](const std::string &text) {
    std::set<std::string> names = namesIn(text);
    return std::any_of(names.begin(), names.end(), [&](const std::string &name) { return batched.count(name) > 0; });
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const Block &block : function.blocks)
      for (const Statement &statement : block.statements)
        if (!batched.count(statement.name) &&
            dependsOnBatch(fmt::format("{} {}", fmt::join(block.domains, " "), textOf(statement.value))))
          changed = batched.insert(statement.name).second;
  }
  return batched;
}

static std::string textOf(const Function &function, const Case &sketch) {
  std::vector<std::string> parameters, types;
  for (const Parameter &parameter : parametersOf(function, sketch))
    parameters.push_back(
        fmt::format("{}: {}", parameter.name, typeText(parameter.type, parameter.isBatched, parameter.axes)));
  std::set<std::string> batched = batchedNames(function);
  for (const Returned &result : function.results) {
    std::set<std::string> names = namesIn(textOf(result.value));
    bool isBatched =
        std::any_of(names.begin(), names.end(), [&](const std::string &name) { return batched.count(name) > 0; });
    bool isTree = result.value.kind == Term::Kind::other;
    types.push_back(isTree ? result.type : typeText(result.type, isBatched, result.axes));
  }
  std::string returned = types.size() == 1 ? types[0] : fmt::format("({})", fmt::join(types, ", "));
  return fmt::format("def {}({}) -> {}:\n{}", function.name, fmt::join(parameters, ", "), returned,
                     bodyOf(function, sketch.hasDeadCode));
}

std::string textOf(const Case &sketch) {
  std::set<std::string> called;
  std::string text;
  for (size_t k = sketch.functions.size(); k-- > 0;) { // callers stand behind what they call
    const Function &function = sketch.functions[k];
    if (k + 1 < sketch.functions.size() && !called.count(function.name))
      continue;
    std::string own = textOf(function, sketch);
    for (const std::string &name : namesIn(own))
      called.insert(name);
    text = text.empty() ? own : own + "\n\n" + text;
  }
  return text;
}

std::string argumentsText(const Case &sketch) {
  static constexpr const char *forms[] = {"random", "chain", "star", "caterpillar", "perfect"};
  std::vector<std::string> parts = {fmt::format("float={}", name(sketch.floatType)),
                                    fmt::format("batch ({})", fmt::join(sketch.batch, ", "))};
  std::set<std::string> names = namesIn(textOf(sketch));
  for (const Parameter &parameter : parametersOf(sketch.functions.back(), sketch)) {
    if (isTree(parameter) || parameter.fill == Parameter::Fill::parents) {
      const TreeSketch &tree = parameter.tree;
      std::string shape = tree.form == TreeSketch::Form::perfect
                              ? fmt::format("{}, {}", tree.arity, tree.height)
                              : fmt::format("{} vertices, {} roots", tree.vertices, tree.roots);
      parts.push_back(fmt::format("{} = {}({}){}", parameter.name, forms[static_cast<int>(tree.form)], shape,
                                  tree.isBatched ? " for each batch element" : ""));
    } else if (!parameter.statics.empty()) {
      parts.push_back(fmt::format("{} = {}", parameter.name, fmt::join(parameter.statics, ",")));
    }
  }
  for (const auto &[name, size] : sketch.sizes)
    if (names.count(name))
      parts.push_back(fmt::format("{} = {}", name, size));
  return fmt::format("{}", fmt::join(parts, "; "));
}

} // namespace espalier::differential
