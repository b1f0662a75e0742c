//===- Load.cpp - A program with everything that it imports -----------------===//

#include "frontends/Text/Load.h"

#include "frontends/AST/Spelling.h"
#include "frontends/Text/Parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>

namespace espalier::text {

using namespace ast;
namespace fs = std::filesystem;

namespace {

class Loader {
public:
  Loader(SourceManager &sources, Diagnostics &diagnostics)
      : sources(sources), diagnostics(diagnostics), errorsBefore(diagnostics.numErrors()) {}

  /// The index of the program at `path`, read at the first call; -1 if it could not be read. `where` asked for it.
  int program(const fs::path &path, Span where);
  int add(const fs::path &folder, std::string name, std::string text);
  std::optional<Module> finish();

private:
  std::optional<std::string> read(const fs::path &path, Span where);
  void readImports();
  void refuseCycles();
  void reportCycle(const std::vector<std::pair<int, size_t>> &path, size_t start);
  void checkNames(size_t program);
  void checkImport(size_t program, size_t import);

  SourceManager &sources;
  Diagnostics &diagnostics;
  size_t errorsBefore; // the Diagnostics may hold those of other compilations
  bool hasErrors() const { return diagnostics.numErrors() > errorsBefore; }
  Module module;
  std::vector<fs::path> folders; // of the programs
  std::map<std::string, int> byPath;
};

std::string_view withoutByteOrderMark(std::string_view text) {
  return text.substr(0, 3) == "\xEF\xBB\xBF" ? text.substr(3) : text;
}

std::optional<std::string> Loader::read(const fs::path &path, Span where) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    diagnostics.error(where, fmt::format("`{}` is a folder, not a program", path.string()));
    return std::nullopt;
  }
  std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) {
    diagnostics.error(where, fmt::format("cannot read `{}`: {}", path.string(), std::strerror(errno)));
    return std::nullopt;
  }
  std::string text;
  char buffer[1 << 16];
  size_t length;
  while (text.size() <= maxFileSize && (length = std::fread(buffer, 1, sizeof buffer, file.get())) > 0)
    text.append(buffer, length);
  if (std::ferror(file.get())) {
    diagnostics.error(where, fmt::format("cannot read `{}`: {}", path.string(), std::strerror(errno)));
    return std::nullopt;
  }
  return text;
}

int Loader::program(const fs::path &path, Span where) {
  std::error_code error;
  fs::path canonical = fs::weakly_canonical(path, error);
  std::string key = error ? path.string() : canonical.string();
  if (auto known = byPath.find(key); known != byPath.end())
    return known->second;
  std::optional<std::string> text = read(path, where);
  int index = text ? add(path.parent_path(), path.string(), std::move(*text)) : -1;
  byPath.emplace(key, index);
  return index;
}

int Loader::add(const fs::path &folder, std::string name, std::string text) {
  if (text.size() > maxFileSize) {
    diagnostics.error({}, fmt::format("`{}` is longer than {} MiB", name, maxFileSize >> 20));
    return -1;
  }
  int32_t file = sources.add(std::move(name), std::string(withoutByteOrderMark(text)));
  module.programs.push_back(parse(sources, file, diagnostics));
  folders.push_back(folder);
  return static_cast<int>(module.programs.size()) - 1;
}

/// Reads every file that is imported, in the order in which the imports stand. The list grows while it is walked.
void Loader::readImports() {
  for (size_t p = 0; p < module.programs.size(); ++p) {
    std::vector<Import> imports = module.programs[p].imports; // the list of programs moves
    std::vector<int> targets;
    for (const Import &import : imports)
      targets.push_back(program(folders[p] / (import.file + ".esp"), import.fileSpan));
    module.importTargets.push_back(std::move(targets));
  }
}

/// Depth-first search over the imports, with its own stack: chains of files may be long.
void Loader::refuseCycles() {
  enum State { unseen, open, done };
  std::vector<State> state(module.programs.size(), unseen);
  for (size_t start = 0; start < module.programs.size(); ++start) {
    if (state[start] != unseen)
      continue;
    std::vector<std::pair<int, size_t>> path{{static_cast<int>(start), 0}}; // program, its next import
    state[start] = open;
    while (!path.empty()) {
      auto &[program, next] = path.back();
      const std::vector<int> &targets = module.importTargets[program];
      if (next == targets.size()) {
        state[program] = done;
        path.pop_back();
        continue;
      }
      int target = targets[next++];
      if (target < 0 || state[target] == done)
        continue;
      if (state[target] == unseen) {
        state[target] = open;
        path.push_back({target, 0});
        continue;
      }
      for (size_t i = 0; i < path.size(); ++i)
        if (path[i].first == target)
          reportCycle(path, i);
    }
  }
}

/// `path[start..]` is a cycle: each program's import number `second - 1` leads to the next, the last to the first.
void Loader::reportCycle(const std::vector<std::pair<int, size_t>> &path, size_t start) {
  constexpr size_t maxNotes = 8;
  auto importOf = [&](size_t i) -> const Import & {
    return module.programs[path[i].first].imports[path[i].second - 1];
  };
  const Import &last = importOf(path.size() - 1);
  Diagnostic &error = diagnostics.error(last.fileSpan, fmt::format("`{}` imports itself in a circle", last.file));
  for (size_t i = start; i + 1 < path.size() && i < start + maxNotes; ++i)
    error.note(importOf(i).fileSpan, fmt::format("`{}` is imported here", importOf(i).file));
  error.withHint("move what both files need into a third one");
}

/// Functions and imported names of one file are one namespace.
void Loader::checkNames(size_t p) {
  std::map<std::string_view, Span> known;
  const Program &program = module.programs[p];
  for (size_t k = 0; k < program.imports.size(); ++k) {
    const Import &import = program.imports[k];
    for (size_t i = 0; i < import.names.size(); ++i)
      if (auto [first, isNew] = known.emplace(import.names[i], import.nameSpans[i]); !isNew)
        diagnostics.error(import.nameSpans[i], fmt::format("`{}` is imported twice", import.names[i]))
            .note(first->second, "first imported here");
    checkImport(p, k);
  }
  for (const FunctionPtr &function : program.functions)
    if (auto [first, isNew] = known.emplace(function->name, function->nameSpan); !isNew)
      diagnostics.error(function->nameSpan, fmt::format("`{}` is defined twice", function->name))
          .note(first->second, "first defined here");
}

void Loader::checkImport(size_t p, size_t k) {
  int target = module.importTargets[p][k];
  if (target < 0)
    return; // reported
  const Import &import = module.programs[p].imports[k];
  std::vector<std::string> defined;
  for (const FunctionPtr &function : module.programs[target].functions)
    defined.push_back(function->name);
  for (size_t i = 0; i < import.names.size(); ++i) {
    const std::string &name = import.names[i];
    if (std::find(defined.begin(), defined.end(), name) != defined.end())
      continue;
    Diagnostic &error = diagnostics
                            .error(import.nameSpans[i], fmt::format("`{}` defines no function `{}`",
                                                                    sources.name(module.programs[target].file), name))
                            .withHint(didYouMean(name, defined));
    for (const Import &indirect : module.programs[target].imports)
      if (std::find(indirect.names.begin(), indirect.names.end(), name) != indirect.names.end())
        error.withHint(fmt::format("it is defined in another file: write `from {} import {}`", indirect.file, name));
  }
}

std::optional<Module> Loader::finish() {
  if (module.programs.empty())
    return std::nullopt;
  readImports();
  refuseCycles();
  // After a syntax error a function may be missing only because it could not be read.
  if (!hasErrors())
    for (size_t p = 0; p < module.programs.size(); ++p)
      checkNames(p);
  if (hasErrors())
    return std::nullopt;
  return std::move(module);
}

} // namespace

std::optional<Module> load(const std::string &path, SourceManager &sources, Diagnostics &diagnostics) {
  Loader loader(sources, diagnostics);
  loader.program(path, Span{});
  return loader.finish();
}

std::optional<Module> parseText(const std::string &name, std::string text, SourceManager &sources,
                                Diagnostics &diagnostics, const std::string &importFolder) {
  Loader loader(sources, diagnostics);
  loader.add(importFolder, name, std::move(text));
  return loader.finish();
}

} // namespace espalier::text
