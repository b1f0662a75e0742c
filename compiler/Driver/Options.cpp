//===- Options.cpp - Names of targets, stages and float types ---------------===//
#include "compiler/Driver/Options.h"

#include "frontends/AST/Spelling.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace espalier {

namespace {

template <class T> struct Named {
  T value;
  std::string_view name;
};

constexpr Named<Target> targets[] = {{Target::cpu, "cpu"}, {Target::interp, "interp"}};

constexpr Named<Stage> stages[] = {
    {Stage::ast, "ast"},
    {Stage::resolved, "resolved"},
    {Stage::mlir, "mlir"},
    {Stage::scheduled, "scheduled"},
    {Stage::structured, "structured"},
    {Stage::llvm, "llvm"},
    {Stage::assembly, "asm"},
    {Stage::object, "object"},
};

constexpr Named<DType> floatTypes[] = {
    {DType::f64, "f64"}, {DType::f32, "f32"}, {DType::f16, "f16"}, {DType::bf16, "bf16"}};

template <class T, size_t n> Result<T> find(const Named<T> (&rows)[n], std::string_view what, std::string_view text) {
  std::vector<std::string> names;
  for (const Named<T> &row : rows) {
    if (row.name == text)
      return row.value;
    names.emplace_back(row.name);
  }
  std::string hint = didYouMean(text, names);
  return Error::of("unknown {} `{}`: expected {}{}", what, text, fmt::join(names, ", "),
                   hint.empty() ? "" : "; " + hint);
}

template <class T, size_t n> std::string_view nameOf(const Named<T> (&rows)[n], T value) {
  for (const Named<T> &row : rows)
    if (row.value == value)
      return row.name;
  return "";
}

} // namespace

std::string_view name(Target target) { return nameOf(targets, target); }
Result<Target> parseTarget(std::string_view text) { return find(targets, "target", text); }

std::string_view name(Stage stage) { return nameOf(stages, stage); }
Result<Stage> parseStage(std::string_view text) { return find(stages, "stage", text); }

std::vector<Stage> allStages() {
  std::vector<Stage> all;
  for (const Named<Stage> &row : stages)
    all.push_back(row.value);
  return all;
}

Result<DType> parseFloatType(std::string_view text) { return find(floatTypes, "float type", text); }

} // namespace espalier
