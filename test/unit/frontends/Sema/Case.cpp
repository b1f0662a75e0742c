//===- Case.cpp - Programs with the outcome that they must have ---------------===//
#include "Case.h"

#include "frontends/Sema/Sema.h"
#include "frontends/Text/Load.h"

#include <fstream>
#include <sstream>

namespace espalier::test {

std::vector<Case> readCases(const std::string &path) {
  std::ifstream in(path);
  std::vector<Case> cases;
  bool inExpected = false;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("## ", 0) == 0) {
      cases.push_back({line.substr(3), "", "", ""});
      inExpected = false;
    } else if (cases.empty()) {
      continue;
    } else if (line == "=>") {
      inExpected = true;
    } else if (line.rfind("!", 0) == 0 && !inExpected) {
      cases.back().command = line.substr(1);
    } else {
      (inExpected ? cases.back().expected : cases.back().program) += line + "\n";
    }
  }
  for (Case &example : cases)
    for (std::string *text : {&example.program, &example.expected})
      while (text->size() >= 2 && text->substr(text->size() - 2) == "\n\n")
        text->pop_back();
  return cases;
}

std::string writeCases(const std::vector<Case> &cases) {
  std::string text;
  for (const Case &example : cases) {
    text += (text.empty() ? "" : "\n") + std::string("## ") + example.title + "\n";
    if (!example.command.empty())
      text += "!" + example.command + "\n";
    text += example.program + "=>\n" + example.expected;
  }
  return text;
}

static sema::Bindings::TreeType treeType(const std::string &text) {
  sema::Bindings::TreeType type;
  std::string kind = text.substr(0, text.find(':'));
  type.kind = kind == "chain"     ? TreeKind::chain
              : kind == "perfect" ? TreeKind::perfect
              : kind == "forest"  ? TreeKind::forest
                                  : TreeKind::rooted;
  if (kind == "perfect")
    type.arity = std::stoi(text.substr(8));
  type.batched = text.find("batched") != std::string::npos;
  return type;
}

static sema::Bindings readBindings(std::istringstream &words) {
  sema::Bindings bindings;
  for (std::string word; words >> word;) {
    size_t at = word.find('=');
    std::string name = word.substr(0, at), value = word.substr(at + 1);
    if (name == "~float") {
      for (DType type : {DType::f64, DType::f32, DType::f16, DType::bf16})
        if (espalier::name(type) == value)
          bindings.floatType = type;
    } else if (name[0] == '@') {
      sema::Static &number = bindings.statics[name.substr(1)];
      number.isTuple = value.find(',') != std::string::npos || value.empty();
      std::istringstream list(value);
      for (std::string item; std::getline(list, item, ',');)
        number.values.push_back(std::stoll(item));
    } else if (name[0] == '^') {
      bindings.trees[name.substr(1)] = treeType(value);
    } else {
      bindings.dims[name] = std::stoll(value);
    }
  }
  return bindings;
}

std::string outcome(const Case &example) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  auto module =
      text::parseText("case.esp", example.program, sources, diagnostics, ESPALIER_SOURCE_DIR "/examples/layers");
  if (!module)
    return diagnostics.render();
  std::istringstream words(example.command);
  std::string command, kernelName;
  words >> command >> kernelName;
  if (command.empty()) {
    sema::check(*module, diagnostics);
    return diagnostics.hasErrors() ? diagnostics.render() : "accepted\n";
  }
  sema::Bindings bindings = readBindings(words);
  auto kernel = sema::specialise(*module, kernelName, bindings, diagnostics);
  if (kernel && command == "call")
    sema::checkRequirements(*kernel, bindings.dims, diagnostics);
  return diagnostics.hasErrors() ? diagnostics.render() : sema::dump(*kernel);
}

} // namespace espalier::test
