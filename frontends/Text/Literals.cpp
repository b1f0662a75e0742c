//===- Literals.cpp - Numbers and strings as written ------------------------===//

#include "frontends/Text/Literals.h"

#include <fmt/format.h>

#include <charconv>

namespace espalier::text {
namespace {

/// Digits with single underscores between them, from `at` on.
struct Digits {
  size_t end;
  bool isWellFormed;
};
Digits digitsAt(std::string_view text, size_t at) {
  bool isWellFormed = true, lastIsDigit = false;
  for (; at < text.size() && (isDigit(text[at]) || text[at] == '_'); ++at) {
    if (text[at] == '_' && !lastIsDigit)
      isWellFormed = false;
    lastIsDigit = text[at] != '_';
  }
  return {at, isWellFormed && lastIsDigit};
}

std::string withoutUnderscores(std::string_view text) {
  std::string digits;
  for (char c : text)
    if (c != '_')
      digits += c;
  return digits;
}

constexpr struct {
  char letter, value;
} escapes[] = {{'\\', '\\'}, {'"', '"'}, {'\'', '\''}, {'n', '\n'}, {'t', '\t'}};

} // namespace

Number numberAt(std::string_view text) {
  auto charAt = [&](size_t i) { return i < text.size() ? text[i] : '\0'; };
  size_t at = 0;
  bool isReal = false, isWellFormed = true;
  if (charAt(0) != '.') {
    Digits whole = digitsAt(text, 0);
    at = whole.end;
    isWellFormed = whole.isWellFormed;
  }
  size_t wholeEnd = at;
  if (charAt(at) == '.') {
    isReal = true;
    ++at;
    if (isDigit(charAt(at))) {
      Digits fraction = digitsAt(text, at);
      at = fraction.end;
      isWellFormed &= fraction.isWellFormed;
    }
  }
  if (charAt(at) == 'e' || charAt(at) == 'E') {
    size_t digits = at + 1 + (charAt(at + 1) == '+' || charAt(at + 1) == '-');
    if (isDigit(charAt(digits))) {
      Digits exponent = digitsAt(text, digits);
      isReal = true;
      at = exponent.end;
      isWellFormed &= exponent.isWellFormed;
    }
  }
  // As in Python, 007 is refused: elsewhere it is octal.
  if (!isReal && wholeEnd > 1 && text[0] == '0')
    isWellFormed = false;
  for (; isWordCharacter(charAt(at)); ++at)
    isWellFormed = false;
  return {!isWellFormed ? TokenKind::Error : isReal ? TokenKind::Real : TokenKind::Integer, at};
}

std::optional<int64_t> integerValue(std::string_view text) {
  std::string digits = withoutUnderscores(text);
  int64_t value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc())
    return std::nullopt;
  return value;
}

std::optional<double> realValue(std::string_view text) {
  std::string digits = withoutUnderscores(text);
  double value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc())
    return std::nullopt;
  return value;
}

bool isEscape(char c) {
  for (auto escape : escapes)
    if (escape.letter == c)
      return true;
  return false;
}

std::string stringValue(std::string_view literal) {
  std::string value;
  for (size_t i = 1; i + 1 < literal.size(); ++i) {
    if (literal[i] != '\\') {
      value += literal[i];
      continue;
    }
    ++i;
    for (auto escape : escapes)
      if (escape.letter == literal[i])
        value += escape.value;
  }
  return value;
}

std::string stringLiteral(std::string_view value) {
  std::string literal = "\"";
  for (char c : value) {
    char letter = 0;
    for (auto escape : escapes)
      if (escape.value == c && c != '\'')
        letter = escape.letter;
    if (letter)
      literal += '\\';
    literal += letter ? letter : c;
  }
  return literal + '"';
}

std::string realLiteral(double value) {
  std::string literal = fmt::format("{}", value);
  if (literal.find_first_of(".en") == std::string::npos)
    literal += ".0";
  return literal;
}

} // namespace espalier::text
