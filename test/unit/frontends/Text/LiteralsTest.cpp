//===- LiteralsTest.cpp - Numbers and strings as written --------------------===//

#include "frontends/Text/Literals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

using namespace espalier::text;

namespace {

TEST(Literals, Integers) {
  EXPECT_EQ(integerValue("0"), 0);
  EXPECT_EQ(integerValue("1_000"), 1000);
  EXPECT_EQ(integerValue("9223372036854775807"), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(integerValue("9223372036854775808"), std::nullopt);
  EXPECT_EQ(integerValue(std::string(1000, '9')), std::nullopt);
}

TEST(Literals, Forms) {
  struct {
    const char *text;
    TokenKind kind;
    size_t length;
  } rows[] = {
      {"0", TokenKind::Integer, 1},  {"12+", TokenKind::Integer, 2}, {"1_000", TokenKind::Integer, 5},
      {"1.", TokenKind::Real, 2},    {".5", TokenKind::Real, 2},     {"1.5e-3)", TokenKind::Real, 6},
      {"00.5", TokenKind::Real, 4},  {"1e5", TokenKind::Real, 3},    {"0.5", TokenKind::Real, 3},
      {"1e", TokenKind::Error, 2},   {"1e+", TokenKind::Error, 2},   {"1._5", TokenKind::Error, 4},
      {"0x1F", TokenKind::Error, 4}, {"1__0", TokenKind::Error, 4},  {"1_", TokenKind::Error, 2},
      {"007", TokenKind::Error, 3},  {"1.5j", TokenKind::Error, 4},  {"2nd", TokenKind::Error, 3},
  };
  for (auto row : rows) {
    Number number = numberAt(row.text);
    EXPECT_EQ(number.kind, row.kind) << row.text;
    EXPECT_EQ(number.length, row.length) << row.text;
  }
}

TEST(Literals, RealsAreTheNearestFloat64) {
  for (const char *text : {"0.1", "1e308", "4.9e-324", "2.2250738585072014e-308", ".5", "5.", "123456789.123456789"})
    EXPECT_EQ(realValue(text), std::strtod(text, nullptr)) << text;
  EXPECT_EQ(realValue("1_0.2_5"), 10.25);
  EXPECT_EQ(realValue("1e309"), std::nullopt);
  EXPECT_EQ(realValue("1e-400"), std::nullopt);
}

TEST(Literals, RealLiteralsReadBack) {
  EXPECT_EQ(realLiteral(0.3), "0.3");
  EXPECT_EQ(realLiteral(2), "2.0");
  EXPECT_EQ(realLiteral(0), "0.0");
  std::mt19937_64 random(1);
  for (int i = 0; i < 10000; ++i) {
    uint64_t bits = random() & ~(uint64_t(1) << 63);
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value))
      continue;
    std::string literal = realLiteral(value);
    EXPECT_EQ(numberAt(literal).kind, TokenKind::Real) << literal;
    EXPECT_EQ(numberAt(literal).length, literal.size()) << literal;
    EXPECT_EQ(realValue(literal), value) << literal;
  }
}

TEST(Literals, StringsReadBack) {
  EXPECT_EQ(stringValue(R"("a\"b\\c\n\t\'")"), "a\"b\\c\n\t'");
  for (std::string value : {"", "ab->a", "it's", "a\"b", "a\\", "\n\t", "\xC3\xA9"})
    EXPECT_EQ(stringValue(stringLiteral(value)), value);
  EXPECT_EQ(stringLiteral("it's"), "\"it's\"");
}

} // namespace
