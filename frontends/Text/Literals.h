//===- Literals.h - Numbers and strings as written --------------------------===//
#ifndef ESPALIER_FRONTENDS_TEXT_LITERALS_H
#define ESPALIER_FRONTENDS_TEXT_LITERALS_H

#include "frontends/Text/Token.h"

#include <optional>
#include <string>

namespace espalier::text {

/// A number at the start of `text`, which starts with a digit, or with a point and a digit. Letters that follow at once
/// belong to it and make it malformed.
struct Number {
  TokenKind kind; // Integer, Real, or Error if malformed
  size_t length;
};
Number numberAt(std::string_view text);

/// The value of a well-formed integer; nothing if it needs more than 63 bits.
std::optional<int64_t> integerValue(std::string_view text);
/// The float64 nearest to a well-formed real; nothing outside the range of float64.
std::optional<double> realValue(std::string_view text);

/// The characters that a string literal stands for, quotes taken off. Escapes are \\ \" \' \n \t.
std::string stringValue(std::string_view literal);
/// True if `c` may follow a backslash in a string.
bool isEscape(char c);
/// The literal, in double quotes, that stands for `value`.
std::string stringLiteral(std::string_view value);
/// The shortest real literal with this value.
std::string realLiteral(double value);

inline bool isDigit(char c) { return c >= '0' && c <= '9'; }
inline bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
inline bool isWordCharacter(char c) { return isLetter(c) || isDigit(c); }

} // namespace espalier::text

#endif
