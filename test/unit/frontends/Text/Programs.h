//===- Programs.h - Texts for tests of the textual front end ----------------===//
#ifndef ESPALIER_TEST_UNIT_FRONTENDS_TEXT_PROGRAMS_H
#define ESPALIER_TEST_UNIT_FRONTENDS_TEXT_PROGRAMS_H

#include "frontends/Text/Dump.h"
#include "frontends/Text/Load.h"
#include "frontends/Text/Parser.h"
#include "frontends/Text/Printer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace espalier::text {

inline std::string readFile(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The programs of examples/layers, in order of their names.
inline std::vector<std::filesystem::path> programFiles() {
  std::vector<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::directory_iterator(ESPALIER_SOURCE_DIR "/examples/layers"))
    if (entry.path().extension() == ".esp")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// One text, parsed.
struct Parsed {
  SourceManager sources;
  Diagnostics diagnostics;
  ast::Program program;

  explicit Parsed(std::string text, const std::string &name = "t.esp") : diagnostics(sources) {
    program = parse(sources, sources.add(name, std::move(text)), diagnostics);
  }
  std::string errors() const { return diagnostics.render(); }
};

/// What the messages of `text` look like; "" without errors.
inline std::string errorsOf(const std::string &text) { return Parsed(text).errors(); }

/// The outline of one expression, which stands in a function of its own; "" after errors.
inline std::string outlineOf(const std::string &expression) {
  Parsed parsed("def f():\n    return (\n" + expression + "\n    )\n");
  EXPECT_EQ(parsed.errors(), "") << expression;
  if (parsed.diagnostics.hasErrors())
    return "";
  return dump(*parsed.program.functions[0]->body[0]->values[0]);
}

} // namespace espalier::text

#endif
