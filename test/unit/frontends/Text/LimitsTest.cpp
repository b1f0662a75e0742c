//===- LimitsTest.cpp - Hostile sizes ---------------------------------------===//
//
// Every text here is followed by a wrong statement on a line of its own: that its
// error is found too shows that parsing went on.
//===----------------------------------------------------------------------===//

#include "test/unit/frontends/Text/Programs.h"

using namespace espalier;
using namespace espalier::text;

namespace {

std::string repeated(const std::string &part, size_t times) {
  std::string text;
  text.reserve(part.size() * times);
  for (size_t i = 0; i < times; ++i)
    text += part;
  return text;
}

/// Parses `x = expression` and a wrong statement: two errors, the first with this message.
void expectRefused(const std::string &expression, const std::string &message) {
  Parsed parsed("def f(a: float) -> float:\n    x = " + expression + "\n    return !\n");
  ASSERT_EQ(parsed.diagnostics.numErrors(), 2u) << parsed.errors();
  EXPECT_EQ(parsed.diagnostics.all()[0].message, message);
  EXPECT_EQ(parsed.diagnostics.all()[1].message, "`!` is not part of the language");
  EXPECT_LT(parsed.errors().size(), 2000u);
}
void expectAccepted(const std::string &expression) {
  Parsed parsed("def f(a: float) -> float:\n    x = " + expression + "\n    return !\n");
  EXPECT_EQ(parsed.diagnostics.numErrors(), 1u) << parsed.errors();
}

const std::string tooNested = "the expression is nested deeper than 256 levels";
const std::string tooHigh = "the expression has more than 256 levels of operations";

TEST(Limits, Nesting) {
  for (size_t n : {257, 10000}) {
    expectRefused(repeated("(", n) + "a" + repeated(")", n), tooNested);
    expectRefused(repeated("(", n), tooNested);
    expectRefused(repeated("f(", n) + "a" + repeated(")", n), tooNested);
    expectRefused(repeated("a[", n) + "a" + repeated("]", n), tooNested);
    expectRefused(repeated("-", n) + "a", tooNested);
    expectRefused(repeated("not ", n) + "a", tooNested);
    expectRefused("a" + repeated(" ** a", n), tooNested);
    expectRefused(repeated("sum(", n) + "a" + repeated(" for i in G)", n), tooNested);
  }
  expectAccepted(repeated("(", 256) + "a" + repeated(")", 256));
  expectAccepted(repeated("-", 255) + "a");
  expectAccepted("a" + repeated(" ** a", 255));
}

TEST(Limits, Height) {
  for (size_t n : {256, 10000}) {
    expectRefused("a" + repeated(" + a", n), tooHigh);
    expectRefused("a" + repeated(" and a", n), tooHigh);
    expectRefused("a" + repeated(".T", n), tooHigh);
    expectRefused("a" + repeated("[i]", n), tooHigh);
  }
  expectAccepted("a" + repeated(" + a", 255));
  expectAccepted("f(" + repeated("a, ", 10000) + "a)");
}

TEST(Limits, Blocks) {
  for (int n : {33, 1000}) {
    std::string text = "def f(a: float) -> float:\n";
    for (int i = 1; i <= n; ++i)
      text += std::string(i, ' ') + "for x in a:\n";
    text += std::string(n + 1, ' ') + "y = 1\n return !\n";
    Parsed parsed(text);
    ASSERT_EQ(parsed.diagnostics.numErrors(), 2u) << parsed.errors();
    EXPECT_EQ(parsed.diagnostics.all()[0].message, "blocks are nested deeper than 32 levels");
    EXPECT_LT(parsed.errors().size(), 2000u);
  }
}

TEST(Limits, LongLines) {
  constexpr size_t size = 10'000'000;
  expectRefused("a" + repeated(" + a", size / 4), tooHigh);
  expectRefused(repeated("a", size), "a name has at most 255 characters, this one 10000000");
  expectRefused(repeated("(", size), tooNested);
  expectRefused(repeated("1", size), "this integer does not fit in 64 signed bits");
  expectRefused(repeated("1", size) + "e", "`1111111111111111111111111111111111111111` is not a number");
  expectRefused("\"" + repeated("a", size), "the string is not closed on its line");
  expectRefused(repeated(" ", size) + ")", "expected an expression, found `)`");
  expectAccepted("1 #" + repeated("a", size));
  expectAccepted(repeated("a", 255));
}

TEST(Limits, Nodes) {
  Parsed parsed("def f(a: float) -> float:\n" + repeated("    a=a\n", 400'000));
  ASSERT_EQ(parsed.diagnostics.numErrors(), 1u) << parsed.errors();
  EXPECT_EQ(parsed.diagnostics.all()[0].message, "the file has more than 1000000 expressions and statements");
  Parsed arguments("def f(a: float) -> float:\n    return f(" + repeated("a,", 1'000'000) + ")\n    return !");
  ASSERT_EQ(arguments.diagnostics.numErrors(), 1u) << arguments.errors();
}

TEST(Limits, EveryTreeWithinTheLimitsCanBeWalked) {
  // The highest trees and the deepest brackets at once, printed, dumped and read again.
  std::string text =
      "def f():\n    x = " + repeated("-(", 127) + "a" + repeated(" + a", 120) + repeated(")", 127) + "\n";
  Parsed parsed(text);
  ASSERT_EQ(parsed.errors(), "");
  EXPECT_EQ(dump(Parsed(print(parsed.program)).program), dump(parsed.program));
}

} // namespace
