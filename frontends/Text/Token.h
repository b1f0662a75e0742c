//===- Token.h - The words of a program -------------------------------------===//
#ifndef ESPALIER_FRONTENDS_TEXT_TOKEN_H
#define ESPALIER_FRONTENDS_TEXT_TOKEN_H

#include <cstdint>
#include <string_view>

namespace espalier::text {

// clang-format off
enum class TokenKind : uint8_t {
  // Layout. A line within brackets goes on; blank lines and comments leave no trace.
  End, Newline, Indent, Dedent,
  /// What the lexer could not read and has reported.
  Error,
  Name, Integer, Real, String,
  // Keywords of the language.
  Def, From, Import, For, In, Return, Assert, And, Or, Not, If, True, False,
  /// A keyword of Python that the language does not have.
  Reserved,
  /// An operator or a mark of Python, or of C, that the language does not have.
  Foreign,
  LParen, RParen, LBracket, RBracket,
  Comma, Colon, Dot, Ellipsis, Arrow, Assign,
  Plus, Minus, Star, Slash, SlashSlash, Percent, StarStar, At,
  Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual,
};
// clang-format on

/// A word and the bytes of the file that hold it.
struct Token {
  TokenKind kind = TokenKind::End;
  uint32_t begin = 0;
  uint32_t end = 0;
};

/// The kind of a word of letters: a keyword or a Name.
TokenKind wordKind(std::string_view word);

/// The longest operator or mark at the start of `text`; length 0 if there is none.
struct Mark {
  TokenKind kind;
  size_t length;
};
Mark markAt(std::string_view text);

/// How diagnostics write a kind with one spelling: "`)`"; of the others what it is: "a name".
std::string_view kindText(TokenKind kind);

} // namespace espalier::text

#endif
