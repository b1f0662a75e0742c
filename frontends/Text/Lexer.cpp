//===- Lexer.cpp - Text to words, lines and blocks --------------------------===//

#include "frontends/Text/Lexer.h"

#include "frontends/AST/Utf8.h"
#include "frontends/Text/Literals.h"

#include <fmt/format.h>

#include <algorithm>

namespace espalier::text {
namespace {

constexpr size_t maxNameLength = 255;

/// Characters that editors and papers put in place of ASCII ones.
constexpr struct {
  std::string_view typographic, ascii;
} lookalikes[] = {
    {"\u2212", "-"},  {"\u2013", "-"},  {"\u2014", "-"},  {"\u00D7", "*"},  {"\u00B7", "*"},   {"\u22C5", "*"},
    {"\u00F7", "/"},  {"\u2264", "<="}, {"\u2265", ">="}, {"\u2260", "!="}, {"\u2192", "->"},  {"\u2208", "in"},
    {"\u201C", "\""}, {"\u201D", "\""}, {"\u2018", "'"},  {"\u2019", "'"},  {"\u2026", "..."}, {"\u00A0", " "},
};

} // namespace

Lexer::Lexer(const SourceManager &sources, int32_t file, Diagnostics &diagnostics)
    : text(sources.text(file)), file(file), diagnostics(diagnostics) {}

Token Lexer::token(TokenKind kind, size_t begin) {
  hasWords = kind != TokenKind::Newline;
  return {kind, static_cast<uint32_t>(begin), static_cast<uint32_t>(at)};
}

Token Lexer::next() {
  if (dedents > 0) {
    --dedents;
    return {TokenKind::Dedent, static_cast<uint32_t>(at), static_cast<uint32_t>(at)};
  }
  Token layout;
  if (atLineStart && startLine(layout))
    return layout;
  if (skipBlanks() || at >= text.size())
    return finish();

  size_t begin = at;
  char c = text[at];
  if (isLetter(c))
    return word();
  if (isDigit(c) || (c == '.' && isDigit(charAt(at + 1))))
    return number();
  if (c == '"' || c == '\'')
    return string();
  Mark mark = markAt(text.substr(at, 3));
  if (mark.length == 0)
    return strayCharacter();
  at += mark.length;
  if (c == '(' || c == '[' || c == '{')
    ++brackets;
  if ((c == ')' || c == ']' || c == '}') && brackets > 0)
    --brackets;
  return token(mark.kind, begin);
}

/// The end of a statement's line, or of the text.
Token Lexer::finish() {
  size_t begin = at;
  if (at < text.size()) {
    atLineStart = true;
    brackets = 0;
    skipLineEnd();
    hasWords = false;
    return {TokenKind::Newline, static_cast<uint32_t>(begin), static_cast<uint32_t>(begin)};
  }
  if (hasWords)
    return token(TokenKind::Newline, begin);
  if (indentations.size() > 1) {
    indentations.pop_back();
    return {TokenKind::Dedent, static_cast<uint32_t>(begin), static_cast<uint32_t>(begin)};
  }
  return {TokenKind::End, static_cast<uint32_t>(begin), static_cast<uint32_t>(begin)};
}

void Lexer::skipLineEnd() {
  at += charAt(at) == '\r';
  ++at;
}

void Lexer::skipComment() {
  while (!isLineEnd(at)) {
    size_t length = utf8Length(text, at);
    size_t begin = at;
    while (length == 0 && !isLineEnd(at))
      length = ++at < text.size() ? utf8Length(text, at) : 1;
    if (at > begin)
      diagnostics.error(span(begin, at), "this comment is not UTF-8 text");
    else
      at += length;
  }
}

size_t Lexer::indentationAt(size_t &i) const {
  size_t width = 0;
  for (; charAt(i) == ' ' || charAt(i) == '\t'; ++i)
    width = text[i] == '\t' ? (width / 8 + 1) * 8 : width + 1;
  return width;
}

bool Lexer::startLine(Token &result) {
  size_t lineStart, width;
  while (true) {
    lineStart = at;
    width = indentationAt(at);
    if (charAt(at) == '#')
      skipComment();
    if (at >= text.size())
      return false;
    if (!isLineEnd(at))
      break;
    skipLineEnd();
  }
  atLineStart = false;
  if (size_t tab = text.substr(lineStart, at - lineStart).find('\t'); tab != text.npos && !reportedTab) {
    reportedTab = true;
    diagnostics.error(span(lineStart + tab, lineStart + tab + 1), "a tab indents this line")
        .withHint("indent with spaces: a tab has no fixed width");
  }
  auto position = static_cast<uint32_t>(at);
  if (width > indentations.back()) {
    indentations.push_back(width);
    result = {TokenKind::Indent, static_cast<uint32_t>(lineStart), position};
    return true;
  }
  while (width < indentations.back()) {
    indentations.pop_back();
    ++dedents;
  }
  if (width != indentations.back())
    diagnostics.error(span(lineStart, at), fmt::format("the indentation of {} fits no block around it", width))
        .withHint(fmt::format("the nearest block is indented by {}", indentations.back()));
  if (dedents == 0)
    return false;
  --dedents;
  result = {TokenKind::Dedent, position, position};
  return true;
}

bool Lexer::startsStatement(size_t lineStart) const {
  size_t i = lineStart;
  size_t width = indentationAt(i);
  char first = charAt(i);
  if (isLineEnd(i) || first == '#')
    return false;
  bool isBlockLevel = std::find(indentations.begin(), indentations.end(), width) != indentations.end();
  if (isRecovering && isBlockLevel && first != ')' && first != ']' && first != '}')
    return true;
  size_t end = i;
  while (isWordCharacter(charAt(end)) && end - i < 8)
    ++end;
  if (isWordCharacter(charAt(end)))
    return false;
  for (std::string_view opener : {"def", "return", "assert", "class", "while", "import", "try"})
    if (text.substr(i, end - i) == opener)
      return true;
  return false;
}

bool Lexer::skipBlanks() {
  while (at < text.size()) {
    if (text[at] == ' ' || text[at] == '\t')
      ++at;
    else if (text[at] == '#')
      skipComment();
    else if (text[at] == '\\' && at + 1 < text.size() && isLineEnd(at + 1)) {
      ++at;
      skipLineEnd();
    } else if (isLineEnd(at)) {
      size_t lineStart = at + (text[at] == '\r') + 1;
      if (brackets == 0 || startsStatement(lineStart))
        return true;
      at = lineStart;
    } else
      return false;
  }
  return false;
}

Token Lexer::word() {
  size_t begin = at;
  while (isWordCharacter(charAt(at)))
    ++at;
  std::string_view name = text.substr(begin, at - begin);
  if (name.size() > maxNameLength) {
    diagnostics.error(span(begin, at),
                      fmt::format("a name has at most {} characters, this one {}", maxNameLength, name.size()));
    return token(TokenKind::Error, begin);
  }
  if ((charAt(at) == '"' || charAt(at) == '\'') && name.size() <= 2) {
    diagnostics.error(span(begin, at), fmt::format("a string takes no prefix, found `{}`", name));
    string();
    return token(TokenKind::Error, begin);
  }
  return token(wordKind(name), begin);
}

Token Lexer::number() {
  size_t begin = at;
  Number number = numberAt(text.substr(at));
  at += number.length;
  if (number.kind == TokenKind::Error) {
    std::string_view written = text.substr(begin, std::min<size_t>(number.length, 40));
    Diagnostic &error = diagnostics.error(span(begin, at), fmt::format("`{}` is not a number", written));
    if (written.back() == 'j' || written.back() == 'J')
      error.withHint("there are no complex numbers: write a pair of reals");
    else
      error.withHint("numbers are decimal, such as 12, 1_000, 0.5 or 1e-5");
  }
  return token(number.kind, begin);
}

Token Lexer::string() {
  size_t begin = at;
  char quote = text[at];
  if (charAt(at + 1) == quote && charAt(at + 2) == quote) {
    size_t end = text.find(std::string(3, quote), at + 3);
    at = end == text.npos ? text.size() : end + 3;
    diagnostics.error(span(begin, begin + 3), "strings in three quotes are not part of the language")
        .withHint("describe a function in `#` comments above it");
    return token(TokenKind::Error, begin);
  }
  bool isBad = false;
  for (++at; !isLineEnd(at) && text[at] != quote;) {
    size_t length = utf8Length(text, at);
    bool isUnknownEscape = text[at] == '\\' && !isEscape(charAt(at + 1));
    if (length == 0 && !isBad)
      diagnostics.error(span(at, at + 1), "this string is not UTF-8 text");
    if (isUnknownEscape && !isLineEnd(at + 1) && !isBad)
      diagnostics.error(span(at, at + 2), "unknown escape in a string")
          .withHint("the escapes are \\\\ \\\" \\' \\n \\t");
    isBad |= length == 0 || isUnknownEscape;
    at += text[at] == '\\' && !isUnknownEscape ? 2 : std::max<size_t>(length, 1);
  }
  if (isLineEnd(at)) {
    if (!isBad || charAt(at - 1) == '\\')
      diagnostics.error(span(begin, at), "the string is not closed on its line")
          .withHint(fmt::format("end it with {}", quote));
    return token(TokenKind::Error, begin);
  }
  ++at;
  return token(isBad ? TokenKind::Error : TokenKind::String, begin);
}

Token Lexer::strayCharacter() {
  size_t begin = at;
  size_t length = utf8Length(text, at);
  if (length > 1) {
    at += length;
    std::string_view character = text.substr(begin, length);
    Diagnostic &error = diagnostics.error(span(begin, at), fmt::format("unexpected character `{}`", character));
    error.withHint("outside comments and strings a program is ASCII");
    for (auto lookalike : lookalikes)
      if (lookalike.typographic == character)
        error.withHint(fmt::format("write `{}`", lookalike.ascii));
    return token(TokenKind::Error, begin);
  }
  // A run of bytes that are no text is one error.
  auto isStray = [&](size_t i) {
    auto byte = static_cast<unsigned char>(text[i]);
    return utf8Length(text, i) == 0 || (byte < 0x20 && byte != '\t' && !isLineEnd(i)) || byte == 0x7F;
  };
  if (!isStray(at)) { // $ ` or a backslash
    ++at;
    Diagnostic &error = diagnostics.error(span(begin, at), fmt::format("unexpected character `{}`", text[begin]));
    if (text[begin] == '\\')
      error.withHint("a backslash joins lines only at the end of a line");
    return token(TokenKind::Error, begin);
  }
  while (at < text.size() && isStray(at))
    ++at;
  diagnostics
      .error(span(begin, at),
             fmt::format("the byte 0x{:02x} is not part of any text", static_cast<unsigned char>(text[begin])))
      .withHint(text[begin] == '\r' ? "lines end with LF or CR LF" : "is this an Espalier program?");
  return token(TokenKind::Error, begin);
}

} // namespace espalier::text
