//===- Diagnostics.h - What the front end tells the user --------------------===//
//
// Every message is an error with a span, optional notes and an optional hint.
// Phases append to one Diagnostics and go on where they can, so that one run
// shows several errors. Rendering (carets, colours) is in Render.cpp.
//
//   myo.esp:9:36: error: cannot multiply f32[n, n] by f32[m, n]: inner sizes differ (n = 16, m = 4)
//           z[v] = solve(S, u[v] - sum(C[c] @ z[c].T for c in children(v)))
//                                      ^~~~~~~~~~~~~
//   myo.esp:8:9: note: z is f32[G, n, m], defined here
//           z[v] = solve(S, u[v])
//           ^
//   hint: drop the `.T`
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_AST_DIAGNOSTICS_H
#define ESPALIER_FRONTENDS_AST_DIAGNOSTICS_H

#include "frontends/AST/AST.h"

#include <string>
#include <string_view>
#include <vector>

namespace espalier {

/// The texts of the files of one compilation. A file's text and name never move once added.
class SourceManager {
public:
  /// Returns the index of the file. `name` is what diagnostics print.
  int32_t add(std::string name, std::string text);
  std::string_view name(int32_t file) const;
  std::string_view text(int32_t file) const;
  int32_t size() const { return static_cast<int32_t>(files.size()); }
  /// 1-based line and column (columns count bytes) of a byte offset.
  struct Position {
    uint32_t line, column;
  };
  Position position(int32_t file, uint32_t offset) const;
  /// The text of a 1-based line, without its end.
  std::string_view line(int32_t file, uint32_t line) const;

private:
  struct File {
    std::string name, text;
    std::vector<uint32_t> lineStarts;
  };
  std::vector<std::shared_ptr<const File>> files;
};

struct Note {
  ast::Span span; // file = -1: the note shows no text
  std::string message;
};

struct Diagnostic {
  ast::Span span;
  std::string message;
  std::vector<Note> notes;
  std::string hint;

  Diagnostic &note(ast::Span where, std::string text) {
    notes.push_back({where, std::move(text)});
    return *this;
  }
  Diagnostic &withHint(std::string text) {
    hint = std::move(text);
    return *this;
  }
};

class Diagnostics {
public:
  /// Beyond `limit` errors the rest is counted, not kept.
  explicit Diagnostics(const SourceManager &sources, size_t limit = 20) : sources(sources), limit(limit) {}
  Diagnostic &error(ast::Span where, std::string message);
  bool hasErrors() const { return count > 0; }
  size_t numErrors() const { return count; }
  const std::vector<Diagnostic> &all() const { return diagnostics; }
  const SourceManager &sourceManager() const { return sources; }
  /// All messages as text; `colour` for terminals. Long source lines are cut around the caret, long messages at their
  /// end; a note with a span shows its own source line; errors beyond the limit are counted in the last line.
  std::string render(bool colour = false) const;

private:
  const SourceManager &sources;
  size_t limit;
  size_t count = 0;
  std::vector<Diagnostic> diagnostics;
  Diagnostic overflow; // what error() returns beyond the limit
};

} // namespace espalier

#endif
