//===- Lexer.h - Text to words, lines and blocks ----------------------------===//
//
// Indentation becomes Indent and Dedent, the end of a line Newline. Within brackets
// lines go on, until a line starts with a keyword that can only start a statement:
// then the bracket was forgotten, and the statement ends there, so that one slip
// does not swallow the rest of the file.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_TEXT_LEXER_H
#define ESPALIER_FRONTENDS_TEXT_LEXER_H

#include "frontends/AST/Diagnostics.h"
#include "frontends/Text/Token.h"

namespace espalier::text {

class Lexer {
public:
  /// The file's text must outlive the lexer and be shorter than 4 GiB.
  Lexer(const SourceManager &sources, int32_t file, Diagnostics &diagnostics);

  /// The next word; End for ever once the text is over. Every Newline but that of an empty file follows some word,
  /// every Indent has its Dedent before End.
  Token next();
  /// While the parser skips a broken statement, a line indented like one of the blocks around it ends it too.
  void setRecovering(bool value) { isRecovering = value; }

private:
  char charAt(size_t i) const { return i < text.size() ? text[i] : '\0'; }
  ast::Span span(size_t begin, size_t end) const {
    return {file, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  Token token(TokenKind kind, size_t begin);
  bool isLineEnd(size_t i) const {
    return i >= text.size() || text[i] == '\n' || (text[i] == '\r' && charAt(i + 1) == '\n');
  }
  void skipLineEnd();
  void skipComment();
  /// The blanks at the start of a line, a tab up to the next multiple of 8.
  size_t indentationAt(size_t &i) const;
  bool startsStatement(size_t lineStart) const;
  /// Skips blank lines; true if `result` is an Indent or Dedent.
  bool startLine(Token &result);
  /// Blanks, comments, joined lines; true if a line end finishes the statement.
  bool skipBlanks();
  Token finish();
  Token word();
  Token number();
  Token string();
  Token strayCharacter();

  std::string_view text;
  int32_t file;
  Diagnostics &diagnostics;
  size_t at = 0;
  size_t brackets = 0; // open ones
  std::vector<size_t> indentations{0};
  size_t dedents = 0; // still to be given
  bool atLineStart = true, hasWords = false, isRecovering = false, reportedTab = false;
};

} // namespace espalier::text

#endif
