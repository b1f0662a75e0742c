//===- Render.cpp - Diagnostics as text -------------------------------------===//
//
// Output is bounded whatever the sources hold: a message is cut at maxMessage bytes
// and a source line to a window of maxLine bytes around the caret. Control
// characters and broken UTF-8 are shown as U+FFFD, so that a source cannot command
// the terminal; a tab is shown as four blanks, so that carets stay below what they mark.
//===----------------------------------------------------------------------===//

#include "frontends/AST/Diagnostics.h"
#include "frontends/AST/Utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace espalier {
namespace {

constexpr size_t maxMessage = 2000;
constexpr size_t maxLine = 160;
constexpr size_t beforeCaret = 60; // of a line that is cut

struct Palette {
  const char *bold = "", *error = "", *note = "", *hint = "", *caret = "", *end = "";
};
constexpr Palette plain;
constexpr Palette terminal{"\033[1m", "\033[1;31m", "\033[1;36m", "\033[1;34m", "\033[1;32m", "\033[0m"};

/// Appends the character of `text` at `at` as it is shown, moves `at` behind it, and returns its width in columns.
size_t appendShown(std::string &out, std::string_view text, size_t &at) {
  size_t length = utf8Length(text, at);
  auto byte = static_cast<unsigned char>(text[at]);
  if (byte == '\t') {
    out += "    ";
    ++at;
    return 4;
  }
  bool isControl =
      byte < 0x20 || byte == 0x7F || (byte == 0xC2 && length == 2 && static_cast<unsigned char>(text[at + 1]) < 0xA0);
  if (length == 0 || isControl)
    out += "\uFFFD";
  else
    out += text.substr(at, length);
  at += std::max<size_t>(length, 1);
  return 1;
}

std::string shown(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (at > maxMessage)
      return out + "...";
    appendShown(out, text, at);
  }
  return out;
}

/// The first character boundary at or behind `at`.
size_t characterStart(std::string_view text, size_t at) {
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
    ++at;
  return at;
}

/// The source line with the start of the span, and carets below it.
std::string excerpt(const SourceManager &sources, ast::Span span, const Palette &palette) {
  SourceManager::Position position = sources.position(span.file, span.begin);
  std::string_view line = sources.line(span.file, position.line);
  size_t caret = std::min<size_t>(position.column - 1, line.size());
  size_t length = span.end > span.begin ? span.end - span.begin : 1;
  size_t caretEnd = std::min(caret + length, line.size());

  size_t from = 0, to = line.size();
  if (line.size() > maxLine) {
    from = caret > beforeCaret ? characterStart(line, caret - beforeCaret) : 0;
    to = std::min(line.size(), from + maxLine);
  }
  std::string text = from > 0 ? "..." : "", marks(text.size(), ' ');
  for (size_t at = from; at < to;) {
    bool isCaret = at == caret, isMarked = at >= caret && at < caretEnd;
    size_t width = appendShown(text, line, at);
    if (isCaret)
      marks += "^" + std::string(width - 1, '~');
    else
      marks += std::string(width, isMarked ? '~' : ' ');
  }
  if (caret >= to)
    marks += "^";
  marks.erase(marks.find_last_not_of(' ') + 1);
  if (to < line.size())
    text += "...";
  return fmt::format("{}\n{}{}{}\n", text, palette.caret, marks, palette.end);
}

std::string headed(const SourceManager &sources, ast::Span span, const char *colour, const char *label,
                   const std::string &message, const Palette &palette) {
  bool hasFile = span.file >= 0 && span.file < sources.size();
  std::string out;
  if (hasFile) {
    SourceManager::Position position = sources.position(span.file, span.begin);
    out = fmt::format("{}{}:{}:{}:{} ", palette.bold, shown(sources.name(span.file)), position.line, position.column,
                      palette.end);
  }
  out += fmt::format("{}{}:{} {}\n", colour, label, palette.end, shown(message));
  if (hasFile)
    out += excerpt(sources, span, palette);
  return out;
}

} // namespace

std::string Diagnostics::render(bool colour) const {
  const Palette &palette = colour ? terminal : plain;
  std::string out;
  for (const Diagnostic &diagnostic : diagnostics) {
    out += headed(sources, diagnostic.span, palette.error, "error", diagnostic.message, palette);
    for (const Note &note : diagnostic.notes)
      out += headed(sources, note.span, palette.note, "note", note.message, palette);
    if (!diagnostic.hint.empty())
      out += fmt::format("{}hint:{} {}\n", palette.hint, palette.end, shown(diagnostic.hint));
  }
  if (count > diagnostics.size())
    out += fmt::format("{} more error{}\n", count - diagnostics.size(), count - diagnostics.size() == 1 ? "" : "s");
  return out;
}

} // namespace espalier
